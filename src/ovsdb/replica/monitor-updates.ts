/**
 * A live database as a row of values: each batch of monitor updates makes the next replica from the one before.
 *
 * In: a replica and the `<table-updates>` of RFC 7047 section 4.1.6 or the `<table-updates2>` of ovsdb-server(7) section
 * 4.1.14, which update3 carries as well. Out: the next replica and the rows that changed. A replica never changes: tables
 * that no update touches are shared with the one before, indexes included. Knows nothing of connections and monitor ids.
 */
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { DatabaseSchema, TableSchema } from '../schema/schema.js';
import { isJsonObject } from '../wire/json.js';
import type { Json, JsonObject } from '../wire/json.js';
import { jsonText } from '../wire/json-text.js';
import { isUuid } from '../wire/value.js';
import type { Database } from './database.js';
import { applyDifference, isDefault } from './difference.js';
import { databaseOf, MemoryTable } from './memory.js';
import { Row } from './row.js';

/** What became of a row: no `before` is an insertion, no `after` a deletion. */
export interface RowChange {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** Changed rows by table and uuid. */
export type Changes = ReadonlyMap<string, ReadonlyMap<string, RowChange>>;

type Rows = ReadonlyMap<string, Row>;
type Draft = Map<string, Map<string, RowChange>>;

export interface Replica {
  readonly schema: DatabaseSchema;
  readonly rows: ReadonlyMap<string, Rows>;
  readonly database: Database;
}

/** `update` is RFC 7047's form with old and new rows, `update2` the differences of monitor_cond and monitor_cond_since. */
export type UpdateForm = 'update' | 'update2';

export interface Update {
  readonly form: UpdateForm;
  readonly tables: Json;
}

/** The update does not fit the replica, which therefore no longer says what the server holds. */
export interface UpdateFault {
  readonly table?: string;
  readonly uuid?: string;
  readonly reason: string;
}

/** A replica of the given tables without rows. */
export function emptyReplica(schema: DatabaseSchema, tables: Iterable<string>): Replica {
  return replicaOf(schema, new Map([...tables].map((name) => [name, new Map<string, Row>()])), undefined);
}

function replicaOf(schema: DatabaseSchema, rows: ReadonlyMap<string, Rows>, previous: Replica | undefined): Replica {
  const tables = new Map<string, MemoryTable>();
  for (const [name, now] of rows) {
    const kept = previous?.rows.get(name) === now ? previous.database.tables.get(name) : undefined;
    tables.set(name, kept instanceof MemoryTable ? kept : new MemoryTable(name, now));
  }
  return { schema, rows, database: databaseOf(schema.name, schema, tables) };
}

class Misfit extends Error {
  readonly fault: UpdateFault;
  constructor(fault: UpdateFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** Applies updates in order, copying each touched table once. */
export function applyUpdates(
  replica: Replica,
  updates: readonly Update[],
): Result<{ readonly replica: Replica; readonly changes: Changes }, UpdateFault> {
  const touched = new Map<string, Map<string, Row>>();
  const changes: Draft = new Map();
  try {
    for (const update of updates) {
      if (!isJsonObject(update.tables)) throw new Misfit({ reason: 'an update is not an object' });
      for (const [table, rows] of Object.entries(update.tables)) {
        const schema = replica.schema.tables.get(table);
        const before = replica.rows.get(table);
        if (schema === undefined || before === undefined) throw new Misfit({ table, reason: 'a table not asked for' });
        if (!isJsonObject(rows)) throw new Misfit({ table, reason: 'rows are not an object' });
        let draft = touched.get(table);
        if (draft === undefined) touched.set(table, (draft = new Map(before)));
        applyRows(schema, draft, rows, update.form, changes);
      }
    }
  } catch (misfit) {
    if (misfit instanceof Misfit) return err(misfit.fault);
    throw misfit;
  }
  if (touched.size === 0) return ok({ replica, changes: new Map() });
  const rows = new Map<string, Rows>([...replica.rows, ...touched]);
  return ok({ replica: replicaOf(replica.schema, rows, replica), changes: settled(changes) });
}

function applyRows(
  schema: TableSchema,
  rows: Map<string, Row>,
  updates: JsonObject,
  form: UpdateForm,
  all: Draft,
): void {
  let changes = all.get(schema.name);
  if (changes === undefined) all.set(schema.name, (changes = new Map<string, RowChange>()));
  for (const [uuid, update] of Object.entries(updates)) {
    if (!isUuid(uuid) || !isJsonObject(update)) {
      throw new Misfit({ table: schema.name, uuid, reason: 'not a row update' });
    }
    const before = rows.get(uuid);
    const after = form === 'update' ? replaced(schema, uuid, update) : modified(schema, uuid, update, before);
    if (after === undefined) rows.delete(uuid);
    else rows.set(uuid, after);
    note(changes, uuid, before, after);
  }
}

/** RFC 7047 section 4.1.6: "new" is the whole row as monitored, and is absent when the row is gone. */
function replaced(schema: TableSchema, uuid: string, update: JsonObject): Row | undefined {
  const now = update['new'];
  if (now === undefined && isJsonObject(update['old'])) return undefined;
  return rowOf(schema, uuid, now);
}

/**
 * ovsdb-server(7) section 4.1.14. An insertion of a row that is there and a deletion of one that is not leave no doubt about
 * what the server holds now, so they are taken; a modification of an unknown row can't be.
 */
function modified(schema: TableSchema, uuid: string, update: JsonObject, before: Row | undefined): Row | undefined {
  if (Object.hasOwn(update, 'delete')) return undefined;
  const whole = update['initial'] ?? update['insert'];
  if (whole !== undefined) return rowOf(schema, uuid, whole);
  const difference = update['modify'];
  const table = schema.name;
  if (!isJsonObject(difference)) throw new Misfit({ table, uuid, reason: 'a row update of an unknown kind' });
  if (before === undefined) throw new Misfit({ table, uuid, reason: 'a row that is not there is modified' });
  const cells = new Map<string, Json>();
  for (const column of before.columns()) cells.set(column, before.json(column) ?? null);
  for (const [name, value] of Object.entries(difference)) {
    const column = schema.columns.get(name);
    const applied =
      column === undefined ? systemColumn(name, value) : applyDifference(column, before.json(name), value);
    if (applied === undefined) throw new Misfit({ table, uuid, reason: `column ${name} can't have changed like that` });
    // As in an inserted row: the same row then has the same columns, whichever way it came to be.
    if (column !== undefined && isDefault(column, applied)) cells.delete(name);
    else cells.set(name, applied);
  }
  return new Row(table, uuid, Object.fromEntries(cells));
}

/** `_version` changes with every modification of the row; it is in no schema (RFC 7047 section 3.2). */
const systemColumn = (name: string, value: Json): Json | undefined => (name === '_version' ? value : undefined);

function rowOf(schema: TableSchema, uuid: string, cells: Json | undefined): Row {
  const table = schema.name;
  if (!isJsonObject(cells)) throw new Misfit({ table, uuid, reason: 'a row is not an object' });
  for (const name in cells) {
    if (!schema.columns.has(name) && name !== '_version' && name !== '_uuid') {
      throw new Misfit({ table, uuid, reason: `column ${name} is not in the schema` });
    }
  }
  return new Row(table, uuid, cells);
}

function note(changes: Map<string, RowChange>, uuid: string, before: Row | undefined, after: Row | undefined): void {
  const earlier = changes.get(uuid);
  changes.set(uuid, { before: earlier === undefined ? before : earlier.before, after });
}

/** Without the rows that came and went, and the tables that then have none. */
function settled(changes: Draft): Changes {
  for (const [table, rows] of changes) {
    for (const [uuid, { before, after }] of rows) if (before === after) rows.delete(uuid);
    if (rows.size === 0) changes.delete(table);
  }
  return changes;
}

/** Two batches of changes as one. */
export function mergeChanges(first: Changes, second: Changes): Changes {
  if (first.size === 0) return second;
  const merged: Draft = new Map([...first].map(([table, rows]) => [table, new Map(rows)]));
  for (const [table, rows] of second) {
    let into = merged.get(table);
    if (into === undefined) merged.set(table, (into = new Map<string, RowChange>()));
    for (const [uuid, { before, after }] of rows) note(into, uuid, before, after);
  }
  return settled(merged);
}

/**
 * What changed between two replicas that no update connects. Rows with equal columns are taken over from the older one, so
 * that readers may compare rows by identity.
 */
export function compareReplicas(
  older: Replica,
  newer: Replica,
): { readonly replica: Replica; readonly changes: Changes } {
  const changes: Draft = new Map();
  const kept = new Map<string, Rows>();
  for (const [table, rows] of newer.rows) {
    const before = older.rows.get(table) ?? new Map<string, Row>();
    const now = new Map<string, Row>();
    const changed = new Map<string, RowChange>();
    for (const [uuid, row] of rows) {
      const old = before.get(uuid);
      const same = old !== undefined && sameColumns(old, row);
      now.set(uuid, same ? old : row);
      if (!same) changed.set(uuid, { before: old, after: row });
    }
    for (const [uuid, old] of before) if (!now.has(uuid)) changed.set(uuid, { before: old, after: undefined });
    kept.set(table, changed.size === 0 && older.rows.has(table) ? before : now);
    if (changed.size > 0) changes.set(table, changed);
  }
  const previous = older.schema === newer.schema ? older : undefined;
  return { replica: replicaOf(newer.schema, kept, previous), changes };
}

function sameColumns(a: Row, b: Row): boolean {
  const columns = a.columns();
  if (columns.length !== b.columns().length) return false;
  return columns.every((name) => {
    const [x, y] = [a.json(name), b.json(name)];
    return x === y || (x !== undefined && y !== undefined && jsonText(x) === jsonText(y));
  });
}
