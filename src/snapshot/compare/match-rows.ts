/**
 * Finds which rows of two databases are the same thing, although their uuids may differ: a northd that started anew, a row
 * that was deleted and made again, two clusters made alike.
 *
 * A row is first known by its uuid; then by what names it (OVN-Kubernetes' primary id, an index of the schema, a name), with
 * references replaced by what they refer to; then by everything in it; then by the columns that tell rows of its table apart.
 * Matching some rows lets rows that refer to them match, so this is repeated until nothing more is found.
 */
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { BaseType, TableSchema } from '../../ovsdb/schema/schema.js';
import { isUuid } from '../../ovsdb/wire/value.js';
import type { Atom } from '../../ovsdb/wire/value.js';
import { membersOf, memberText } from './cells.js';
import type { AtomName } from './cells.js';
import { holdersOf } from './holders.js';
import { ALLOTTED, IDENTITY, isVolatileColumn, NAMES, NAMING_IDS, SINGLETONS } from './identity.js';

/** uuids of the earlier database → those of the later one. */
export class Matches {
  readonly forward = new Map<string, string>();
  readonly backward = new Map<string, string>();
  #prefixes: ReadonlyMap<string, string> | undefined;

  add(before: string, after: string): void {
    this.forward.set(before, after);
    this.backward.set(after, before);
  }

  /** The later form of a text of the earlier database that has uuids in it, or is the first eight digits of one, as hints are. */
  translate(text: string): string {
    if (text.length === 8) {
      this.#prefixes ??= new Map([...this.forward].map(([a, b]) => [a.slice(0, 8), b.slice(0, 8)]));
      return this.#prefixes.get(text) ?? text;
    }
    return text.replace(UUIDS, (uuid) => this.forward.get(uuid) ?? uuid);
  }
}

const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const ROUNDS = 6;

type Side = 'before' | 'after';
type KeyOf = (row: Row, nameOf: AtomName, side: Side) => string | undefined;
type Holders = Readonly<Record<Side, ReadonlyMap<string, readonly string[]>>>;

interface Key {
  readonly of: KeyOf;
  /** Several rows with the same key are alike anyway, so that any of them will do; otherwise they are left to other keys. */
  readonly mayRepeat: boolean;
}

/** Matches the rows of two databases of one kind; `others` are matches of another database that texts may refer to. */
export function matchRows(before: Database, after: Database, others?: Matches): Matches {
  const matches = new Matches();
  const open: { readonly schema: TableSchema; before: Row[]; after: Row[] }[] = [];
  for (const [name, schema] of after.schema?.tables ?? []) {
    const [old, now] = [before.table(name), after.table(name)];
    const left: Row[] = [];
    for (const row of old.rows()) {
      if (now.get(row.uuid) === undefined) left.push(row);
      else matches.add(row.uuid, row.uuid);
    }
    const right = [...now.rows()].filter((row) => !matches.backward.has(row.uuid));
    if (left.length > 0 && right.length > 0) open.push({ schema, before: left, after: right });
  }
  const tables = new Set(open.map(({ schema }) => schema.name));
  const holders: Holders = { before: holdersOf(before, tables), after: holdersOf(after, tables) };
  let isLast = false;
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    let found = 0;
    for (const table of open) {
      for (const key of keysOf(table.schema, holders, isLast)) {
        found += pair(table, key, matches, others, isLast);
        table.before = table.before.filter((row) => !matches.forward.has(row.uuid));
        table.after = table.after.filter((row) => !matches.backward.has(row.uuid));
      }
    }
    if (isLast) break;
    // What refers to rows without a match is compared once all that have one are known.
    isLast = found === 0 || round === ROUNDS - 2;
  }
  return matches;
}

function pair(
  { before, after }: { readonly before: readonly Row[]; readonly after: readonly Row[] },
  key: Key,
  matches: Matches,
  others: Matches | undefined,
  isLast: boolean,
): number {
  if (before.length === 0 || after.length === 0) return 0;
  const waiting = byKey(before, key, atomNames('before', matches, others, isLast), 'before');
  let found = 0;
  for (const [text, rows] of byKey(after, key, atomNames('after', matches, others, isLast), 'after')) {
    const candidates = waiting.get(text) ?? [];
    if (!key.mayRepeat && (rows.length > 1 || candidates.length > 1)) continue;
    for (const [at, row] of rows.entries()) {
      const match = candidates[at];
      if (match === undefined) break;
      matches.add(match.uuid, row.uuid);
      found++;
    }
  }
  return found;
}

function byKey(rows: readonly Row[], key: Key, nameOf: AtomName, side: Side): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const text = key.of(row, nameOf, side);
    if (text === undefined) continue;
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [row]);
    else group.push(row);
  }
  return groups;
}

/** Atoms in the terms of the later database; a reference to a row without a match has a name only in the last round. */
export function atomNames(side: Side, matches: Matches, others: Matches | undefined, isLast: boolean): AtomName {
  return (atom: Atom, type: BaseType): string | undefined => {
    if (typeof atom !== 'string') return String(atom);
    if (type.refTable === undefined) return side === 'before' && others !== undefined ? others.translate(atom) : atom;
    const known = side === 'before' ? matches.forward.get(atom) : matches.backward.has(atom) ? atom : undefined;
    if (known !== undefined) return known;
    return isLast && isUuid(atom) ? '?' : undefined;
  };
}

function keysOf(schema: TableSchema, holders: Holders, isLast: boolean): readonly Key[] {
  const columns = (names: readonly string[]): KeyOf => columnsKey(schema, names);
  const named = NAMES.filter((name) => schema.columns.has(name)).map(nonEmpty);
  const identity = IDENTITY[schema.name];
  const contents = columns([...schema.columns.keys()].filter((name) => !isVolatileColumn(schema.name, name)));
  const unique = (of: KeyOf): Key => ({ of, mayRepeat: false });
  const repeatable = (of: KeyOf): Key => ({ of, mayRepeat: true });
  return [
    ...(SINGLETONS.has(schema.name) ? [unique(() => '')] : []),
    ...(schema.columns.has('external_ids') ? NAMING_IDS.map((key) => unique(externalId(key))) : []),
    ...schema.indexes
      .filter((names) => !names.some((name) => ALLOTTED.has(name)))
      .map((names) => unique(columns(names))),
    ...named.map(unique),
    repeatable(held(contents, schema, holders)),
    // Something else may yet have the same contents, or holders, as far as they are known.
    ...(isLast ? [repeatable(contents)] : []),
    ...(isLast && identity !== undefined
      ? [repeatable(held(columns(identity), schema, holders)), repeatable(columns(identity))]
      : []),
  ];
}

/** The same key for rows that are held by the same rows. */
const held =
  (of: KeyOf, { name }: TableSchema, holders: Holders): KeyOf =>
  (row, nameOf, side) => {
    const key = of(row, nameOf, side);
    if (key === undefined) return undefined;
    const names: string[] = [];
    for (const uuid of holders[side].get(row.uuid) ?? []) {
      const holder = nameOf(uuid, { type: 'uuid', refTable: name });
      if (holder === undefined) return undefined;
      names.push(holder);
    }
    return `${key}\u0003${names.sort().join(' ')}`;
  };

const externalId =
  (key: string): KeyOf =>
  (row) =>
    row.map('external_ids').get(key);

const nonEmpty =
  (column: string): KeyOf =>
  (row) => {
    const [atom] = row.atoms(column);
    return typeof atom === 'string' && atom !== '' && !isUuid(atom) ? `${column} ${atom}` : undefined;
  };

function columnsKey(schema: TableSchema, names: readonly string[]): KeyOf {
  const columns = names.flatMap((name) => {
    const column = schema.columns.get(name);
    return column === undefined || column.ephemeral ? [] : [[name, column] as const];
  });
  return (row, nameOf) => {
    const parts: string[] = [];
    for (const [name, column] of columns) {
      const texts: string[] = [];
      for (const member of membersOf(column, row, name, false)) {
        const text = memberText(column, member, nameOf);
        if (text === undefined) return undefined;
        texts.push(text);
      }
      parts.push(texts.sort().join('\u0001'));
    }
    return parts.join('\u0002');
  };
}
