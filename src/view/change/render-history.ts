/** Entries of the journal as a table. In: entries, newest first; out: text. */
import type { JournalEntry } from '../../usecase/change/journal.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

/** One word for what became of a change. */
function stateOf({ batches, undoneBy }: JournalEntry): string {
  if (undoneBy !== undefined) return `undone by ${undoneBy}`;
  const states = new Set(batches.map(({ state }) => state));
  if (states.has('sent')) return 'unknown';
  const [only] = states;
  return states.size === 1 && only !== undefined ? only : 'in part';
}

export function renderHistory(entries: readonly JournalEntry[], layout: Layout): Promise<string> {
  const { palette } = layout;
  return renderTable(
    [
      { title: 'ID' },
      { title: 'TIME' },
      { title: 'STATE', paint: (text) => (text === 'applied' ? palette.good(text) : palette.warn(text)) },
      { title: 'ROWS' },
      { title: 'ZONES', shrinkTo: 10 },
      { title: 'WHAT', shrinkTo: 20 },
    ],
    entries.map((entry) => [
      String(entry.id),
      entry.time.replace(/\.\d+Z$/, 'Z'),
      stateOf(entry),
      String(entry.batches.reduce((sum, { changes }) => sum + changes.length, 0)),
      entry.batches.map(({ zone }) => zone).join(','),
      entry.summary,
    ]),
    layout,
  );
}
