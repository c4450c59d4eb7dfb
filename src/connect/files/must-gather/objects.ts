import { OvnctlError } from '../../../base/errors.js';
import type { LayoutGap, ObjectList } from '../layout.js';
import { isRecord } from '../record.js';
import { fileOf, joinPath } from '../source.js';
import type { FileSource, SourceEntry } from '../source.js';
import { yamlObjects } from '../yaml-objects.js';
import { CLUSTER_SCOPED, KINDS, NAMESPACES } from './places.js';
import type { Kind } from './places.js';

const SUFFIX = /\.(?:ya?ml|json)$/;
const plain = (name: string): string => name.replace(SUFFIX, '');

/** The object files of a must-gather, by the tops that `oc adm inspect` was told to write to. */
export class ObjectFiles {
  readonly #source: FileSource;
  /** File paths by kind. */
  readonly #files = new Map<string, string[]>();
  readonly #names = new Set<string>();
  /** The path of each pod's own file. */
  readonly #pods = new Map<string, string>();

  private constructor(source: FileSource) {
    this.#source = source;
  }

  /** Lists what is there; reads nothing. */
  static async find(source: FileSource, tops: readonly string[]): Promise<ObjectFiles> {
    const files = new ObjectFiles(source);
    for (const top of tops) {
      const entries = await source.entries(top);
      const has = (name: string): boolean => entries.some((entry) => entry.folder && entry.name === name);
      if (has(CLUSTER_SCOPED)) await files.#scope(joinPath(top, CLUSTER_SCOPED), false);
      if (!has(NAMESPACES)) continue;
      const folder = joinPath(top, NAMESPACES);
      for (const namespace of await source.entries(folder)) {
        if (namespace.folder) await files.#namespace(joinPath(folder, namespace.name), namespace.name);
      }
    }
    return files;
  }

  /** Namespaces that something was collected of. */
  get namespaces(): readonly string[] {
    return [...this.#names].sort();
  }

  /** Files of a kind, whichever way they are written. */
  get plurals(): readonly string[] {
    return KINDS.map(({ plural }) => plural).filter((plural) => (this.#files.get(plural)?.length ?? 0) > 0);
  }

  /** The file of one pod, whatever its namespace. */
  podFile(name: string): string | undefined {
    return this.#pods.get(name);
  }

  async list(plural: string): Promise<ObjectList> {
    const items = new Map<string, unknown>();
    const gaps: LayoutGap[] = [];
    for (const path of this.#files.get(plural) ?? []) {
      for (const object of await this.read(path, gaps)) {
        const key = objectKey(object) ?? `#${String(items.size)}`;
        // The same object may have been collected twice.
        if (!items.has(key)) items.set(key, object);
      }
    }
    return { items: [...items.values()], gaps };
  }

  async read(path: string, gaps: LayoutGap[]): Promise<readonly unknown[]> {
    const file = fileOf(this.#source, path);
    const lost = (reason: string): void => void gaps.push({ code: 'kube.damaged', subject: file.name, reason });
    try {
      const { bytes, cut } = await file.read();
      const { items, trouble } = await yamlObjects(new TextDecoder().decode(bytes));
      const text = trouble ?? (cut ? 'ends early' : undefined);
      if (text !== undefined) lost(`it ${text}; objects may be missing`);
      return items;
    } catch (error) {
      if (!(error instanceof OvnctlError)) throw error;
      lost(error.message);
      return [];
    }
  }

  async #namespace(folder: string, name: string): Promise<void> {
    this.#names.add(name);
    const own = (await this.#source.entries(folder)).find((entry) => !entry.folder && plain(entry.name) === name);
    if (own !== undefined) this.#add('namespaces', joinPath(folder, own.name));
    const hadPods = this.#files.get('pods')?.length ?? 0;
    await this.#scope(folder, true);
    await this.#podFolders(folder, (this.#files.get('pods')?.length ?? 0) === hadPods);
  }

  /** `pods/POD/POD.yaml`: the pods once more, beside their logs. */
  async #podFolders(namespace: string, needed: boolean): Promise<void> {
    const folder = joinPath(namespace, 'pods');
    if (!(await this.#isFolder(namespace, 'pods'))) return;
    for (const pod of await this.#source.entries(folder)) {
      if (!pod.folder) continue;
      const inside = joinPath(folder, pod.name);
      const own = (await this.#source.entries(inside)).find((entry) => !entry.folder && plain(entry.name) === pod.name);
      if (own === undefined) continue;
      const path = joinPath(inside, own.name);
      this.#pods.set(pod.name, path);
      if (needed) this.#add('pods', path);
    }
  }

  /** `GROUP/PLURAL.yaml` and `GROUP/PLURAL/NAME.yaml`. */
  async #scope(folder: string, namespaced: boolean): Promise<void> {
    const groups = new Map<string, readonly SourceEntry[]>();
    for (const group of await this.#source.entries(folder)) {
      if (group.folder && KINDS.some((kind) => kind.group === group.name)) {
        groups.set(group.name, await this.#source.entries(joinPath(folder, group.name)));
      }
    }
    for (const kind of KINDS) {
      if (kind.namespaced === namespaced) await this.#kind(joinPath(folder, kind.group), kind, groups.get(kind.group));
    }
  }

  async #kind(folder: string, { plural }: Kind, entries: readonly SourceEntry[] = []): Promise<void> {
    for (const entry of entries) {
      const path = joinPath(folder, entry.name);
      if (!entry.folder && SUFFIX.test(entry.name) && plain(entry.name) === plural) this.#add(plural, path);
      if (!entry.folder || entry.name !== plural) continue;
      for (const object of await this.#source.entries(path)) {
        if (!object.folder && SUFFIX.test(object.name)) this.#add(plural, joinPath(path, object.name));
      }
    }
  }

  async #isFolder(folder: string, name: string): Promise<boolean> {
    return (await this.#source.entries(folder)).some((entry) => entry.folder && entry.name === name);
  }

  #add(plural: string, path: string): void {
    const files = this.#files.get(plural);
    if (files === undefined) this.#files.set(plural, [path]);
    else if (!files.includes(path)) files.push(path);
  }
}

function objectKey(object: unknown): string | undefined {
  const metadata = isRecord(object) ? object['metadata'] : undefined;
  if (!isRecord(metadata)) return undefined;
  const { namespace, name } = metadata;
  return typeof name === 'string' ? `${typeof namespace === 'string' ? namespace : ''}/${name}` : undefined;
}
