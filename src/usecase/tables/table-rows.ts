/**
 * Rows of any table as a document: what `db list`, `get`, `find` and `dump` answer. Values are typed by the schema of the
 * database they come from: a set is a list, a map an object, an optional value that is not there null, also where the
 * database leaves out defaults.
 */
import { NotFoundError, UsageError } from '../../base/errors.js';
import { readCondition, tablesMeant } from '../../manage/condition.js';
import type { RowCondition } from '../../manage/condition.js';
import {
  columnNamed,
  missingRecord,
  recordOf,
  tableNamed,
  uuidNamed,
  withUuidColumn,
} from '../../manage/table-look-up.js';
import type { Condition } from '../../ovsdb/client/operation.js';
import { defaultAtom } from '../../ovsdb/replica/difference.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { ColumnSchema, TableSchema } from '../../ovsdb/schema/schema.js';
import type { Json } from '../../ovsdb/wire/json.js';
import { mapOf, setOf } from '../../ovsdb/wire/value.js';
import type { Atom } from '../../ovsdb/wire/value.js';
import type { TableSource } from './table-source.js';

/** Integers beyond 2^53 are text. */
type PlainAtom = string | number | boolean;
export type CellValue = PlainAtom | null | readonly PlainAtom[] | Readonly<Record<string, PlainAtom>>;

export interface TableRow {
  readonly uuid: string;
  /** By column, or COLUMN:KEY where that was asked for. */
  readonly values: Readonly<Record<string, CellValue>>;
}

export interface TableListing {
  readonly zone: string;
  readonly table: string;
  /** In the order that was asked for, else that of their names. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRows {
  /** As the schema calls it: `OVN_Northbound`. */
  readonly database: string;
  readonly tables: readonly TableListing[];
}

/** A column, or the value of one key of it. */
interface Wanted {
  readonly label: string;
  readonly column: string;
  readonly schema: ColumnSchema;
  readonly key?: string;
}

/** Rows by name or uuid, all when none is named. NotFoundError for one that is in no zone. */
export async function listRows(
  sources: readonly TableSource[],
  table: string,
  records: readonly string[],
  columns: readonly string[] | undefined,
  ifExists: boolean,
): Promise<TableRows> {
  const missing = new Map<string, { readonly error: NotFoundError; readonly zones: number }>();
  const tables: TableListing[] = [];
  for (const source of sources) {
    const schema = withUuidColumn(tableNamed(source.schema, table));
    const wanted = wantedColumns(schema, columns);
    if (records.length === 0) {
      tables.push(listing(source, schema, wanted, await source.read(schema.name, [], fetched(wanted))));
      continue;
    }
    const database = await source.holding([schema.name]);
    const rows: Row[] = [];
    for (const record of records) {
      const row = recordOf(database, schema, record);
      if (row !== undefined) rows.push(row);
      else {
        const zones = (missing.get(record)?.zones ?? 0) + 1;
        missing.set(record, { error: missingRecord(database, schema, record), zones });
      }
    }
    if (rows.length > 0 || sources.length === 1) tables.push(listing(source, schema, wanted, rows));
  }
  const [lost] = [...missing.values()].filter(({ zones }) => zones === sources.length);
  if (lost !== undefined && !ifExists) throw lost.error;
  return { database: nameOf(sources), tables };
}

/** Rows for which all conditions hold. */
export async function findRows(
  sources: readonly TableSource[],
  table: string,
  texts: readonly string[],
  columns: readonly string[] | undefined,
): Promise<TableRows> {
  const tables: TableListing[] = [];
  for (const source of sources) {
    const schema = withUuidColumn(tableNamed(source.schema, table));
    const conditions = await conditionsOf(source, schema, texts);
    const wanted = wantedColumns(schema, columns);
    const needed = fetched([...wanted, ...conditions]);
    const where = conditions.flatMap((condition) => pushedDown(condition, schema));
    const rows = await source.read(schema.name, where, needed);
    tables.push(
      listing(
        source,
        schema,
        wanted,
        rows.filter((row) => conditions.every(({ isTrue }) => isTrue(row))),
      ),
    );
  }
  return { database: nameOf(sources), tables };
}

/** Every row of some tables, all when none is named. */
export async function dumpTables(sources: readonly TableSource[], names: readonly string[]): Promise<TableRows> {
  const tables: TableListing[] = [];
  for (const source of sources) {
    const chosen =
      names.length === 0
        ? [...source.schema.tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
        : names.map((name) => tableNamed(source.schema, name));
    for (const each of chosen) {
      const schema = withUuidColumn(each);
      tables.push(listing(source, schema, wantedColumns(schema, undefined), await source.read(each.name, [])));
    }
  }
  return { database: nameOf(sources), tables };
}

/** Reads conditions, with names of rows in them looked up. */
export async function conditionsOf(
  source: TableSource,
  table: TableSchema,
  texts: readonly string[],
): Promise<readonly RowCondition[]> {
  const database = await source.holding([...new Set(tablesMeant(texts, table))]);
  return texts.map((text) => readCondition(text, source.schema, table, uuidNamed(database)));
}

const nameOf = ([first]: readonly TableSource[]): string => first?.schema.name ?? '';

function fetched(wanted: readonly { readonly column: string }[]): readonly string[] {
  return [...new Set(['_uuid', ...wanted.map(({ column }) => column)])];
}

function wantedColumns(table: TableSchema, columns: readonly string[] | undefined): readonly Wanted[] {
  if (columns === undefined) {
    return [...table.columns]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([column, schema]) => ({ label: column, column, schema }));
  }
  return columns.map((text) => {
    const colon = text.indexOf(':');
    const [column, schema] = columnNamed(table, colon < 0 ? text : text.slice(0, colon));
    if (colon < 0) return { label: column, column, schema };
    if (schema.value === undefined) {
      throw new UsageError('usage.column', `${table.name}:${column} is no map: it has no keys`, {
        hints: [`ask for ${column} alone`],
      });
    }
    return { label: text, column, schema, key: text.slice(colon + 1) };
  });
}

function listing(
  { zone }: TableSource,
  table: TableSchema,
  wanted: readonly Wanted[],
  rows: readonly Row[],
): TableListing {
  return {
    zone,
    table: table.name,
    columns: wanted.map(({ label }) => label),
    rows: rows
      .map((row) => ({
        uuid: row.uuid,
        values: Object.fromEntries(wanted.map((each) => [each.label, cellOf(row, each)] as const)),
      }))
      .sort((a, b) => (a.uuid < b.uuid ? -1 : 1)),
  };
}

function cellOf(row: Row, { column, schema, key }: Wanted): CellValue {
  const json = column === '_uuid' ? row.uuid : row.json(column);
  if (key === undefined) return cellValue(json, schema);
  const pair = (json === undefined ? undefined : mapOf(json))?.find(([each]) => String(each) === key);
  return pair === undefined ? null : plainAtom(pair[1]);
}

const plainAtom = (atom: Atom): PlainAtom => (typeof atom === 'bigint' ? String(atom) : atom);

/** A value as the schema has it, whichever of RFC 7047's notations it came in. */
export function cellValue(json: Json | undefined, { key, value, min, max }: ColumnSchema): CellValue {
  if (value !== undefined) {
    const pairs = [...((json === undefined ? undefined : mapOf(json)) ?? [])];
    return Object.fromEntries(
      pairs
        .map(([each, other]): readonly [string, PlainAtom] => [String(each), plainAtom(other)])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  const atoms = (json === undefined ? undefined : setOf(json)) ?? (min === 0 ? [] : [defaultAtom(key.type)]);
  if (max > 1) return [...atoms].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(plainAtom);
  const [only] = atoms;
  return only === undefined ? null : plainAtom(only);
}

const COMPARISONS = { '=': '==', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

const isComparison = (text: string): text is keyof typeof COMPARISONS => Object.hasOwn(COMPARISONS, text);

/** What of a condition the server can be asked: RFC 7047 section 5.1 compares single values as we do. */
function pushedDown({ column, key, operator, value }: RowCondition, table: TableSchema): readonly Condition[] {
  const schema = table.columns.get(column);
  if (schema === undefined || key !== undefined) return [];
  if (operator === '{>=}' || operator === '{includes}') {
    return schema.max > 1 ? [[column, 'includes', value]] : [];
  }
  if (schema.min !== 1 || schema.max !== 1 || !isComparison(operator)) return [];
  const comparison = COMPARISONS[operator];
  const isEquality = comparison === '==' || comparison === '!=';
  return isEquality || schema.key.type === 'integer' || schema.key.type === 'real' ? [[column, comparison, value]] : [];
}

/** The value of one key that a row has not. */
export function refuseAbsent({ tables }: TableRows): void {
  for (const { table, rows } of tables) {
    for (const { uuid, values } of rows) {
      const absent = Object.entries(values).find(([label, value]) => value === null && label.includes(':'));
      if (absent === undefined) continue;
      throw new NotFoundError('db.key', `${table} ${uuid} has no ${absent[0]}`, {
        hints: ['--if-exists prints nothing instead'],
      });
    }
  }
}
