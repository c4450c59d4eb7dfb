import { BugError, InputError } from '../../base/errors.js';
import type { Integer, Json, JsonObject } from '../wire/json.js';
import { atomOf, mapOf, setOf } from '../wire/value.js';
import type { Atom } from '../wire/value.js';

const NO_STRINGS: readonly string[] = Object.freeze([]);
const NO_INTEGERS: readonly number[] = Object.freeze([]);
const NO_PAIRS: ReadonlyMap<string, string> = new Map();

/** An atom as text; integers in full. */
const textOf = (atom: Atom): string => (typeof atom === 'string' ? atom : String(atom));

/**
 * One row of a table. Columns are decoded when asked for; sets and maps are then kept, so asking again is cheap.
 *
 * Which accessor fits a column is the caller's knowledge. An absent column reads as its type's default (RFC 7047
 * section 5.2.1): that is how files omit defaults, and how a database of an older version lacks newer columns; `has`
 * tells them apart from present ones. A value of another kind than the accessor's throws InputError
 * `ovsdb.column-type`, because then the input is not what its name says.
 */
export class Row {
  readonly table: string;
  readonly uuid: string;
  readonly #cells: JsonObject;
  readonly #read: ReadonlySet<string> | undefined;
  // Decoded columns, made on demand; one map for each accessor, so that reading a column as two kinds is refused every time.
  #strings: Map<string, readonly string[]> | undefined;
  #integers: Map<string, readonly number[]> | undefined;
  #maps: Map<string, ReadonlyMap<string, string>> | undefined;

  /**
   * `cells` maps column names to values in RFC 7047 notation; the row keeps it and never changes it. `read` names the only
   * columns that were read: asking such a row for another one is a bug, not a default.
   */
  constructor(table: string, uuid: string, cells: JsonObject, read?: ReadonlySet<string>) {
    this.table = table;
    this.uuid = uuid;
    this.#cells = cells;
    this.#read = read;
  }

  /** Whether the row's source gives a value for the column. */
  has(column: string): boolean {
    return this.#cell(column) !== undefined && Object.hasOwn(this.#cells, column);
  }

  /** The column's value in RFC 7047 notation, undefined when absent. */
  json(column: string): Json | undefined {
    return this.#cell(column);
  }

  /** Names of the columns present, in the source's order. */
  columns(): string[] {
    return Object.keys(this.#cells);
  }

  string(column: string): string {
    return this.optionalString(column) ?? '';
  }

  /** Throws when the value is not exact as a number; `big` has no such limit. Reals pass through. */
  integer(column: string): number {
    return this.optionalInteger(column) ?? 0;
  }

  big(column: string): bigint {
    const atom = this.#only(column);
    if (atom === undefined) return 0n;
    if (typeof atom === 'bigint') return atom;
    if (typeof atom !== 'number' || !Number.isInteger(atom)) this.#mismatch(column, 'an integer');
    return BigInt(atom);
  }

  boolean(column: string): boolean {
    const atom = this.#only(column) ?? false;
    if (typeof atom !== 'boolean') this.#mismatch(column, 'a boolean');
    return atom;
  }

  optionalString(column: string): string | undefined {
    const atom = this.#only(column);
    if (atom !== undefined && typeof atom !== 'string') this.#mismatch(column, 'a string');
    return atom;
  }

  optionalInteger(column: string): number | undefined {
    const atom = this.#only(column);
    return atom === undefined ? undefined : this.#number(column, atom);
  }

  optionalBoolean(column: string): boolean | undefined {
    const atom = this.#only(column);
    if (atom !== undefined && typeof atom !== 'boolean') this.#mismatch(column, 'a boolean');
    return atom;
  }

  /** The members of a set of strings, in the source's order. */
  strings(column: string): readonly string[] {
    const known = this.#strings?.get(column);
    if (known !== undefined) return known;
    const json = this.#cell(column);
    if (json === undefined) return NO_STRINGS;
    const strings = this.#members(column, json).map((atom) => {
      if (typeof atom !== 'string') this.#mismatch(column, 'a set of strings');
      return atom;
    });
    (this.#strings ??= new Map<string, readonly string[]>()).set(column, strings);
    return strings;
  }

  /** The members of a set of integers, in the source's order. */
  integers(column: string): readonly number[] {
    const known = this.#integers?.get(column);
    if (known !== undefined) return known;
    const json = this.#cell(column);
    if (json === undefined) return NO_INTEGERS;
    const integers = this.#members(column, json).map((atom) => this.#number(column, atom));
    (this.#integers ??= new Map<string, readonly number[]>()).set(column, integers);
    return integers;
  }

  /** The uuid that a reference column holds, if any. */
  ref(column: string): string | undefined {
    return this.optionalString(column);
  }

  /** The uuids that a set of references holds. */
  refs(column: string): readonly string[] {
    return this.strings(column);
  }

  /** A map with keys and values as text: integers in decimal, uuids bare. */
  map(column: string): ReadonlyMap<string, string> {
    const known = this.#maps?.get(column);
    if (known !== undefined) return known;
    const json = this.#cell(column);
    if (json === undefined) return NO_PAIRS;
    const pairs = mapOf(json);
    if (pairs === undefined) this.#mismatch(column, 'a map');
    const map = new Map<string, string>();
    for (const [key, value] of pairs) map.set(textOf(key), textOf(value));
    (this.#maps ??= new Map<string, ReadonlyMap<string, string>>()).set(column, map);
    return map;
  }

  /** All atoms in the column, whatever its type: what an index on it is built from. A map has none. */
  atoms(column: string): readonly Atom[] {
    const json = this.#cell(column);
    return (json === undefined ? undefined : setOf(json)) ?? [];
  }

  #cell(column: string): Json | undefined {
    const json = this.#cells[column];
    if (json === undefined && this.#read?.has(column) === false) {
      throw new BugError(`column ${column} of ${this.table} was not read`);
    }
    return json;
  }

  #only(column: string): Atom | undefined {
    const json = this.#cell(column);
    if (json === undefined) return undefined;
    const atom = atomOf(json);
    if (atom !== undefined) return atom;
    const members = this.#members(column, json);
    if (members.length > 1) this.#mismatch(column, 'a single value');
    return members[0];
  }

  #members(column: string, json: Json): readonly Atom[] {
    const members = setOf(json);
    if (members === undefined) this.#mismatch(column, 'a value or a set of values');
    return members;
  }

  #number(column: string, atom: Atom): Extract<Integer, number> {
    if (typeof atom !== 'number') this.#mismatch(column, 'an integer below 2^53');
    return atom;
  }

  #mismatch(column: string, wanted: string): never {
    throw new InputError('ovsdb.column-type', `${this.table} ${this.uuid}: column ${column} does not hold ${wanted}`);
  }
}
