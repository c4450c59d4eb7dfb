/**
 * The messages in a JSON-RPC byte stream (RFC 7047 section 4): objects follow one another with nothing in between.
 *
 * In: chunks of bytes, cut anywhere, also inside a code point, an escape or a number. Out: the messages in order, each once
 * and the same under every cut, integers kept whole. A message that does not end within the limit is refused before it is
 * stored. After a fault the stream has no meaning any more and the scanner takes nothing further. Knows nothing of sockets,
 * nor of what messages mean.
 */
import { isJsonObject } from './json.js';
import type { JsonObject } from './json.js';
import { parseMessage } from './stream-parse.js';
import type { LongNumber, StreamFault } from './stream-parse.js';

/** Nesting that OVSDB itself refuses to go beyond. */
const MAX_DEPTH = 1000;
/** A double holds every integer of fewer digits. */
const LONG_NUMBER = 16;
/** A grown buffer above this size is given back after the message. */
const KEPT_BUFFER = 1 << 20;
const EMPTY = new Uint8Array(0);

export interface Scanned {
  /** The messages that end in the chunk; those before a fault are here too. */
  readonly messages: readonly JsonObject[];
  readonly fault?: StreamFault;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a byte outside strings is to the framing; everything else is left to the parser. */
const PLAIN = 0;
const OPEN = 1;
const CLOSE = 2;
const STRING = 3;
const NUMBER = 4;
/** Continues a number and makes it a real. */
const REAL = 5;
const CLASS = new Uint8Array(256);
for (const c of '[{') CLASS[c.charCodeAt(0)] = OPEN;
for (const c of ']}') CLASS[c.charCodeAt(0)] = CLOSE;
CLASS[QUOTE] = STRING;
for (const c of '-0123456789') CLASS[c.charCodeAt(0)] = NUMBER;
for (const c of '.eE+') CLASS[c.charCodeAt(0)] = REAL;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** One direction of one connection. */
export class MessageScanner {
  readonly #limit: number;
  #fault: StreamFault | undefined;
  /** The beginning of a message that earlier chunks hold. */
  #buffer: Uint8Array = EMPTY;
  #buffered = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Where in the message the number begins that the last byte belongs to; -1 outside numbers. */
  #number = -1;
  #real = false;
  #longNumbers: LongNumber[] = [];

  /** `limit` is the most bytes one message may have. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes held of a message that has not ended: not 0 when a connection closes means half a message. */
  get pending(): number {
    return this.#buffered;
  }

  /** Takes the next bytes of the stream; the chunk may be reused afterwards. */
  push(chunk: Uint8Array): Scanned {
    const messages: JsonObject[] = [];
    let start = 0;
    let at = 0;
    while (this.#fault === undefined && at < chunk.length) {
      if (this.#depth === 0) {
        const byte = chunk[at] as number;
        if (isSpace(byte)) {
          at++;
          continue;
        }
        if (byte !== 0x7b) {
          this.#fault = { kind: 'syntax', reason: 'a message does not begin with "{"' };
          break;
        }
        start = at;
      }
      at = this.#advance(chunk, at, start - this.#buffered);
      // In this order, which does not depend on where the stream is cut.
      if (this.#buffered + at - start > this.#limit) {
        this.#fault = { kind: 'too-long', reason: `a message has more than ${String(this.#limit)} bytes` };
      } else if (this.#depth > MAX_DEPTH) {
        this.#fault = { kind: 'too-deep', reason: `a message is nested more than ${String(MAX_DEPTH)} deep` };
      } else if (this.#depth === 0) {
        const message = this.#finish(chunk.subarray(start, at));
        if (message !== undefined) messages.push(message);
      } else {
        this.#keep(chunk.subarray(start));
      }
    }
    if (this.#fault === undefined) return { messages };
    this.#buffer = EMPTY;
    this.#buffered = 0;
    return { messages, fault: this.#fault };
  }

  /** Follows brackets, strings and numbers to the end of the message or chunk. `origin` is the message's offset in it. */
  #advance(chunk: Uint8Array, from: number, origin: number): number {
    const end = chunk.length;
    let at = from;
    let depth = this.#depth;
    let number = this.#number;
    while (at < end) {
      if (this.#inString) {
        at = this.#skipString(chunk, at);
        continue;
      }
      const kind = CLASS[chunk[at] as number] as number;
      if (number >= 0 && kind < NUMBER) {
        this.#endNumber(number, at - origin);
        number = -1;
      }
      at++;
      if (kind === PLAIN) continue;
      if (kind === STRING) {
        this.#inString = true;
      } else if (kind === OPEN) {
        if (++depth > MAX_DEPTH) break;
      } else if (kind === CLOSE) {
        if (--depth === 0) break;
      } else {
        if (number < 0) {
          number = at - 1 - origin;
          this.#real = false;
        }
        if (kind === REAL) this.#real = true;
      }
    }
    this.#depth = depth;
    this.#number = number;
    return at;
  }

  #skipString(chunk: Uint8Array, from: number): number {
    const end = chunk.length;
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    for (; at < end; at++) {
      const byte = chunk[at] as number;
      if (byte === QUOTE) {
        this.#inString = false;
        return at + 1;
      }
      if (byte === BACKSLASH && ++at === end) {
        this.#escaped = true;
        return end;
      }
    }
    return end;
  }

  #endNumber(from: number, to: number): void {
    if (!this.#real && to - from >= LONG_NUMBER) this.#longNumbers.push({ from, to });
  }

  #keep(part: Uint8Array): void {
    const size = this.#buffered + part.length;
    if (size > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(Math.max(size * 2, 4096), Math.max(this.#limit, size)));
      grown.set(this.#buffer.subarray(0, this.#buffered));
      this.#buffer = grown;
    }
    this.#buffer.set(part, this.#buffered);
    this.#buffered = size;
  }

  /** Parses the message whose last part is given. */
  #finish(part: Uint8Array): JsonObject | undefined {
    let bytes = part;
    if (this.#buffered > 0) {
      this.#keep(part);
      bytes = this.#buffer.subarray(0, this.#buffered);
    }
    const parsed = parseMessage(bytes, this.#longNumbers);
    this.#buffered = 0;
    if (this.#buffer.length > KEPT_BUFFER) this.#buffer = EMPTY;
    this.#longNumbers = [];
    if (!parsed.ok) {
      this.#fault = parsed.error;
      return undefined;
    }
    // It begins with a brace, so the parser can't have found anything else.
    return isJsonObject(parsed.value) ? parsed.value : undefined;
  }
}
