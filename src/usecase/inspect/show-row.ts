/**
 * Shows everything about one row: all its columns, who it stands for, and what hangs on it, in every zone that has it.
 *
 * In: a World, the name of a kind, a row's name or uuid. Out: one document. NotFoundError with the nearest name when no zone
 * has it. Must not know flags or layout.
 */
import { BugError, NotFoundError } from '../../base/errors.js';
import { findRow } from '../../manage/look-up.js';
import { isJsonArray } from '../../ovsdb/wire/json.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { mapOf } from '../../ovsdb/wire/value.js';
import type { World, Zone } from '../../world/world.js';
import { recordOf } from './kind.js';
import type { Cell, Kind } from './kind.js';
import { kindNamed } from './kinds/all.js';
import { rowReader } from './list-rows.js';
import type { ListedRow, RowList } from './list-rows.js';
import { hold, inZones, nearestHints } from './zones-together.js';

/** A row with all its columns. */
export interface ShownRow extends Omit<ListedRow, 'columns'> {
  /** Columns of the database that have a value, by their names there; what hangs on the row is in `holds`. */
  readonly values: Readonly<Record<string, Cell>>;
  readonly holds: readonly RowList[];
}

export interface RowDetails {
  /** As the command is called: `switch port`. */
  readonly of: string;
  readonly database: 'northbound' | 'southbound';
  readonly table: string;
  /** One for each zone that has a row of the name. */
  readonly rows: readonly ShownRow[];
}

export async function showRow(world: World, kindName: string, name: string): Promise<RowDetails> {
  const kind = kindNamed(kindName);
  const known = new Set<string>();
  const found = await inZones(world, kind.database, async (zone) => {
    const { database } = await zone[kind.database]();
    hold(database, [kind.table]);
    for (const row of database.table(kind.table).rows()) known.add(row.string(kind.nameColumn ?? 'name'));
    const row = findRow(database, kind.table, name, kind.nameColumn);
    return row === undefined ? undefined : shown(zone, kind, row);
  });
  const rows = found.filter((row) => row !== undefined);
  if (rows.length === 0) {
    throw new NotFoundError('inspect.row', `${kind.name} "${name}" does not exist`, {
      hints: nearestHints(name, [...known]),
    });
  }
  return { of: kind.name, database: kind.database, table: kind.table, rows };
}

async function shown(zone: Zone, kind: Kind, row: Row): Promise<ShownRow> {
  const reader = await rowReader(zone, kind);
  const [listed] = reader.read([row]);
  const held = new Map((kind.holds ?? []).map(([column, of]) => [column, of] as const));
  const holds: RowList[] = [];
  for (const [column, of] of held) {
    const list = await listOf(zone, kindNamed(of), row.refs(column));
    if (list.rows.length > 0) holds.push(list);
  }
  const values = row
    .columns()
    .filter((column) => !held.has(column) && column !== kind.nameColumn)
    .sort()
    .flatMap((column) => {
      const value = valueOf(row, column);
      return value === undefined ? [] : [[column, value] as const];
    });
  if (listed === undefined) throw new BugError(`a row of ${kind.table} was lost`);
  const { zone: where, name, uuid, on, owner } = listed;
  return {
    zone: where,
    name,
    uuid,
    ...(on === undefined ? {} : { on }),
    ...(owner === undefined ? {} : { owner }),
    values: Object.fromEntries(values),
    holds,
  };
}

async function listOf(zone: Zone, kind: Kind, uuids: readonly string[]): Promise<RowList> {
  const { name, database, table } = kind;
  if (uuids.length === 0) return { of: name, database, table, rows: [] };
  const reader = await rowReader(zone, kind);
  const rows = uuids.flatMap((uuid) => reader.database.table(table).get(uuid) ?? []);
  return { of: name, database, table, rows: reader.read(rows) };
}

/** A column as a document has it; undefined when it holds nothing. Whole numbers of any size are kept, as text if need be. */
function valueOf(row: Row, column: string): Cell {
  const json = row.json(column);
  if (json === undefined || json === '' || json === null) return undefined;
  if (isJsonArray(json) && json[0] === 'map') {
    const pairs = mapOf(json);
    return pairs === undefined || pairs.length === 0 ? undefined : recordOf(row.map(column));
  }
  const atoms = row.atoms(column);
  const [only] = atoms;
  if (isJsonArray(json) && json[0] === 'set') return atoms.length === 0 ? undefined : atoms.map(String).sort();
  return typeof only === 'bigint' ? String(only) : only;
}
