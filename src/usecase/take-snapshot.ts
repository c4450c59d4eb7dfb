/**
 * `snapshot take`: reads everything that a source has and writes it as a snapshot.
 *
 * Input: where to read, where to write, what to limit it to, and the clock. Output: the manifest, which lists what could not
 * be read as well. Nothing is left behind when it fails. Databases are written as one transaction each, so a snapshot of a
 * file is also free of its history. Must not know files, connections or flags.
 */
import { NotFoundError, OvnctlError, UnavailableError } from '../base/errors.js';
import { writeDatabaseFile } from '../ovsdb/file/write-database.js';
import type { Sha1 } from '../ovsdb/file/log.js';
import { databasePath, MANIFEST_FILE, objectsPath } from '../snapshot/layout.js';
import { lastLines } from '../snapshot/log-lines.js';
import { manifestText, SNAPSHOT_FORMAT } from '../snapshot/manifest.js';
import type { DatabaseKind, Manifest, ManifestDatabase, ManifestZone, SnapshotGap } from '../snapshot/manifest.js';
import { Redaction } from '../snapshot/redact.js';
import type {
  LogLimits,
  SnapshotSink,
  SnapshotSource,
  SourceDatabase,
  SourceText,
  SourceZone,
} from '../snapshot/source.js';
import { DATABASE_WORDS, ownNodes, softwareOf, timeText } from './snapshot-facts.js';

export interface TakeOptions {
  readonly tool: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly sha1: Sha1;
  /** Only these zones, and those of these nodes; all when both are empty. */
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
  readonly logs: LogLimits;
  /** How many zones are read at the same time. */
  readonly bound: number;
  readonly report: (step: string, done: number, of: number) => void;
  /** Nobody wants it any more: what could not be read after that is no gap, and nothing gets the final name. */
  readonly isCalledOff: () => boolean;
}

/** The parts of a source that are asked for; throws NotFoundError for a zone or node it does not have. */
function selectZones(
  source: SnapshotSource,
  zones: readonly string[],
  nodes: readonly string[],
): readonly SourceZone[] {
  if (zones.length === 0 && nodes.length === 0) return source.zones;
  const hasNode = (zone: SourceZone, node: string): boolean => zone.name === node || zone.nodes.includes(node);
  for (const name of zones) {
    if (!source.zones.some((zone) => zone.name === name)) throw unknown('zone', name, source);
  }
  for (const name of nodes) {
    if (!source.zones.some((zone) => hasNode(zone, name))) throw unknown('node', name, source);
  }
  return source.zones.filter((zone) => zones.includes(zone.name) || nodes.some((node) => hasNode(zone, node)));
}

function unknown(what: 'zone' | 'node', name: string, { zones, name: source }: SnapshotSource): NotFoundError {
  const known = zones.map((zone) => zone.name).join(', ');
  return new NotFoundError(`snapshot.no-${what}`, `${source} has no ${what} ${name}`, {
    hints: [known === '' ? 'It has no zones.' : `Its zones are ${known}.`],
  });
}

/** What would be read, without reading it. */
export interface SnapshotPlan {
  readonly source: { readonly kind: string; readonly name: string };
  readonly zones: readonly {
    readonly name: string;
    readonly databases: readonly { readonly kind: DatabaseKind; readonly from: string }[];
  }[];
  readonly objects: readonly string[];
  /** Host facts and logs. */
  readonly texts: readonly string[];
  readonly gaps: readonly SnapshotGap[];
}

/** Throws NotFoundError for a zone or node that the source does not have. */
export async function planSnapshot(
  source: SnapshotSource,
  zones: readonly string[],
  nodes: readonly string[],
): Promise<SnapshotPlan> {
  const selected = selectZones(source, zones, nodes);
  return {
    source: { kind: source.kind, name: source.name },
    zones: selected.map(({ name, databases }) => ({
      name,
      databases: databases.map(({ kind, from }) => ({ kind, from })),
    })),
    objects: source.objects.map(({ plural }) => plural),
    texts: textsOf(await source.texts(), source, selected).map(({ from }) => from),
    gaps: source.gaps,
  };
}

/** Facts and logs of the nodes that are asked for, and those that are about no node. */
function textsOf(
  texts: readonly SourceText[],
  source: SnapshotSource,
  zones: readonly SourceZone[],
): readonly SourceText[] {
  if (zones.length === source.zones.length) return texts;
  const nodes = new Set(zones.flatMap(({ name, nodes: own }) => [name, ...own]));
  return texts.filter(({ node }) => node === undefined || nodes.has(node));
}

/** Takes the snapshot; throws the first failure when there is nothing that could be read, and what the sink throws. */
export async function takeSnapshot(
  source: SnapshotSource,
  sink: SnapshotSink,
  options: TakeOptions,
): Promise<Manifest> {
  try {
    const manifest = await new Taking(source, sink, options).run();
    if (options.isCalledOff()) throw new UnavailableError('snapshot.interrupted', 'the snapshot was interrupted');
    await sink.commit();
    return manifest;
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

class Taking {
  readonly #source: SnapshotSource;
  readonly #sink: SnapshotSink;
  readonly #options: TakeOptions;
  readonly #redaction = new Redaction();
  readonly #gaps: SnapshotGap[];
  #failure: OvnctlError | undefined;
  #done = 0;
  #of = 0;

  constructor(source: SnapshotSource, sink: SnapshotSink, options: TakeOptions) {
    this.#source = source;
    this.#sink = sink;
    this.#options = options;
    this.#gaps = [...source.gaps];
  }

  async run(): Promise<Manifest> {
    const { tool, now, zones: wantedZones, nodes: wantedNodes, logs: limits } = this.#options;
    const selected = selectZones(this.#source, wantedZones, wantedNodes);
    this.#of = selected.reduce((sum, { databases }) => sum + databases.length, this.#source.objects.length);
    const zones = await inParallel(selected, this.#options.bound, (zone) => this.#zone(zone));
    const objects: Manifest['objects'][number][] = [];
    for (const kind of this.#source.objects) {
      const count = await this.#objects(kind);
      if (count !== undefined) objects.push({ plural: kind.plural, file: objectsPath(kind.plural), count });
    }
    const { hosts, logs } = await this.#texts(limits, selected);
    if (this.#failure !== undefined && objects.length === 0 && zones.every(({ databases }) => databases.length === 0)) {
      throw this.#failure;
    }
    const manifest: Manifest = {
      format: SNAPSHOT_FORMAT,
      tool,
      taken: timeText(now),
      source: { kind: this.#source.kind, name: this.#source.name },
      scope: {
        ...(wantedZones.length === 0 ? {} : { zones: wantedZones }),
        ...(wantedNodes.length === 0 ? {} : { nodes: wantedNodes }),
        ...(limits.since === undefined ? {} : { since: timeText(limits.since) }),
      },
      zones,
      objects,
      hosts,
      logs,
      redacted: this.#redaction.counts,
      gaps: this.#sortedGaps(selected),
    };
    await this.#sink.add(MANIFEST_FILE, new TextEncoder().encode(manifestText(manifest)));
    return manifest;
  }

  async #zone(zone: SourceZone): Promise<ManifestZone> {
    const databases: ManifestDatabase[] = [];
    const nodes = new Set(zone.nodes);
    for (const database of zone.databases) {
      this.#step(`reading the ${DATABASE_WORDS[database.kind]} of zone ${zone.name}`);
      const entry = await this.#database(zone, database, nodes);
      if (entry !== undefined) databases.push(entry);
    }
    return { name: zone.name, nodes: [...nodes].sort(), databases };
  }

  async #database(zone: SourceZone, part: SourceDatabase, nodes: Set<string>): Promise<ManifestDatabase | undefined> {
    const { kind } = part;
    const gap = (code: string, reason: string): void => {
      const subject = `${DATABASE_WORDS[kind]} of zone ${zone.name}`;
      const database = kind === 'nb' ? 'northbound' : kind === 'sb' ? 'southbound' : undefined;
      this.#gaps.push({ code, subject, reason, zone: zone.name, ...(database === undefined ? {} : { database }) });
    };
    const read = await this.#attempt(() => part.read(), gap);
    if (read === undefined) return undefined;
    for (const reason of read.losses) gap('ovsdb.damaged', reason);
    const { database, source, transactions, firstChange, lastChange } = read;
    const { now, tool, sha1 } = this.#options;
    const file = databasePath(zone.name, kind);
    const bytes = writeDatabaseFile(database, {
      date: lastChange ?? now,
      comment: `${tool} snapshot of ${part.from}`,
      sha1,
      replace: (_row, _column, value) => this.#redaction.databaseValue(value),
    });
    await this.#sink.add(file, bytes);
    if (kind === 'sb') for (const node of ownNodes(database)) nodes.add(node);
    const software = softwareOf(database);
    const version = database.schema?.version;
    return {
      kind,
      file,
      schema: database.name,
      ...(version === undefined ? {} : { schemaVersion: version }),
      rows: [...database.tables.values()].reduce((sum, { size }) => sum + size, 0),
      source,
      ...(transactions === undefined ? {} : { transactions }),
      ...(firstChange === undefined ? {} : { firstChange: timeText(firstChange) }),
      ...(lastChange === undefined ? {} : { lastChange: timeText(lastChange) }),
      ...(software === undefined ? {} : { software }),
    };
  }

  /** How many objects were written; undefined when the source has no such kind or it could not be read. */
  async #objects({ plural, kind, read }: SnapshotSource['objects'][number]): Promise<number | undefined> {
    this.#step('reading Kubernetes objects');
    const list = await this.#attempt(read, (code, reason) => {
      this.#gaps.push({ code, subject: plural, reason, plural });
    });
    if (list === undefined) return undefined;
    for (const gap of list.gaps) this.#gaps.push({ ...gap, plural });
    const items = list.items.flatMap((item) => this.#redaction.object(item, kind) ?? []);
    const body = items.map((item) => JSON.stringify(item)).join(',\n');
    const text = `{"apiVersion":"v1","kind":"List","metadata":{},"items":[${body === '' ? '' : `\n${body}\n`}]}\n`;
    await this.#sink.add(objectsPath(plural), new TextEncoder().encode(text));
    return items.length;
  }

  async #texts(limits: LogLimits, zones: readonly SourceZone[]): Promise<Pick<Manifest, 'hosts' | 'logs'>> {
    const hosts: string[] = [];
    const logs: Manifest['logs'][number][] = [];
    const wanted = textsOf(await this.#source.texts(), this.#source, zones);
    this.#of += wanted.length;
    await inParallel(wanted, this.#options.bound, async ({ kind, path, from, read }) => {
      this.#step(`reading ${from}`);
      const code = `snapshot.${kind}`;
      const text = await this.#attempt(
        () => read(limits),
        (cause, reason) => this.#gaps.push({ code, subject: from, reason: `${reason} (${cause})` }),
      );
      if (text === undefined) return;
      const lines = kind === 'log' ? lastLines(text, limits) : undefined;
      const kept = lines === undefined ? text : lines.map((line) => `${line}\n`).join('');
      await this.#sink.add(path, new TextEncoder().encode(this.#redaction.text(kept)));
      if (lines === undefined) hosts.push(path);
      else logs.push({ file: path, lines: lines.length });
    });
    return { hosts: hosts.sort(), logs: logs.sort((a, b) => (a.file < b.file ? -1 : 1)) };
  }

  /** What can't be read becomes a gap; errors of the sink and bugs don't come here. */
  async #attempt<T>(read: () => Promise<T>, gap: (code: string, reason: string) => void): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof OvnctlError)) throw error;
      this.#failure ??= error;
      gap(error.code, error.message);
      return undefined;
    }
  }

  /** Each once; those of zones that were not asked for are no gaps. */
  #sortedGaps(selected: readonly SourceZone[]): readonly SnapshotGap[] {
    const names = new Set(selected.map(({ name }) => name));
    const gaps = this.#gaps.filter(({ zone }) => zone === undefined || names.has(zone));
    const byText = new Map(gaps.map((gap) => [`${gap.plural ?? ''}\n${gap.subject}\n${gap.code}\n${gap.reason}`, gap]));
    return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
  }

  #step(text: string): void {
    this.#options.report(text, ++this.#done, this.#of);
  }
}

/** Runs a job for each item, so many at a time, and gives the results in the items' order. */
async function inParallel<T, R>(items: readonly T[], bound: number, job: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      const at = next++;
      const item = items[at];
      if (item === undefined) return;
      results[at] = await job(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
  return results;
}
