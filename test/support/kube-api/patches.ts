import { badRequest, failure, Refused } from './model.js';

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON merge patch (RFC 7386). */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isMembers(patch)) return patch;
  const merged: Members = isMembers(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = mergePatched(merged[key], value);
  }
  return merged;
}

/** Everything that is wrong with the operations gives the same answer, which does not tell what it was. */
const refused = (): Refused =>
  new Refused(422, failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {}));

/** JSON patch (RFC 6902). */
export function jsonPatched(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  let result: unknown = structuredClone(target);
  for (const operation of patch as Members[]) result = operated(result, operation);
  return result;
}

function operated(document: unknown, { op, path, value, from }: Members): unknown {
  const keys = pointer(path);
  const [last] = keys.slice(-1);
  if (last === undefined) throw refused();
  const parent = at(document, keys.slice(0, -1));
  switch (op) {
    case 'test':
      if (JSON.stringify(child(parent, last)) !== JSON.stringify(value)) throw refused();
      return document;
    case 'replace':
      if (child(parent, last) === undefined) throw refused();
      set(parent, last, value, false);
      return document;
    case 'add':
      set(parent, last, value, true);
      return document;
    case 'remove':
      remove(parent, last);
      return document;
    case 'copy':
      set(parent, last, structuredClone(at(document, pointer(from))), true);
      return document;
    default:
      throw refused();
  }
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string' || !path.startsWith('/')) throw refused();
  return path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return (parent as unknown[])[Number(key)];
  return isMembers(parent) ? parent[key] : undefined;
}

function at(document: unknown, keys: readonly string[]): unknown {
  let value = document;
  for (const key of keys) {
    value = child(value, key);
    if (value === undefined) throw refused();
  }
  return value;
}

function set(parent: unknown, key: string, value: unknown, insert: boolean): void {
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!(index <= parent.length)) throw refused();
    parent.splice(index, insert ? 0 : 1, value);
  } else if (isMembers(parent)) parent[key] = value;
  else throw refused();
}

function remove(parent: unknown, key: string): void {
  if (child(parent, key) === undefined) throw refused();
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (isMembers(parent)) Reflect.deleteProperty(parent, key);
}
