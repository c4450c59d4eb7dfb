/**
 * How a difference changes a column: the "modify" of update2 and update3 (ovsdb-server(7) section 4.1.14), and a transaction
 * record marked `_is_diff` in a database file (ovsdb(7)).
 *
 * A column that holds at most one atom or pair is replaced. In a larger set, a member of the difference that is there is
 * removed and one that is not is added. In a larger map, a pair that is there with the same value is removed, a key with
 * another value gets the new one, and a new key is added.
 */
import { isJsonArray } from '../wire/json.js';
import type { Json } from '../wire/json.js';
import { mapOf, setOf } from '../wire/value.js';
import type { Atom } from '../wire/value.js';
import type { AtomType, ColumnSchema } from '../schema/schema.js';

const ZERO_UUID = '00000000-0000-0000-0000-000000000000';
const DEFAULT_ATOM: Readonly<Record<AtomType, Atom>> = {
  integer: 0,
  real: 0,
  boolean: false,
  string: '',
  uuid: ZERO_UUID,
};

/** The column's new value, or undefined when either value is not of the column's type. `old` undefined is the default. */
export function applyDifference(column: ColumnSchema, old: Json | undefined, difference: Json): Json | undefined {
  if (column.max === 1) return difference;
  return column.value === undefined
    ? setDifference(column, old, difference)
    : mapDifference(column, column.value.type, old, difference);
}

/** Whether the value is the one that servers and files leave out of an inserted row (RFC 7047 section 5.2.1). */
export function isDefault(column: ColumnSchema, value: Json): boolean {
  if (column.value !== undefined || column.min === 0) return isJsonArray(value) && isEmpty(value[1]);
  const atoms = setOf(value);
  return atoms?.length === 1 && atoms[0] === DEFAULT_ATOM[column.key.type];
}

/** RFC 7047 section 5.2.1. */
export function defaultAtom(type: AtomType): Atom {
  return DEFAULT_ATOM[type];
}

const isEmpty = (members: Json | undefined): boolean => isJsonArray(members) && members.length === 0;

function setDifference(column: ColumnSchema, old: Json | undefined, difference: Json): Json | undefined {
  // A set that may not be empty begins with one default atom (RFC 7047 section 5.2.1).
  const before = old === undefined ? (column.min === 1 ? [DEFAULT_ATOM[column.key.type]] : []) : setOf(old);
  const changes = setOf(difference);
  if (before === undefined || changes === undefined) return undefined;
  const members = new Set(before);
  for (const atom of changes) {
    if (!members.delete(atom)) members.add(atom);
  }
  const sorted = [...members].sort(byServerOrder).map((atom) => atomJson(atom, column.key.type));
  // The server writes a set of one as its member.
  return sorted.length === 1 ? sorted[0] : ['set', sorted];
}

function mapDifference(column: ColumnSchema, value: AtomType, old: Json | undefined, diff: Json): Json | undefined {
  const before = old === undefined ? [] : mapOf(old);
  const changes = mapOf(diff);
  if (before === undefined || changes === undefined) return undefined;
  const pairs = new Map(before);
  for (const [key, atom] of changes) {
    if (pairs.get(key) === atom) pairs.delete(key);
    else pairs.set(key, atom);
  }
  const sorted = [...pairs].sort(([a], [b]) => byServerOrder(a, b));
  return ['map', sorted.map(([key, atom]) => [atomJson(key, column.key.type), atomJson(atom, value)])];
}

export const atomJson = (atom: Atom, type: AtomType): Json =>
  type === 'uuid' && typeof atom === 'string' ? ['uuid', atom] : atom;

/** As the server sorts sets and maps: strings by their UTF-8 bytes, which is the order of their code points. */
function byServerOrder(a: Atom, b: Atom): number {
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** UTF-16 units sort surrogates before U+E000–U+FFFF, UTF-8 bytes after. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}
