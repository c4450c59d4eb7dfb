/**
 * Conditions on rows as people type them, in the notation of ovs-vsctl(8) "find": COLUMN[:KEY], an operator, a value.
 *
 * `=`, `!=`, `<`, `>`, `<=`, `>=` compare a whole value with another (of sets and maps the smaller one is less); the operators
 * in braces compare as sets: `{=}`, `{!=}`, `{<}`, `{<=}` or `{in}`, `{>}`, `{>=}` or `{includes}`, and `{not-in}` for nothing
 * in common. With a key, a map without it never matches, except that the operators in braces take it for an empty set.
 *
 * In: texts and a table's schema. Out: conditions to ask rows; UsageError with what would be right. Must not know servers.
 */
import { UsageError } from '../base/errors.js';
import { defaultAtom } from '../ovsdb/replica/difference.js';
import type { Row } from '../ovsdb/replica/row.js';
import { constraintsOf } from '../ovsdb/schema/constraints.js';
import type { ColumnSchema, DatabaseSchema, TableSchema } from '../ovsdb/schema/schema.js';
import type { Json } from '../ovsdb/wire/json.js';
import { mapOf, setOf } from '../ovsdb/wire/value.js';
import type { Atom } from '../ovsdb/wire/value.js';
import { columnNamed } from './table-look-up.js';
import { readValue, wantedText } from './value-text.js';
import type { RowNamed } from './value-text.js';

/** A member of a set, or a pair of a map. */
type Member = readonly [key: Atom, value?: Atom];

export interface RowCondition {
  readonly column: string;
  readonly key: string | undefined;
  readonly operator: string;
  /** In RFC 7047 notation, as the column would hold it. */
  readonly value: Json;
  readonly isTrue: (row: Row) => boolean;
}

const PATTERN = /^([\w-]+)(?::("(?:[^"\\]|\\.)*"|[^=!<>{}]*))?(\{[^}]*\}|!=|<=|>=|=|<|>)([\s\S]*)$/;

type Test = (row: readonly Member[], given: readonly Member[]) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  '=': (a, b) => order(a, b) === 0,
  '!=': (a, b) => order(a, b) !== 0,
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
  '{=}': (a, b) => order(a, b) === 0,
  '{!=}': (a, b) => order(a, b) !== 0,
  '{<}': (a, b) => b.length > a.length && isWithin(a, b),
  '{<=}': (a, b) => isWithin(a, b),
  '{>}': (a, b) => a.length > b.length && isWithin(b, a),
  '{>=}': (a, b) => isWithin(b, a),
  '{in}': (a, b) => isWithin(a, b),
  '{includes}': (a, b) => isWithin(b, a),
  '{not-in}': (a, b) => !a.some((member) => has(b, member)),
};
const OPERATORS = Object.keys(TESTS).join(' ');

/** What names of rows in values are looked up in may not be held yet: the tables that the texts may refer to. */
export function tablesMeant(texts: readonly string[], table: TableSchema): readonly string[] {
  return texts.flatMap((text) => {
    const [, name = ''] = PATTERN.exec(text) ?? [];
    const { key, value } = table.columns.get(name) ?? {};
    return [key?.refTable, value?.refTable].filter((each) => each !== undefined);
  });
}

/** Reads a condition on rows of the table. */
export function readCondition(
  text: string,
  schema: DatabaseSchema,
  table: TableSchema,
  rowNamed: RowNamed,
): RowCondition {
  const [, name, quotedKey, operator = '', valueText = ''] = PATTERN.exec(text) ?? [];
  if (name === undefined) {
    throw new UsageError('usage.condition', `"${text}" is not a condition`, {
      hints: [`conditions are COLUMN[:KEY], one of ${OPERATORS}, and a value`],
    });
  }
  const test = TESTS[operator];
  if (test === undefined) {
    throw new UsageError('usage.condition', `"${text}": there is no operator ${operator}`, {
      hints: [`operators are ${OPERATORS}`],
    });
  }
  const [column, whole] = columnNamed(table, name);
  const key = quotedKey?.startsWith('"') === true ? (JSON.parse(quotedKey) as string) : quotedKey;
  const isBraced = operator.startsWith('{');
  const { key: keyType, value: valueType } = whole;
  if (key !== undefined && valueType === undefined) {
    throw new UsageError('usage.condition', `${table.name}:${column} is no map: it has no key "${key}"`, {
      hints: [`wanted: ${wantedText(whole)}`],
    });
  }
  const one: ColumnSchema =
    key === undefined || valueType === undefined
      ? whole
      : { key: valueType, min: 1, max: 1, ephemeral: whole.ephemeral };
  // Several may be given where the row holds one.
  const given: ColumnSchema = isBraced && one.max === 1 ? { ...one, min: 0, max: Number.POSITIVE_INFINITY } : one;
  const limits = constraintsOf(schema, table.name, column);
  const read = readValue(
    valueText,
    given,
    key === undefined ? limits : { ...limits, key: limits.value, value: {} },
    rowNamed,
  );
  if (!read.ok) {
    throw new UsageError('usage.condition', `${table.name}:${column}: ${read.error}`, {
      hints: [`wanted: ${wantedText(given)}`],
    });
  }
  const wanted = membersOf(read.value, given);
  return {
    column,
    key,
    operator,
    value: read.value,
    isTrue: (row) => {
      const value: Json | undefined = column === '_uuid' ? ['uuid', row.uuid] : row.json(column);
      const members = value === undefined ? defaultOf(whole) : membersOf(value, whole);
      if (key === undefined) return test(members, wanted);
      // Keys of other types are compared as they are written.
      const found = members.find(([each]) => String(each) === (keyType.type === 'uuid' ? key.toLowerCase() : key));
      if (found === undefined) return isBraced && test([], wanted);
      return test([[found[1] ?? '']], wanted);
    },
  };
}

/** RFC 7047 section 5.2.1: what a row has that says nothing about a column. */
function defaultOf({ key, value, min }: ColumnSchema): readonly Member[] {
  return min === 0 || value !== undefined ? [] : [[defaultAtom(key.type)]];
}

function membersOf(json: Json, { value }: ColumnSchema): readonly Member[] {
  const members: Member[] =
    value === undefined ? (setOf(json) ?? []).map((atom): Member => [atom]) : [...(mapOf(json) ?? [])];
  return members.sort(([a], [b]) => orderOfAtoms(a, b));
}

/** As servers order values: by the number of members, then the keys, then the values. */
function order(a: readonly Member[], b: readonly Member[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [at, [key]] of a.entries()) {
    const byKey = orderOfAtoms(key, b[at]?.[0] ?? key);
    if (byKey !== 0) return byKey;
  }
  for (const [at, [, value]] of a.entries()) {
    const other = b[at]?.[1];
    const byValue = value === undefined || other === undefined ? 0 : orderOfAtoms(value, other);
    if (byValue !== 0) return byValue;
  }
  return 0;
}

const orderOfAtoms = (a: Atom, b: Atom): number => (a < b ? -1 : a > b ? 1 : 0);

const has = (members: readonly Member[], [key, value]: Member): boolean =>
  members.some(([otherKey, otherValue]) => otherKey === key && otherValue === value);

const isWithin = (some: readonly Member[], all: readonly Member[]): boolean => some.every((member) => has(all, member));
