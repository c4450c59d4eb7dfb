/**
 * Opens what `--from` names: a snapshot folder, the same as a tar archive, a folder of bare databases, or one database.
 *
 * In: a path. Out: zones with their databases and lists of Kubernetes objects, each read when first asked for and then
 * kept. Damage inside a database is a gap beside its contents; what can't be used at all is an OvnctlError. Must not know
 * what the rows and objects mean, except that NB_Global may name the zone.
 */
import { basename, dirname, resolve } from 'node:path';
import { InputError, OvnctlError } from '../../base/errors.js';
import { archiveSource } from './archive.js';
import { expectKind, kindOf, loadDatabase, SCHEMA_NAME } from './databases.js';
import type { DatabaseKind, LoadedDatabase } from './databases.js';
import { folderSource, realDisk } from './disk.js';
import type { Disk } from './disk.js';
import { readKubernetesList } from './kubernetes-list.js';
import { kindByFileName, snapshotLayout } from './layout.js';
import type { FileSource } from './source.js';
import { unreadable } from './unreadable.js';

export interface ZoneFiles {
  readonly name: string;
  /** Where the name comes from: the folder the databases are in, or NB_Global's own name when they are bare. */
  readonly namedBy: 'folder' | 'NB_Global';
  has(kind: DatabaseKind): boolean;
  northbound(): Promise<LoadedDatabase>;
  southbound(): Promise<LoadedDatabase>;
  openVSwitch(): Promise<LoadedDatabase>;
}

export interface SnapshotFiles {
  /** As the user gave it. */
  readonly path: string;
  readonly kind: 'folder' | 'archive' | 'file';
  /** Sorted by name. */
  readonly zones: readonly ZoneFiles[];
  readonly hasKubernetes: boolean;
  /** The items of the resource's List, by plural (`pods`); undefined when the snapshot has no such file. */
  kubernetes(plural: string): Promise<readonly unknown[] | undefined>;
}

type Loaders = ReadonlyMap<DatabaseKind, () => Promise<LoadedDatabase>>;

/** Opens the snapshot at `path`; throws InputError `snapshot.*`, `ovsdb.*` or AccessError `snapshot.unreadable`. */
export async function openSnapshotFiles(path: string, disk: Disk = realDisk): Promise<SnapshotFiles> {
  let head: Uint8Array | undefined;
  try {
    head = (await disk.isFolder(path)) ? undefined : await disk.head(path, TAR_BLOCK);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (head === undefined) return openSource(folderSource(path, disk));
  if (isArchive(head)) return openSource(await archiveSource(path));
  return openLoneDatabase(path, disk);
}

async function openSource(source: FileSource): Promise<SnapshotFiles> {
  const layout = await snapshotLayout(source);
  if (layout === undefined) {
    throw new InputError('snapshot.empty', `${source.path} holds no snapshot`, {
      hints: ['Looked for nb.db and sb.db, ZONE/nb.db, ZONE/sb.db and k8s/PLURAL.json, at the top or in one folder.'],
    });
  }
  const zones = await Promise.all(
    layout.zones.map(async ({ folder, databases }) => {
      const loaders = new Map(
        [...databases].map(([kind, file]) => [kind, once(async () => load(source, kind, file))] as const),
      );
      return folder === '' ? bareZone(folderName(source.path), loaders) : zone(folder, 'folder', loaders);
    }),
  );
  const lists = new Map(
    [...layout.kubernetes].map(([plural, file]) => [
      plural,
      once(async () => readKubernetesList(source.describe(file), await source.read(file))),
    ]),
  );
  return {
    path: source.path,
    kind: source.kind,
    zones: zones.sort((a, b) => (a.name < b.name ? -1 : 1)),
    hasKubernetes: lists.size > 0,
    kubernetes: async (plural) => lists.get(plural)?.(),
  };
}

async function openLoneDatabase(path: string, disk: Disk): Promise<SnapshotFiles> {
  const source = folderSource(dirname(path), disk);
  const read = once(async () => loadDatabase(path, await source.read(basename(path))));
  // A name that says nothing about the kind leaves only the contents to tell.
  const kind = kindByFileName(basename(path)) ?? kindOf((await read()).database);
  if (kind === undefined) {
    const { name } = (await read()).database;
    const wanted = Object.values(SCHEMA_NAME).join(', ');
    throw new InputError(
      'ovsdb.wrong-database',
      `${path} is a database of schema ${name}; expected is one of ${wanted}`,
    );
  }
  const loaders: Loaders = new Map([[kind, once(async () => expectKind(await read(), kind))]]);
  const lone = await bareZone(folderName(dirname(path)), loaders);
  return { path, kind: 'file', zones: [lone], hasKubernetes: false, kubernetes: () => Promise.resolve(undefined) };
}

async function load(source: FileSource, kind: DatabaseKind, file: string): Promise<LoadedDatabase> {
  return expectKind(loadDatabase(source.describe(file), await source.read(file)), kind);
}

function zone(name: string, namedBy: ZoneFiles['namedBy'], loaders: Loaders): ZoneFiles {
  const database = async (kind: DatabaseKind): Promise<LoadedDatabase> => {
    const loader = loaders.get(kind);
    if (loader !== undefined) return loader();
    throw new InputError('snapshot.no-database', `the snapshot has no ${SCHEMA_NAME[kind]} database for zone ${name}`);
  };
  return {
    name,
    namedBy,
    has: (kind) => loaders.has(kind),
    northbound: () => database('nb'),
    southbound: () => database('sb'),
    openVSwitch: () => database('ovs'),
  };
}

/** A zone whose folder says nothing: OVN-Kubernetes writes the zone's name into NB_Global. */
async function bareZone(folder: string, loaders: Loaders): Promise<ZoneFiles> {
  try {
    const northbound = await loaders.get('nb')?.();
    const [global] = northbound?.database.table('NB_Global').rows() ?? [];
    const name = global?.string('name') ?? '';
    if (name !== '') return zone(name, 'NB_Global', loaders);
  } catch (error) {
    // Whoever asks for the northbound database gets this error; for a name the folder will do.
    if (!(error instanceof OvnctlError)) throw error;
  }
  return zone(folder, 'folder', loaders);
}

const folderName = (path: string): string => basename(resolve(path)).replace(/\.(?:tar|tar\.gz|tgz)$/, '');

/** Calls `make` at most once and keeps its promise, a rejected one included: the file would be the same again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const TAR_BLOCK = 512;
const TAR_MAGIC_OFFSET = 257;

/** By content: gzip, or the `ustar` mark in the first block of a tar archive. */
function isArchive(head: Uint8Array): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  return String.fromCharCode(...head.subarray(TAR_MAGIC_OFFSET, TAR_MAGIC_OFFSET + 5)) === 'ustar';
}
