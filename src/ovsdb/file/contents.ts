import type { Database } from '../replica/database.js';
import { atomJson, defaultAtom } from '../replica/difference.js';
import { databaseOf, MemoryTable } from '../replica/memory.js';
import { Row } from '../replica/row.js';
import type { ColumnSchema, DatabaseSchema, TableSchema } from '../schema/schema.js';
import { isJsonObject } from '../wire/json.js';
import type { Json, JsonObject } from '../wire/json.js';
import { isUuid } from '../wire/value.js';
import { applyDiff } from './diff.js';

type Cells = Record<string, Json>;

/** What the transactions applied so far say about themselves. */
export interface LogSummary {
  readonly transactions: number;
  /** Milliseconds since the Unix epoch; undefined when no record has a date. */
  readonly firstDate: number | undefined;
  readonly lastDate: number | undefined;
  /** The comment of the last transaction that has one. */
  readonly lastComment: string | undefined;
}

/** Early versions counted seconds; those values are below 2^32 (ovsdb(5)). */
const SECONDS_BELOW = 2 ** 32;

/** The rows that a log's transactions add up to. Mutable while the log is read, then made into a Database. */
export class LogContents {
  #schema: DatabaseSchema;
  #tables = new Map<string, Map<string, Cells>>();
  #transactions = 0;
  #firstDate: number | undefined;
  #lastDate: number | undefined;
  #lastComment: string | undefined;

  constructor(schema: DatabaseSchema) {
    this.#schema = schema;
  }

  /** Continues with another schema and no rows: a conversion that comes with the converted rows. */
  restart(schema: DatabaseSchema): void {
    this.#schema = schema;
    this.#tables = new Map();
  }

  /** Continues with another schema and the same rows: a conversion since OVS 3.2 leaves converting to the reader. */
  convert(schema: DatabaseSchema): void {
    this.#schema = schema;
    for (const [name, rows] of this.#tables) {
      const table = schema.tables.get(name);
      if (table === undefined) {
        this.#tables.delete(name);
        continue;
      }
      for (const cells of rows.values()) {
        for (const column of Object.keys(cells)) {
          // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- cells are a dictionary by column name
          if (!table.columns.has(column)) delete cells[column];
        }
      }
    }
  }

  /** Applies one transaction record, wholly or not at all; says why not when it does not fit. */
  apply(transaction: Json): string | undefined {
    if (!isJsonObject(transaction)) return 'is not a transaction';
    const isDiff = transaction['_is_diff'] === true;
    for (const [name, changes] of Object.entries(transaction)) {
      const problem = name.startsWith('_') ? undefined : this.#check(name, changes);
      if (problem !== undefined) return problem;
    }
    for (const [name, changes] of Object.entries(transaction)) {
      const table = this.#schema.tables.get(name);
      if (table !== undefined) this.#applyTable(table, changes as Readonly<Record<string, JsonObject | null>>, isDiff);
    }
    this.#note(transaction);
    return undefined;
  }

  summary(): LogSummary {
    return {
      transactions: this.#transactions,
      firstDate: this.#firstDate,
      lastDate: this.#lastDate,
      lastComment: this.#lastComment,
    };
  }

  /** The database as of now; the contents must not be used afterwards, because the rows are handed over. */
  database(): Database {
    const tables = new Map<string, MemoryTable>();
    for (const name of this.#schema.tables.keys()) {
      const rows = new Map<string, Row>();
      for (const [uuid, cells] of this.#tables.get(name) ?? []) rows.set(uuid, new Row(name, uuid, cells));
      tables.set(name, new MemoryTable(name, rows));
    }
    return databaseOf(this.#schema.name, this.#schema, tables);
  }

  #check(name: string, changes: Json): string | undefined {
    const table = this.#schema.tables.get(name);
    if (table === undefined) return `changes table ${name}, which the schema does not have`;
    if (!isJsonObject(changes)) return `has no rows for table ${name}`;
    const rows = this.#tables.get(name);
    for (const uuid in changes) {
      if (!isUuid(uuid)) return `has a row of table ${name} without a valid uuid`;
      const row = changes[uuid];
      if (row === null) {
        if (rows?.has(uuid) !== true) return `deletes row ${uuid} of table ${name}, which does not exist`;
      } else if (isJsonObject(row)) {
        for (const column in row) {
          if (!table.columns.has(column))
            return `sets column ${column} of table ${name}, which the schema does not have`;
        }
      } else {
        return `has a row of table ${name} that is not an object`;
      }
    }
    return undefined;
  }

  #applyTable(table: TableSchema, changes: Readonly<Record<string, JsonObject | null>>, isDiff: boolean): void {
    let rows = this.#tables.get(table.name);
    if (rows === undefined) this.#tables.set(table.name, (rows = new Map<string, Cells>()));
    const filled = columnsWithDefault(table);
    for (const [uuid, change] of Object.entries(changes)) {
      const row = rows.get(uuid);
      if (change === null) {
        rows.delete(uuid);
      } else if (row === undefined) {
        // An inserted row is written in full even in a difference record. The parsed record is ours to keep.
        const cells: Cells = change;
        for (const [column, value] of filled) cells[column] ??= value;
        rows.set(uuid, cells);
      } else {
        for (const [column, value] of Object.entries(change)) {
          row[column] = isDiff ? changed(table.columns.get(column), row[column], value) : value;
        }
      }
    }
  }

  #note(transaction: JsonObject): void {
    this.#transactions++;
    const { _date: date, _comment: comment } = transaction;
    if (typeof date === 'number') {
      const milliseconds = date < SECONDS_BELOW ? date * 1000 : date;
      this.#firstDate ??= milliseconds;
      this.#lastDate = milliseconds;
    }
    if (typeof comment === 'string') this.#lastComment = comment;
  }
}

/** A value that is not of the column's type stays as written: the row's accessor reports it when it is read. */
function changed(column: ColumnSchema | undefined, old: Json | undefined, difference: Json): Json {
  return (column && applyDiff(column, old, difference)) ?? difference;
}

/** Sets that may not be empty begin with one default atom, which the file leaves out like every default. */
function columnsWithDefault(table: TableSchema): [string, Json][] {
  const filled: [string, Json][] = [];
  for (const [name, column] of table.columns) {
    if (column.min === 1 && column.max > 1 && column.value === undefined && !column.ephemeral) {
      filled.push([name, atomJson(defaultAtom(column.key.type), column.key.type)]);
    }
  }
  return filled;
}
