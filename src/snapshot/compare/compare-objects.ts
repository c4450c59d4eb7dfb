/** What changed between two lists of Kubernetes objects of one kind: objects by namespace and name, members by path. */
import { VOLATILE_MEMBERS } from './identity.js';

export interface MemberChange {
  /** Like `spec.ports[0].port`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface ObjectDifference {
  readonly namespace: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of an object that stayed. */
  readonly members: readonly MemberChange[];
}

/** A list, and whether it has all objects of a namespace: what is not in a list that is not whole may still exist. */
export interface ComparedList {
  readonly items: readonly unknown[];
  readonly isWhole: (namespace: string) => boolean;
}

type Members = Readonly<Record<string, unknown>>;

export function compareObjects(
  before: ComparedList,
  after: ComparedList,
  withVolatile: boolean,
): readonly ObjectDifference[] {
  const [old, now] = [byKey(before.items), byKey(after.items)];
  const differences: ObjectDifference[] = [];
  for (const [key, { namespace, name, object }] of old) {
    const other = now.get(key);
    if (other === undefined) {
      if (after.isWhole(namespace)) differences.push({ namespace, name, change: 'removed', members: [] });
      continue;
    }
    const members: MemberChange[] = [];
    compare(object, other.object, '', '', withVolatile, members);
    if (members.length > 0) differences.push({ namespace, name, change: 'changed', members });
  }
  for (const [key, { namespace, name }] of now) {
    if (!old.has(key) && before.isWhole(namespace)) {
      differences.push({ namespace, name, change: 'added', members: [] });
    }
  }
  return differences.sort((a, b) => order(a.namespace, b.namespace) || order(a.name, b.name));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly object: Members;
}

/** An object without a name can't be found again and is left out. */
function byKey(items: readonly unknown[]): ReadonlyMap<string, Named> {
  const objects = new Map<string, Named>();
  for (const object of items) {
    const metadata = isRecord(object) ? object['metadata'] : undefined;
    if (!isRecord(object) || !isRecord(metadata)) continue;
    const { name, namespace = '' } = metadata;
    if (typeof name !== 'string' || typeof namespace !== 'string') continue;
    objects.set(`${namespace}/${name}`, { namespace, name, object });
  }
  return objects;
}

/** `pattern` is the path with `*` for positions. */
function compare(
  before: unknown,
  after: unknown,
  path: string,
  pattern: string,
  withVolatile: boolean,
  into: MemberChange[],
): void {
  if (before === after || (!withVolatile && VOLATILE.has(pattern))) return;
  if (isRecord(before) && isRecord(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      // Kind and version stand in the list, or in each object, depending on who wrote it.
      if (path === '' && (name === 'kind' || name === 'apiVersion')) continue;
      const dot = path === '' ? '' : '.';
      compare(before[name], after[name], `${path}${dot}${name}`, `${pattern}${dot}${name}`, withVolatile, into);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let at = 0; at < Math.max(before.length, after.length); at++) {
      compare(before[at], after[at], `${path}[${String(at)}]`, `${pattern}.*`, withVolatile, into);
    }
    return;
  }
  if (isNothing(before) && isNothing(after)) return;
  into.push({
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

const VOLATILE: ReadonlySet<string> = new Set(VOLATILE_MEMBERS);

/** Go writes empty lists and maps as null, as empty, or not at all. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
