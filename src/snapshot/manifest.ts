/**
 * `manifest.json` of a snapshot: what is in it, where and when it comes from, and what could not be read.
 *
 * Only information: a snapshot without one opens as well. A newer format is refused, because its files may mean something
 * else; members that are not known are passed over.
 */
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';

/** Goes up when an older ovnctl would misread the files. */
export const SNAPSHOT_FORMAT = 1;

export type DatabaseKind = 'nb' | 'sb' | 'ovs';

/** Something that was asked for and is not in the snapshot, or not whole. */
export interface SnapshotGap {
  readonly code: string;
  readonly subject: string;
  readonly reason: string;
  readonly zone?: string;
  readonly database?: 'northbound' | 'southbound';
  /** The kind of objects, when it is about one. */
  readonly plural?: string;
}

export interface ManifestDatabase {
  readonly kind: DatabaseKind;
  readonly file: string;
  readonly schema: string;
  readonly schemaVersion?: string;
  readonly rows: number;
  /** How the source held it: in a file of either format, or served. */
  readonly source: 'standalone' | 'clustered' | 'server';
  /** What the source's log says of its transactions; times are RFC 3339. */
  readonly transactions?: number;
  readonly firstChange?: string;
  readonly lastChange?: string;
  /** What the database says about the software around it, like `northd 26.03.1-21.8.0-82.14`. */
  readonly software?: string;
}

export interface ManifestZone {
  readonly name: string;
  /** Hostnames of the zone's own chassis. */
  readonly nodes: readonly string[];
  readonly databases: readonly ManifestDatabase[];
}

export interface Manifest {
  readonly format: typeof SNAPSHOT_FORMAT;
  /** `ovnctl/0.1.0`. */
  readonly tool: string;
  /** RFC 3339. */
  readonly taken: string;
  readonly source: { readonly kind: string; readonly name: string };
  /** What it was limited to, if to anything. */
  readonly scope: { readonly zones?: readonly string[]; readonly nodes?: readonly string[]; readonly since?: string };
  readonly zones: readonly ManifestZone[];
  readonly objects: readonly { readonly plural: string; readonly file: string; readonly count: number }[];
  readonly hosts: readonly string[];
  readonly logs: readonly { readonly file: string; readonly lines: number }[];
  /** How often each redaction rule applied. */
  readonly redacted: Readonly<Record<string, number>>;
  readonly gaps: readonly SnapshotGap[];
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Why a manifest can't be used. `newer`: nor can the snapshot; `unusable`: the files around it may still be right. */
export interface ManifestError {
  readonly kind: 'newer' | 'unusable';
  /** A clause that completes "FILE …". */
  readonly detail: string;
}

const unusable = (detail: string): Result<never, ManifestError> => err({ kind: 'unusable', detail });

/** The manifest in a text. */
export function readManifest(text: string): Result<Manifest, ManifestError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unusable('is not JSON');
  }
  if (!isRecord(value) || typeof value['format'] !== 'number') return unusable('has no format version');
  if (value['format'] > SNAPSHOT_FORMAT) {
    const detail = `is of snapshot format ${String(value['format'])}; this ovnctl knows format ${String(SNAPSHOT_FORMAT)}`;
    return err({ kind: 'newer', detail });
  }
  const { tool, taken, source, zones, gaps } = value;
  const isWhole =
    typeof tool === 'string' &&
    typeof taken === 'string' &&
    isRecord(source) &&
    areRecords(zones, 'name') &&
    areRecords(gaps, 'subject') &&
    areRecords(value['objects'], 'plural') &&
    areRecords(value['logs'], 'file') &&
    Array.isArray(value['hosts']) &&
    isRecord(value['scope']) &&
    isRecord(value['redacted']);
  if (!isWhole) return unusable('lacks members that every manifest has');
  for (const zone of zones as readonly Readonly<Record<string, unknown>>[]) {
    if (!Array.isArray(zone['nodes']) || !areRecords(zone['databases'], 'file')) {
      return unusable('has a zone without nodes or databases');
    }
  }
  return ok(value as unknown as Manifest);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of objects that have that member as a string. */
const areRecords = (value: unknown, member: string): boolean =>
  Array.isArray(value) && value.every((each) => isRecord(each) && typeof each[member] === 'string');
