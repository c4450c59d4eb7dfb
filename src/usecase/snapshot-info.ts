/**
 * `snapshot info`: what a snapshot, must-gather or database file has in it, as far as reading it all tells.
 *
 * Input: the files as a source, and their manifest when they have one. Output: plain data, the same for the same files. A
 * database that can't be read is a gap, not an error, because the question is what is there. Must not know files or formats.
 */
import { OvnctlError } from '../base/errors.js';
import type { DatabaseKind, Manifest, ManifestDatabase, SnapshotGap } from '../snapshot/manifest.js';
import type { ReadDatabase, SnapshotSource } from '../snapshot/source.js';
import { DATABASE_WORDS, ownNodes, softwareOf, timeText } from './snapshot-facts.js';

export interface SnapshotInfo {
  readonly path: string;
  readonly layout: string;
  /** Of a snapshot with a manifest: when and by what it was taken, and of what. */
  readonly taken?: string;
  readonly tool?: string;
  readonly source?: { readonly kind: string; readonly name: string };
  readonly scope?: Manifest['scope'];
  /** From the first to the last transaction in any of the databases that have dates. */
  readonly changes?: { readonly first: string; readonly last: string };
  readonly zones: readonly ZoneInfo[];
  readonly objects: readonly { readonly plural: string; readonly count: number }[];
  readonly hosts: number;
  readonly logs: number;
  /** How often each redaction rule applied. */
  readonly redacted?: Manifest['redacted'];
  /** What could not be read now, or when the snapshot was taken. */
  readonly gaps: readonly SnapshotGap[];
}

export interface ZoneInfo {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly databases: readonly DatabaseInfo[];
}

export type DatabaseInfo = Omit<ManifestDatabase, 'file'>;

export type Report = (step: string, done: number, of: number) => void;

export async function snapshotInfo(
  source: SnapshotSource,
  manifest: Manifest | undefined,
  report: Report,
): Promise<SnapshotInfo> {
  const gaps = [...source.gaps];
  const of = source.zones.length + source.objects.length;
  let done = 0;
  const zones: ZoneInfo[] = [];
  for (const zone of source.zones) {
    report(`reading zone ${zone.name}`, ++done, of);
    const told = manifest?.zones.find(({ name }) => name === zone.name);
    const nodes = new Set([...zone.nodes, ...(told?.nodes ?? [])]);
    const databases: DatabaseInfo[] = [];
    for (const part of zone.databases) {
      const lost = lossOf(zone.name, part.kind, gaps);
      const read = await attempt(() => part.read(), lost);
      if (read === undefined) continue;
      for (const reason of read.losses) lost('ovsdb.damaged', reason);
      if (part.kind === 'sb') for (const node of ownNodes(read.database)) nodes.add(node);
      databases.push(
        databaseInfo(
          part.kind,
          read,
          told?.databases.find(({ kind }) => kind === part.kind),
        ),
      );
    }
    zones.push({ name: zone.name, nodes: [...nodes].sort(), databases });
  }
  const objects: { readonly plural: string; readonly count: number }[] = [];
  for (const { plural, read } of source.objects) {
    report('reading Kubernetes objects', ++done, of);
    const list = await attempt(read, (code, reason) => gaps.push({ code, subject: plural, reason }));
    if (list === undefined) continue;
    gaps.push(...list.gaps);
    objects.push({ plural, count: list.items.length });
  }
  const texts = await source.texts();
  const range = changesOf(zones);
  return {
    path: source.name,
    layout: source.kind,
    ...(manifest === undefined ? {} : { taken: manifest.taken, ...aboutManifest(manifest) }),
    ...(range === undefined ? {} : { changes: range }),
    zones,
    objects,
    hosts: texts.filter(({ kind }) => kind === 'host').length,
    logs: texts.filter(({ kind }) => kind === 'log').length,
    ...(manifest === undefined ? {} : { redacted: manifest.redacted }),
    gaps: unique([...gaps, ...(manifest?.gaps.filter(({ code }) => /^snapshot\.(?:host|log)$/.test(code)) ?? [])]),
  };
}

/** What has just been taken, in the same words; without the time, which is another at every run. */
export function takenInfo(path: string, manifest: Manifest): SnapshotInfo {
  const zones = manifest.zones.map(({ name, nodes, databases }) => ({
    name,
    nodes,
    databases: databases.map(factsOf),
  }));
  const range = changesOf(zones);
  return {
    path,
    layout: 'snapshot',
    ...aboutManifest(manifest),
    ...(range === undefined ? {} : { changes: range }),
    zones,
    objects: manifest.objects.map(({ plural, count }) => ({ plural, count })),
    hosts: manifest.hosts.length,
    logs: manifest.logs.length,
    redacted: manifest.redacted,
    gaps: manifest.gaps,
  };
}

function aboutManifest({ tool, source, scope }: Manifest): Pick<SnapshotInfo, 'tool' | 'source' | 'scope'> {
  return { tool, source, ...(Object.keys(scope).length === 0 ? {} : { scope }) };
}

/** The manifest knows what the log said before the snapshot left it out. */
function databaseInfo(kind: DatabaseKind, read: ReadDatabase, told: ManifestDatabase | undefined): DatabaseInfo {
  const { database } = read;
  const version = database.schema?.version;
  const software = softwareOf(database);
  const rows = [...database.tables.values()].reduce((sum, { size }) => sum + size, 0);
  const known = { kind, schema: database.name, rows, ...(version === undefined ? {} : { schemaVersion: version }) };
  if (told !== undefined) {
    return { ...factsOf(told), ...known };
  }
  return {
    ...known,
    source: read.source,
    ...(read.transactions === undefined ? {} : { transactions: read.transactions }),
    ...(read.firstChange === undefined ? {} : { firstChange: timeText(read.firstChange) }),
    ...(read.lastChange === undefined ? {} : { lastChange: timeText(read.lastChange) }),
    ...(software === undefined ? {} : { software }),
  };
}

/** Without the place in the snapshot, which is the layout's business. */
function factsOf(database: ManifestDatabase): DatabaseInfo {
  const facts: Partial<ManifestDatabase> & DatabaseInfo = { ...database };
  delete (facts as { file?: string }).file;
  return facts;
}

function changesOf(zones: readonly ZoneInfo[]): SnapshotInfo['changes'] {
  const times = zones
    .flatMap(({ databases }) =>
      databases.flatMap(({ firstChange, lastChange }) => [firstChange ?? [], lastChange ?? []].flat()),
    )
    .sort();
  const [first] = times;
  const last = times.at(-1);
  return first === undefined || last === undefined ? undefined : { first, last };
}

function lossOf(zone: string, kind: DatabaseKind, gaps: SnapshotGap[]): (code: string, reason: string) => void {
  const database = kind === 'nb' ? 'northbound' : kind === 'sb' ? 'southbound' : undefined;
  const subject = `${DATABASE_WORDS[kind]} of zone ${zone}`;
  return (code, reason) =>
    void gaps.push({ code, subject, reason, zone, ...(database === undefined ? {} : { database }) });
}

async function attempt<T>(
  read: () => Promise<T>,
  lost: (code: string, reason: string) => void,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OvnctlError)) throw error;
    lost(error.code, error.message);
    return undefined;
  }
}

function unique(gaps: readonly SnapshotGap[]): readonly SnapshotGap[] {
  const byText = new Map(gaps.map((gap) => [`${gap.subject}\n${gap.code}\n${gap.reason}`, gap]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
}
