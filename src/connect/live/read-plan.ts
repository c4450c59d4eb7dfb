/**
 * What is known beforehand about reading a database of one kind: which columns matter, and what a look-up is followed by.
 * It decides how many round trips and bytes a question costs, never what the answer is.
 */
import type { RowRequest } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { TableSchema } from '../../ovsdb/schema/schema.js';

export interface ReadPlan {
  /** Columns to read, by table; all of them where it says nothing. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** The table is read whole rather than by more look-ups than this at a time. */
  wholeAbove(table: string): number;
  /** What will be asked for next, as far as the request tells. */
  companions(request: RowRequest): readonly RowRequest[];
  /** What will be asked for a while after, and is read meanwhile: nobody waits for it. */
  later(request: RowRequest): readonly RowRequest[];
  /** What will be asked for next, as far as the rows tell. */
  followers(request: RowRequest, rows: readonly Row[]): readonly RowRequest[];
}

/** The columns to name in a `select`, those the server has; undefined for all. */
export function selectedColumns(plan: ReadPlan, table: TableSchema): readonly string[] | undefined {
  const wanted = plan.columns.get(table.name);
  return wanted && ['_uuid', ...[...wanted].filter((column) => table.columns.has(column))];
}

/** Whole tables with all their columns, for whoever looks at most rows of what is looked at anyway. */
export const WHOLE_TABLES: ReadPlan = {
  columns: new Map(),
  wholeAbove: () => 0,
  companions: () => [],
  later: () => [],
  followers: () => [],
};

/** What is looked up, with all its columns, for whoever is about to change some of it. */
export const WHOLE_ROWS: ReadPlan = { ...WHOLE_TABLES, wholeAbove: () => Number.POSITIVE_INFINITY };
