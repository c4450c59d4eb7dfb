/**
 * A database held in memory: tables of rows, found by uuid, by value or by the beginning of a uuid.
 *
 * Made by the file decoder, by a live replica, from literal rows (`from-rows.ts`), or of what a server was asked for
 * (look-ups may then throw the signal of `not-held.ts`); readers can't tell which. A value, not a connection: it does not
 * change under its readers. Knows nothing of OVN's tables.
 */
import type { DatabaseSchema } from '../schema/schema.js';
import type { Row } from './row.js';

export interface Table {
  readonly name: string;
  readonly size: number;
  /** All rows in the source's order. */
  rows(): Iterable<Row>;
  get(uuid: string): Row | undefined;
  /**
   * Rows whose column equals `value` (a scalar or reference) or contains it (a set), in the source's order. The first
   * call for a column indexes it. Maps are not indexed.
   */
  find(column: string, value: string | number | boolean): readonly Row[];
  /** Rows whose map column has that key with that value, in the source's order; keys and values as text. */
  findPair(column: string, key: string, value: string): readonly Row[];
  /** The uuids of all rows, in the source's order. */
  uuids(): Iterable<string>;
  /** Rows whose uuid begins with `prefix` (any case), in order of uuid. */
  findUuidPrefix(prefix: string): readonly Row[];
}

export interface Database {
  /** For example `OVN_Southbound`. */
  readonly name: string;
  readonly schema: DatabaseSchema | undefined;
  readonly tables: ReadonlyMap<string, Table>;
  /** The table of that name; an empty one when the database has none. */
  table(name: string): Table;
}
