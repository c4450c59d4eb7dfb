/**
 * What every command that changes databases shares: planning, preview, the question whether to go on, carrying out, the
 * journal, waiting, undoing after a time. A command says what is wanted; everything about safety is here.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConflictError, UsageError } from '../base/errors.js';
import { JournalFiles } from '../connect/journal-files.js';
import type { OpenedWorld } from '../connect/live/opened-world.js';
import { whenHeld } from '../ovsdb/replica/not-held.js';
import { carryOut } from '../usecase/change/carry-out.js';
import type { CarriedOut, Means } from '../usecase/change/carry-out.js';
import type { JournalEntry } from '../usecase/change/journal.js';
import { planChanges } from '../usecase/change/plan-changes.js';
import type { Plan, WantedChange } from '../usecase/change/plan-changes.js';
import { planDocument } from '../usecase/change/plan-document.js';
import { inversePlan, planUndo } from '../usecase/change/undo.js';
import { PLAIN } from '../view/color.js';
import { renderChangeReport, renderPlan } from '../view/change/render-plan.js';
import type { World } from '../world/world.js';
import type { ChangeFlags } from './change-flags.js';
import { takeInterrupt } from './interrupt.js';
import type { SourceFlags } from './open-source.js';
import { SourceCommand } from './source-command.js';

type Flags = SourceFlags & ChangeFlags;

export abstract class ChangeCommand extends SourceCommand {
  protected override get needsWholeRows(): boolean {
    return true;
  }

  protected get journal(): JournalFiles<JournalEntry> {
    return new JournalFiles<JournalEntry>(process.env);
  }

  /** Plans the changes and carries them out, as far as the flags allow. */
  protected async change(flags: Flags, wanted: readonly WantedChange[]): Promise<void> {
    const scope = { allZones: flags['all-zones'], overrideOwner: flags['override-owner'] };
    await this.#carryOut(flags, (world) => planChanges(world, wanted, scope));
  }

  /** Undoes an entry of the journal; the newest that can be, when none is named. */
  protected async undo(flags: Flags, id: number | undefined): Promise<void> {
    const entry = id === undefined ? await this.#newest() : await this.journal.entry(id);
    await this.#carryOut(flags, (world) => planUndo(world, entry), entry);
  }

  async #newest(): Promise<JournalEntry> {
    const [newest] = (await this.journal.entries()).filter(
      ({ undoneBy, undoes, batches }) =>
        undoneBy === undefined &&
        undoes === undefined &&
        batches.some(({ state }) => state === 'applied' || state === 'sent'),
    );
    if (newest === undefined) throw new ConflictError('undo.nothing', 'nothing was changed that could be undone');
    return newest;
  }

  async #carryOut(flags: Flags, plan: (world: World) => Promise<Plan>, undone?: JournalEntry): Promise<void> {
    const ttl = flags.ttl === undefined ? undefined : durationMs(flags.ttl);
    await this.within(flags, async (opened) => {
      const { world } = opened;
      const planned = await whenHeld(() => plan(world));
      const document = planDocument(planned);
      const shown = {
        source: { kind: world.source.kind },
        coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
      };
      if (flags['dry-run'] || planned.changes.length === 0) {
        await this.emit({
          kind: 'Plan',
          data: document,
          ...shown,
          table: (layout) => renderPlan(document, layout),
          wide: (layout) => renderPlan(document, layout, true),
          names: () => document.changes.map(({ target }) => target),
        });
        return;
      }
      const transact = this.#mayWrite(flags, opened);
      await this.#agree(flags, () => renderPlan(document, { palette: PLAIN, headers: true }));
      const means: Means = {
        transact,
        journal: this.journal,
        now: () => Date.now(),
        newUuid: () => randomUUID(),
        sleep: (ms) => sleep(ms),
        progress: (step, done, of) => this.progress.report({ step, done, of }),
      };
      const options = {
        source: world.source.path,
        wait: flags.wait,
        timeoutMs: flags.timeout * 1000,
        ...(undone === undefined ? {} : { undoes: undone.id }),
      };
      const done = await carryOut(planned, means, options);
      if (undone !== undefined && done.failure === undefined) await this.#tellUndone(undone, done);
      await this.emit({
        kind: 'ChangeReport',
        data: done.report,
        ...shown,
        table: (layout) => renderChangeReport(done.report, layout),
        names: () => [`change/${done.report.id}`],
      });
      if (done.failure !== undefined) throw done.failure;
      if (ttl !== undefined) await this.#revertAfter(ttl, done, means, options.source);
    });
  }

  #mayWrite(flags: Flags, { transact, world }: OpenedWorld): NonNullable<OpenedWorld['transact']> {
    if (flags['read-only'] || isOn(process.env['OVNCTL_READ_ONLY']))
      throw new ConflictError('manage.read-only', 'nothing is changed: --read-only or OVNCTL_READ_ONLY is set');
    if (transact === undefined) {
      throw new ConflictError('manage.offline', `${world.source.path} is a recording, which can't be changed`, {
        hints: ['--dry-run shows what would change'],
      });
    }
    return transact;
  }

  /** Asks on a terminal; elsewhere only --yes goes on. */
  async #agree(flags: Flags, preview: () => string): Promise<void> {
    if (flags.yes) return;
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new ConflictError('manage.not-agreed', 'nothing is changed without --yes where nobody can be asked', {
        hints: ['--dry-run shows what would change'],
      });
    }
    process.stderr.write(preview());
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await lines.question('Go on? [y/N] ');
      if (!/^y(?:es)?$/i.test(answer.trim()))
        throw new ConflictError('manage.not-agreed', 'nothing is changed: you said no');
    } finally {
      lines.close();
    }
  }

  async #tellUndone(entry: JournalEntry, { report }: CarriedOut): Promise<void> {
    await this.journal.save({ ...entry, undoneBy: report.id });
    if (entry.undoes === undefined) return;
    // What was undone is done again.
    const { undoneBy, ...again } = await this.journal.entry(entry.undoes);
    if (undoneBy === entry.id) await this.journal.save(again);
  }

  /** Undoes what was done after a while, or when the user has had enough. */
  async #revertAfter(ms: number, { report }: CarriedOut, means: Means, source: string): Promise<void> {
    this.progress.report({ step: `undoing in ${Math.round(ms / 1000)} s; Ctrl-C undoes at once` });
    const enough = new AbortController();
    const calledOff = takeInterrupt(() => {
      enough.abort();
    });
    await sleep(ms, undefined, { signal: enough.signal }).catch(() => undefined);
    calledOff();
    const entry = await this.journal.entry(report.id);
    const undone = await carryOut(inversePlan(entry), means, { source, wait: 'none', timeoutMs: 0, undoes: entry.id });
    if (undone.failure !== undefined) throw undone.failure;
    await this.#tellUndone(entry, undone);
    this.caution(`change ${entry.id} is undone, by change ${undone.report.id}`);
  }
}

const isOn = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== '0' && value !== 'false';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function durationMs(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? NaN);
  if (!(ms > 0 && ms <= 24 * 3_600_000)) {
    throw new UsageError('usage.ttl', `--ttl "${text}" is not a duration`, {
      hints: ['30s, 10m or 2h; a day at most'],
    });
  }
  return ms;
}
