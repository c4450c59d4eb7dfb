/**
 * Runs analyzers over a World. Each has its own view and its own outcome: one that breaks or lacks data takes no other with
 * it. Live databases fetch what an analyzer turns out to need, and it is then asked again; analyzers run side by side, so
 * that they wait for the same answers together.
 */
import { BugError, OvnctlError, UsageError } from '../base/errors.js';
import { NotHeld, whenHeld } from '../ovsdb/replica/not-held.js';
import type { Gap } from '../world/coverage.js';
import type { World } from '../world/world.js';
import type { Analyzer } from './analyzer.js';
import { explained } from './explained.js';
import { compareFindings } from './finding.js';
import type { Finding } from './finding.js';
import type { Input } from './inputs.js';
import { Sight } from './sight.js';

export type Outcome =
  | { readonly kind: 'clean' }
  /** With gaps there may be more. */
  | { readonly kind: 'findings'; readonly gaps: readonly Gap[] }
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'inconclusive'; readonly gaps: readonly Gap[] }
  /** A bug of ours. */
  | { readonly kind: 'failed'; readonly why: string; readonly error: unknown };

export interface AnalyzerRun {
  readonly analyzer: Analyzer;
  readonly outcome: Outcome;
  /** What it looked at. */
  readonly touched: ReadonlySet<Input>;
}

export interface Examination {
  /** In the order of the analyzers. */
  readonly runs: readonly AnalyzerRun[];
  /** Sorted, with causes. */
  readonly findings: readonly Finding[];
}

export async function examine(world: World, analyzers: readonly Analyzer[]): Promise<Examination> {
  const done = await Promise.all(analyzers.map((analyzer) => runOne(world, analyzer)));
  const findings = done.flatMap((each) => each.findings).sort(compareFindings);
  return { runs: done.map(({ run }) => run), findings: explained(findings) };
}

async function runOne(
  world: World,
  analyzer: Analyzer,
): Promise<{ readonly run: AnalyzerRun; readonly findings: readonly Finding[] }> {
  let sight = new Sight(world);
  const ended = (outcome: Outcome, findings: readonly Finding[] = []) => ({
    run: { analyzer, outcome, touched: sight.touched },
    findings,
  });
  try {
    const answer = await whenHeld(() => {
      sight = new Sight(world);
      return analyzer.analyze(sight);
    });
    const { gaps } = sight;
    // Nothing to look at is only known when everything could be read.
    if ('skipped' in answer && gaps.length === 0) return ended({ kind: 'skipped', why: answer.skipped });
    if ('skipped' in answer) return ended({ kind: 'inconclusive', gaps });
    const stray = answer.find(({ code }) => !analyzer.finds.some((definition) => definition.code === code));
    if (stray !== undefined) throw new BugError(`${analyzer.id} reports ${stray.code}, which it does not declare`);
    if (answer.length > 0) return ended({ kind: 'findings', gaps }, answer);
    return ended(gaps.length > 0 ? { kind: 'inconclusive', gaps } : { kind: 'clean' });
  } catch (error) {
    if (error instanceof NotHeld) throw error;
    if (error instanceof OvnctlError && !(error instanceof BugError) && !(error instanceof UsageError)) {
      // Something in the data is not what its name says.
      sight.miss({ code: error.code, subject: 'what was read', reason: error.message });
      return ended({ kind: 'inconclusive', gaps: sight.gaps });
    }
    return ended({ kind: 'failed', why: error instanceof Error ? error.message : String(error), error });
  }
}
