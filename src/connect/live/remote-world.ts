/**
 * Makes a World of OVSDB remotes that the user named: `--nb`/`--sb`, `--zone NAME=nb=…,sb=…`, OVN_NB_DB and OVN_SB_DB.
 *
 * In: remotes of each zone, TLS material, and where Kubernetes objects come from, if from anywhere. Out: an open World,
 * to be closed. Nothing is connected before it is asked for, except to learn the name of a zone that was not given one.
 * Must not know flags and files.
 */
import type { OvsdbClient } from '../../ovsdb/client/client.js';
import { Coverage } from '../../world/coverage.js';
import type { Hosts } from '../../world/hosts.js';
import type { KubeView, World } from '../../world/world.js';
import { connect } from '../ovsdb/connect.js';
import type { ConnectOptions } from '../ovsdb/connect.js';
import { LiveZone, zoneNamed } from './live-zone.js';
import type { OpenDatabase, ZoneOpeners } from './live-zone.js';
import { once } from './once.js';
import type { OpenedWorld } from './opened-world.js';
import { zoneNameOf } from './zone-name.js';

export interface ZoneRemotes {
  /** As the user calls it; learned from the databases when left out. */
  readonly name?: string;
  /** Remotes separated by commas. */
  readonly nb?: string;
  readonly sb?: string;
}

export interface RemoteWorldOptions extends Pick<ConnectOptions, 'tls' | 'timeoutMs' | 'signal'> {
  readonly zones: readonly ZoneRemotes[];
  /** Kubernetes objects from elsewhere; none when left out. */
  readonly kube?: KubeView;
  /** Facts of the hosts from there, too. */
  readonly hosts?: Hosts;
  /** Of the whole World, with what `kube` has noted in it. */
  readonly coverage?: Coverage;
  /** Most rows of what is looked at will be, so tables are read whole. */
  readonly wholeTables?: boolean;
  /** Northbound rows are read with all their columns: somebody may change them. */
  readonly wholeRows?: boolean;
}

const NO_OBJECTS: KubeView = {
  available: false,
  list: () => Promise.resolve({ items: [], gaps: [] }),
  get: () => Promise.resolve(undefined),
};

/** Throws UsageError for a malformed remote; a server that can't be reached is found out when it is asked. */
export async function openRemoteWorld(options: RemoteWorldOptions): Promise<OpenedWorld> {
  const {
    zones: remotes,
    kube = NO_OBJECTS,
    hosts,
    coverage = new Coverage(),
    wholeTables = false,
    wholeRows = false,
  } = options;
  // Those that only the name of a zone was asked of are known to no zone, and would keep the process from ending.
  const clients: OvsdbClient[] = [];
  const zones = await Promise.all(
    remotes.map(async (remote) => {
      const open = openersOf(remote, options, clients);
      const name = remote.name ?? (await zoneNameOf(open.northbound, open.southbound)) ?? remote.sb ?? remote.nb ?? '';
      return new LiveZone(name, open, coverage, { wholeTables, wholeRows });
    }),
  );
  zones.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const path = remotes.flatMap(({ nb, sb }) => [nb ?? [], sb ?? []].flat()).join(' ');
  const world: World = {
    source: { kind: 'remotes', path },
    zones,
    kube,
    ...(hosts === undefined ? {} : { hosts }),
    coverage,
  };
  return {
    world,
    readings: () => zones.flatMap((zone) => zone.readings()),
    confirm: async (flowsOf) => {
      await Promise.all(zones.map((zone) => zone.confirm(flowsOf(zone.name))));
    },
    transact: (zone, database, operations) => zoneNamed(zones, zone).transact(database, operations),
    client: (zone, database) => zoneNamed(zones, zone).client(database),
    close: () => {
      for (const zone of zones) zone.close();
      for (const client of clients) client.close();
    },
  };
}

function openersOf(
  { nb, sb }: ZoneRemotes,
  { tls, timeoutMs, signal }: RemoteWorldOptions,
  clients: OvsdbClient[],
): ZoneOpeners {
  const shared = {
    ...(tls === undefined ? {} : { tls }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
  const opener = (remote: string | undefined, database: string): OpenDatabase | undefined =>
    remote === undefined
      ? undefined
      : once(async () => {
          const client = await connect(remote, { ...shared, database });
          clients.push(client);
          return client;
        });
  return { northbound: opener(nb, 'OVN_Northbound'), southbound: opener(sb, 'OVN_Southbound') };
}
