/**
 * Makes the World of a live cluster: objects from its API server, databases through the pods that hold them.
 *
 * In: which cluster and as whom. Out: an open World, to be closed. Of the databases only those are connected that somebody
 * asks for, each through one exec; what ends them all is `close` or the signal. Must not know flags and files.
 */
import { setMaxListeners } from 'node:events';
import type { Deployment, DeploymentZone } from '../../ovnk/deployment.js';
import { Coverage } from '../../world/coverage.js';
import type { KubeView, World } from '../../world/world.js';
import type { KubeClient, KubeEvents } from '../kube/api/client.js';
import type { ClusterOptions } from '../kube/kubeconfig/options.js';
import { liveKubeView } from '../kube/live-view.js';
import { openCluster } from '../kube/open-cluster.js';
import { ZoneRelay } from '../relay/zone-relay.js';
import { hostsFromCluster } from './cluster-hosts.js';
import { findDeployment } from './find-deployment.js';
import { LiveZone, zoneNamed } from './live-zone.js';
import type { OpenDatabase, ZoneOpeners } from './live-zone.js';
import { once } from './once.js';
import type { OpenedWorld } from './opened-world.js';

export interface ClusterWorldOptions {
  readonly cluster: ClusterOptions;
  /** Where OVN-Kubernetes runs; found when left out. */
  readonly namespace?: string;
  readonly events: KubeEvents;
  readonly signal: AbortSignal;
  /** For each call to a database. */
  readonly timeoutMs?: number;
  /** Most rows of what is looked at will be, so tables are read whole. */
  readonly wholeTables?: boolean;
  /** Northbound rows are read with all their columns: somebody may change them. */
  readonly wholeRows?: boolean;
}

export interface OpenedCluster extends OpenedWorld {
  readonly deployment: Deployment;
}

/** Throws what `openCluster` and `findDeployment` throw. */
export async function openClusterWorld(options: ClusterWorldOptions): Promise<OpenedCluster> {
  const client = await openCluster(options.cluster, options.events);
  try {
    return await openWith(client, options);
  } catch (error) {
    client.connection.close();
    throw error;
  }
}

async function openWith(client: KubeClient, options: ClusterWorldOptions): Promise<OpenedCluster> {
  const { namespace, events, signal, wholeTables = false, wholeRows = false } = options;
  // Every exec and every call of all zones listens to it.
  setMaxListeners(0, signal);
  const coverage = new Coverage();
  const deployment = await findDeployment(client, namespace, signal);
  for (const { message } of deployment.doubts) events.warn(message);
  const relays: ZoneRelay[] = [];
  const zones = deployment.zones.map((zone) => {
    const relay = new ZoneRelay(client.connection, zone);
    relays.push(relay);
    const pods = zone.pods.map(({ namespace: of, name }) => `${of}/${name}`);
    return new LiveZone(zone.name, openersOf(zone, relay, options), coverage, {
      place: { nodes: zone.nodes, pods },
      wholeTables,
      wholeRows,
    });
  });
  const world: World = {
    source: { kind: 'cluster', path: client.connection.access.name },
    zones,
    kube: liveKubeView(client, coverage, signal),
    hosts: hostsFromCluster(client, deployment.namespace, signal),
    coverage,
  };
  return {
    world,
    deployment,
    readings: () => zones.flatMap((zone) => zone.readings()),
    confirm: async (flowsOf) => {
      await Promise.all(zones.map((zone) => zone.confirm(flowsOf(zone.name))));
    },
    transact: (zone, database, operations) => zoneNamed(zones, zone).transact(database, operations),
    client: (zone, database) => zoneNamed(zones, zone).client(database),
    close: () => {
      for (const zone of zones) zone.close();
      for (const relay of relays) relay.close();
      client.connection.close();
    },
  };
}

function openersOf(zone: DeploymentZone, relay: ZoneRelay, { signal, timeoutMs }: ClusterWorldOptions): ZoneOpeners {
  const opener = (database: 'northbound' | 'southbound' | 'switch'): OpenDatabase =>
    once(async () => {
      const client = relay.client(database, timeoutMs === undefined ? {} : { timeoutMs });
      try {
        await client.ready({ signal });
        return client;
      } catch (error) {
        client.close();
        throw error;
      }
    });
  const has = (database: 'northbound' | 'southbound'): boolean => zone.pods.some((pod) => pod[database] !== undefined);
  return {
    northbound: has('northbound') ? opener('northbound') : undefined,
    southbound: has('southbound') ? opener('southbound') : undefined,
    openVSwitch: opener('switch'),
  };
}

/** The objects of a cluster alone, for databases that are reached otherwise. */
export async function openClusterObjects(
  { cluster, events, signal }: Pick<ClusterWorldOptions, 'cluster' | 'events' | 'signal'>,
  coverage: Coverage,
): Promise<{ readonly kube: KubeView; close(): void }> {
  const client = await openCluster(cluster, events);
  return { kube: liveKubeView(client, coverage, signal), close: () => client.connection.close() };
}
