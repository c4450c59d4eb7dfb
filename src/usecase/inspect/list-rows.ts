/**
 * Lists the rows of a kind, over all zones or some: what its columns say, what the rows hang on, and who they stand for.
 *
 * In: a World, the name of a kind, filters. Out: one document. Only the tables that the kind names are read. Throws
 * NotFoundError for an unknown holder or node, with the nearest name. Must not know flags or layout.
 */
import { NotFoundError } from '../../base/errors.js';
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import type { World, Zone } from '../../world/world.js';
import type { Cell, Holder, Kind } from './kind.js';
import { kindNamed } from './kinds/all.js';
import { isObject, ownersIn } from './owners.js';
import type { RowOwner } from './owners.js';
import { eachHeld, hold, inZones, nearestHints } from './zones-together.js';

export interface ListedRow {
  readonly zone: string;
  /** The row's name, or what tells it apart where it has none. */
  readonly name: string;
  readonly uuid: string;
  /** Names of what holds the row. */
  readonly on?: readonly string[];
  /** Absent where nothing tells who the row stands for. */
  readonly owner?: RowOwner;
  /** What the columns say, by their names; absent where they say nothing. */
  readonly columns: Readonly<Record<string, Cell>>;
}

export interface RowList {
  /** As the command is called: `switch port`. */
  readonly of: string;
  readonly database: 'northbound' | 'southbound';
  readonly table: string;
  /** By zone, then in the order of the kind, then by name. */
  readonly rows: readonly ListedRow[];
}

export interface ListOptions {
  /** Only rows that this switch, router or group holds. */
  readonly holder?: string;
  /** Only rows of this object: `NAMESPACE/NAME`. */
  readonly object?: string;
  /** Only rows of this network. */
  readonly network?: string;
}

export async function listRows(world: World, name: string, options: ListOptions = {}): Promise<RowList> {
  const kind = kindNamed(name);
  const known = new Set<string>();
  const zones = await inZones(world, kind.database, async (zone) => {
    const reader = await rowReader(zone, kind);
    for (const each of reader.holderNames) known.add(each);
    return reader
      .read(reader.database.table(kind.table).rows())
      .filter(
        ({ on, owner }) =>
          (options.holder === undefined || on?.includes(options.holder) === true) &&
          (options.object === undefined || isObject(owner, options.object)) &&
          (options.network === undefined || owner?.network === options.network),
      );
  });
  const { holder } = options;
  if (holder !== undefined && !known.has(holder)) {
    throw new NotFoundError('inspect.holder', `${kind.heldBy?.argument ?? 'holder'} "${holder}" does not exist`, {
      hints: nearestHints(holder, [...known]),
    });
  }
  return { of: kind.name, database: kind.database, table: kind.table, rows: zones.flat() };
}

export interface RowReader {
  readonly database: Database;
  /** Names that something has which may hold rows of the kind. */
  readonly holderNames: readonly string[];
  /** Rows of the kind as listed ones, in order. */
  readonly read: (rows: Iterable<Row>) => readonly ListedRow[];
}

/** Makes rows of a kind in a zone into listed ones. */
export async function rowReader(zone: Zone, kind: Kind): Promise<RowReader> {
  const { database } = await zone[kind.database]();
  const holding = kind.heldBy?.columns ?? [];
  hold(database, new Set([kind.table, ...(kind.reads ?? []), ...holding.map(([table]) => table), ...ownersNeed(kind)]));
  const { holders, names } = holdersOf(database, kind);
  const ownerOfRow = await ownerReader(zone, kind);
  const listed = (row: Row): ListedRow => {
    const on = holders.get(row.uuid) ?? [];
    const owner = ownerOfRow(row);
    const cells = kind.columns.flatMap(({ name, cell }) => {
      const value = cell(row, { database, holders: on });
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      zone: zone.name,
      name: labelOf(row, kind),
      uuid: row.uuid,
      ...(kind.heldBy === undefined ? {} : { on: on.map(({ name }) => name) }),
      ...(owner === undefined ? {} : { owner }),
      columns: Object.fromEntries(cells),
    };
  };
  return {
    database,
    holderNames: names,
    read: (rows) =>
      inOrder(
        eachHeld([...rows], (row) => ({ row, listed: listed(row) })),
        kind,
      ),
  };
}

function labelOf(row: Row, { nameColumn, label }: Kind): string {
  return (nameColumn === undefined ? label?.(row) : row.string(nameColumn)) || row.uuid;
}

/** Rows without names of their own belong together by what holds them. */
function inOrder(
  rows: readonly { readonly row: Row; readonly listed: ListedRow }[],
  { order, nameColumn }: Kind,
): readonly ListedRow[] {
  const keyed = rows.map(({ row, listed }) => {
    const first = nameColumn === undefined ? [listed.on?.[0] ?? ''] : [];
    return { listed, key: [...first, ...(order?.(row) ?? []), listed.name, listed.uuid] };
  });
  keyed.sort((a, b) => {
    for (const [at, one] of a.key.entries()) {
      const other = b.key[at] ?? '';
      if (one !== other) return one < other ? -1 : 1;
    }
    return 0;
  });
  return keyed.map(({ listed }) => listed);
}

const ownersNeed = ({ database }: Kind): readonly string[] => (database === 'northbound' ? ['Logical_Router'] : []);

/** Who rows of the kind stand for. Chassis stand for nobody; bindings for whom their northbound port does. */
async function ownerReader(zone: Zone, kind: Kind): Promise<(row: Row) => RowOwner | undefined> {
  if (kind.database === 'northbound') return ownersIn(await zone.northbound());
  if (kind.table !== 'Port_Binding' || !zone.hasNorthbound) return () => undefined;
  const northbound: Northbound = await zone.northbound();
  const needed = ['Logical_Switch', 'Logical_Switch_Port', 'Logical_Router', 'Logical_Router_Port'];
  hold(northbound.database, needed);
  const ownerOfPort = ownersIn(northbound);
  return (row) => {
    const name = row.string('logical_port');
    const port = northbound.switchPort(name) ?? northbound.routerPort(name);
    return port && ownerOfPort(port);
  };
}

function holdersOf(database: Database, { heldBy }: Kind): { holders: Map<string, Holder[]>; names: string[] } {
  const holders = new Map<string, Holder[]>();
  const names: string[] = [];
  for (const [table, column] of heldBy?.columns ?? []) {
    for (const row of database.table(table).rows()) {
      const holder = { table, name: row.string('name') };
      names.push(holder.name);
      for (const uuid of row.refs(column)) {
        const known = holders.get(uuid);
        if (known === undefined) holders.set(uuid, [holder]);
        else known.push(holder);
      }
    }
  }
  for (const each of holders.values()) each.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { holders, names };
}
