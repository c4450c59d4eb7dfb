import { openBundle } from '../connect/files/write-bundle.js';
import { takenInfo } from '../usecase/snapshot-info.js';
import { planSnapshot, takeSnapshot } from '../usecase/take-snapshot.js';
import { planNames, renderPlan } from '../view/snapshot/plan-view.js';
import type { SourceFlags } from './open-source.js';
import { SnapshotCommand } from './snapshot-command.js';
import { sinceOf } from './snapshot-flags.js';

interface TakeFlags extends SourceFlags {
  readonly node: readonly string[] | undefined;
  readonly since: string | undefined;
  readonly lines: number;
  readonly force: boolean;
  readonly 'dry-run': boolean;
}

/** Zones at a time: each may be a connection through the API server, and a database in memory. */
const BOUND = 8;

export abstract class SnapshotTakeCommand extends SnapshotCommand {
  protected async take(out: string, flags: TakeFlags): Promise<void> {
    const now = Date.now();
    const since = sinceOf(flags.since, now);
    const nodes = flags.node ?? [];
    if (flags['dry-run']) {
      await this.withSource(flags, async ({ source, only }) => {
        const plan = await planSnapshot(source, only, nodes);
        await this.emit({
          kind: 'SnapshotPlan',
          data: plan,
          source: { kind: source.kind },
          coverage: { complete: plan.gaps.length === 0, gaps: plan.gaps },
          table: (layout) => renderPlan(plan, layout),
          names: () => planNames(plan),
        });
      });
      return;
    }
    await this.withSource(flags, async ({ source, only }, isCalledOff) => {
      const sink = await openBundle(out, { force: flags.force, date: now });
      const manifest = await takeSnapshot(source, sink, {
        tool: `${this.config.name}/${this.config.version}`,
        now,
        sha1: this.sha1,
        zones: only,
        nodes,
        logs: { lines: flags.lines, ...(since === undefined ? {} : { since }) },
        bound: BOUND,
        report: this.report,
        isCalledOff,
      });
      await this.emitInfo(takenInfo(out, manifest), source.kind);
    });
  }
}
