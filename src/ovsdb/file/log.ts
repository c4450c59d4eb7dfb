import type { Json } from '../wire/json.js';
import { parseJson } from '../wire/parse-json.js';

/** SHA-1 as 40 lower-case hexadecimal digits; an argument because hashing belongs to the platform. */
export type Sha1 = (bytes: Uint8Array) => string;

/** A record line pair of the log: where its header begins, where the next record begins, and its JSON. */
export interface LogRecord {
  readonly kind: 'record';
  /** Counts from 1. */
  readonly number: number;
  readonly offset: number;
  readonly end: number;
  readonly json: Json;
}

/**
 * Damage: from `offset` on, the file could not be used. What precedes is whole.
 * `header`, `checksum`, `json`: the record itself; `cut`: the file ends inside it; `transaction`, `raft`: it is well
 * formed but does not fit what precedes it.
 */
export interface FileGap {
  readonly kind: 'gap';
  readonly record: number;
  readonly offset: number;
  readonly reason: 'cut' | 'header' | 'checksum' | 'json' | 'transaction' | 'raft';
  /** A clause that completes "record N at offset M …". */
  readonly detail: string;
  /** Bytes from `offset` to the end of the file. */
  readonly unreadBytes: number;
}

/** ovsdb-server reads headers into a buffer of this size. */
const MAX_HEADER = 128;
const NEWLINE = 0x0a;
const HEADER = /^OVSDB (JSON|CLUSTER) ([1-9]\d{0,15}) ([0-9a-fA-F]{40})$/;

export type LogFormat = 'standalone' | 'clustered';

interface Header {
  readonly format: LogFormat;
  readonly length: number;
  readonly hash: string;
  /** Where the body begins. */
  readonly body: number;
}

function readHeader(bytes: Uint8Array, offset: number): Header | undefined {
  const line = bytes.subarray(offset, offset + MAX_HEADER);
  const end = line.indexOf(NEWLINE);
  if (end < 0) return undefined;
  const match = HEADER.exec(String.fromCharCode(...line.subarray(0, end)));
  if (match === null) return undefined;
  const [, magic, length = '', hash = ''] = match;
  return {
    format: magic === 'JSON' ? 'standalone' : 'clustered',
    length: Number(length),
    hash: hash.toLowerCase(),
    body: offset + end + 1,
  };
}

/** The kind of log that `bytes` begin as, or undefined when they are not an OVSDB log at all. */
export function logFormat(bytes: Uint8Array): LogFormat | undefined {
  return readHeader(bytes, 0)?.format;
}

/** A gap at `offset`. */
export function gapAt(
  bytes: Uint8Array,
  at: { readonly number: number; readonly offset: number },
  reason: FileGap['reason'],
  detail: string,
): FileGap {
  const { number, offset } = at;
  return { kind: 'gap', record: number, offset, reason, detail, unreadBytes: bytes.length - offset };
}

/**
 * Reads the records of an OVSDB log (ovsdb(5)) one after the other: a line `OVSDB JSON|CLUSTER length sha1`, then
 * `length` bytes of JSON with that hash. Ends at the end of the bytes, or with a gap at the first damage.
 */
export function* readLog(bytes: Uint8Array, format: LogFormat, sha1: Sha1): Generator<LogRecord | FileGap, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let offset = 0;
  for (let number = 1; offset < bytes.length; number++) {
    const at = { number, offset };
    const header = readHeader(bytes, offset);
    if (header?.format !== format) {
      const cut = bytes.length - offset < MAX_HEADER && bytes.indexOf(NEWLINE, offset) < 0;
      yield cut
        ? gapAt(bytes, at, 'cut', 'ends inside its header line')
        : gapAt(bytes, at, 'header', 'has a damaged header line');
      return;
    }
    const end = header.body + header.length;
    if (end > bytes.length) {
      const present = bytes.length - header.body;
      yield gapAt(bytes, at, 'cut', `has ${String(present)} of ${String(header.length)} bytes`);
      return;
    }
    const body = bytes.subarray(header.body, end);
    if (sha1(body) !== header.hash) {
      yield gapAt(bytes, at, 'checksum', 'does not have the SHA-1 checksum its header gives');
      return;
    }
    let text: string;
    try {
      text = decoder.decode(body);
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem;
      yield gapAt(bytes, at, 'json', 'is not valid UTF-8');
      return;
    }
    const json = parseJson(text);
    if (!json.ok) {
      yield gapAt(
        bytes,
        at,
        'json',
        `is not valid JSON: ${json.error.reason} (character ${String(json.error.offset)})`,
      );
      return;
    }
    yield { kind: 'record', number, offset, end, json: json.value };
    offset = end;
  }
}
