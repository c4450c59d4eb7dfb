/**
 * RFC 7047 section 5.1: how values of columns are written in JSON, and how to take them apart without a schema.
 *
 * A column's value is an atom, `["set", [atom…]]` or `["map", [[atom, atom]…]]`; a set of one may be the bare atom, and
 * a uuid atom is `["uuid", "…"]`. The notation is unambiguous, so no schema is needed to tell them apart.
 */
import { isJsonArray } from './json.js';
import type { Integer, Json } from './json.js';

/** An atom with its uuid unwrapped: `["uuid", u]` is `u`. */
export type Atom = boolean | Integer | string;

export type MapPair = readonly [key: Atom, value: Atom];

/** The atom that `json` writes, or undefined when it is not one. A named uuid is not a value a database can hold. */
export function atomOf(json: Json | undefined): Atom | undefined {
  switch (typeof json) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return json;
    case 'object': {
      if (!isJsonArray(json) || json.length !== 2 || json[0] !== 'uuid') return undefined;
      const uuid = json[1];
      return typeof uuid === 'string' ? uuid : undefined;
    }
    default:
      return undefined;
  }
}

/** The members of the set that `json` writes; a bare atom is a set of one. Undefined when it is not a set of atoms. */
export function setOf(json: Json): readonly Atom[] | undefined {
  if (isJsonArray(json) && json[0] === 'set' && json.length === 2) {
    const members = json[1];
    if (!isJsonArray(members)) return undefined;
    const atoms: Atom[] = [];
    for (const member of members) {
      const atom = atomOf(member);
      if (atom === undefined) return undefined;
      atoms.push(atom);
    }
    return atoms;
  }
  const atom = atomOf(json);
  return atom === undefined ? undefined : [atom];
}

/** The pairs of the map that `json` writes; the empty set counts as the empty map. Undefined when it is not a map. */
export function mapOf(json: Json): readonly MapPair[] | undefined {
  if (!isJsonArray(json) || json.length !== 2) return undefined;
  const [kind, members] = json;
  if (!isJsonArray(members)) return undefined;
  if (kind === 'set') return members.length === 0 ? [] : undefined;
  if (kind !== 'map') return undefined;
  const pairs: MapPair[] = [];
  for (const pair of members) {
    if (!isJsonArray(pair) || pair.length !== 2) return undefined;
    const key = atomOf(pair[0]);
    const value = atomOf(pair[1]);
    if (key === undefined || value === undefined) return undefined;
    pairs.push([key, value]);
  }
  return pairs;
}

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** Whether `text` is a uuid in the long form of RFC 4122. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}
