/**
 * What happens to the rows of a table, as it happens: what `db monitor` streams and `db wait-until` waits for.
 *
 * In: events of a monitor and conditions. Out: one change for each row that a condition lets through, before or after.
 */
import type { RowCondition } from '../../manage/condition.js';
import type { MonitorEvent } from '../../ovsdb/client/monitor-feed.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { TableSchema } from '../../ovsdb/schema/schema.js';
import { cellValue } from './table-rows.js';
import type { CellValue } from './table-rows.js';

export interface TableChange {
  readonly table: string;
  readonly uuid: string;
  /** `initial`: it was there when we came. */
  readonly op: 'initial' | 'insert' | 'modify' | 'delete';
  /** The columns that changed, of a row that goes all. */
  readonly before: Readonly<Record<string, CellValue>>;
  /** The same columns afterwards, of a new row all. */
  readonly after: Readonly<Record<string, CellValue>>;
}

/** The changes of one event, by uuid. */
export function changesIn(
  { kind, changes }: MonitorEvent,
  table: TableSchema,
  columns: readonly string[],
  conditions: readonly RowCondition[],
): readonly TableChange[] {
  const meets = (row: Row | undefined): boolean => row !== undefined && conditions.every(({ isTrue }) => isTrue(row));
  return [...(changes.get(table.name) ?? [])]
    .filter(([, { before, after }]) => meets(before) || meets(after))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([uuid, { before, after }]): readonly TableChange[] => {
      const op =
        after === undefined ? 'delete' : before !== undefined ? 'modify' : kind === 'initial' ? 'initial' : 'insert';
      const [was, is] = [cellsOf(before, table, columns), cellsOf(after, table, columns)];
      if (op !== 'modify') return [{ table: table.name, uuid, op, before: was, after: is }];
      const changed = columns.filter((column) => JSON.stringify(was[column]) !== JSON.stringify(is[column]));
      if (changed.length === 0) return [];
      const only = (cells: TableChange['before']): TableChange['before'] =>
        Object.fromEntries(changed.map((column) => [column, cells[column] ?? null]));
      return [{ table: table.name, uuid, op, before: only(was), after: only(is) }];
    });
}

function cellsOf(row: Row | undefined, table: TableSchema, columns: readonly string[]): TableChange['before'] {
  if (row === undefined) return {};
  return Object.fromEntries(
    columns.flatMap((column) => {
      const schema = table.columns.get(column);
      return schema === undefined ? [] : [[column, cellValue(row.json(column), schema)] as const];
    }),
  );
}
