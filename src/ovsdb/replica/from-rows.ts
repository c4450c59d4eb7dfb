import { atomOf } from '../wire/value.js';
import type { JsonObject } from '../wire/json.js';
import type { Database } from './database.js';
import { Row } from './row.js';
import { databaseOf, MemoryTable } from './memory.js';

/**
 * Rows by table, columns in RFC 7047 notation, empty columns left out: either an object from row uuid to columns, or a
 * list of rows that carry their uuid as the column `_uuid` (bare or as a uuid atom), as servers and dumps write them.
 */
export type RowsByTable = Readonly<Record<string, Readonly<Record<string, JsonObject>> | readonly JsonObject[]>>;

/**
 * A database without a schema from literal rows, as `{Port_Binding: {"<uuid>": {logical_port: "lp1"}}}`. A listed row
 * without a uuid can't be referred to and is left out.
 */
export function databaseFromRows(name: string, rows: RowsByTable): Database {
  const tables = new Map<string, MemoryTable>();
  for (const [table, given] of Object.entries(rows)) {
    const made = new Map<string, Row>();
    const entries = isList(given)
      ? given.map((cells) => [atomOf(cells['_uuid']), cells] as const)
      : Object.entries(given);
    for (const [uuid, cells] of entries) {
      if (typeof uuid === 'string') made.set(uuid, new Row(table, uuid, cells));
    }
    tables.set(table, new MemoryTable(table, made));
  }
  return databaseOf(name, undefined, tables);
}

function isList(rows: RowsByTable[string]): rows is readonly JsonObject[] {
  return Array.isArray(rows);
}
