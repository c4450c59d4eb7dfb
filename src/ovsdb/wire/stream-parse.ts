import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { scanJson } from './scan-json.js';
import type { Integer, Json } from './json.js';

/** Why a byte stream is not a row of JSON messages. */
export interface StreamFault {
  readonly kind: 'syntax' | 'encoding' | 'too-long' | 'too-deep';
  readonly reason: string;
}

/** Where in a message's bytes a number of 16 characters or more without fraction and exponent stands. */
export interface LongNumber {
  readonly from: number;
  readonly to: number;
}

/** Invalid UTF-8 is refused rather than replaced: a replaced name would be another name. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const INTEGER = /^-?(?:0|[1-9]\d*)$/;

/**
 * A long integer is handed to `JSON.parse` as a string of the same length, `"\u0000` and its number in the list, and put back
 * in the result: only texts that really hold such integers pay, and far less than by a parser of our own. OVSDB has no
 * strings with NUL in them; a text that has one all the same goes to our own parser.
 */
const MARK = '\\u0000';

function decode(bytes: Uint8Array): Result<string, StreamFault> {
  try {
    return ok(utf8.decode(bytes));
  } catch {
    // The one thing a fatal decoder throws for.
    return err({ kind: 'encoding', reason: 'a message is not UTF-8' });
  }
}

function syntaxFault(text: string): Result<Json, StreamFault> {
  const scanned = scanJson(text);
  if (scanned.ok) return scanned;
  const { offset, reason } = scanned.error;
  return err({ kind: 'syntax', reason: `at character ${String(offset)} of a message: ${reason}` });
}

function parse(text: string): Result<Json, StreamFault> {
  try {
    return ok(JSON.parse(text) as Json);
  } catch {
    // Says where and why, which the exception does only in prose.
    return syntaxFault(text);
  }
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++;
  return found;
}

/** Puts the integers back where their marks stand, in place: nobody else has seen the value yet. */
function restore(value: Json[] | Record<string, Json>, integers: readonly Integer[]): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i] as Json;
      if (typeof item === 'string') {
        if (item.charCodeAt(0) === 0) value[i] = integers[Number(item.slice(1))] ?? item;
      } else if (typeof item === 'object' && item !== null) {
        restore(item as Json[] | Record<string, Json>, integers);
      }
    }
    return;
  }
  // What JSON.parse makes has no enumerable members but its own.
  for (const name in value) {
    const member = value[name] as Json;
    if (typeof member === 'string') {
      // Defined rather than assigned: `__proto__` may be a member's name.
      if (member.charCodeAt(0) === 0) {
        Object.defineProperty(value, name, { value: integers[Number(member.slice(1))] ?? member });
      }
    } else if (typeof member === 'object' && member !== null) {
      restore(member as Json[] | Record<string, Json>, integers);
    }
  }
}

/**
 * Parses the bytes of one message. `longNumbers` lists what may be an integer beyond 2^53; such an integer becomes a bigint
 * when a number would not be exact. The bytes are left as they are.
 */
export function parseMessage(bytes: Uint8Array, longNumbers: readonly LongNumber[]): Result<Json, StreamFault> {
  if (longNumbers.length === 0) {
    const text = decode(bytes);
    return text.ok ? parse(text.value) : text;
  }
  const marked = bytes.slice();
  const integers: Integer[] = [];
  for (const { from, to } of longNumbers) {
    const literal = String.fromCharCode(...bytes.subarray(from, to));
    if (!INTEGER.test(literal)) continue;
    const mark = `"${MARK}${String(integers.length).padStart(to - from - 2 - MARK.length, '0')}"`;
    for (let i = 0; i < mark.length; i++) marked[from + i] = mark.charCodeAt(i);
    const number = Number(literal);
    integers.push(Number.isSafeInteger(number) ? number : BigInt(literal));
  }
  const text = decode(marked);
  if (!text.ok) return text;
  if (count(text.value, MARK) !== integers.length) {
    const original = decode(bytes);
    return original.ok ? syntaxFault(original.value) : original;
  }
  const parsed = parse(text.value);
  // A message is an object.
  if (parsed.ok) restore(parsed.value as Record<string, Json>, integers);
  return parsed;
}
