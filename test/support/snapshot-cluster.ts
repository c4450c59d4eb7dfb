import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageWith } from './kube-api/exec-cluster.js';
import type { Attempt } from './kube-api/call.js';
import { containerDown, containerUnknown, ExecEndpoint, podMissing } from './kube-api/exec-endpoint.js';
import type { ExecContainer, ExecFaults, ExecRefusal } from './kube-api/exec-endpoint.js';
import { OVN_KINDS } from './kube-api/model.js';
import type { KubeApi } from './kube-api/server.js';
import { startKubeApi } from './kube-api/server.js';
import { loadSnapshot } from './kube-api/snapshot.js';
import { startOvsdbServer } from './ovsdb-server.js';
import type { OvsdbServer } from './ovsdb-server.js';

export const example = join(import.meta.dirname, '../../examples/ic-dualstack');
export const exampleZones = ['ovn-control-plane', 'ovn-worker', 'ovn-worker2'] as const;
const NAMESPACE = 'ovn-kubernetes';
const CONTAINERS = ['nb-ovsdb', 'sb-ovsdb', 'ovn-northd', 'ovn-controller', 'ovnkube-controller'];

/** The recorded databases of a zone behind a real server; every socket serves all of them. */
export async function serveZone(folder: string, zone: string): Promise<OvsdbServer> {
  const path = join(folder, zone);
  mkdirSync(path, { recursive: true });
  const files = ['nb', 'sb', 'ovs'].map((kind) => {
    const file = join(path, `${kind}.db`);
    copyFileSync(join(example, zone, `${kind}.db`), file);
    return file;
  });
  const sockets = ['ovnnb_db.sock', 'ovnsb_db.sock', 'db.sock'].map((name) => `--remote=punix:${join(path, name)}`);
  return startOvsdbServer(path, files, ['OVN_Northbound', 'OVN_Southbound', 'Open_vSwitch'], sockets);
}

export interface SnapshotCluster {
  readonly api: KubeApi;
  readonly endpoint: ExecEndpoint;
  readonly servers: ReadonlyMap<string, OvsdbServer>;
  /** Refusals in a pod's place, by pod name. */
  readonly refused: Map<string, ExecRefusal>;
  /** The pods of all execs so far. */
  readonly execs: string[];
  /** What goes wrong with every exec. */
  faults: ExecFaults;
  /** What the user of the token `limited` may do. */
  may: (attempt: Attempt) => boolean;
  /** Requests for logs, by their query. */
  readonly logQueries: URLSearchParams[];
  stop(): Promise<void>;
}

export const podOf = (zone: string): string => `ovnkube-node-${zone}`;

/** A container's view of a zone: the programs it has, and the folder with the sockets. */
export function imageOf(
  path: string,
  zone: string,
  programs: readonly string[] = ['python3', 'grep', 'sed'],
): ExecContainer {
  const bin = imageWith(path, ['sh', 'sleep', ...programs]);
  writeFileSync(join(bin, 'ip'), ipProgram(zone), { mode: 0o755 });
  writeFileSync(join(bin, 'ovn-appctl'), appctlProgram(zone), { mode: 0o755 });
  const mounts = { '/var/run/ovn': path, '/run/ovn': path, '/var/run/openvswitch': path, '/run/openvswitch': path };
  return { bin, mounts };
}

/** A pod with what its containers see; those without are there, and nobody gets into them. */
export interface ClusterPod {
  readonly object: Parameters<KubeApi['store']['seed']>[1];
  readonly namespace: string;
  readonly name: string;
  readonly containers: readonly string[];
  readonly image?: ExecContainer;
}

/** An API with the recorded objects but for CRDs left out, and these pods. */
export async function startClusterOf(
  pods: readonly ClusterPod[],
  options: { readonly without?: readonly string[] } = {},
): Promise<Omit<SnapshotCluster, 'servers'>> {
  const refused = new Map<string, ExecRefusal>();
  const execs: string[] = [];
  const knobs: Pick<SnapshotCluster, 'faults' | 'may'> = { faults: {}, may: () => true };
  const endpoint = new ExecEndpoint({
    get faults() {
      return knobs.faults;
    },
    find: (namespace, name, container) => {
      execs.push(name);
      const pod = pods.find((each) => each.name === name && each.namespace === namespace);
      if (pod === undefined) return refused.get(name) ?? podMissing(name);
      return (
        refused.get(name) ??
        (pod.containers.includes(container)
          ? (pod.image ?? containerDown(container))
          : containerUnknown(name, container))
      );
    },
  });
  const api = await startKubeApi({
    kinds: OVN_KINDS.filter(({ plural }) => !(options.without ?? []).includes(plural)),
    tokens: { admin: { name: 'admin' }, limited: { name: 'limited', may: (attempt) => knobs.may(attempt) } },
    upgrade: (request, socket, head) => endpoint.handle(request, socket, head),
  });
  loadSnapshot(api.store, example);
  for (const { object } of pods) api.store.seed('pods', object);
  const logQueries: URLSearchParams[] = [];
  api.fault = ({ url }) => {
    const [path = '', query = ''] = url.split('?');
    if (!path.endsWith('/log')) return undefined;
    logQueries.push(new URLSearchParams(query));
    return { kind: 'answer', status: 200, body: LOG, headers: { 'content-type': 'text/plain' } };
  };
  return Object.assign(knobs, {
    api,
    endpoint,
    refused,
    execs,
    logQueries,
    stop: async () => {
      await endpoint.stop();
      await api.stop();
    },
  });
}

/** The recorded cluster, alive: its objects in a loopback API, its databases behind servers in the nodes' pods. */
export async function startSnapshotCluster(
  folder: string,
  options: Parameters<typeof startClusterOf>[1] = {},
): Promise<SnapshotCluster> {
  const servers = new Map<string, OvsdbServer>();
  const pods: ClusterPod[] = [];
  for (const zone of exampleZones) {
    servers.set(zone, await serveZone(folder, zone));
    const labels = { app: 'ovnkube-node' };
    const place = { namespace: NAMESPACE, node: zone, labels, restarted: 'ovn-controller' };
    pods.push(clusterPod(podOf(zone), CONTAINERS, place, imageOf(join(folder, zone), zone)));
  }
  const cluster = await startClusterOf(pods, options);
  return Object.assign(cluster, {
    servers,
    stop: async () => {
      await cluster.endpoint.stop();
      await cluster.api.stop();
      await Promise.all([...servers.values()].map((server) => server.stop()));
    },
  });
}

const LOG = [
  '2026-07-01T10:00:00.000000000Z starting',
  '2026-07-01T12:00:00.000000000Z connecting with token=abcdefgh',
  '',
].join('\n');

export const XFRM_KEY = '0123456789abcdef0123456789abcdef';

/** `ip -j` of a node: says which node it is, and fails for IPv6 routes on the control plane. */
const ipProgram = (zone: string): string =>
  [
    '#!/bin/sh',
    // A security association as old versions print it, whatever is asked of them.
    `case "$*" in *xfrm*) printf 'src 10.0.0.1\\n\\tenc cbc(aes) 0x%s (128 bits)\\n' ${XFRM_KEY}; exit ;; esac`,
    zone === 'ovn-control-plane' ? 'case "$*" in *-6*) echo no IPv6 here >&2; exit 2 ;; esac' : '',
    `echo '[{"dst":"default","node":"${zone}","asked":"'"$*"'"}]'`,
    '',
  ].join('\n');

/** ovn-appctl where every daemon is well, but for northd of the control plane. */
const appctlProgram = (zone: string): string =>
  [
    '#!/bin/sh',
    'case "$*" in',
    '  "-t ovn-controller connection-status") echo connected ;;',
    `  "-t ovn-northd status") echo 'Status: ${zone === 'ovn-control-plane' ? 'paused' : 'active'}' ;;`,
    '  *) echo "unexpected: $*" >&2; exit 1 ;;',
    'esac',
    '',
  ].join('\n');

interface PodPlace {
  readonly namespace: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A container that was restarted once. */
  readonly restarted?: string;
}

/** A running pod of OVN-Kubernetes. */
export function clusterPod(
  name: string,
  containers: readonly string[],
  { namespace, node, labels, restarted }: PodPlace,
  image?: ExecContainer,
): ClusterPod {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      nodeName: node,
      hostNetwork: true,
      containers: containers.map((container) => ({
        name: container,
        image: `registry.example/${container}:1`,
        env: [{ name: 'SECRET', value: 'hunter2' }],
      })),
    },
    status: {
      phase: 'Running',
      containerStatuses: containers.map((container) => ({
        name: container,
        image: `registry.example/${container}:1`,
        ready: true,
        restartCount: container === restarted ? 1 : 0,
        state: { running: {} },
      })),
    },
  };
  return { object, namespace, name, containers, ...(image === undefined ? {} : { image }) };
}
