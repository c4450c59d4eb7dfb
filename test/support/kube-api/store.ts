import { randomUUID } from 'node:crypto';
import { apiVersionOf, without } from './model.js';
import type { Kind, KubeJson } from './model.js';

/** One change, as watches see it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: Kind;
  readonly object: KubeJson;
  /** What it was before. */
  readonly before: KubeJson | undefined;
  readonly revision: number;
}

const keyOf = ({ namespace, name = '' }: KubeJson['metadata']): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

const METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

const sorted = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;

/** Members in the server's order: CRs are sorted, built-in kinds begin with kind and apiVersion. */
export function inOrder(kind: Kind, object: KubeJson): KubeJson {
  const { metadata } = object;
  const rest = without(object, 'apiVersion', 'kind', 'metadata');
  const head = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  if (kind.custom) return sorted({ ...head, metadata: sorted(metadata), ...rest });
  const byRank = Object.entries(metadata).sort(([a], [b]) => METADATA.indexOf(a) - METADATA.indexOf(b));
  return { kind: head.kind, apiVersion: head.apiVersion, metadata: Object.fromEntries(byRank), ...rest };
}

/** The objects of the loopback server, all revisions of its history, and who waits for the next one. */
export class Store {
  readonly kinds: Kind[];
  revision = 1;
  /** Revisions up to this one are forgotten. */
  compacted = 0;
  readonly #objects = new Map<string, Map<string, KubeJson>>();
  readonly #history: Change[] = [];
  readonly #watchers = new Set<(change: Change) => void>();
  /** Lists that are being read in pages, by revision and kind. */
  readonly #pages = new Map<string, readonly KubeJson[]>();

  constructor(kinds: readonly Kind[]) {
    this.kinds = [...kinds];
  }

  #of(kind: Kind): Map<string, KubeJson> {
    const key = `${kind.group}/${kind.plural}`;
    let objects = this.#objects.get(key);
    if (objects === undefined) {
      objects = new Map<string, KubeJson>();
      this.#objects.set(key, objects);
    }
    return objects;
  }

  kind(plural: string, group?: string): Kind {
    const found = this.kinds.find((kind) => kind.plural === plural && (group === undefined || kind.group === group));
    if (found === undefined) throw new Error(`the loopback server has no ${plural}`);
    return found;
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubeJson | undefined {
    return this.#of(kind).get(keyOf({ ...(namespace === undefined ? {} : { namespace }), name }));
  }

  /** Sorted as etcd sorts keys. */
  list(kind: Kind): readonly KubeJson[] {
    return [...this.#of(kind)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** The list as it was when a paged reading of it began; undefined when that is too long ago. */
  listAt(kind: Kind, revision: number): readonly KubeJson[] | undefined {
    if (revision <= this.compacted) return undefined;
    const key = `${String(revision)} ${kind.group}/${kind.plural}`;
    if (revision === this.revision && !this.#pages.has(key)) this.#pages.set(key, this.list(kind));
    return this.#pages.get(key);
  }

  /** Keeps the object in its next revision; a new one gets what the server gives it. */
  put(kind: Kind, object: KubeJson): KubeJson {
    const before = this.#of(kind).get(keyOf(object.metadata));
    this.revision += 1;
    const kept = inOrder(kind, {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.revision) },
    });
    this.#of(kind).set(keyOf(kept.metadata), kept);
    this.#tell({
      type: before === undefined ? 'ADDED' : 'MODIFIED',
      kind,
      object: kept,
      before,
      revision: this.revision,
    });
    return kept;
  }

  /** Puts an object as somebody else made it; for preparing a test. */
  seed(plural: string, object: KubeJson): KubeJson {
    const kind = this.kind(plural);
    const metadata = { uid: randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z', ...object.metadata };
    return this.put(kind, { ...object, metadata });
  }

  remove(kind: Kind, object: KubeJson): KubeJson {
    this.#of(kind).delete(keyOf(object.metadata));
    this.revision += 1;
    const gone = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.revision) } };
    this.#tell({ type: 'DELETED', kind, object: gone, before: object, revision: this.revision });
    return gone;
  }

  /** Deletes a CRD: its objects go, then the kind. */
  removeKind(plural: string): void {
    const kind = this.kind(plural);
    for (const object of this.list(kind)) this.remove(kind, object);
    this.kinds.splice(this.kinds.indexOf(kind), 1);
  }

  /** Forgets history, as etcd does every five minutes. */
  compact(): void {
    this.compacted = this.revision;
    this.#history.length = 0;
    this.#pages.clear();
    this.revision += 1;
  }

  /** Changes after a revision; undefined when they are forgotten. */
  since(kind: Kind, revision: number): readonly Change[] | undefined {
    if (revision < this.compacted) return undefined;
    return this.#history.filter((change) => change.kind === kind && change.revision > revision);
  }

  watch(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  #tell(change: Change): void {
    this.#history.push(change);
    for (const watcher of this.#watchers) watcher(change);
  }
}
