/**
 * Sets and maps in RFC 7047 notation, changed and compared member by member. A lone atom is a set of one, as servers write
 * it; order has no meaning.
 */
import { isJsonArray } from '../ovsdb/wire/json.js';
import type { Json } from '../ovsdb/wire/json.js';
import { jsonText } from '../ovsdb/wire/json-text.js';

type Kind = 'set' | 'map';

/** The members as JSON: atoms of a set, pairs of a map. */
export function membersOf(value: Json | undefined): { readonly kind: Kind; readonly members: readonly Json[] } {
  if (value === undefined) return { kind: 'set', members: [] };
  if (isJsonArray(value) && (value[0] === 'set' || value[0] === 'map') && isJsonArray(value[1])) {
    return { kind: value[0], members: value[1] };
  }
  return { kind: 'set', members: [value] };
}

/** The key that tells members of a set apart, or that of a pair. */
const keyOf = (kind: Kind, member: Json): string =>
  jsonText(kind === 'map' && isJsonArray(member) ? (member[0] ?? null) : member);

/** With all of `added`: a pair replaces the one of the same key. */
export function withMembers(value: Json | undefined, added: Json): Json {
  const { kind, members } = membersOf(added);
  const all = new Map(membersOf(value).members.map((member) => [keyOf(kind, member), member] as const));
  for (const member of members) all.set(keyOf(kind, member), member);
  return [kind, [...all.values()]];
}

/** Without any of `removed`: a bare key removes its pair, a pair only itself. */
export function withoutMembers(value: Json | undefined, removed: Json): Json {
  const { kind, members } = membersOf(value);
  const whole = new Set<string>();
  const keys = new Set<string>();
  const given = membersOf(removed);
  for (const member of given.members) (given.kind === kind ? whole : keys).add(jsonText(member));
  const left = members.filter((member) => {
    const isGone = whole.has(jsonText(member)) || keys.has(keyOf(kind, member));
    return !isGone;
  });
  return [kind, left];
}

/** What is in `a` and not in `b`, as members. */
export function membersOnlyIn(a: Json | undefined, b: Json | undefined): readonly Json[] {
  const others = new Set(membersOf(b).members.map(jsonText));
  return membersOf(a).members.filter((member) => !others.has(jsonText(member)));
}

/** Whether two values of a column say the same. An empty set and an empty map do. */
export function isEqualValue(a: Json, b: Json): boolean {
  const [left, right] = [membersOf(a), membersOf(b)];
  if (left.members.length !== right.members.length) return false;
  if (left.kind !== right.kind && left.members.length > 0) return false;
  const texts = new Set(left.members.map(jsonText));
  return right.members.every((member) => texts.has(jsonText(member)));
}
