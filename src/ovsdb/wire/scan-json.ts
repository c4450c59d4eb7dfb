import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Json, JsonError } from './json.js';

/** Nesting that OVSDB itself refuses to go beyond; it also keeps the recursion below the stack limit. */
const MAX_DEPTH = 1000;

const INTEGER = /-?(?:0|[1-9]\d*)/y;
const FRACTION = /(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Everything a string may hold unescaped. */
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /[0-9a-fA-F]{4}/y;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class Failure {
  readonly offset: number;
  readonly reason: string;
  constructor(offset: number, reason: string) {
    this.offset = offset;
    this.reason = reason;
  }
}

/**
 * Parses one JSON text like `JSON.parse`, except that an integer literal (no fraction, no exponent) that a double can't
 * hold exactly becomes a bigint. Slower than `JSON.parse`: for texts that hold such integers, and to locate an error.
 */
export function scanJson(text: string): Result<Json, JsonError> {
  let at = 0;

  function fail(offset: number, reason: string): never {
    // Unwinds the recursion; caught below, never leaves this function.
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a private signal, not an error of the program
    throw new Failure(offset, reason);
  }

  function skipSpace(): void {
    for (; at < text.length; at++) {
      const c = text.charCodeAt(at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
    }
  }

  function match(pattern: RegExp): string {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? '';
  }

  function unexpected(wanted: string): never {
    return fail(at, at >= text.length ? `the text ends where ${wanted} is due` : `${wanted} is due here`);
  }

  function string(): string {
    const start = at++;
    let value = '';
    for (;;) {
      const plain = match(PLAIN);
      at += plain.length;
      value += plain;
      const c = text[at];
      if (c === '"') {
        at++;
        return value;
      }
      if (c === undefined) fail(start, 'this string does not end');
      if (c !== '\\') fail(at, 'a control character in a string');
      at++;
      const escaped = text[at] ?? '';
      if (escaped === 'u') {
        at++;
        const hex = match(HEX4);
        if (hex === '') unexpected('four hexadecimal digits');
        value += String.fromCharCode(Number.parseInt(hex, 16));
        at += 4;
      } else {
        const character = ESCAPES.get(escaped);
        if (character === undefined) fail(at - 1, 'an unknown escape in a string');
        value += character;
        at++;
      }
    }
  }

  function number(): Json {
    const integer = match(INTEGER);
    if (integer === '') unexpected('a value');
    at += integer.length;
    const rest = match(FRACTION);
    at += rest.length;
    const value = Number(integer + rest);
    return rest === '' && !Number.isSafeInteger(value) ? BigInt(integer) : value;
  }

  function array(depth: number): Json {
    at++;
    const items: Json[] = [];
    skipSpace();
    if (text[at] === ']') {
      at++;
      return items;
    }
    for (;;) {
      items.push(value(depth + 1));
      skipSpace();
      const c = text[at];
      if (c === ']') {
        at++;
        return items;
      }
      if (c !== ',') unexpected('"," or "]"');
      at++;
    }
  }

  function object(depth: number): Json {
    at++;
    const members: Record<string, Json> = {};
    skipSpace();
    if (text[at] === '}') {
      at++;
      return members;
    }
    for (;;) {
      skipSpace();
      if (text[at] !== '"') unexpected('a member name');
      const name = string();
      skipSpace();
      if (text[at] !== ':') unexpected('":"');
      at++;
      const member = value(depth + 1);
      if (name === '__proto__') {
        // A plain assignment would set the prototype instead of a member.
        Object.defineProperty(members, name, { value: member, writable: true, enumerable: true, configurable: true });
      } else {
        members[name] = member;
      }
      skipSpace();
      const c = text[at];
      if (c === '}') {
        at++;
        return members;
      }
      if (c !== ',') unexpected('"," or "}"');
      at++;
    }
  }

  function word(literal: string, meaning: Json): Json {
    if (!text.startsWith(literal, at)) unexpected('a value');
    at += literal.length;
    return meaning;
  }

  function value(depth: number): Json {
    if (depth > MAX_DEPTH) fail(at, `nested more than ${String(MAX_DEPTH)} deep`);
    skipSpace();
    switch (text[at]) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word('true', true);
      case 'f':
        return word('false', false);
      case 'n':
        return word('null', null);
      default:
        return number();
    }
  }

  try {
    const result = value(0);
    skipSpace();
    if (at < text.length) fail(at, 'something follows the end of the value');
    return ok(result);
  } catch (signal) {
    if (signal instanceof Failure) return err({ offset: signal.offset, reason: signal.reason });
    throw signal;
  }
}
