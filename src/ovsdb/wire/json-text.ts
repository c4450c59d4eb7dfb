import { isJsonArray } from './json.js';
import type { Json } from './json.js';

const holdsBigint = (value: Json): boolean => {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  return isJsonArray(value) ? value.some(holdsBigint) : Object.values(value).some(holdsBigint);
};

/** The text of a JSON value; what `JSON.stringify` writes, except that a bigint, which it refuses, is written in full. */
export function jsonText(value: Json): string {
  if (!holdsBigint(value)) return JSON.stringify(value);
  if (typeof value === 'bigint') return String(value);
  if (isJsonArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const members = Object.entries(value as Readonly<Record<string, Json>>);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`).join(',')}}`;
}
