/**
 * The layout of a snapshot folder: `<zone>/{nb,sb,ovs}.db`, `k8s/<plural>.json`, `hosts/<node>/*.{json,txt}`, `logs/…`; or just
 * databases; each also inside one folder around all of it, as archives tend to have.
 */
import { MANIFEST_FILE } from '../../snapshot/layout.js';
import type { DatabaseKind } from './databases.js';
import { readKubernetesList } from './kubernetes-list.js';
import type { ExtraFile, ObjectList, SnapshotLayout, ZoneLayout } from './layout.js';
import { fileOf, joinPath } from './source.js';
import type { FileSource, SourceEntry, SourceFile } from './source.js';

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
const HOSTS = 'hosts';
const LOGS = 'logs';
/** Top folders of a snapshot that hold no zone. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set([KUBERNETES, HOSTS, LOGS]);

/** What kind of database a file of that name holds by convention. */
export function kindByFileName(name: string): DatabaseKind | undefined {
  return DATABASE_FILES.get(name);
}

export async function snapshotLayout(source: FileSource): Promise<SnapshotLayout | undefined> {
  const top = await source.entries('');
  const [only, ...others] = top.filter((entry) => entry.folder);
  if (only !== undefined && others.length === 0 && !OTHER_FOLDERS.has(only.name)) {
    const inner = await layoutIn(source, only.name, await source.entries(only.name));
    const outer = await layoutIn(source, '', top);
    // A single folder with databases is a zone; around a whole snapshot it is only a wrapper.
    return isEmpty(outer) || inner.objects.size > 0 ? nonEmpty(inner) : outer;
  }
  return nonEmpty(await layoutIn(source, '', top));
}

async function layoutIn(source: FileSource, top: string, entries: readonly SourceEntry[]): Promise<SnapshotLayout> {
  const zones: ZoneLayout[] = [];
  const bare = databasesIn(source, top, entries);
  if (bare.size > 0) zones.push({ name: undefined, label: '', databases: bare });
  let objects: SnapshotLayout['objects'] = new Map();
  const others: string[] = [];
  for (const entry of entries) {
    if (!entry.folder) continue;
    const folder = joinPath(top, entry.name);
    if (entry.name === KUBERNETES) objects = listsIn(source, folder, await source.entries(folder));
    if (entry.name === HOSTS || entry.name === LOGS) others.push(entry.name);
    if (OTHER_FOLDERS.has(entry.name)) continue;
    const databases = databasesIn(source, folder, await source.entries(folder));
    if (databases.size > 0) zones.push({ name: entry.name, label: entry.name, databases });
  }
  const extras = async (): Promise<readonly ExtraFile[]> => {
    const files: ExtraFile[] = [];
    for (const name of others) await gather(source, joinPath(top, name), name, files);
    return files;
  };
  const hasManifest = entries.some((entry) => !entry.folder && entry.name === MANIFEST_FILE);
  const manifest = hasManifest ? { manifest: fileOf(source, joinPath(top, MANIFEST_FILE)) } : {};
  return { kind: 'snapshot', zones, objects, gaps: [], extras, ...manifest };
}

function databasesIn(
  source: FileSource,
  folder: string,
  entries: readonly SourceEntry[],
): ReadonlyMap<DatabaseKind, SourceFile> {
  const databases = new Map<DatabaseKind, SourceFile>();
  for (const [name, kind] of DATABASE_FILES) {
    const present = entries.some((entry) => entry.name === name && !entry.folder);
    if (present && !databases.has(kind)) databases.set(kind, fileOf(source, joinPath(folder, name)));
  }
  return databases;
}

function listsIn(source: FileSource, folder: string, entries: readonly SourceEntry[]): SnapshotLayout['objects'] {
  const lists = entries.filter((entry) => !entry.folder && entry.name.endsWith('.json'));
  return new Map(
    lists.map(({ name }) => {
      const file = joinPath(folder, name);
      const read = async (): Promise<ObjectList> => ({
        items: readKubernetesList(source.describe(file), await source.read(file)),
        gaps: [],
      });
      return [name.slice(0, -'.json'.length), read];
    }),
  );
}

/** Deeper than any log or fact of a host is; links may go in circles. */
const DEPTH = 6;

/** Every file below a folder. */
async function gather(source: FileSource, folder: string, path: string, into: ExtraFile[], depth = 1): Promise<void> {
  for (const { name, folder: isFolder } of await source.entries(folder)) {
    const inner = joinPath(folder, name);
    if (isFolder && depth < DEPTH) await gather(source, inner, `${path}/${name}`, into, depth + 1);
    else if (isFolder) continue;
    else into.push({ path: `${path}/${name}`, file: fileOf(source, inner) });
  }
}

const isEmpty = (layout: SnapshotLayout): boolean => layout.zones.length === 0 && layout.objects.size === 0;
const nonEmpty = (layout: SnapshotLayout): SnapshotLayout | undefined => (isEmpty(layout) ? undefined : layout);
