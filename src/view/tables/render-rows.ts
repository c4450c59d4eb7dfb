/** Rows of tables as text: a paragraph for each row, a table, or the bare values. In: documents; out: text. */
import type { TableListing, TableRows } from '../../usecase/tables/table-rows.js';
import type { DatabaseDescription } from '../../usecase/tables/table-schema.js';
import { sanitise } from '../sanitise.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';
import { isEmptyValue, valueWords } from './value-words.js';

const LABEL = 20;

/** A paragraph for each row, its columns one a line; without those that are empty unless `wide`. */
export function renderParagraphs({ tables }: TableRows, { palette }: Layout, wide: boolean): string {
  const isZoned = new Set(tables.map(({ zone }) => zone)).size > 1;
  const paragraphs = tables.flatMap(({ zone, columns, rows }) =>
    rows.map(({ values }) => {
      const lines = columns.flatMap((column) => {
        const value = values[column] ?? null;
        if (!wide && isEmptyValue(value)) return [];
        return [`${palette.dim(sanitise(column).padEnd(LABEL))}: ${valueWords(value)}`];
      });
      return [...(isZoned ? [`${palette.dim('zone'.padEnd(LABEL))}: ${sanitise(zone)}`] : []), ...lines].join('\n');
    }),
  );
  return paragraphs.length === 0 ? '' : `${paragraphs.join('\n\n')}\n`;
}

/** A table of the columns. */
export async function renderRows(document: TableRows, layout: Layout): Promise<string> {
  const parts: string[] = [];
  for (const { columns, listings } of byTable(document)) {
    const isZoned = document.tables.some(({ zone }) => zone !== document.tables[0]?.zone);
    parts.push(
      await renderTable(
        [...(isZoned ? ['zone'] : []), ...columns].map((title) => ({ title: title.toUpperCase(), shrinkTo: 12 })),
        listings.flatMap(({ zone, rows }) =>
          rows.map(({ values }) => [
            ...(isZoned ? [zone] : []),
            ...columns.map((column) => valueWords(values[column] ?? null)),
          ]),
        ),
        layout,
      ),
    );
  }
  return parts.join('\n');
}

/** Every table under its name; those without rows are left out unless they were asked for. */
export async function renderDump(document: TableRows, layout: Layout, all: boolean): Promise<string> {
  const parts: string[] = [];
  for (const { table, columns, listings } of byTable(document)) {
    if (!all && listings.every(({ rows }) => rows.length === 0)) continue;
    const part = await renderRows({ ...document, tables: listings.map((each) => ({ ...each, columns })) }, layout);
    parts.push(`${layout.palette.dim(`${sanitise(table)} table`)}\n${part}`);
  }
  return parts.join('\n');
}

/** The values alone, one a line. */
export function renderValues({ tables }: TableRows): string {
  return tables
    .flatMap(({ columns, rows }) =>
      rows.flatMap(({ values }) =>
        columns.flatMap((column) => {
          const value = values[column] ?? null;
          return value === null && column.includes(':') ? [''] : [valueWords(value)];
        }),
      ),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function byTable({ tables }: TableRows): readonly {
  readonly table: string;
  readonly columns: readonly string[];
  readonly listings: readonly TableListing[];
}[] {
  const names = [...new Set(tables.map(({ table }) => table))];
  return names.map((table) => {
    const listings = tables.filter((each) => each.table === table);
    // Zones may run different releases.
    return { table, columns: [...new Set(listings.flatMap(({ columns }) => columns))], listings };
  });
}

/** Tables, or the columns of those that were asked for. */
export async function renderSchema(
  { tables }: DatabaseDescription,
  layout: Layout,
  withColumns: boolean,
): Promise<string> {
  if (!withColumns) {
    return renderTable(
      [{ title: 'TABLE' }, { title: 'COLUMNS' }, { title: 'UNIQUE' }, { title: 'ROWS STAY BY THEMSELVES' }],
      tables.map(({ name, columns, unique, isRoot }) => [
        name,
        String(columns.length),
        unique.map((index) => index.join('+')).join(', ') || '-',
        isRoot ? 'yes' : 'no',
      ]),
      layout,
    );
  }
  return renderTable(
    [
      { title: 'TABLE' },
      { title: 'COLUMN' },
      { title: 'TYPE', shrinkTo: 20 },
      { title: 'ALLOWED', shrinkTo: 20 },
      { title: 'CAN CHANGE' },
    ],
    tables.flatMap(({ name, columns }) =>
      columns.map((column) => [name, column.name, column.type, column.allowed ?? '-', column.mutable ? 'yes' : 'no']),
    ),
    layout,
  );
}
