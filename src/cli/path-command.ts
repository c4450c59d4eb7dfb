/**
 * What the path commands do once their command line is understood: open the World, ask the use case, emit the trace, turn
 * the verdict into the outcome. The verdict is decided before anything is rendered, so no format can change the exit code.
 */
import type { PathQuery, tracePodToPod } from '../usecase/trace-path.js';
import { pathNames, renderPathTrace, type PathView } from '../view/path/render-path-trace.js';
import type { Outcome } from './exit-codes.js';
import type { SourceFlags } from './open-source.js';
import { SourceCommand } from './source-command.js';
import type { Grounds } from './source-command.js';
import type { EXPECTATIONS } from './trace-flags.js';

type PathUseCase = typeof tracePodToPod;
type Expectation = (typeof EXPECTATIONS)[number];

interface FollowFlags extends SourceFlags {
  readonly view: PathView;
  readonly expect: Expectation | undefined;
}

/** Delivered is what a trace is asked for unless `--expect` says otherwise; an unknown verdict meets no expectation. */
function outcomeOf(verdict: string, expected: Expectation = 'delivered'): Outcome {
  if (verdict === 'unknown') return 'incomplete';
  return verdict === expected ? 'done' : 'negative';
}

/** The flows that the packet and its reply met. */
function pathFlows({ paths }: Awaited<ReturnType<PathUseCase>>): Grounds {
  const flows = new Map<string, string[]>();
  for (const { hops, reply } of paths) {
    for (const { zone, stages } of [...hops, ...(reply?.hops ?? [])]) {
      const known = flows.get(zone) ?? [];
      flows.set(zone, known);
      known.push(...stages.flatMap(({ uuid }) => uuid ?? []));
    }
  }
  return flows;
}

export abstract class PathCommand extends SourceCommand {
  /** The whole command after parsing; `ask` is called first, so that a malformed question is told before any file is read. */
  protected async follow(flags: FollowFlags, useCase: PathUseCase, ask: () => PathQuery): Promise<void> {
    const query = ask();
    const { world, answer: trace } = await this.ask(flags, (source) => useCase(source, query), pathFlows);
    for (const note of trace.notes) this.caution(note);
    const gaps = world.coverage.gaps();
    for (const { subject, reason } of gaps) this.caution(`not everything could be read: ${subject}: ${reason}`);
    await this.emit({
      kind: 'PathTrace',
      data: trace,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps },
      table: (layout) => renderPathTrace(trace, flags.view, layout),
      wide: (layout) => renderPathTrace(trace, flags.view, layout, true),
      names: () => pathNames(trace),
    });
    const outcome = outcomeOf(trace.verdict, flags.expect);
    if (flags.expect !== undefined && outcome !== 'done') {
      this.caution(`expected ${flags.expect}, but the verdict is ${trace.verdict}`);
    }
    this.outcome(outcome);
  }
}
