/** Parameters and values that verbs of several kinds share. */
import type { Json, JsonObject } from '../../ovsdb/wire/json.js';
import type { Parameter } from '../verb.js';

export const MAY_EXIST: Parameter = {
  name: 'may-exist',
  kind: 'switch',
  help: 'Leave what exists already as it is, instead of failing',
};

export const IF_EXISTS: Parameter = {
  name: 'if-exists',
  kind: 'switch',
  help: 'Do nothing, instead of failing, when there is none',
};

/** A map column from pairs of texts; nothing where there are none. */
export function textsOf(column: string, pairs: readonly (readonly [string, string])[]): JsonObject {
  return pairs.length === 0 ? {} : { [column]: mapOfTexts(pairs) };
}

/** A map of texts in RFC 7047 notation. */
export function mapOfTexts(pairs: Iterable<readonly [string, string]>): Json {
  return ['map', [...pairs].map(([key, value]) => [key, value])];
}

/** A set of atoms in RFC 7047 notation. */
export const setOfTexts = (texts: readonly string[]): Json => ['set', texts];

/** A reference, or a set of them. */
export const reference = (uuid: string): Json => ['uuid', uuid];
export const references = (...uuids: readonly string[]): Json => ['set', uuids.map(reference)];
