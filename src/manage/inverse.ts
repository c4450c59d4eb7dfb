/**
 * A plan turned round. What was made goes, what went is made again (with another uuid, which everything that referred to it
 * is given), what changed gets its former value back.
 *
 * In: changes that were carried out, with real uuids. Out: changes that rest on the rows being as they were left. Must not
 * know whether they still are: the transaction finds that out.
 */
import { isJsonArray, isJsonObject } from '../ovsdb/wire/json.js';
import type { Json, JsonObject } from '../ovsdb/wire/json.js';
import type { RowChange } from './plan.js';

/** The changes that undo these. */
export function inverseOf(changes: readonly RowChange[]): readonly RowChange[] {
  const again = new Map<string, string>();
  for (const { op, uuid } of changes) if (op === 'delete') again.set(uuid, `new${again.size + 1}`);
  const turned = changes.map((change): RowChange => {
    const { op, before, after } = change;
    switch (op) {
      case 'insert':
        return { ...change, op: 'delete', before: after, after: before, follows: false };
      case 'delete':
        return {
          ...change,
          op: 'insert',
          uuid: again.get(change.uuid) ?? change.uuid,
          before: {},
          after: renamed(before, again),
          follows: false,
        };
      case 'update':
        return { ...change, before: after, after: renamed(before, again), follows: false };
    }
  });
  return turned.sort((a, b) => ORDER[a.op] - ORDER[b.op]);
}

const ORDER = { insert: 0, update: 1, delete: 2 } as const;

function renamed(cells: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(cells).map(([column, json]) => [column, renamedIn(json, names)]));
}

function renamedIn(json: Json, names: ReadonlyMap<string, string>): Json {
  if (isJsonArray(json)) {
    const [kind, name] = json;
    if (kind === 'uuid' && typeof name === 'string') return ['uuid', names.get(name) ?? name];
    return json.map((member) => renamedIn(member, names));
  }
  if (!isJsonObject(json)) return json;
  return renamed(json, names);
}
