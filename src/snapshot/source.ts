/**
 * What a snapshot is taken from, and what it is written to: shapes only. Files, servers and clusters are read, and folders
 * and archives are written, by src/connect; taking is src/usecase/take-snapshot.ts, which can't tell them apart.
 */
import type { Database } from '../ovsdb/replica/database.js';
import type { DatabaseKind, SnapshotGap } from './manifest.js';

/** A database as of one moment. */
export interface ReadDatabase {
  /** Has the schema it was read with. */
  readonly database: Database;
  readonly source: 'standalone' | 'clustered' | 'server';
  readonly transactions?: number;
  /** Milliseconds since the Unix epoch. */
  readonly firstChange?: number;
  readonly lastChange?: number;
  /** What of it was lost, one sentence each. */
  readonly losses: readonly string[];
}

export interface SourceDatabase {
  readonly kind: DatabaseKind;
  /** As messages name it: a file, a remote. */
  readonly from: string;
  read(): Promise<ReadDatabase>;
}

export interface SourceZone {
  readonly name: string;
  /** Nodes that are known to belong to it before its databases are read. */
  readonly nodes: readonly string[];
  readonly databases: readonly SourceDatabase[];
}

export interface SourceObjects {
  readonly plural: string;
  readonly kind: string;
  /** undefined where the source does not have the kind, which is no gap. */
  readonly read: () => Promise<
    { readonly items: readonly unknown[]; readonly gaps: readonly SnapshotGap[] } | undefined
  >;
}

/** Facts from a host, or the end of a log. */
export interface SourceText {
  readonly kind: 'host' | 'log';
  /** In the snapshot. */
  readonly path: string;
  readonly from: string;
  /** The node it is about, when that is known. */
  readonly node?: string;
  /** undefined when it turns out not to exist, which is no gap. */
  readonly read: (limits: LogLimits) => Promise<string | undefined>;
}

export interface LogLimits {
  /** The last lines of each log. */
  readonly lines: number;
  /** Nothing older; milliseconds since the Unix epoch. */
  readonly since?: number;
}

export interface SnapshotSource {
  readonly kind: string;
  readonly name: string;
  readonly zones: readonly SourceZone[];
  readonly objects: readonly SourceObjects[];
  /** Looked for when called. */
  texts(): Promise<readonly SourceText[]>;
  /** What is known to be missing before anything is read. */
  readonly gaps: readonly SnapshotGap[];
}

/** Where a snapshot is written. Nothing has the final name before `commit`. */
export interface SnapshotSink {
  add(path: string, bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  /** Removes what was written; also after a failure of the others. */
  abandon(): Promise<void>;
}
