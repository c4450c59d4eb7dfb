import type { DatabaseSchema } from '../schema/schema.js';
import type { Database, Table } from './database.js';
import type { Row } from './row.js';

type Key = string | number | boolean | bigint;

const NONE: readonly Row[] = Object.freeze([]);

/** A table whose rows are all in memory; indexes are built when first asked for. */
export class MemoryTable implements Table {
  readonly name: string;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #indexes = new Map<string, ReadonlyMap<Key, readonly Row[]>>();
  readonly #pairs = new Map<string, ReadonlyMap<string, readonly Row[]>>();
  #sortedUuids: readonly string[] | undefined;

  /** `rows` by uuid; the table keeps the map, which must not change afterwards. */
  constructor(name: string, rows: ReadonlyMap<string, Row> = new Map()) {
    this.name = name;
    this.#rows = rows;
  }

  get size(): number {
    return this.#rows.size;
  }

  rows(): Iterable<Row> {
    return this.#rows.values();
  }

  get(uuid: string): Row | undefined {
    return this.#rows.get(uuid);
  }

  find(column: string, value: string | number | boolean): readonly Row[] {
    let index = this.#indexes.get(column);
    if (index === undefined) {
      index = this.#indexBy(column);
      this.#indexes.set(column, index);
    }
    return index.get(value) ?? NONE;
  }

  findPair(column: string, key: string, value: string): readonly Row[] {
    const indexed = `${column}\n${key}`;
    let index = this.#pairs.get(indexed);
    if (index === undefined) {
      const made = new Map<string, Row[]>();
      for (const row of this.#rows.values()) {
        const found = row.map(column).get(key);
        if (found === undefined) continue;
        const rows = made.get(found);
        if (rows === undefined) made.set(found, [row]);
        else rows.push(row);
      }
      index = made;
      this.#pairs.set(indexed, index);
    }
    return index.get(value) ?? NONE;
  }

  uuids(): Iterable<string> {
    return this.#rows.keys();
  }

  findUuidPrefix(prefix: string): readonly Row[] {
    const wanted = prefix.toLowerCase();
    this.#sortedUuids ??= [...this.#rows.keys()].sort();
    const uuids = this.#sortedUuids;
    let low = 0;
    let high = uuids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((uuids[middle] ?? '') < wanted) low = middle + 1;
      else high = middle;
    }
    const found: Row[] = [];
    for (; low < uuids.length; low++) {
      const uuid = uuids[low] ?? '';
      if (!uuid.startsWith(wanted)) break;
      const row = this.#rows.get(uuid);
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  #indexBy(column: string): ReadonlyMap<Key, readonly Row[]> {
    const index = new Map<Key, Row[]>();
    for (const row of this.#rows.values()) {
      for (const atom of row.atoms(column)) {
        const rows = index.get(atom);
        if (rows === undefined) index.set(atom, [row]);
        else rows.push(row);
      }
    }
    return index;
  }
}

/** A database of the given tables. */
export function databaseOf(
  name: string,
  schema: DatabaseSchema | undefined,
  tables: ReadonlyMap<string, Table>,
): Database {
  return { name, schema, tables, table: (table) => tables.get(table) ?? new MemoryTable(table) };
}
