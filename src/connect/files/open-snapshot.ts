/**
 * Opens what `--from` names: a snapshot folder, a must-gather, the same as a tar archive, a folder of bare databases, or one
 * database; databases and archives may be compressed with gzip.
 *
 * In: a path. Out: zones with their databases and lists of Kubernetes objects, each read when first asked for and then
 * kept. Damage inside a database is a gap beside its contents; what can't be used at all is an OvnctlError. Must not know
 * what the rows and objects mean, except that NB_Global may name the zone.
 */
import { basename, dirname, resolve } from 'node:path';
import { InputError, OvnctlError } from '../../base/errors.js';
import { readManifest } from '../../snapshot/manifest.js';
import type { Manifest } from '../../snapshot/manifest.js';
import { archiveSource } from './archive.js';
import type { Wanted } from './archive.js';
import { compressionOf, gunzip } from './compression.js';
import { expectKind, kindOf, readDatabase, SCHEMA_NAME } from './databases.js';
import type { DatabaseKind, LoadedDatabase } from './databases.js';
import { folderSource, realDisk } from './disk.js';
import type { Disk } from './disk.js';
import type { ExtraFile, LayoutGap, ObjectList, SnapshotLayout } from './layout.js';
import { mustGatherLayout } from './must-gather/must-gather-layout.js';
import { databaseAt, isDatabaseStore, isObjectFile, NETWORK_LOGS } from './must-gather/places.js';
import { kindByFileName, snapshotLayout } from './snapshot-layout.js';
import { fileOf, packedOtherwise } from './source.js';
import type { FileSource } from './source.js';
import { unreadable } from './unreadable.js';

export interface ZoneFiles {
  readonly name: string;
  /** Where the name comes from: the place of the files, or NB_Global's own name when the place says nothing. */
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
  readonly layout: SnapshotLayout['kind'] | 'database';
  /** Sorted by name. */
  readonly zones: readonly ZoneFiles[];
  readonly hasKubernetes: boolean;
  /** The kinds there are lists of, by plural. */
  readonly plurals: readonly string[];
  /** What the snapshot says about itself, when it does. */
  readonly manifest: Manifest | undefined;
  /** What is known to be missing before anything is read. */
  readonly gaps: readonly LayoutGap[];
  /** The objects of a kind, by plural (`pods`); undefined when there is no such list. */
  kubernetes(plural: string): Promise<ObjectList | undefined>;
  /** Facts from hosts, and logs. */
  extras(): Promise<readonly ExtraFile[]>;
}

export interface OpenOptions {
  readonly disk?: Disk;
  /** Keep logs and facts from hosts of an archive as well, which are not needed to answer questions. */
  readonly everything?: boolean;
  /** Each part is asked for once: databases are not kept, so that not all of a large cluster is in memory at a time. */
  readonly once?: boolean;
}

type Loaders = ReadonlyMap<DatabaseKind, () => Promise<LoadedDatabase>>;

/** Opens the snapshot at `path`; throws InputError `snapshot.*`, `ovsdb.*` or AccessError `snapshot.unreadable`. */
export async function openSnapshotFiles(path: string, options: OpenOptions = {}): Promise<SnapshotFiles> {
  const { disk = realDisk, everything = false } = options;
  let head: Uint8Array | undefined;
  try {
    head = (await disk.isFolder(path)) ? undefined : await disk.head(path, TAR_BLOCK);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const keep: Keep = options.once === true ? (make) => make : once;
  if (head === undefined) return openSource(folderSource(path, disk), keep);
  const compression = compressionOf(head);
  if (compression !== undefined && compression !== 'gzip') throw packedOtherwise(path, compression);
  if (isArchive(head)) return openSource(await archiveSource(path, everything ? isWantedOrExtra : isWanted), keep);
  return openLoneDatabase(path, disk);
}

const SNAPSHOT_FILE = /\.db$|(?:^|\/)(?:k8s\/[^/]+|manifest)\.json$/;
const EXTRA_FILE = /(?:^|\/)(?:hosts\/[^/]+\/[^/]+\.(?:json|txt)|logs\/.+)$/;

/** The files of an archive that any layout looks for. */
const isWanted: Wanted = (path) => {
  if (SNAPSHOT_FILE.test(path) || isObjectFile(path)) return true;
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return parts.includes(NETWORK_LOGS) && (databaseAt(parts.at(-1) ?? '', name) !== undefined || isDatabaseStore(name));
};

const isWantedOrExtra: Wanted = (path) => isWanted(path) || EXTRA_FILE.test(path);

/** How a reading is repeated: not at all, or with what came of it the first time. */
type Keep = <T>(make: () => Promise<T>) => () => Promise<T>;

async function openSource(source: FileSource, keep: Keep): Promise<SnapshotFiles> {
  const layout = (await snapshotLayout(source)) ?? (await mustGatherLayout(source));
  if (layout === undefined) {
    throw new InputError('snapshot.empty', `${source.path} holds no snapshot`, {
      hints: [
        'Looked for nb.db and sb.db, ZONE/nb.db, ZONE/sb.db and k8s/PLURAL.json, at the top or in one folder.',
        'Looked for a must-gather: network_logs, namespaces or cluster-scoped-resources, down to two folders below.',
      ],
    });
  }
  const zones = await Promise.all(
    layout.zones.map(async ({ name, label, databases }) => {
      const loaders = new Map(
        [...databases].map(
          ([kind, file]) => [kind, keep(async () => expectKind(await readDatabase(file), kind))] as const,
        ),
      );
      return name === undefined
        ? bareZone(label === '' ? folderName(source.path) : label, loaders)
        : zone(name, 'folder', loaders);
    }),
  );
  const { manifest, gaps, objectGaps } = await told(layout);
  const lists = new Map([...layout.objects].map(([plural, read]) => [plural, keep(read)]));
  for (const [plural, told] of objectGaps) {
    const read = lists.get(plural);
    const list = async (): Promise<ObjectList> => {
      const { items, gaps } = (await read?.()) ?? { items: [], gaps: [] };
      return { items, gaps: [...gaps, ...told] };
    };
    lists.set(plural, keep(list));
  }
  return {
    path: source.path,
    kind: source.kind,
    layout: layout.kind,
    zones: zones.sort((a, b) => (a.name < b.name ? -1 : 1)),
    hasKubernetes: lists.size > 0,
    plurals: [...lists.keys()].sort(),
    manifest,
    gaps: [...layout.gaps, ...gaps],
    kubernetes: async (plural) => lists.get(plural)?.(),
    extras: () => layout.extras(),
  };
}

interface Told {
  readonly manifest: Manifest | undefined;
  readonly gaps: readonly LayoutGap[];
  /** Of kinds of objects, by plural. */
  readonly objectGaps: ReadonlyMap<string, readonly LayoutGap[]>;
}

/** What the manifest adds: whoever took the snapshot knows what could not be read. Throws for a newer format. */
async function told({ manifest: file }: SnapshotLayout): Promise<Told> {
  const objectGaps = new Map<string, LayoutGap[]>();
  if (file === undefined) return { manifest: undefined, gaps: [], objectGaps };
  const read = readManifest(new TextDecoder().decode((await file.read()).bytes));
  if (!read.ok) {
    const { kind, detail } = read.error;
    if (kind === 'newer') throw new InputError('snapshot.format', `${file.name} ${detail}`);
    const gap = {
      code: 'snapshot.manifest',
      subject: file.name,
      reason: `it ${detail}; what it would say is not known`,
    };
    return { manifest: undefined, gaps: [gap], objectGaps };
  }
  const gaps: LayoutGap[] = [];
  for (const { plural, ...gap } of read.value.gaps) {
    // No question is answered from these.
    if (gap.code === 'snapshot.host' || gap.code === 'snapshot.log') continue;
    if (plural === undefined) gaps.push(gap);
    else objectGaps.set(plural, [...(objectGaps.get(plural) ?? []), gap]);
  }
  return { manifest: read.value, gaps, objectGaps };
}

async function openLoneDatabase(path: string, disk: Disk): Promise<SnapshotFiles> {
  const file = fileOf(folderSource(dirname(path), disk), basename(path));
  const read = once(() => readDatabase(file));
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
  return {
    path,
    kind: 'file',
    layout: 'database',
    zones: [lone],
    hasKubernetes: false,
    plurals: [],
    manifest: undefined,
    gaps: [],
    kubernetes: () => Promise.resolve(undefined),
    extras: () => Promise.resolve([]),
  };
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

/** By content: the `ustar` mark in the first block of a tar archive, or gzip around anything but a database. */
function isArchive(head: Uint8Array): boolean {
  if (compressionOf(head) === 'gzip') return !startsWith(beginningOf(head), 'OVSDB ');
  return startsWith(head.subarray(TAR_MAGIC_OFFSET), 'ustar');
}

/** The first bytes of what the beginning of a gzip file holds; none when that is damaged, which its reader will say. */
function beginningOf(head: Uint8Array): Uint8Array {
  try {
    return gunzip(head).bytes;
  } catch {
    return new Uint8Array();
  }
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  String.fromCharCode(...bytes.subarray(0, text.length)) === text;
