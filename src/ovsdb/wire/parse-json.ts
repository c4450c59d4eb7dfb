/**
 * JSON text in, values out, with 64-bit integers kept whole where `JSON.parse` would silently round them.
 */
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Json, JsonError } from './json.js';
import { scanJson } from './scan-json.js';

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
