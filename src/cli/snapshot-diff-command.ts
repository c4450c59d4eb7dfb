import { openSnapshotFiles } from '../connect/files/open-snapshot.js';
import { sourceFromFiles } from '../connect/snapshot/from-files.js';
import { snapshotDiff } from '../usecase/snapshot-diff.js';
import type { DiffPart } from '../usecase/snapshot-diff.js';
import { diffNames, renderDiff } from '../view/snapshot/diff-view.js';
import { SnapshotCommand } from './snapshot-command.js';

interface DiffFlags {
  readonly only: readonly DiffPart[] | undefined;
  readonly zone: readonly string[] | undefined;
  readonly all: boolean;
}

export abstract class SnapshotDiffCommand extends SnapshotCommand {
  protected async diff(first: string, second: string, flags: DiffFlags): Promise<void> {
    const [before, after] = [
      sourceFromFiles(await openSnapshotFiles(first, { once: true })),
      sourceFromFiles(await openSnapshotFiles(second, { once: true })),
    ];
    const diff = await snapshotDiff(before, after, {
      only: flags.only ?? [],
      zones: flags.zone ?? [],
      withVolatile: flags.all,
      report: this.report,
    });
    for (const { subject, reason } of diff.notCompared) this.caution(`not compared: ${subject}: ${reason}`);
    await this.emit({
      kind: 'SnapshotDiff',
      data: diff,
      source: { kind: after.kind },
      coverage: { complete: diff.notCompared.length === 0, gaps: diff.notCompared },
      table: (layout) => renderDiff(diff, layout),
      wide: (layout) => renderDiff(diff, layout, true),
      names: () => diffNames(diff),
    });
    // What could not be compared might differ; a difference that was found is one whatever else there is.
    this.outcome(!diff.equal ? 'negative' : diff.notCompared.length > 0 ? 'incomplete' : 'done');
  }
}
