/**
 * `zones`: which zones there are, where their databases are, whether they can be read and how far northd has come.
 *
 * Input: a World; output: one report a zone. A database that can't be read is part of the answer, not a failure. Must not
 * know flags or formats.
 */
import { AccessError, OvnctlError } from '../base/errors.js';
import type { Database } from '../ovsdb/replica/database.js';
import { Missing, whenHeld } from '../ovsdb/replica/not-held.js';
import type { World, Zone } from '../world/world.js';
import { nodesOf } from '../world/zones.js';

export interface ZonesReport {
  /** Sorted by name. */
  readonly zones: readonly ZoneReport[];
}

export interface ZoneReport {
  readonly zone: string;
  /** Nodes whose chassis are the zone's own. */
  readonly nodes: readonly string[];
  /** Pods with the databases, `NAMESPACE/NAME`. */
  readonly pods: readonly string[];
  readonly northbound: DatabaseReport;
  readonly southbound: DatabaseReport;
  readonly northd: NorthdReport;
}

export interface DatabaseReport {
  /**
   * `ok`; `damaged`: a file that ends early; `unreachable`; `refused`: we are not let in; `unusable`: it is something else;
   * `absent`: the source has none.
   */
  readonly state: 'ok' | 'damaged' | 'unreachable' | 'refused' | 'unusable' | 'absent';
  /** Why it can't be read, or not whole. */
  readonly reason?: string;
  /** Whoever answered. */
  readonly server?: string;
  readonly model?: 'standalone' | 'clustered' | 'relay' | 'unknown';
  /** Of a cluster only: what the server that answered is in it. */
  readonly role?: 'leader' | 'follower' | 'disconnected';
  /** Version of the schema. */
  readonly schema?: string;
  /** Number of rows by table, of the tables that say how large the network is. */
  readonly rows?: Readonly<Record<string, number>>;
}

export interface NorthdReport {
  /** `current`: the southbound database has all of the northbound one; `unknown`: it can't be told. */
  readonly state: 'current' | 'behind' | 'unknown';
  /** Counted up by whoever waits for a change (NB_Global nb_cfg), and how far northd and the slowest chassis have come. */
  readonly nbCfg?: number;
  readonly sbCfg?: number;
  readonly hvCfg?: number;
  /** northd's own version, as it left it in the database. */
  readonly version?: string;
}

const COUNTED = {
  northbound: ['Logical_Switch', 'Logical_Router', 'Logical_Switch_Port', 'Load_Balancer', 'ACL'],
  southbound: ['Datapath_Binding', 'Port_Binding', 'Chassis'],
} as const;

/** Zones that are looked at together. */
const BOUND = 16;

/** `report` is told after each zone. */
export async function zonesReport(
  world: World,
  report: (zone: string, done: number, of: number) => void = () => undefined,
): Promise<ZonesReport> {
  const zones: ZoneReport[] = [];
  const { length } = world.zones;
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    for (let at = next++; at < length; at = next++) {
      const zone = world.zones[at];
      if (zone === undefined) return;
      zones[at] = await zoneReport(world, zone);
      report(zone.name, ++done, length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(BOUND, length) }, work));
  return { zones };
}

/** Whether every database that there should be could be read. */
export function isWhole({ zones }: ZonesReport): boolean {
  return zones.every(({ northbound, southbound }) =>
    [northbound, southbound].every(({ state }) => state === 'ok' || state === 'absent'),
  );
}

async function zoneReport(world: World, zone: Zone): Promise<ZoneReport> {
  const northbound = await databaseReport(world, zone, 'northbound');
  const southbound = await databaseReport(world, zone, 'southbound');
  const readable = (report: DatabaseReport): boolean => report.state === 'ok' || report.state === 'damaged';
  const known = zone.place?.nodes ?? [];
  return {
    zone: zone.name,
    nodes: known.length > 0 || !readable(southbound) ? known : await nodesOf(zone),
    pods: zone.place?.pods ?? [],
    northbound,
    southbound,
    northd: readable(northbound) ? await northdReport(zone) : { state: 'unknown' },
  };
}

async function databaseReport(world: World, zone: Zone, kind: 'northbound' | 'southbound'): Promise<DatabaseReport> {
  if (!(kind === 'northbound' ? zone.hasNorthbound : zone.hasSouthbound)) return { state: 'absent' };
  try {
    const rows = await whenHeld(async () => countsOf((await zone[kind]()).database, COUNTED[kind]));
    const { schema } = (await zone[kind]()).database;
    const lost = world.coverage
      .gaps()
      .find((gap) => gap.code === 'ovsdb.damaged' && gap.zone === zone.name && gap.database === kind);
    return {
      state: lost === undefined ? 'ok' : 'damaged',
      ...(lost === undefined ? {} : { reason: lost.reason }),
      ...servedReport(zone, kind),
      ...(schema?.version === undefined ? {} : { schema: schema.version }),
      rows,
    };
  } catch (error) {
    if (!(error instanceof OvnctlError)) throw error;
    return { state: stateOf(error), reason: error.message };
  }
}

function stateOf(error: OvnctlError): DatabaseReport['state'] {
  if (error instanceof AccessError) return 'refused';
  return error.code.startsWith('ovsdb.file') || error.code === 'ovsdb.wrong-database' ? 'unusable' : 'unreachable';
}

function servedReport(
  zone: Zone,
  kind: 'northbound' | 'southbound',
): Pick<DatabaseReport, 'server' | 'model' | 'role'> {
  const served = zone.served?.(kind);
  if (served === undefined) return {};
  const { server, model, leader, connected } = served;
  const role = connected ? (leader ? 'leader' : 'follower') : 'disconnected';
  return { server, model, ...(model === 'clustered' ? { role } : {}) };
}

function countsOf(database: Database, tables: readonly string[]): Readonly<Record<string, number>> {
  const missing = new Missing();
  const counts = tables.map((table) => [table, missing.attempt(() => database.table(table).size) ?? 0] as const);
  missing.require();
  return Object.fromEntries(counts);
}

async function northdReport(zone: Zone): Promise<NorthdReport> {
  const [global] = await whenHeld(async () => [...(await zone.northbound()).database.table('NB_Global').rows()]);
  if (global === undefined) return { state: 'unknown' };
  const [nbCfg, sbCfg, hvCfg] = [global.integer('nb_cfg'), global.integer('sb_cfg'), global.integer('hv_cfg')];
  const version = global.map('options').get('northd_internal_version');
  return {
    state: sbCfg >= nbCfg ? 'current' : 'behind',
    nbCfg,
    sbCfg,
    hvCfg,
    ...(version === undefined ? {} : { version }),
  };
}
