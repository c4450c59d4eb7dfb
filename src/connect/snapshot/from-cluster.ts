/**
 * A live cluster as the source of a snapshot: databases and Open vSwitch of every zone through its pods, lists of objects,
 * facts of the hosts, ends of logs.
 *
 * In: which cluster and as whom. Out: a source, to be closed. Only the pods of OVN-Kubernetes are looked for beforehand. A
 * cluster whose databases can't be found still has objects; that is a gap then.
 */
import { setMaxListeners } from 'node:events';
import { NotFoundError } from '../../base/errors.js';
import { decodeObject } from '../../kube/model/kinds.js';
import type { Pod } from '../../kube/model/pod.js';
import { RESOURCES } from '../../kube/model/resource.js';
import type { Deployment, DeploymentZone } from '../../ovnk/deployment.js';
import type { SnapshotGap } from '../../snapshot/manifest.js';
import type { SnapshotSource } from '../../snapshot/source.js';
import type { KubeClient, KubeEvents } from '../kube/api/client.js';
import { listAll } from '../kube/api/list.js';
import type { ClusterOptions } from '../kube/kubeconfig/options.js';
import { openCluster } from '../kube/open-cluster.js';
import { findDeployment } from '../live/find-deployment.js';
import { ZoneRelay } from '../relay/zone-relay.js';
import { clusterObjects } from './cluster-objects.js';
import { hostTexts, logTexts } from './cluster-texts.js';
import { zoneFromServers } from './from-servers.js';
import type { ServedDatabase } from './from-servers.js';
import type { OpenedSource } from './opened-source.js';

export interface ClusterSourceOptions {
  readonly cluster: ClusterOptions;
  /** Where OVN-Kubernetes runs; found when left out. */
  readonly namespace?: string;
  readonly events: KubeEvents;
  readonly signal: AbortSignal;
  /** For each call to a database. */
  readonly timeoutMs?: number;
}

/** Throws what `openCluster` and `findDeployment` throw, except that there is no OVN-Kubernetes. */
export async function sourceFromCluster(options: ClusterSourceOptions): Promise<OpenedSource> {
  const { cluster, events, signal } = options;
  setMaxListeners(0, signal);
  const client = await openCluster(cluster, events);
  const relays: ZoneRelay[] = [];
  const close = (): void => {
    for (const relay of relays) relay.close();
    client.connection.close();
  };
  try {
    return { source: await sourceWith(client, options, relays), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function sourceWith(
  client: KubeClient,
  options: ClusterSourceOptions,
  relays: ZoneRelay[],
): Promise<SnapshotSource> {
  const { namespace, events, signal } = options;
  const gaps: SnapshotGap[] = [];
  const deployment = await deploymentIfAny(client, namespace, signal, gaps);
  for (const { message } of deployment?.doubts ?? []) {
    events.warn(message);
    gaps.push({ code: 'kube.deployment', subject: 'zones', reason: message });
  }
  const zones = (deployment?.zones ?? []).map((zone) => {
    const relay = new ZoneRelay(client.connection, zone);
    relays.push(relay);
    return zoneFromServers(zone.name, zone.nodes, servedBy(zone, relay, options, gaps));
  });
  const ovn = deployment?.namespace;
  return {
    kind: 'cluster',
    name: client.connection.access.name,
    zones,
    objects: clusterObjects(client, ovn, signal),
    async texts() {
      if (ovn === undefined) return [];
      const pods = await podsOf(client, ovn, signal);
      return [...hostTexts(client, pods, signal), ...logTexts(client, pods, signal)];
    },
    gaps,
  };
}

async function deploymentIfAny(
  client: KubeClient,
  namespace: string | undefined,
  signal: AbortSignal,
  gaps: SnapshotGap[],
): Promise<Deployment | undefined> {
  try {
    return await findDeployment(client, namespace, signal);
  } catch (error) {
    if (!(error instanceof NotFoundError) || namespace !== undefined) throw error;
    gaps.push({ code: error.code, subject: 'databases', reason: error.message });
    return undefined;
  }
}

/** The zone's databases; Open vSwitch's own where the pod is on the only node of the zone. */
function servedBy(
  zone: DeploymentZone,
  relay: ZoneRelay,
  { signal, timeoutMs }: ClusterSourceOptions,
  gaps: SnapshotGap[],
): readonly ServedDatabase[] {
  const pods = zone.pods.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  const served = (kind: ServedDatabase['kind'], socket: 'northbound' | 'southbound' | 'switch'): ServedDatabase => ({
    kind,
    from: `the ${socket} database of pod ${pods}`,
    closeAfter: true,
    async open() {
      const client = relay.client(socket, timeoutMs === undefined ? {} : { timeoutMs });
      try {
        await client.ready({ signal });
        return client;
      } catch (error) {
        client.close();
        throw error;
      }
    },
  });
  const databases = (['northbound', 'southbound'] as const).flatMap((socket): readonly ServedDatabase[] => {
    if (zone.pods.some((pod) => pod[socket] !== undefined)) {
      return [served(socket === 'northbound' ? 'nb' : 'sb', socket)];
    }
    const subject = `${socket} database of zone ${zone.name}`;
    const reason = `no container for it in ${pods}`;
    gaps.push({ code: 'relay.no-container', subject, reason, zone: zone.name, database: socket });
    return [];
  });
  return zone.nodes.length === 1 && zone.pods.length === 1 ? [...databases, served('ovs', 'switch')] : databases;
}

async function podsOf(client: KubeClient, namespace: string, signal: AbortSignal): Promise<readonly Pod[]> {
  const decode = (object: unknown, position: number): Pod | undefined => {
    const decoded = decodeObject('pods', object, position);
    return decoded.ok ? decoded.value : undefined;
  };
  const listed = await listAll(client, RESOURCES.pods, { namespace }, decode, signal);
  return (listed?.items ?? []).flatMap((pod) => pod ?? []);
}
