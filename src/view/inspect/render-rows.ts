/** Lists of rows as tables, in the columns of their kind. In: a list; out: text. */
import { kindNamed } from '../../usecase/inspect/kinds/all.js';
import type { Kind, ListColumn } from '../../usecase/inspect/kind.js';
import type { ListedRow, RowList } from '../../usecase/inspect/list-rows.js';
import { renderTable } from '../table.js';
import type { Column, Layout } from '../table.js';
import { cellText } from './cell-text.js';

/** One line a row; `wide` adds the columns for it, and uuids. */
export function renderRows({ of, rows }: RowList, layout: Layout, wide = false): Promise<string> {
  return rowsTable(kindNamed(of), rows, layout, { wide, zones: true });
}

/** The rows as a table, with or without the zone they are in and what holds them. */
export function rowsTable(
  kind: Kind,
  rows: readonly ListedRow[],
  layout: Layout,
  { wide, zones }: { readonly wide: boolean; readonly zones: boolean },
): Promise<string> {
  const shown = kind.columns.filter((column) => column.wide !== true);
  const more = wide ? kind.columns.filter((column) => column.wide === true) : [];
  const named = kind.nameColumn !== undefined;
  const { heldBy } = kind;
  const titles = (columns: readonly ListColumn[]): Column[] =>
    columns.map(({ title, long }) => ({ title, ...(long === undefined ? {} : { shrinkTo: 16 }) }));
  const columns: Column[] = [
    ...(zones ? [{ title: 'ZONE' }] : []),
    ...(zones && heldBy !== undefined && !named ? [{ title: heldBy.title, shrinkTo: 12 }] : []),
    ...(named ? [{ title: 'NAME', shrinkTo: 16 }] : []),
    ...(zones && heldBy !== undefined && named ? [{ title: heldBy.title, shrinkTo: 12 }] : []),
    ...titles(shown),
    { title: 'OWNER', shrinkTo: 12 },
    ...titles(more),
    ...(wide ? [{ title: 'UUID' }] : []),
  ];
  const cells = rows.map((row) => {
    const on = zones && heldBy !== undefined ? [cellText(few(row.on ?? [], wide))] : [];
    const of = (list: readonly ListColumn[]): string[] => list.map(({ name }) => cellText(row.columns[name]));
    return [
      ...(zones ? [row.zone] : []),
      ...(named ? [row.name, ...on] : on),
      ...of(shown),
      cellText(row.owner?.text),
      ...of(more),
      ...(wide ? [row.uuid] : []),
    ];
  });
  return renderTable(columns, cells, layout);
}

/** A load balancer hangs on every switch: the first few are named. */
function few(names: readonly string[], all: boolean): readonly string[] {
  return all || names.length <= 3 ? names : [...names.slice(0, 2), `${names.length - 2} more`];
}

/** `switch-port/shop_web-0`; rows that have no name are called by their uuid. */
export function rowNames({ of, rows }: RowList): readonly string[] {
  const noun = of.replaceAll(' ', '-');
  const named = kindNamed(of).nameColumn !== undefined;
  return [...new Set(rows.map(({ name, uuid }) => `${noun}/${named ? name : uuid}`))];
}
