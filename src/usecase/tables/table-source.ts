/**
 * A database of one zone as a reader of any of its tables sees it: a schema, and rows with all the columns they have.
 *
 * In: a World and, where it is live, clients. Out: one source for each zone that has such a database. A zone that can't be
 * reached is a gap while another can. Must not know files or sockets.
 */
import { NotFoundError, OvnctlError } from '../../base/errors.js';
import type { OvsdbClient } from '../../ovsdb/client/client.js';
import type { Condition } from '../../ovsdb/client/operation.js';
import type { Database } from '../../ovsdb/replica/database.js';
import { databaseOf, MemoryTable } from '../../ovsdb/replica/memory.js';
import { whenHeld } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { DatabaseSchema } from '../../ovsdb/schema/schema.js';
import type { World, Zone } from '../../world/world.js';

export { recordOf, tableNamed, withUuidColumn } from '../../manage/table-look-up.js';

export type DatabaseKind = 'nb' | 'sb' | 'ovs';

/** The client of a zone's database. */
export type ClientOf = (zone: string, database: DatabaseKind) => Promise<OvsdbClient>;

export interface TableSource {
  readonly zone: string;
  readonly schema: DatabaseSchema;
  /** The rows that match; `columns` are all that is wanted, when given. */
  read(table: string, where: readonly Condition[], columns?: readonly string[]): Promise<readonly Row[]>;
  /** The whole of some tables, to look rows up in. */
  holding(tables: readonly string[]): Promise<Database>;
}

export const DATABASE_NAMES: Readonly<Record<DatabaseKind, string>> = {
  nb: 'OVN_Northbound',
  sb: 'OVN_Southbound',
  ovs: 'Open_vSwitch',
};

const SPOKEN: Readonly<Record<DatabaseKind, string>> = {
  nb: 'northbound',
  sb: 'southbound',
  ovs: 'Open vSwitch',
};

const isIn = (zone: Zone, kind: DatabaseKind): boolean =>
  kind === 'nb' ? zone.hasNorthbound : kind === 'sb' ? zone.hasSouthbound : zone.openVSwitch !== undefined;

/** The zones that have such a database; NotFoundError when none has. */
export function zonesWith(world: World, kind: DatabaseKind): readonly Zone[] {
  const zones = world.zones.filter((zone) => isIn(zone, kind));
  if (zones.length > 0) return zones;
  throw new NotFoundError('db.none', `this source has no ${SPOKEN[kind]} database`, {
    hints: kind === 'ovs' ? [] : [`name one with --${kind} REMOTE`],
  });
}

/** One for each zone, in the order of their names. Throws what the first failed with when none can be reached. */
export async function tableSources(
  world: World,
  kind: DatabaseKind,
  clientOf: ClientOf | undefined,
): Promise<readonly TableSource[]> {
  const zones = zonesWith(world, kind);
  const sources: TableSource[] = [];
  let failure: OvnctlError | undefined;
  for (const zone of zones) {
    try {
      sources.push(
        clientOf === undefined
          ? await heldSource(zone, kind)
          : await servedSource(zone.name, kind, await clientOf(zone.name, kind)),
      );
    } catch (error) {
      if (!(error instanceof OvnctlError)) throw error;
      failure ??= error;
      const subject = `${SPOKEN[kind]} database of zone ${zone.name}`;
      world.coverage.add({ code: error.code, subject, reason: error.message, zone: zone.name });
    }
  }
  if (sources.length === 0 && failure !== undefined) throw failure;
  return sources;
}

async function servedSource(zone: string, kind: DatabaseKind, client: OvsdbClient): Promise<TableSource> {
  const name = DATABASE_NAMES[kind];
  const schema = await client.getSchema(name);
  return {
    zone,
    schema,
    read: (table, where, columns) => client.select(name, table, where, columns),
    holding: async (names) => {
      const tables = new Map<string, MemoryTable>();
      for (const table of names) {
        const rows = await client.select(name, table);
        tables.set(table, new MemoryTable(table, new Map(rows.map((row) => [row.uuid, row]))));
      }
      return databaseOf(name, schema, tables);
    },
  };
}

async function heldSource(zone: Zone, kind: DatabaseKind): Promise<TableSource> {
  const database =
    kind === 'nb'
      ? (await zone.northbound()).database
      : kind === 'sb'
        ? (await zone.southbound()).database
        : await zone.openVSwitch?.();
  const schema = database?.schema;
  if (database === undefined || schema === undefined)
    throw new NotFoundError('db.schema', `zone ${zone.name}: the ${SPOKEN[kind]} database has no schema`);
  return {
    zone: zone.name,
    schema,
    // Whoever asks narrows them anyway: a file has no conditions.
    read: (table) => whenHeld(() => [...database.table(table).rows()]),
    holding: () => Promise.resolve(database),
  };
}
