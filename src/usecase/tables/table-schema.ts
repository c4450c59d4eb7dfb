/** What a schema says about its tables, as a document: what `db schema` answers. */
import { tableNamed } from '../../manage/table-look-up.js';
import { constraintsOf } from '../../ovsdb/schema/constraints.js';
import type { BaseType, ColumnSchema, DatabaseSchema, TableSchema } from '../../ovsdb/schema/schema.js';
import type { Constraint } from '../../ovsdb/schema/constraints.js';

export interface ColumnDescription {
  readonly name: string;
  /** In words: `string`, `set of integer`, `map of string to string`, `optional row of Meter`. */
  readonly type: string;
  /** What is allowed beyond the type; absent where anything is. */
  readonly allowed?: string;
  /** False: can only be given when the row is made. */
  readonly mutable: boolean;
  /** Kept in memory only. */
  readonly ephemeral: boolean;
}

export interface TableDescription {
  readonly name: string;
  /** False: rows go when nothing refers to them. */
  readonly isRoot: boolean;
  /** Columns of which no two rows have the same values. */
  readonly unique: readonly (readonly string[])[];
  readonly columns: readonly ColumnDescription[];
}

export interface DatabaseDescription {
  readonly database: string;
  /** `x.y.z`; absent in schemas older than the member. */
  readonly version?: string;
  readonly tables: readonly TableDescription[];
}

/** All tables, or those named. UsageError for one that is not there. */
export function describeSchema(schema: DatabaseSchema, names: readonly string[]): DatabaseDescription {
  const chosen =
    names.length === 0
      ? [...schema.tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
      : names.map((name) => tableNamed(schema, name));
  return {
    database: schema.name,
    ...(schema.version === undefined ? {} : { version: schema.version }),
    tables: chosen.map((table) => describeTable(schema, table)),
  };
}

const describeTable = (schema: DatabaseSchema, { name, isRoot, indexes, columns }: TableSchema): TableDescription => ({
  name,
  isRoot,
  unique: indexes,
  columns: [...columns]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([column, type]) => {
      const { key, value, mutable } = constraintsOf(schema, name, column);
      const allowed = [constraintText(key), constraintText(value)].filter((text) => text !== '');
      return {
        name: column,
        type: typeText(type),
        ...(allowed.length === 0 ? {} : { allowed: allowed.join('; ') }),
        mutable,
        ephemeral: type.ephemeral,
      };
    }),
});

function typeText({ key, value, min, max }: ColumnSchema): string {
  if (value !== undefined) return `map of ${baseText(key)} to ${baseText(value)}`;
  if (max === 1) return min === 0 ? `optional ${baseText(key)}` : baseText(key);
  const bound = Number.isFinite(max) ? ` (${max} at most)` : '';
  return `${min === 0 ? 'set' : 'set, not empty,'} of ${baseText(key)}${bound}`;
}

const baseText = ({ type, refTable, refType }: BaseType): string =>
  refTable === undefined ? type : `${refType === 'weak' ? 'weakly referred ' : ''}row of ${refTable}`;

function constraintText({ oneOf, minimum, maximum, minLength, maxLength }: Constraint): string {
  const parts: string[] = [];
  if (oneOf !== undefined) parts.push(`one of ${oneOf.map(String).sort().join(', ')}`);
  if (minimum !== undefined) parts.push(`${minimum} or more`);
  if (maximum !== undefined) parts.push(`${maximum} or less`);
  if (minLength !== undefined) parts.push(`${minLength} characters or more`);
  if (maxLength !== undefined) parts.push(`${maxLength} characters or less`);
  return parts.join(', ');
}
