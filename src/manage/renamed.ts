import { isJsonArray, isJsonObject } from '../ovsdb/wire/json.js';
import type { Json, JsonObject } from '../ovsdb/wire/json.js';

/** Columns with the rows that they refer to called otherwise, where there is another name. */
export function renamed(cells: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(cells).map(([column, json]) => [column, renamedIn(json, names)]));
}

function renamedIn(json: Json, names: ReadonlyMap<string, string>): Json {
  if (isJsonArray(json)) {
    const [kind, name] = json;
    if (kind === 'uuid' && typeof name === 'string') return ['uuid', names.get(name) ?? name];
    return json.map((member) => renamedIn(member, names));
  }
  return isJsonObject(json) ? renamed(json, names) : json;
}
