/**
 * What changed between two databases of one kind: rows that came, went, and the columns of those that stayed.
 *
 * In: the databases, matches of another database that texts may refer to. Out: changes in order of table and name, and the
 * matches. References are shown as what they refer to. Columns that only one of the two schemas has are not compared.
 */
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { ColumnSchema } from '../../ovsdb/schema/schema.js';
import { jsonText } from '../../ovsdb/wire/json-text.js';
import { isUuid } from '../../ovsdb/wire/value.js';
import { isSingle, membersOf, memberText } from './cells.js';
import type { AtomName } from './cells.js';
import { IDENTITY, isVolatileColumn, NAMES, NAMING_IDS } from './identity.js';
import { atomNames, matchRows } from './match-rows.js';
import type { Matches } from './match-rows.js';

/** A column of a row: from one value to another, or which members of a set or map went and came. */
export interface ColumnChange {
  readonly column: string;
  readonly before?: string;
  readonly after?: string;
  readonly removed?: readonly string[];
  readonly added?: readonly string[];
}

export interface RowDifference {
  readonly table: string;
  /** What the row is called, or the columns that tell it apart. */
  readonly name: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** Of a row that stayed. */
  readonly columns: readonly ColumnChange[];
}

export interface Comparison {
  readonly rows: readonly RowDifference[];
  readonly matches: Matches;
}

export interface CompareOptions {
  /** Matches of the database that texts of this one may refer to. */
  readonly others?: Matches;
  /** Compare counters and time stamps, too. */
  readonly withVolatile: boolean;
}

export function compareDatabases(before: Database, after: Database, options: CompareOptions): Comparison {
  const { others, withVolatile } = options;
  const matches = matchRows(before, after, others);
  const context: Context = {
    before: { compared: comparedNames('before', matches, others), shown: shownNames(before) },
    after: { compared: comparedNames('after', matches, others), shown: shownNames(after) },
    withVolatile,
  };
  const rows: RowDifference[] = [];
  const tables = new Set([...(before.schema?.tables.keys() ?? []), ...(after.schema?.tables.keys() ?? [])]);
  for (const table of [...tables].sort()) {
    const columns = comparedColumns(table, before, after, withVolatile);
    const found: RowDifference[] = [];
    for (const old of before.table(table).rows()) {
      const uuid = matches.forward.get(old.uuid);
      const now = uuid === undefined ? undefined : after.table(table).get(uuid);
      if (now === undefined) {
        found.push({ table, name: nameOfRow(before, old), before: old, after: undefined, columns: [] });
        continue;
      }
      const changes = changedColumns(columns, old, now, context);
      if (changes.length === 0) continue;
      found.push({ table, name: nameOfRow(after, now), before: old, after: now, columns: changes });
    }
    for (const now of after.table(table).rows()) {
      if (matches.backward.has(now.uuid)) continue;
      found.push({ table, name: nameOfRow(after, now), before: undefined, after: now, columns: [] });
    }
    rows.push(...found.sort(byName));
  }
  return { rows, matches };
}

function byName(a: RowDifference, b: RowDifference): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [x, y] = [a.after?.uuid ?? a.before?.uuid ?? '', b.after?.uuid ?? b.before?.uuid ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}

function comparedColumns(
  table: string,
  before: Database,
  after: Database,
  withVolatile: boolean,
): readonly (readonly [string, ColumnSchema])[] {
  const old = before.schema?.tables.get(table)?.columns;
  return [...(after.schema?.tables.get(table)?.columns ?? [])].filter(
    ([name, { ephemeral }]) =>
      old?.has(name) === true && !ephemeral && (withVolatile || !isVolatileColumn(table, name)),
  );
}

/** How the atoms of a side are compared, and how they are shown. */
interface Names {
  readonly compared: AtomName;
  readonly shown: AtomName;
}

interface Context {
  readonly before: Names;
  readonly after: Names;
  readonly withVolatile: boolean;
}

function changedColumns(
  columns: readonly (readonly [string, ColumnSchema])[],
  old: Row,
  now: Row,
  context: Context,
): readonly ColumnChange[] {
  const changes: ColumnChange[] = [];
  for (const [name, column] of columns) {
    const [x, y] = [old.json(name), now.json(name)];
    // The same uuids mean the same rows, or rows that are gone on one side, which is told of themselves.
    if (x === y || (x !== undefined && y !== undefined && jsonText(x) === jsonText(y))) continue;
    const left = texts(column, old, name, context.before, context.withVolatile);
    const right = texts(column, now, name, context.after, context.withVolatile);
    const removed = missing(left, right);
    const added = missing(right, left);
    if (removed.length === 0 && added.length === 0) continue;
    if (!isSingle(column)) {
      changes.push({ column: name, removed, added });
      continue;
    }
    const [before] = removed;
    const [after] = added;
    changes.push({
      column: name,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }
  return changes;
}

/** Members as they are compared → as they are shown. */
function texts(
  column: ColumnSchema,
  row: Row,
  name: string,
  { compared, shown }: Names,
  withVolatile: boolean,
): ReadonlyMap<string, string> {
  return new Map(
    membersOf(column, row, name, withVolatile).map((member) => [
      memberText(column, member, compared) ?? '',
      memberText(column, member, shown) ?? '',
    ]),
  );
}

const missing = (from: ReadonlyMap<string, string>, inside: ReadonlyMap<string, string>): readonly string[] =>
  [...from]
    .filter(([text]) => !inside.has(text))
    .map(([, shown]) => shown)
    .sort();

/** Every atom has a name: a row without a match is called by its own uuid, which nothing on the other side has. */
function comparedNames(side: 'before' | 'after', matches: Matches, others: Matches | undefined): AtomName {
  const nameOf = atomNames(side, matches, others, false);
  return (atom, type) => nameOf(atom, type) ?? `${side} ${String(atom)}`;
}

/** References by what the row they lead to is called. */
function shownNames(database: Database): AtomName {
  return (atom, type) => {
    if (typeof atom !== 'string' || type.type !== 'uuid' || type.refTable === undefined) return String(atom);
    const row = database.table(type.refTable).get(atom);
    return row === undefined ? atom : `${type.refTable} ${nameOfRow(database, row)}`;
  };
}

/** What a row is called: its name, OVN-Kubernetes' primary id, the columns that tell it apart, or its uuid. */
function nameOfRow(database: Database, row: Row, depth = 0): string {
  const text = (column: string): string | undefined => {
    const [atom] = row.has(column) ? row.atoms(column) : [];
    return typeof atom === 'string' && atom !== '' && !isUuid(atom) ? atom : undefined;
  };
  const [first = '', ...otherNames] = NAMES;
  const ids = row.has('external_ids') ? row.map('external_ids') : undefined;
  const [id] = NAMING_IDS.flatMap((key) => ids?.get(key) ?? []);
  const own = text(first) ?? id;
  if (own !== undefined) return own;
  if (IDENTITY[row.table] === undefined) {
    for (const column of otherNames) {
      const other = text(column);
      if (other !== undefined) return other;
    }
  }
  const schema = database.schema?.tables.get(row.table);
  const identity = IDENTITY[row.table] ?? schema?.indexes[0] ?? [];
  const parts = identity.flatMap((name) => {
    const column = schema?.columns.get(name);
    if (column === undefined || !row.has(name)) return [];
    return membersOf(column, row, name, true).map((member) =>
      memberText(column, member, (atom, type) => {
        if (typeof atom !== 'string' || type.type !== 'uuid' || type.refTable === undefined) return String(atom);
        const to = depth > 1 ? undefined : database.table(type.refTable).get(atom);
        return to === undefined ? atom : nameOfRow(database, to, depth + 1);
      }),
    );
  });
  return parts.length === 0 ? row.uuid : parts.join(' ');
}
