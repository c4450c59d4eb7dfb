/**
 * A database with changes that nobody has made yet: what an operation writes on, and what later operations of the same
 * batch read. Nothing reaches a server from here.
 *
 * In: a Database with its schema. Out: the same rows as they would be, and the changes that lead there, with all that
 * follows by itself: rows that nothing refers to any more go, weak references to rows that go are dropped (RFC 7047
 * section 3.2). Must not know OVN's tables.
 */
import { BugError, ConflictError } from '../base/errors.js';
import type { Database, Table } from '../ovsdb/replica/database.js';
import { Row } from '../ovsdb/replica/row.js';
import { atomJson, defaultAtom, isDefault } from '../ovsdb/replica/difference.js';
import type { ColumnSchema, DatabaseSchema, TableSchema } from '../ovsdb/schema/schema.js';
import type { Json, JsonObject } from '../ovsdb/wire/json.js';
import { jsonText } from '../ovsdb/wire/json-text.js';
import { DraftTable } from './draft-table.js';
import type { Edit } from './draft-table.js';
import { byOperation } from './plan.js';
import type { RowChange } from './plan.js';
import { isEqualValue, withMembers, withoutMembers } from './members.js';
import { referencesTo } from './references.js';

/** What a row is called in a plan. */
export type RowName = (row: Row) => string;

export class Draft implements Database {
  readonly name: string;
  readonly schema: DatabaseSchema;
  readonly tables: ReadonlyMap<string, Table>;
  readonly #tables = new Map<string, DraftTable>();
  readonly #base: Database;
  #made = 0;

  /** BugError for a database whose schema is not known: nothing can be checked then. */
  constructor(base: Database) {
    if (base.schema === undefined) throw new BugError(`${base.name} has no schema to change it by`);
    this.name = base.name;
    this.schema = base.schema;
    this.#base = base;
    this.tables = this.#tables;
  }

  table(name: string): DraftTable {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new DraftTable(this.#base.table(name))));
    return table;
  }

  /** A new row; the columns left out have their defaults. */
  insert(table: string, cells: JsonObject): Row {
    const row = new Row(table, `new${++this.#made}`, cells);
    this.table(table).put(row.uuid, { original: undefined, current: row, members: new Set(), follows: false });
    return row;
  }

  /** Gives columns new values. */
  update(row: Row, cells: JsonObject): Row {
    const edit = this.#edit(row);
    for (const column of Object.keys(cells)) edit.members.delete(column);
    return this.#put(edit, row, cells);
  }

  /** Puts members into a set, or pairs into a map, whatever else is or comes there meanwhile. */
  add(row: Row, column: string, members: Json): Row {
    return this.#some(row, column, withMembers(row.json(column), members));
  }

  /** Takes members out of a set, or pairs out of a map; what is not there is passed over. */
  remove(row: Row, column: string, members: Json): Row {
    return this.#some(row, column, withoutMembers(row.json(column), members));
  }

  delete(row: Row): void {
    this.#edit(row).current = undefined;
    this.table(row.table).edited();
  }

  /** The changes in an order that reads well: new rows, changed rows, rows that go; what follows by itself after what was asked. */
  changes(place: Pick<RowChange, 'zone' | 'database'>, nameOf: RowName): readonly RowChange[] {
    this.#settle();
    const changes: RowChange[] = [];
    for (const [table, { edits }] of this.#tables) {
      for (const [uuid, edit] of edits) {
        const change = changeOf(edit, this.schema.tables.get(table));
        const named = edit.current ?? edit.original;
        if (change === undefined || named === undefined) continue;
        changes.push({ ...place, table, uuid, target: nameOf(named), ...change, follows: edit.follows });
      }
    }
    return changes.sort((a, b) => Number(a.follows) - Number(b.follows) || byOperation(a, b));
  }

  /** Lets go what nothing refers to any more, until nothing changes. */
  #settle(): void {
    for (;;) {
      const gone = [...this.#tables].flatMap(([table, { edits }]) =>
        [...edits].flatMap(([uuid, { original, current }]) =>
          original !== undefined && current === undefined ? [{ table, uuid }] : [],
        ),
      );
      const changed = [this.#dropWeak(gone), this.#dropUnreferenced()];
      if (!changed.includes(true)) return this.#refuseDangling(gone);
    }
  }

  #dropWeak(gone: readonly { readonly table: string; readonly uuid: string }[]): boolean {
    let changed = false;
    for (const { table, uuid } of gone) {
      for (const { row, column } of referencesTo(this, table, uuid, 'weak')) {
        const edit = this.#edit(row);
        if (edit.members.size === 0 && edit.original === edit.current) edit.follows = true;
        this.#some(row, column, withoutMembers(row.json(column), ['set', [['uuid', uuid]]]));
        changed = true;
      }
    }
    return changed;
  }

  /** Rows that a changed row referred to and that are in a table whose rows don't stay by themselves. */
  #dropUnreferenced(): boolean {
    let changed = false;
    for (const [table, { edits }] of this.#tables) {
      for (const { original, current } of edits.values()) {
        if (original === undefined) continue;
        for (const { refTable, uuid } of strongReferences(this.schema.tables.get(table), original)) {
          if (this.schema.tables.get(refTable)?.isRoot !== false) continue;
          const target = this.table(refTable).get(uuid);
          if (target === undefined) continue;
          if (
            current !== undefined &&
            strongReferences(this.schema.tables.get(table), current).some((r) => r.uuid === uuid)
          )
            continue;
          if (referencesTo(this, refTable, uuid, 'strong').length > 0) continue;
          const edit = this.#edit(target);
          edit.current = undefined;
          edit.follows = true;
          this.table(refTable).edited();
          changed = true;
        }
      }
    }
    return changed;
  }

  #refuseDangling(gone: readonly { readonly table: string; readonly uuid: string }[]): void {
    for (const { table, uuid } of gone) {
      const [holder] = referencesTo(this, table, uuid, 'strong');
      if (holder === undefined) continue;
      throw new ConflictError(
        'manage.referenced',
        `${table} ${uuid} is still referred to by ${holder.row.table} ${holder.row.uuid} (${holder.column})`,
      );
    }
  }

  #some(row: Row, column: string, value: Json): Row {
    const edit = this.#edit(row);
    const before = edit.original;
    const isWhole =
      before === undefined || (edit.current !== undefined && !edit.members.has(column) && !isSame(edit, column));
    if (!isWhole) edit.members.add(column);
    return this.#put(edit, row, { [column]: value });
  }

  #put(edit: Edit, row: Row, cells: JsonObject): Row {
    const now: Record<string, Json> = {};
    for (const column of row.columns()) now[column] = row.json(column) ?? null;
    const made = new Row(row.table, row.uuid, { ...now, ...cells });
    edit.current = made;
    this.table(row.table).edited();
    return made;
  }

  #edit(row: Row): Edit {
    const { edits } = this.table(row.table);
    let edit = edits.get(row.uuid);
    if (edit === undefined) {
      edit = { original: row, current: row, members: new Set(), follows: false };
      this.table(row.table).put(row.uuid, edit);
    }
    return edit;
  }
}

const isSame = ({ original, current }: Edit, column: string): boolean =>
  jsonText(original?.json(column) ?? null) === jsonText(current?.json(column) ?? null);

function changeOf(
  { original, current, members }: Edit,
  schema: TableSchema | undefined,
): Pick<RowChange, 'op' | 'before' | 'after' | 'members'> | undefined {
  if (original === undefined) {
    return current === undefined
      ? undefined
      : { op: 'insert', before: {}, after: cellsOf(current, schema), members: [] };
  }
  if (current === undefined) return { op: 'delete', before: allCellsOf(original, schema), after: {}, members: [] };
  const before: Record<string, Json> = {};
  const after: Record<string, Json> = {};
  for (const column of current.columns()) {
    const [was, is] = [original.json(column), current.json(column)];
    if (is === undefined || isEqualValue(was ?? defaultOf(schema?.columns.get(column)), is)) continue;
    before[column] = was ?? defaultOf(schema?.columns.get(column));
    after[column] = is;
  }
  const columns = Object.keys(after);
  if (columns.length === 0) return undefined;
  return { op: 'update', before, after, members: columns.filter((column) => members.has(column)) };
}

/** What a source that leaves out defaults means (RFC 7047 section 5.2.1). */
function defaultOf(column: ColumnSchema | undefined): Json {
  if (column === undefined || column.min === 0 || column.value !== undefined) return ['set', []];
  return atomJson(defaultAtom(column.key.type), column.key.type);
}

/** Every column: what goes must be as it was, also where it said nothing. */
function allCellsOf(row: Row, schema: TableSchema | undefined): JsonObject {
  return Object.fromEntries(
    [...(schema?.columns.keys() ?? [])].flatMap((column) => {
      const value = row.json(column);
      return value === undefined ? [] : [[column, value]];
    }),
  );
}

/** The columns that say something: the schema's, without defaults. */
function cellsOf(row: Row, schema: TableSchema | undefined): JsonObject {
  const cells: Record<string, Json> = {};
  for (const [column, type] of schema?.columns ?? []) {
    const value = row.json(column);
    if (value !== undefined && !isDefault(type, value)) cells[column] = value;
  }
  return cells;
}

function strongReferences(
  table: TableSchema | undefined,
  row: Row,
): readonly { readonly refTable: string; readonly uuid: string }[] {
  const found: { refTable: string; uuid: string }[] = [];
  for (const [column, { key, value }] of table?.columns ?? []) {
    if (key.refTable !== undefined && key.refType !== 'weak' && value === undefined) {
      for (const uuid of row.refs(column)) found.push({ refTable: key.refTable, uuid });
    }
    if (value?.refTable !== undefined && value.refType !== 'weak') {
      for (const uuid of row.map(column).values()) found.push({ refTable: value.refTable, uuid });
    }
  }
  return found;
}
