import { applyUpdates, emptyReplica } from '../replica/monitor-updates.js';
import type { Replica } from '../replica/monitor-updates.js';
import type { Row } from '../replica/row.js';
import { readSchema } from '../schema/schema.js';
import type { DatabaseSchema } from '../schema/schema.js';
import type { Json } from '../wire/json.js';

/** What a server says about a database that it serves (ovsdb-server(5), table Database of `_Server`). */
export interface ServedDatabase {
  readonly name: string;
  readonly model: 'standalone' | 'clustered' | 'relay';
  /** In contact with a majority of the cluster, or with the relay's source. */
  readonly connected: boolean;
  readonly leader: boolean;
  /** The cluster's id and the log position shown to clients; a clustered database only. */
  readonly cid: string | undefined;
  readonly index: number | undefined;
}

/** Why a server can't be used, though it answers. */
export interface Unfit {
  readonly why: 'no-database' | 'disconnected' | 'not-leader' | 'stale';
  readonly database: string;
}

export const SERVER_DATABASE = '_Server';
export const SERVER_COLUMNS = ['name', 'model', 'connected', 'leader', 'cid', 'index'] as const;

/** The columns asked for, as ovsdb-server(5) types them: no round trip for a schema that never differs. */
const SCHEMA: DatabaseSchema = (() => {
  const optional = (key: string): Json => ({ key, min: 0, max: 1 });
  const schema = readSchema({
    name: SERVER_DATABASE,
    tables: {
      Database: {
        columns: {
          name: { type: 'string' },
          model: { type: 'string' },
          connected: { type: 'boolean' },
          leader: { type: 'boolean' },
          cid: { type: optional('uuid') },
          index: { type: optional('integer') },
        },
      },
    },
  });
  if (!schema.ok) throw new Error(schema.error.reason);
  return schema.value;
})();

/** The `_Server` database of one connection, kept by monitor_cond. */
export class ServerState {
  #replica: Replica = emptyReplica(SCHEMA, ['Database']);

  /** Takes `<table-updates2>`; false when they are not what the schema says. */
  apply(tables: Json): boolean {
    const applied = applyUpdates(this.#replica, [{ form: 'update2', tables }]);
    if (applied.ok) this.#replica = applied.value.replica;
    return applied.ok;
  }

  databases(): readonly ServedDatabase[] {
    return [...this.#replica.database.table('Database').rows()].map(served);
  }
}

function served(row: Row): ServedDatabase {
  const model = row.string('model');
  return {
    name: row.string('name'),
    model: model === 'clustered' || model === 'relay' ? model : 'standalone',
    connected: row.boolean('connected'),
    leader: row.boolean('leader'),
    cid: row.optionalString('cid'),
    index: row.optionalInteger('index'),
  };
}

/** The furthest log position seen of each cluster, by cluster id: a member behind it would take readers back in time. */
export type Positions = ReadonlyMap<string, number>;

/** The positions after having seen these databases. */
export function advance(positions: Positions, databases: readonly ServedDatabase[]): Positions {
  const next = new Map(positions);
  for (const { cid, index } of databases) {
    if (cid !== undefined && index !== undefined) next.set(cid, Math.max(index, next.get(cid) ?? 0));
  }
  return next;
}

/**
 * Whether a server will do: the database is there (any, where none is named), connected, at the leader where that is asked
 * for, and not behind what was seen elsewhere. A relay is never the leader.
 */
export function unfit(
  databases: readonly ServedDatabase[],
  wanted: { readonly database: string | undefined; readonly leaderOnly: boolean; readonly positions: Positions },
): Unfit | undefined {
  const { database, leaderOnly, positions } = wanted;
  const judged = databases.filter(({ name }) =>
    database === undefined ? name !== SERVER_DATABASE : name === database,
  );
  if (database !== undefined && judged.length === 0) return { why: 'no-database', database };
  for (const { name, connected, leader, cid, index } of judged) {
    if (!connected) return { why: 'disconnected', database: name };
    if (leaderOnly && !leader) return { why: 'not-leader', database: name };
    if (cid !== undefined && (index ?? 0) < (positions.get(cid) ?? 0)) return { why: 'stale', database: name };
  }
  return undefined;
}
