/**
 * JSON values as OVSDB uses them (RFC 7047 section 3.1): what `parse-json.ts` yields and everything else here reads.
 *
 * OVSDB integers are 64-bit, so an integer that a double can't hold exactly is a bigint. Knows nothing of schemas or rows.
 */
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

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
