/**
 * Database schemas (RFC 7047 section 3.2), as the first record of every database file holds one.
 *
 * In: the schema's JSON. Out: names, versions and column types, as far as reading rows needs them. Value constraints
 * (enumerations, ranges, lengths) are left to the server that enforced them when the rows were written.
 */
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { isJsonArray, isJsonObject } from '../wire/json.js';
import type { Json, JsonObject } from '../wire/json.js';

export type AtomType = 'integer' | 'real' | 'boolean' | 'string' | 'uuid';

export interface BaseType {
  readonly type: AtomType;
  /** The table a uuid refers to, and whether the reference keeps the row alive. */
  readonly refTable?: string;
  readonly refType?: 'strong' | 'weak';
}

export interface ColumnSchema {
  readonly key: BaseType;
  /** Present when the column is a map. */
  readonly value?: BaseType;
  readonly min: number;
  /** Infinity for "unlimited". */
  readonly max: number;
  /** Kept in memory only: never in a database file. */
  readonly ephemeral: boolean;
}

export interface TableSchema {
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnSchema>;
  readonly indexes: readonly (readonly string[])[];
  /** False: the server deletes rows that nothing refers to. */
  readonly isRoot: boolean;
}

export interface DatabaseSchema {
  readonly name: string;
  /** x.y.z; undefined in schemas older than the member. */
  readonly version: string | undefined;
  readonly tables: ReadonlyMap<string, TableSchema>;
  /** What it was read from, with the constraints and comments that are not read: for whoever writes it again. */
  readonly source?: JsonObject;
}

export interface SchemaError {
  /** Where in the schema, like `tables.ACL.columns.name`. */
  readonly path: string;
  readonly reason: string;
}

type Read<T> = Result<T, SchemaError>;

const bad = (path: string, reason: string): Read<never> => err({ path, reason });

function readAtomType(json: Json | undefined): AtomType | undefined {
  switch (json) {
    case 'integer':
    case 'real':
    case 'boolean':
    case 'string':
    case 'uuid':
      return json;
    default:
      return undefined;
  }
}

function readBaseType(json: Json | undefined, path: string): Read<BaseType> {
  const bare = readAtomType(json);
  if (bare !== undefined) return ok({ type: bare });
  if (!isJsonObject(json)) return bad(path, 'not a base type');
  const type = readAtomType(json['type']);
  if (type === undefined) return bad(`${path}.type`, 'not an atomic type');
  const refTable = json['refTable'];
  if (refTable === undefined) return ok({ type });
  if (typeof refTable !== 'string') return bad(`${path}.refTable`, 'not a table name');
  return ok({ type, refTable, refType: json['refType'] === 'weak' ? 'weak' : 'strong' });
}

function readColumn(json: Json, path: string): Read<ColumnSchema> {
  if (!isJsonObject(json)) return bad(path, 'not an object');
  const type = json['type'];
  const ephemeral = json['ephemeral'] === true;
  const shape: JsonObject = isJsonObject(type) ? type : { key: type ?? null };
  const key = readBaseType(shape['key'], `${path}.type.key`);
  if (!key.ok) return key;
  const min = shape['min'] ?? 1;
  const max = shape['max'] === 'unlimited' ? Number.POSITIVE_INFINITY : (shape['max'] ?? 1);
  if (min !== 0 && min !== 1) return bad(`${path}.type.min`, 'neither 0 nor 1');
  if (typeof max !== 'number' || max < 1) return bad(`${path}.type.max`, 'not a positive number');
  if (shape['value'] === undefined) return ok({ key: key.value, min, max, ephemeral });
  const value = readBaseType(shape['value'], `${path}.type.value`);
  if (!value.ok) return value;
  return ok({ key: key.value, value: value.value, min, max, ephemeral });
}

function readIndexes(json: Json | undefined): readonly (readonly string[])[] | undefined {
  if (json === undefined) return [];
  if (!isJsonArray(json)) return undefined;
  const indexes: string[][] = [];
  for (const index of json) {
    if (!isJsonArray(index)) return undefined;
    const columns = index.filter((column) => typeof column === 'string');
    if (columns.length !== index.length) return undefined;
    indexes.push(columns);
  }
  return indexes;
}

function readTable(name: string, json: Json, path: string): Read<TableSchema> {
  if (!isJsonObject(json) || !isJsonObject(json['columns'])) return bad(path, 'no columns');
  const columns = new Map<string, ColumnSchema>();
  for (const [column, definition] of Object.entries(json['columns'])) {
    const read = readColumn(definition, `${path}.columns.${column}`);
    if (!read.ok) return read;
    columns.set(column, read.value);
  }
  const indexes = readIndexes(json['indexes']);
  if (indexes === undefined) return bad(`${path}.indexes`, 'not a list of lists of column names');
  return ok({ name, columns, indexes, isRoot: json['isRoot'] === true });
}

/** Reads a schema; the error names the first member that is not as RFC 7047 section 3.2 wants it. */
export function readSchema(json: Json): Read<DatabaseSchema> {
  if (!isJsonObject(json)) return bad('', 'not an object');
  const name = json['name'];
  if (typeof name !== 'string') return bad('name', 'no database name');
  const version = json['version'];
  if (version !== undefined && typeof version !== 'string') return bad('version', 'not a string');
  if (!isJsonObject(json['tables'])) return bad('tables', 'no tables');
  const tables = new Map<string, TableSchema>();
  for (const [table, definition] of Object.entries(json['tables'])) {
    const read = readTable(table, definition, `tables.${table}`);
    if (!read.ok) return read;
    tables.set(table, read.value);
  }
  return ok({ name, version, tables, source: json });
}
