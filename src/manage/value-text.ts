/**
 * Values of columns as people type them, in the notation of ovs-vsctl(8) "Database Values": atoms, sets `a,b` or `[a,b]`,
 * maps `k=v,k2=v2` or `{k=v}`; strings may be quoted as in JSON. What the schema wants decides how a text is read.
 *
 * In: a text, the column's type and constraints. Out: the value in RFC 7047 notation, or what is wrong and what would be
 * right. Must not know rows or databases.
 */
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { nearestName } from '../lflow/nearest-name.js';
import { atomJson } from '../ovsdb/replica/difference.js';
import type { ColumnConstraints, Constraint } from '../ovsdb/schema/constraints.js';
import type { AtomType, BaseType, ColumnSchema } from '../ovsdb/schema/schema.js';
import type { Json } from '../ovsdb/wire/json.js';
import { isUuid } from '../ovsdb/wire/value.js';
import type { Atom } from '../ovsdb/wire/value.js';

type Read<T> = Result<T, string>;

/** Turns the name of a row into its uuid, for columns that refer to rows; undefined when there is no such row. */
export type RowNamed = (table: string, name: string) => string | undefined;

const BARE_END = new Set([',', '=', '{', '}', '[', ']', ' ', '\t', '\n']);

/** A text with a position. */
class Words {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  get ended(): boolean {
    this.skipSpace();
    return this.#at >= this.#text.length;
  }

  take(character: string): boolean {
    this.skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  /** The next word; colons and everything else that has no meaning here belong to it. */
  word(): Read<string> {
    this.skipSpace();
    if (this.#text[this.#at] === '"') return this.#quoted();
    const from = this.#at;
    while (this.#at < this.#text.length && !BARE_END.has(this.#text[this.#at] ?? '')) this.#at++;
    if (this.#at === from) return err(this.ended ? 'a value is missing at the end' : `"${this.rest}" begins no value`);
    return ok(this.#text.slice(from, this.#at));
  }

  #quoted(): Read<string> {
    const match = /^"(?:[^"\\]|\\.)*"/s.exec(this.rest);
    if (match === null) return err('a quotation mark is not closed');
    this.#at += match[0].length;
    try {
      return ok(JSON.parse(match[0]) as string);
    } catch {
      return err(`${match[0]} is not a string as JSON writes it`);
    }
  }
}

/** What a text for a column should look like, for messages. */
export function wantedText(column: ColumnSchema): string {
  const { key, value, min, max } = column;
  if (value !== undefined) return `pairs ${nameOf(key)}=${nameOf(value)}, separated by commas`;
  if (max === 1) return min === 0 ? `${nameOf(key)}, or nothing ([])` : nameOf(key);
  return `${nameOf(key)} values separated by commas`;
}

const NAMES: Readonly<Record<AtomType, string>> = {
  integer: 'an integer',
  real: 'a number',
  boolean: 'true or false',
  string: 'a string',
  uuid: 'a uuid',
};

const nameOf = ({ type, refTable }: BaseType): string =>
  refTable === undefined ? NAMES[type] : `a row of ${refTable} (uuid or name)`;

/** Reads the whole value of a column. */
export function readValue(
  text: string,
  column: ColumnSchema,
  constraints: ColumnConstraints,
  rowNamed: RowNamed,
): Read<Json> {
  if (column.value !== undefined) {
    const pairs = readPairs(text, column, constraints, rowNamed);
    return pairs.ok ? checkedCount(['map', pairs.value], pairs.value.length, column) : pairs;
  }
  const single = column.max === 1 && column.min === 1;
  // A lone string is taken as it stands: a match has spaces, commas and brackets of its own.
  if (column.max === 1 && column.key.type === 'string' && !/^\s*(?:\[\s*\]|".*"|\[.*\])\s*$/s.test(text)) {
    const atom = readAtom(text, column.key, constraints.key, rowNamed);
    return atom.ok && !single && text === '' ? ok(['set', []]) : atom;
  }
  const members = readMembers(text, column, constraints, rowNamed);
  if (!members.ok) return members;
  const [only] = members.value;
  if (column.max === 1 && only !== undefined && members.value.length === 1) return ok(only);
  return checkedCount(['set', members.value], members.value.length, column);
}

/** Reads members to add to or remove from a set. */
export function readMembers(
  text: string,
  column: ColumnSchema,
  constraints: ColumnConstraints,
  rowNamed: RowNamed,
): Read<readonly Json[]> {
  const words = new Words(text);
  const isBracketed = words.take('[');
  const members: Json[] = [];
  const seen = new Set<string>();
  while (!(isBracketed ? words.take(']') : words.ended)) {
    if (isBracketed && words.ended) return err('"[" is not closed');
    if (members.length > 0) words.take(',');
    const word = words.word();
    if (!word.ok) return word;
    const atom = readAtom(word.value, column.key, constraints.key, rowNamed);
    if (!atom.ok) return atom;
    const key = JSON.stringify(atom.value, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    if (seen.has(key)) continue;
    seen.add(key);
    members.push(atom.value);
    words.take(',');
  }
  return words.ended ? ok(members) : err(`"${words.rest}" follows the end of the value`);
}

/** Reads pairs to set in a map. */
export function readPairs(
  text: string,
  column: ColumnSchema,
  constraints: ColumnConstraints,
  rowNamed: RowNamed,
): Read<readonly (readonly [Json, Json])[]> {
  const { key, value } = column;
  if (value === undefined) return err('the column holds no pairs');
  const words = new Words(text);
  const isBraced = words.take('{');
  const pairs = new Map<string, readonly [Json, Json]>();
  while (!(isBraced ? words.take('}') : words.ended)) {
    if (isBraced && words.ended) return err('"{" is not closed');
    const name = words.word();
    if (!name.ok) return name;
    const left = readAtom(name.value, key, constraints.key, rowNamed);
    if (!left.ok) return left;
    if (!words.take('=')) return err(`"${name.value}" has no value: pairs are KEY=VALUE`);
    const word = words.word();
    if (!word.ok) return word;
    const right = readAtom(word.value, value, constraints.value, rowNamed);
    if (!right.ok) return right;
    if (pairs.has(name.value)) return err(`"${name.value}" is given twice`);
    pairs.set(name.value, [left.value, right.value]);
    words.take(',');
  }
  return words.ended ? ok([...pairs.values()]) : err(`"${words.rest}" follows the end of the value`);
}

function checkedCount(value: Json, count: number, { min, max }: ColumnSchema): Read<Json> {
  if (count < min) return err('it may not be empty');
  if (count > max) return err(`it holds at most ${max} values, not ${count}`);
  return ok(value);
}

/** Reads one atom. */
function readAtom(text: string, base: BaseType, constraint: Constraint, rowNamed: RowNamed): Read<Json> {
  const atom = atomFrom(text, base, rowNamed);
  if (!atom.ok) return atom;
  const wrong = violation(atom.value, constraint);
  return wrong === undefined ? ok(atomJson(atom.value, base.type)) : err(`"${text}" ${wrong}`);
}

function atomFrom(text: string, { type, refTable }: BaseType, rowNamed: RowNamed): Read<Atom> {
  switch (type) {
    case 'string':
      return ok(text);
    case 'boolean':
      return text === 'true' || text === 'false' ? ok(text === 'true') : err(`"${text}" is neither true nor false`);
    case 'integer': {
      if (!/^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return err(`"${text}" is not an integer`);
      const sign = text.startsWith('-') ? -1n : 1n;
      const big = sign * BigInt(text.replace(/^[-+]/, ''));
      if (big < -(2n ** 63n) || big >= 2n ** 63n) return err(`"${text}" does not fit in 64 bits`);
      const number = Number(big);
      return ok(Number.isSafeInteger(number) ? number : big);
    }
    case 'real': {
      const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : NaN;
      return Number.isFinite(number) ? ok(number) : err(`"${text}" is not a number`);
    }
    case 'uuid': {
      if (isUuid(text)) return ok(text.toLowerCase());
      const found = refTable === undefined ? undefined : rowNamed(refTable, text);
      return found === undefined
        ? err(refTable === undefined ? `"${text}" is not a uuid` : `${refTable} has no row "${text}"`)
        : ok(found);
    }
  }
}

function violation(atom: Atom, constraint: Constraint): string | undefined {
  const { oneOf, minimum, maximum, minLength, maxLength } = constraint;
  if (oneOf !== undefined && !oneOf.includes(atom)) {
    const names = oneOf.map(String).sort();
    const nearest = nearestName(String(atom), names);
    return `is not one of ${names.join(', ')}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
  }
  if (typeof atom === 'number' || typeof atom === 'bigint') {
    if (minimum !== undefined && atom < minimum) return `is less than ${minimum}`;
    if (maximum !== undefined && atom > maximum) return `is more than ${maximum}`;
  }
  if (typeof atom === 'string') {
    if (minLength !== undefined && atom.length < minLength) return `is shorter than ${minLength} characters`;
    if (maxLength !== undefined && atom.length > maxLength) return `is longer than ${maxLength} characters`;
  }
  return undefined;
}
