/**
 * JSON as OVSDB uses it (RFC 7047 section 3.1): text in, values out, with integers kept whole.
 *
 * OVSDB integers are 64-bit; `JSON.parse` would silently round those beyond 2^53. Here an integer that a double can't
 * hold exactly becomes a bigint and everything else is what `JSON.parse` yields. Knows nothing of schemas, rows or I/O.
 */
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { scanJson } from './json-scanner.js';

/** An integer: a bigint only where a number would not be exact. */
export type Integer = number | bigint;

export type Json = null | boolean | Integer | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Why a text is not JSON: the offset counts UTF-16 units from the start of the text. */
export interface JsonError {
  readonly offset: number;
  readonly reason: string;
}

/** Only a run of sixteen digits where a number may begin can exceed 2^53; inside strings it costs no more than speed. */
const MAYBE_BIG = /(?:^|[:,[\s-])\d{16}/;

/** Parses one JSON text (RFC 8259, strict). */
export function parseJson(text: string): Result<Json, JsonError> {
  if (!MAYBE_BIG.test(text)) {
    try {
      return ok(JSON.parse(text) as Json);
    } catch {
      // The scanner is strict in the same way and says where and why, which the exception only does in prose.
      return scanJson(text);
    }
  }
  return scanJson(text);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
