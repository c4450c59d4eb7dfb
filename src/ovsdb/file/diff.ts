/**
 * How a transaction record that is marked `_is_diff` changes a column (ovsdb-server since 2.15, ovsdb(7)).
 *
 * A column that holds at most one atom or pair is replaced. In a larger set, a member of the difference that is there is
 * removed and one that is not is added. In a larger map, a pair that is there with the same value is removed, a key with
 * another value gets the new one, and a new key is added.
 *
 * Measured, not documented: when the old value is the default of its type, servers take the difference for the new value.
 * That only shows in sets that may not be empty, whose default is one atom: a server (3.1) that wrote `[0]` → `[0, 1]`
 * reads `[1]` back. This decoder reads what the server reads; the schemas of OVN have no such column that holds a default.
 */
import type { Json } from '../wire/json.js';
import { mapOf, setOf } from '../wire/value.js';
import type { Atom } from '../wire/value.js';
import type { AtomType, ColumnSchema } from '../schema/schema.js';

/** The column's new value, or undefined when either value is not of the column's type. `old` undefined is empty. */
export function applyDiff(column: ColumnSchema, old: Json | undefined, difference: Json): Json | undefined {
  if (column.max === 1) return difference;
  return column.value === undefined
    ? applySetDiff(column, old ?? ['set', []], difference)
    : applyMapDiff(column, column.value.type, old ?? ['map', []], difference);
}

function applySetDiff(column: ColumnSchema, old: Json, difference: Json): Json | undefined {
  const before = setOf(old);
  const changes = setOf(difference);
  if (before === undefined || changes === undefined) return undefined;
  if (column.min === 1 && before.length === 1 && before[0] === defaultAtom(column.key.type)) return difference;
  const members = new Set(before);
  for (const atom of changes) {
    if (!members.delete(atom)) members.add(atom);
  }
  return ['set', [...members].sort(byServerOrder).map((atom) => atomJson(atom, column.key.type))];
}

function applyMapDiff(column: ColumnSchema, valueType: AtomType, old: Json, difference: Json): Json | undefined {
  const before = mapOf(old);
  const changes = mapOf(difference);
  if (before === undefined || changes === undefined) return undefined;
  const pairs = new Map(before);
  for (const [key, value] of changes) {
    if (pairs.get(key) === value) pairs.delete(key);
    else pairs.set(key, value);
  }
  const sorted = [...pairs].sort(([a], [b]) => byServerOrder(a, b));
  return ['map', sorted.map(([key, value]) => [atomJson(key, column.key.type), atomJson(value, valueType)])];
}

/** RFC 7047 section 5.2.1. */
export function defaultAtom(type: AtomType): Atom {
  return DEFAULT_ATOM[type];
}

const DEFAULT_ATOM: Readonly<Record<AtomType, Atom>> = {
  integer: 0,
  real: 0,
  boolean: false,
  string: '',
  uuid: '00000000-0000-0000-0000-000000000000',
};

export const atomJson = (atom: Atom, type: AtomType): Json =>
  type === 'uuid' && typeof atom === 'string' ? ['uuid', atom] : atom;

/** Sets and maps are written sorted, so a database reads the same whether its file was compacted or not. */
function byServerOrder(a: Atom, b: Atom): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
