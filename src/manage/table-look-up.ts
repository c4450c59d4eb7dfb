/**
 * Tables, columns and records as users name them, for reading and for writing: a table in any case or by the beginning of its
 * name, a column, a row by its name or uuid. What is not there is answered with the nearest that is.
 *
 * In: a schema or a database, and a text. Out: what is meant; UsageError for a table or column, NotFoundError for a record.
 */
import { NotFoundError, UsageError } from '../base/errors.js';
import { nearestName } from '../lflow/nearest-name.js';
import type { Database } from '../ovsdb/replica/database.js';
import type { Row } from '../ovsdb/replica/row.js';
import type { ColumnSchema, DatabaseSchema, TableSchema } from '../ovsdb/schema/schema.js';
import { findRow } from './look-up.js';
import type { RowNamed } from './value-text.js';

const wrong = (message: string, hint: string): UsageError => new UsageError('usage.change', message, { hints: [hint] });

/** The table of that name, whatever its case, or the only one whose name begins so. */
export function tableNamed(schema: DatabaseSchema, text: string): TableSchema {
  const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_');
  const tables = [...schema.tables.values()];
  const exact = tables.find(({ name }) => plain(name) === plain(text));
  if (exact !== undefined) return exact;
  const [only, second] = tables.filter(({ name }) => plain(name).startsWith(plain(text)));
  if (only !== undefined && second === undefined) return only;
  const names = tables.map(({ name }) => name).sort();
  const nearest = nearestName(text, names);
  throw wrong(
    second === undefined
      ? `${schema.name} has no table "${text}"`
      : `"${text}" may be several tables of ${schema.name}`,
    nearest === undefined ? `tables are ${names.join(', ')}` : `did you mean ${nearest}?`,
  );
}

export function columnNamed(table: TableSchema, text: string): readonly [string, ColumnSchema] {
  const column = table.columns.get(text);
  if (column !== undefined) return [text, column];
  const names = [...table.columns.keys()].sort();
  const nearest = nearestName(text, names);
  throw wrong(
    `${table.name} has no column "${text}"`,
    nearest === undefined ? `columns are ${names.join(', ')}` : `did you mean ${nearest}?`,
  );
}

/** The table with `_uuid` as a column, for readers: every row has one, and no schema lists it (RFC 7047 section 3.2). */
export const withUuidColumn = (table: TableSchema): TableSchema => ({
  ...table,
  columns: new Map<string, ColumnSchema>([
    ['_uuid', { key: { type: 'uuid' }, min: 1, max: 1, ephemeral: false }],
    ...table.columns,
  ]),
});

/** The column that tells rows apart for people: `name`, else the only string of which no two rows have the same. */
function nameColumnOf({ columns, indexes }: TableSchema): string | undefined {
  if (columns.has('name')) return 'name';
  const [only, second] = indexes.flatMap(([column = '', other]) => {
    const schema = columns.get(column);
    return other === undefined && schema?.key.type === 'string' && schema.value === undefined ? [column] : [];
  });
  return second === undefined ? only : undefined;
}

/** The row of that name, uuid or beginning of a uuid; `.` is the only row of a table. Undefined when there is none. */
export function recordOf(database: Database, table: TableSchema, name: string): Row | undefined {
  const rows = database.table(table.name);
  if (name === '.') {
    const [only, second] = rows.rows();
    return second === undefined ? only : undefined;
  }
  const column = nameColumnOf(table);
  if (column !== undefined) return findRow(database, table.name, name, column);
  return rows.get(name.toLowerCase()) ?? onlyOne(rows.findUuidPrefix(name));
}

export function recordNamed(database: Database, table: TableSchema, name: string): Row {
  const row = recordOf(database, table, name);
  if (row === undefined) throw missingRecord(database, table, name);
  return row;
}

const onlyOne = (rows: readonly Row[]): Row | undefined => (rows.length === 1 ? rows[0] : undefined);

export function missingRecord(database: Database, table: TableSchema, name: string): NotFoundError {
  const column = nameColumnOf(table);
  const names =
    column === undefined
      ? []
      : [...database.table(table.name).rows()].flatMap((row) => {
          const [only, second] = row.atoms(column);
          return only === undefined || second !== undefined ? [] : [String(only)];
        });
  const nearest = nearestName(name, names);
  return new NotFoundError('manage.not-found', `${table.name} has no row "${name}"`, {
    hints: nearest === undefined ? [] : [`did you mean "${nearest}"?`],
  });
}

/** For values that refer to rows of the same database. */
export const uuidNamed =
  (database: Database): RowNamed =>
  (table, name) => {
    const schema = database.schema?.tables.get(table);
    return schema === undefined ? undefined : recordOf(database, schema, name)?.uuid;
  };
