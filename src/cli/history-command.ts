import { JournalFiles } from '../connect/journal-files.js';
import { historyOf } from '../usecase/change/history.js';
import type { JournalEntry } from '../usecase/change/journal.js';
import { renderHistory } from '../view/change/render-history.js';
import { renderPlan } from '../view/change/render-plan.js';
import { BaseCommand } from './base-command.js';

/** Shows the journal, or one entry of it. */
export abstract class HistoryCommand extends BaseCommand {
  protected async show(id: number | undefined): Promise<void> {
    const journal = new JournalFiles<JournalEntry>(process.env);
    const entries = id === undefined ? await journal.entries() : [await journal.entry(id)];
    const data = historyOf(entries);
    await this.emit({
      kind: 'History',
      data,
      source: { kind: 'journal' },
      coverage: { complete: true, gaps: [] },
      table: async (layout) => {
        const table = await renderHistory(entries, layout);
        if (id === undefined) return table;
        const changes = data.entries.flatMap(({ batches }) => batches.flatMap(({ changes: each }) => each));
        return table + renderPlan({ summary: '', changes, cautions: [] }, layout, true).replace(/^\n/, '');
      },
      names: () => entries.map((entry) => `change/${entry.id}`),
    });
  }
}
