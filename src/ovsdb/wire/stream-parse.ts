import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { scanJson } from './json-scanner.js';
import type { Integer, Json } from './json.js';
import type { StreamFault } from './stream.js';

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
const MARK_DIGITS = 8;

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
function restore(value: Json, integers: readonly Integer[]): Json {
  if (typeof value === 'string') {
    return value.charCodeAt(0) === 0 && value.length > MARK_DIGITS ? (integers[Number(value.slice(1))] ?? value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as Json[];
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as Json;
      if (typeof item === 'string' || typeof item === 'object') items[i] = restore(item, integers);
    }
    return items;
  }
  const members = value as Record<string, Json>;
  for (const name of Object.keys(members)) {
    const member = members[name] as Json;
    if (typeof member !== 'string' && typeof member !== 'object') continue;
    const restored = restore(member, integers);
    // Defined rather than assigned: `__proto__` may be a member's name.
    if (restored !== member) Object.defineProperty(members, name, { value: restored });
  }
  return members;
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
  return parsed.ok ? ok(restore(parsed.value, integers)) : parsed;
}
