/**
 * What the snapshot commands share: opening what they read, progress on stderr, what could not be read as cautions, the
 * document of what there is.
 */
import { createHash } from 'node:crypto';
import type { SnapshotGap } from '../snapshot/manifest.js';
import type { SnapshotInfo } from '../usecase/snapshot-info.js';
import { infoNames, renderInfo } from '../view/snapshot/info-view.js';
import { BaseCommand } from './base-command.js';
import { onInterrupt } from './interrupt.js';
import { openSnapshotSource } from './open-snapshot-source.js';
import type { ChosenSource } from './open-snapshot-source.js';
import type { SourceFlags } from './open-source.js';

const SHOWN_GAPS = 20;

export abstract class SnapshotCommand extends BaseCommand {
  /** Does a job with the source that the flags name, and closes it. */
  protected async withSource<T>(
    flags: SourceFlags,
    job: (source: ChosenSource, isCalledOff: () => boolean) => Promise<T>,
  ): Promise<T> {
    const interrupt = new AbortController();
    const events = { warn: (text: string) => this.caution(text), note: (text: string) => this.note(text) };
    let opened: ChosenSource | undefined;
    const close = (): void => {
      interrupt.abort();
      opened?.close();
    };
    const calledOff = onInterrupt(close);
    try {
      opened = await openSnapshotSource({ flags, environment: process.env, events, signal: interrupt.signal });
      return await job(opened, () => interrupt.signal.aborted);
    } catch (error) {
      // The user ended it and need not be told; the process ends in a moment.
      if (interrupt.signal.aborted) return await new Promise<never>(() => undefined);
      throw error;
    } finally {
      calledOff();
      opened?.close();
    }
  }

  protected readonly report = (step: string, done: number, of: number): void => {
    this.progress.report({ step, done, of });
  };

  protected readonly sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

  protected async emitInfo(info: SnapshotInfo, sourceKind: string): Promise<void> {
    this.cautionGaps(info.gaps);
    await this.emit({
      kind: 'SnapshotInfo',
      data: info,
      source: { kind: sourceKind },
      coverage: { complete: info.gaps.length === 0, gaps: info.gaps },
      table: (layout) => renderInfo(info, layout),
      wide: (layout) => renderInfo(info, layout, true),
      names: () => infoNames(info),
    });
  }

  protected cautionGaps(gaps: readonly SnapshotGap[]): void {
    for (const { subject, reason } of gaps.slice(0, SHOWN_GAPS)) {
      this.caution(`not everything could be read: ${subject}: ${reason}`);
    }
    if (gaps.length > SHOWN_GAPS) this.caution(`and ${gaps.length - SHOWN_GAPS} more; the document has all of them`);
  }
}
