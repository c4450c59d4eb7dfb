/**
 * How a transaction record that is marked `_is_diff` changes a column (ovsdb-server since 2.15, ovsdb(7)).
 *
 * A column that holds at most one atom or pair is replaced. In a larger set, a member of the difference that is there is
 * removed and one that is not is added. In a larger map, a pair that is there with the same value is removed, a key with
 * another value gets the new one, and a new key is added.
 */
import type { Json } from '../wire/json.js';
import { mapOf, setOf } from '../wire/value.js';
import type { Atom } from '../wire/value.js';
import type { ColumnSchema } from '../schema/schema.js';

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
  const members = new Set(before);
  for (const atom of changes) {
    if (!members.delete(atom)) members.add(atom);
  }
  return ['set', [...members].sort(byServerOrder).map((atom) => atomJson(atom, column.key.type))];
}

function applyMapDiff(column: ColumnSchema, valueType: string, old: Json, difference: Json): Json | undefined {
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

const atomJson = (atom: Atom, type: string): Json =>
  type === 'uuid' && typeof atom === 'string' ? ['uuid', atom] : atom;

/** Sets and maps are written sorted, so a database reads the same whether its file was compacted or not. */
function byServerOrder(a: Atom, b: Atom): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
