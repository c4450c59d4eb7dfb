/**
 * Where things are in a snapshot: which files are the databases of which zone, and where the Kubernetes lists are.
 *
 * In: a FileSource, of which only folder listings are read. Out: a SnapshotLayout of paths, or undefined when the source
 * is laid out otherwise. Another layout (a must-gather) is another function of the same type, tried by `open-snapshot.ts`.
 */
import type { DatabaseKind } from './databases.js';
import { joinPath } from './source.js';
import type { FileSource, SourceEntry } from './source.js';

export interface ZoneLayout {
  /** The folder's name; empty for databases at the top of the snapshot. */
  readonly folder: string;
  readonly databases: ReadonlyMap<DatabaseKind, string>;
}

export interface SnapshotLayout {
  readonly zones: readonly ZoneLayout[];
  /** Plural resource name → file. */
  readonly kubernetes: ReadonlyMap<string, string>;
}

/** File names of databases: those of a snapshot, and those OVN and Open vSwitch give their own. */
const DATABASE_FILES: ReadonlyMap<string, DatabaseKind> = new Map([
  ['nb.db', 'nb'],
  ['sb.db', 'sb'],
  ['ovs.db', 'ovs'],
  ['ovnnb_db.db', 'nb'],
  ['ovnsb_db.db', 'sb'],
  ['conf.db', 'ovs'],
]);

const KUBERNETES = 'k8s';
/** Top folders of a snapshot that hold no zone. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set([KUBERNETES, 'hosts', 'logs']);

/** What kind of database a file of that name holds by convention. */
export function kindByFileName(name: string): DatabaseKind | undefined {
  return DATABASE_FILES.get(name);
}

/**
 * The layout of a snapshot folder: `<zone>/{nb,sb,ovs}.db`, `k8s/<plural>.json`; or just databases; each also inside one
 * folder around all of it, as archives tend to have.
 */
export async function snapshotLayout(source: FileSource): Promise<SnapshotLayout | undefined> {
  const top = await source.entries('');
  const [only, ...others] = top.filter((entry) => entry.folder);
  if (only !== undefined && others.length === 0 && !OTHER_FOLDERS.has(only.name)) {
    const inner = await layoutIn(source, only.name, await source.entries(only.name));
    const outer = await layoutIn(source, '', top);
    // A single folder with databases is a zone; around a whole snapshot it is only a wrapper.
    return isEmpty(outer) || inner.kubernetes.size > 0 ? nonEmpty(inner) : outer;
  }
  return nonEmpty(await layoutIn(source, '', top));
}

async function layoutIn(source: FileSource, top: string, entries: readonly SourceEntry[]): Promise<SnapshotLayout> {
  const zones: ZoneLayout[] = [];
  const bare = databasesIn(top, entries);
  if (bare.size > 0) zones.push({ folder: '', databases: bare });
  let kubernetes: ReadonlyMap<string, string> = new Map();
  for (const entry of entries) {
    if (!entry.folder) continue;
    const folder = joinPath(top, entry.name);
    if (entry.name === KUBERNETES) kubernetes = listsIn(folder, await source.entries(folder));
    if (OTHER_FOLDERS.has(entry.name)) continue;
    const databases = databasesIn(folder, await source.entries(folder));
    if (databases.size > 0) zones.push({ folder: entry.name, databases });
  }
  return { zones, kubernetes };
}

function databasesIn(folder: string, entries: readonly SourceEntry[]): ReadonlyMap<DatabaseKind, string> {
  const databases = new Map<DatabaseKind, string>();
  for (const [name, kind] of DATABASE_FILES) {
    const present = entries.some((entry) => entry.name === name && !entry.folder);
    if (present && !databases.has(kind)) databases.set(kind, joinPath(folder, name));
  }
  return databases;
}

function listsIn(folder: string, entries: readonly SourceEntry[]): ReadonlyMap<string, string> {
  const lists = entries.filter((entry) => !entry.folder && entry.name.endsWith('.json'));
  return new Map(lists.map(({ name }) => [name.slice(0, -'.json'.length), joinPath(folder, name)]));
}

const isEmpty = (layout: SnapshotLayout): boolean => layout.zones.length === 0 && layout.kubernetes.size === 0;
const nonEmpty = (layout: SnapshotLayout): SnapshotLayout | undefined => (isEmpty(layout) ? undefined : layout);
