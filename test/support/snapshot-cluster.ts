import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageWith } from './kube-api/exec-cluster.js';
import { containerUnknown, ExecEndpoint, podMissing } from './kube-api/exec-endpoint.js';
import type { ExecContainer, ExecRefusal } from './kube-api/exec-endpoint.js';
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
  readonly servers: ReadonlyMap<string, OvsdbServer>;
  /** Refusals in a pod's place, by pod name. */
  readonly refused: Map<string, ExecRefusal>;
  /** The pods of all execs so far. */
  readonly execs: string[];
  /** Requests for logs, by their query. */
  readonly logQueries: URLSearchParams[];
  stop(): Promise<void>;
}

export const podOf = (zone: string): string => `ovnkube-node-${zone}`;

/** The recorded cluster, alive: its objects in a loopback API, its databases behind servers in the nodes' pods. */
export async function startSnapshotCluster(folder: string): Promise<SnapshotCluster> {
  const servers = new Map<string, OvsdbServer>();
  const containers = new Map<string, ExecContainer>();
  for (const zone of exampleZones) {
    servers.set(zone, await serveZone(folder, zone));
    const path = join(folder, zone);
    const bin = imageWith(path, ['sh', 'sleep', 'python3', 'grep', 'sed']);
    writeFileSync(join(bin, 'ovn-appctl'), appctlProgram(zone), { mode: 0o755 });
    writeFileSync(join(bin, 'ip'), ipProgram(zone), { mode: 0o755 });
    const mounts = { '/var/run/ovn': path, '/run/ovn': path, '/var/run/openvswitch': path, '/run/openvswitch': path };
    containers.set(podOf(zone), { bin, mounts });
  }
  const refused = new Map<string, ExecRefusal>();
  const execs: string[] = [];
  const endpoint = new ExecEndpoint({
    faults: {},
    find: (namespace, pod, container) => {
      execs.push(pod);
      return (
        refused.get(pod) ??
        (namespace === NAMESPACE ? containers.get(pod) : undefined) ??
        (containers.has(pod) ? containerUnknown(pod, container) : podMissing(pod))
      );
    },
  });
  const api = await startKubeApi({
    kinds: OVN_KINDS,
    tokens: { admin: { name: 'admin' } },
    upgrade: (request, socket, head) => endpoint.handle(request, socket, head),
  });
  loadSnapshot(api.store, example);
  for (const zone of exampleZones) api.store.seed('pods', databasePod(zone));
  const logQueries: URLSearchParams[] = [];
  api.fault = ({ url }) => {
    const [path = '', query = ''] = url.split('?');
    if (!path.endsWith('/log')) return undefined;
    logQueries.push(new URLSearchParams(query));
    return { kind: 'answer', status: 200, body: LOG, headers: { 'content-type': 'text/plain' } };
  };
  return {
    api,
    servers,
    refused,
    execs,
    logQueries,
    stop: async () => {
      await endpoint.stop();
      await api.stop();
      await Promise.all([...servers.values()].map((server) => server.stop()));
    },
  };
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

function databasePod(zone: string): Parameters<KubeApi['store']['seed']>[1] {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podOf(zone), namespace: NAMESPACE, labels: { app: 'ovnkube-node' } },
    spec: {
      nodeName: zone,
      hostNetwork: true,
      containers: CONTAINERS.map((name) => ({ name, env: [{ name: 'SECRET', value: 'hunter2' }] })),
    },
    status: {
      phase: 'Running',
      containerStatuses: CONTAINERS.map((name) => ({
        name,
        ready: true,
        restartCount: name === 'ovn-controller' ? 1 : 0,
        state: { running: {} },
      })),
    },
  };
}
