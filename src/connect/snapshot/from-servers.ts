import { InputError } from '../../base/errors.js';
import type { OvsdbClient } from '../../ovsdb/client/client.js';
import type { Operation } from '../../ovsdb/client/operation.js';
import { databaseFromRows } from '../../ovsdb/replica/from-rows.js';
import type { DatabaseSchema } from '../../ovsdb/schema/schema.js';
import type { JsonObject } from '../../ovsdb/wire/json.js';
import type { ReadDatabase, SourceDatabase, SourceZone } from '../../snapshot/source.js';
import { SCHEMA_NAME } from '../files/databases.js';
import type { DatabaseKind } from '../files/databases.js';

/** How one database of a zone is reached. */
export interface ServedDatabase {
  readonly kind: DatabaseKind;
  /** As messages name it: a remote, a pod. */
  readonly from: string;
  /** Connects. */
  readonly open: () => Promise<OvsdbClient>;
  /** The connection is used for nothing else. */
  readonly closeAfter: boolean;
}

/** A zone whose databases are read from their servers, each as of one moment. */
export function zoneFromServers(name: string, nodes: readonly string[], served: readonly ServedDatabase[]): SourceZone {
  const databases = served.map(({ kind, from, open, closeAfter }): SourceDatabase => ({
    kind,
    from,
    read: async () => {
      const client = await open();
      try {
        return await readServed(client, SCHEMA_NAME[kind]);
      } finally {
        if (closeAfter) client.close();
      }
    },
  }));
  return { name, nodes, databases };
}

/** Conversions of a schema while it is read, beyond which something else is wrong. */
const TRIES = 3;

/**
 * All rows with one transaction that selects from every table, so that they are of one state of the database (RFC 7047
 * section 4.1.3); unlike a monitor, that can also be asked through a program that answers once. Columns that are kept in
 * memory only are not asked for.
 */
async function readServed(client: OvsdbClient, name: string): Promise<ReadDatabase> {
  for (let tries = 0; tries < TRIES; tries++) {
    const schema = await client.getSchema(name);
    const tables = [...schema.tables.keys()];
    const results = await client.transact(name, selectAll(schema));
    // The client gives the same object for the same schema.
    if ((await client.getSchema(name)) !== schema) continue;
    const rows: Record<string, readonly JsonObject[]> = {};
    for (const [at, table] of tables.entries()) rows[table] = results[at]?.rows ?? [];
    return { database: { ...databaseFromRows(name, rows), schema }, source: 'server', losses: [] };
  }
  throw new InputError('ovsdb.schema-changes', `${name}: the schema changes while the database is read`);
}

function selectAll({ tables }: DatabaseSchema): readonly Operation[] {
  return [...tables].map(([table, { columns }]) => {
    const kept = [...columns].filter(([, { ephemeral }]) => !ephemeral).map(([column]) => column);
    return { op: 'select', table, where: [], columns: ['_uuid', ...kept] };
  });
}
