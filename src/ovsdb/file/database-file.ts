/**
 * Database files as ovsdb-server writes them (ovsdb(5), ovsdb(7)): bytes in, a Database out.
 *
 * Both formats, standalone and clustered, with full and difference records and 64-bit integers. A damaged file serves
 * everything before the damage and says where it is, like the server itself does; a file that is no OVSDB log, or whose
 * schema is lost, is an error. Must not know how the bytes were obtained nor which database it ought to be.
 */
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Database } from '../replica/database.js';
import { readSchema } from '../schema/schema.js';
import { readClusterLog } from './cluster.js';
import type { ClusterIdentity } from './cluster.js';
import { LogContents } from './contents.js';
import type { LogSummary } from './contents.js';
import { gapAt, logFormat, readLog } from './log.js';
import type { FileGap, LogFormat, LogRecord, Sha1 } from './log.js';

export interface DatabaseFile extends LogSummary {
  readonly database: Database;
  readonly format: LogFormat;
  /** Present when the format is clustered. */
  readonly cluster: (ClusterIdentity & { readonly uncommitted: number }) | undefined;
  /** The damage that ended the reading, if any; there is at most one. */
  readonly gap: FileGap | undefined;
}

/** Why nothing can be served. `foreign`: not an OVSDB log; `no-schema`: one whose first record is of no use. */
export interface DatabaseFileError {
  readonly kind: 'empty' | 'foreign' | 'no-schema';
  /** A clause that completes "FILE …". */
  readonly detail: string;
}

/** Decodes a database file; `sha1` verifies every record's checksum. */
export function decodeDatabaseFile(bytes: Uint8Array, sha1: Sha1): Result<DatabaseFile, DatabaseFileError> {
  if (bytes.length === 0) return err({ kind: 'empty', detail: 'is empty' });
  const format = logFormat(bytes);
  if (format === undefined) return err({ kind: 'foreign', detail: foreignDetail(bytes) });
  const records = readLog(bytes, format, sha1);
  const first = records.next();
  if (first.done === true) return err({ kind: 'empty', detail: 'is empty' });
  if (first.value.kind === 'gap') {
    return err({ kind: 'no-schema', detail: `is damaged: its first record ${first.value.detail}` });
  }
  return format === 'standalone'
    ? decodeStandalone(bytes, first.value, records)
    : decodeClustered(bytes, first.value, records);
}

function decodeStandalone(
  bytes: Uint8Array,
  first: LogRecord,
  records: Iterable<LogRecord | FileGap>,
): Result<DatabaseFile, DatabaseFileError> {
  const schema = readSchema(first.json);
  if (!schema.ok) {
    const { path, reason } = schema.error;
    return err({ kind: 'no-schema', detail: `has an unusable schema (${path === '' ? '' : `${path}: `}${reason})` });
  }
  const contents = new LogContents(schema.value);
  let gap: FileGap | undefined;
  for (const record of records) {
    if (record.kind === 'gap') {
      gap = record;
      break;
    }
    const problem = contents.apply(record.json);
    if (problem !== undefined) {
      gap = gapAt(bytes, record, 'transaction', problem);
      break;
    }
  }
  return ok({ ...contents.summary(), database: contents.database(), format: 'standalone', cluster: undefined, gap });
}

function decodeClustered(
  bytes: Uint8Array,
  first: LogRecord,
  records: Iterable<LogRecord | FileGap>,
): Result<DatabaseFile, DatabaseFileError> {
  const log = readClusterLog(bytes, first.json, records);
  if (typeof log === 'string') return err({ kind: 'no-schema', detail: `is of no use: ${log}` });
  const { contents, identity, uncommitted, gap } = log;
  const cluster = { ...identity, uncommitted };
  return ok({ ...contents.summary(), database: contents.database(), format: 'clustered', cluster, gap });
}

/** The beginning of a foreign file often tells what it is: its first printable characters, quoted. */
function foreignDetail(bytes: Uint8Array): string {
  let start = '';
  for (const byte of bytes.subarray(0, 24)) {
    if (byte < 0x20 || byte > 0x7e) break;
    start += String.fromCharCode(byte);
  }
  return start === '' ? 'is not an OVSDB database file' : `is not an OVSDB database file; it begins with "${start}"`;
}
