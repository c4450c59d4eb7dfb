import { readSchema } from '../schema/schema.js';
import type { DatabaseSchema } from '../schema/schema.js';
import { isJsonArray, isJsonObject } from '../wire/json.js';
import type { Json, JsonObject } from '../wire/json.js';
import { LogContents } from './contents.js';
import { gapAt } from './log.js';
import type { FileGap, LogRecord } from './log.js';

/** Which member of which cluster wrote the file; undefined where the file does not say. */
export interface ClusterIdentity {
  readonly clusterId: string | undefined;
  readonly serverId: string;
  readonly localAddress: string | undefined;
}

export interface ClusterLog {
  readonly contents: LogContents;
  readonly identity: ClusterIdentity;
  /** Entries with data beyond the commit index, which are not in the contents. */
  readonly uncommitted: number;
  readonly gap: FileGap | undefined;
}

interface Entry {
  readonly record: LogRecord;
  readonly data: Json | undefined;
}

/**
 * Adds up a clustered database's log, as one member of the cluster wrote it (OVSDB's Raft, ovsdb(7)).
 *
 * The header record carries a snapshot (`prev_data`: schema and rows up to entry `prev_index`). Entries follow, numbered
 * by `index`; an entry whose number is taken replaces that entry and everything after it, because a new leader overruled
 * them. Only entries up to the last `commit_index` record count: those are what the server serves after a restart, while
 * later ones may yet be overruled. They are counted as `uncommitted`, not applied. A copy of a live file can thus lack
 * the very last transaction. Returns a clause saying why the header can't be used.
 */
export function readClusterLog(
  bytes: Uint8Array,
  header: Json,
  records: Iterable<LogRecord | FileGap>,
): ClusterLog | string {
  if (!isJsonObject(header)) return 'its header record is not an object';
  const { server_id: serverId, cluster_id: clusterId, local_address: localAddress, name } = header;
  if (typeof serverId !== 'string' || typeof name !== 'string') return 'its header record names no server or database';
  const contents = snapshot(header, name);
  if (typeof contents === 'string') return contents;
  const identity = {
    serverId,
    clusterId: typeof clusterId === 'string' ? clusterId : undefined,
    localAddress: typeof localAddress === 'string' ? localAddress : undefined,
  };

  const first = (naturalOf(header['prev_index']) ?? 0) + 1;
  const log = new EntryLog(first);
  let gap: FileGap | undefined;
  for (const record of records) {
    if (record.kind === 'gap') {
      gap = record;
      break;
    }
    const problem = log.take(record);
    if (problem !== undefined) {
      gap = gapAt(bytes, record, 'raft', problem);
      break;
    }
  }

  for (const entry of log.committed()) {
    const problem = entry.data === undefined ? undefined : applyData(contents, entry.data);
    if (problem !== undefined) {
      return {
        contents,
        identity,
        uncommitted: log.uncommitted(),
        gap: gapAt(bytes, entry.record, 'transaction', problem),
      };
    }
  }
  return { contents, identity, uncommitted: log.uncommitted(), gap };
}

/** The entries that stand after each record read so far. */
class EntryLog {
  readonly #first: number;
  readonly #entries: Entry[] = [];
  #commitIndex: number;

  constructor(first: number) {
    this.#first = first;
    this.#commitIndex = first - 1;
  }

  /** Takes one record in; says why it does not fit what precedes it. */
  take(record: LogRecord): string | undefined {
    const { json } = record;
    if (!isJsonObject(json)) return 'is not an object';
    if (json['index'] !== undefined) return this.#takeEntry(record, json);
    if (json['commit_index'] !== undefined) return this.#takeCommit(json['commit_index']);
    // Votes, terms, leaders and notes say nothing about the data.
    const known = ['vote', 'leader', 'term', 'note'].some((member) => json[member] !== undefined);
    return known ? undefined : 'is of an unknown kind';
  }

  committed(): readonly Entry[] {
    return this.#entries.slice(0, this.#commitIndex - this.#first + 1);
  }

  uncommitted(): number {
    return this.#entries.slice(this.#commitIndex - this.#first + 1).filter((entry) => entry.data !== undefined).length;
  }

  #takeEntry(record: LogRecord, json: JsonObject): string | undefined {
    const index = naturalOf(json['index']);
    const next = this.#first + this.#entries.length;
    if (index === undefined || index > next) return `does not continue the log at index ${String(next)}`;
    if (index <= this.#commitIndex) return `replaces entry ${String(index)}, which is committed`;
    this.#entries.length = index - this.#first;
    this.#entries.push({ record, data: json['data'] });
    return undefined;
  }

  #takeCommit(value: Json): string | undefined {
    const index = naturalOf(value);
    const next = this.#first + this.#entries.length;
    if (index === undefined || index < this.#commitIndex || index >= next)
      return 'commits an entry that does not exist';
    this.#commitIndex = index;
    return undefined;
  }
}

/** The contents as of the header; a server that has yet to join its cluster has a name and nothing else. */
function snapshot(header: JsonObject, name: string): LogContents | string {
  const data = header['prev_data'];
  if (data === undefined) return new LogContents({ name, version: undefined, tables: new Map() });
  const contents = new LogContents({ name, version: undefined, tables: new Map() });
  const problem = applyData(contents, data);
  return problem === undefined ? contents : `its snapshot ${problem}`;
}

/** Applies `[schema or null, transaction or null]`; says why it can't. */
function applyData(contents: LogContents, data: Json): string | undefined {
  if (!isJsonArray(data) || data.length !== 2) return 'holds no pair of schema and transaction';
  const [schemaJson = null, transaction = null] = data;
  let schema: DatabaseSchema | undefined;
  if (schemaJson !== null) {
    const read = readSchema(schemaJson);
    if (!read.ok) return `has an unusable schema (${read.error.path}: ${read.error.reason})`;
    schema = read.value;
  }
  if (transaction === null) {
    if (schema !== undefined) contents.convert(schema);
    return undefined;
  }
  if (schema !== undefined) contents.restart(schema);
  return contents.apply(transaction);
}

function naturalOf(json: Json | undefined): number | undefined {
  return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : undefined;
}
