import type { TableChange } from '../../usecase/tables/follow-table.js';
import type { Palette } from '../color.js';
import { escapeInQuotes } from '../sanitise.js';
import { isEmptyValue, valueWords } from './value-words.js';

/** What happened to a row, as a line: `+ Logical_Switch UUID name=s1`. Values that changed are `old → new`. */
export function changeLine({ table, uuid, op, before, after }: TableChange, palette: Palette): string {
  const sign = { initial: ' ', insert: palette.good('+'), modify: palette.warn('~'), delete: palette.bad('-') }[op];
  const cells =
    op === 'modify'
      ? Object.keys(after).map(
          (column) => `${column}: ${valueWords(before[column] ?? null)} → ${valueWords(after[column] ?? null)}`,
        )
      : Object.entries(op === 'delete' ? before : after)
          .filter(([, value]) => !isEmptyValue(value))
          .map(([column, value]) => `${column}: ${valueWords(value)}`);
  return `${sign} ${table} ${uuid}${cells.length === 0 ? '' : `  ${cells.join('; ')}`}\n`;
}

/** The same as one line of JSON. */
export const changeJson = (change: TableChange): string => `${escapeInQuotes(JSON.stringify(change))}\n`;
