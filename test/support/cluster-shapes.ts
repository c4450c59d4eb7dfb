/**
 * The deployments that OVN-Kubernetes has had, made of the recorded databases: which pods there are, with which containers,
 * and where the databases run. What is central has the databases of one recorded node for those of the whole cluster.
 */
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { startOvsdbServer } from './ovsdb-server.js';
import { startRaftCluster } from './ovsdb-raft.js';
import type { RaftCluster } from './ovsdb-raft.js';
import { clusterPod, example, exampleZones, imageOf, serveZone, startClusterOf } from './snapshot-cluster.js';
import type { ClusterPod, SnapshotCluster } from './snapshot-cluster.js';

/** The recorded node whose databases stand for central ones. */
export const CENTRAL = 'ovn-worker';

export interface ShapedCluster extends Omit<SnapshotCluster, 'servers'> {
  /** Of a RAFT cluster: its servers by database. */
  readonly raft?: { readonly northbound: RaftCluster; readonly southbound: RaftCluster };
}

export type Shape = 'interconnect' | 'openshift-interconnect' | 'openshift-central' | 'central' | 'microshift';

const UPSTREAM = 'ovn-kubernetes';
const OPENSHIFT = 'openshift-ovn-kubernetes';
/** `ovn-kubernetes.md` names them by release; the order is that of the manifests. */
const CONTAINERS = {
  interconnect: ['nb-ovsdb', 'sb-ovsdb', 'ovn-northd', 'ovnkube-controller', 'ovn-controller', 'ovs-metrics-exporter'],
  openshift: [
    ...['ovn-controller', 'ovn-acl-logging', 'kube-rbac-proxy-node', 'kube-rbac-proxy-ovn-metrics'],
    ...['northd', 'nbdb', 'sbdb', 'ovnkube-controller'],
  ],
  openshiftMaster: ['northd', 'nbdb', 'kube-rbac-proxy', 'sbdb', 'ovnkube-master', 'ovn-dbchecker'],
  openshiftOldNode: ['ovn-controller', 'ovn-acl-logging', 'kube-rbac-proxy', 'ovnkube-node'],
  upstreamDatabases: ['nb-ovsdb', 'sb-ovsdb'],
  upstreamMaster: ['ovn-northd', 'ovnkube-master'],
  upstreamOldNode: ['ovnkube-node', 'ovn-controller'],
  microshiftMaster: ['northd', 'nbdb', 'sbdb', 'ovnkube-cluster-manager', 'ovnkube-master'],
  microshiftNode: ['ovn-controller'],
} as const;

export async function startShapedCluster(shape: Shape, folder: string): Promise<ShapedCluster> {
  switch (shape) {
    case 'interconnect':
      return onNodes(folder, UPSTREAM, CONTAINERS.interconnect, { name: 'ovnkube-node' });
    case 'openshift-interconnect':
      return onNodes(folder, OPENSHIFT, CONTAINERS.openshift, { app: 'ovnkube-node' });
    case 'central':
      return central(folder, UPSTREAM, 'ovnkube-db', CONTAINERS.upstreamDatabases, { name: 'ovnkube-db' }, [
        clusterPod('ovnkube-master-x', CONTAINERS.upstreamMaster, {
          namespace: UPSTREAM,
          node: exampleZones[0],
          labels: { name: 'ovnkube-master' },
        }),
        ...nodePods(UPSTREAM, CONTAINERS.upstreamOldNode, { name: 'ovnkube-node' }, exampleZones),
      ]);
    case 'microshift':
      return central(folder, OPENSHIFT, 'ovnkube-master', CONTAINERS.microshiftMaster, { app: 'ovnkube-master' }, [
        ...nodePods(OPENSHIFT, CONTAINERS.microshiftNode, { app: 'ovnkube-node' }, [CENTRAL]),
      ]);
    case 'openshift-central':
      return raft(folder);
  }
}

type Labels = Readonly<Record<string, string>>;

const nodePods = (
  namespace: string,
  containers: readonly string[],
  labels: Labels,
  nodes: readonly string[],
): readonly ClusterPod[] =>
  nodes.map((node) => clusterPod(`ovnkube-node-${node}`, containers, { namespace, node, labels }));

async function onNodes(
  folder: string,
  namespace: string,
  containers: readonly string[],
  labels: Labels,
): Promise<ShapedCluster> {
  const servers = await Promise.all(exampleZones.map((zone) => serveZone(folder, zone)));
  const pods = exampleZones.map((node) =>
    clusterPod(`ovnkube-node-${node}`, containers, { namespace, node, labels }, imageOf(join(folder, node), node)),
  );
  return withServers(await startClusterOf(pods), () => Promise.all(servers.map((server) => server.stop())));
}

async function central(
  folder: string,
  namespace: string,
  name: string,
  containers: readonly string[],
  labels: Labels,
  others: readonly ClusterPod[],
): Promise<ShapedCluster> {
  const server = await serveZone(folder, CENTRAL);
  const image = imageOf(join(folder, CENTRAL), CENTRAL);
  const pod = clusterPod(`${name}-x`, containers, { namespace, node: CENTRAL, labels }, image);
  return withServers(await startClusterOf([pod, ...others]), () => server.stop());
}

/** Three pods with a member of each database's cluster. */
async function raft(folder: string): Promise<ShapedCluster> {
  const start = async (name: string, database: string): Promise<RaftCluster> => {
    const own = join(folder, name);
    mkdirSync(own);
    return startRaftCluster(own, join(example, CENTRAL, `${name}.db`), database);
  };
  const northbound = await start('nb', 'OVN_Northbound');
  const southbound = await start('sb', 'OVN_Southbound');
  const path = join(folder, 'ovs');
  mkdirSync(path);
  copyFileSync(join(example, CENTRAL, 'ovs.db'), join(path, 'ovs.db'));
  const ovs = await startOvsdbServer(path, [join(path, 'ovs.db')], ['Open_vSwitch']);
  const pods = exampleZones.map((node, at) => {
    const sockets = join(folder, `run-${node}`);
    mkdirSync(sockets);
    const link = (remote: string | undefined, name: string): void =>
      symlinkSync((remote ?? '').replace(/^unix:/, ''), join(sockets, name));
    link(northbound.members[at]?.remote, 'ovnnb_db.sock');
    link(southbound.members[at]?.remote, 'ovnsb_db.sock');
    link(ovs.remote, 'db.sock');
    const place = { namespace: OPENSHIFT, node, labels: { app: 'ovnkube-master' } };
    return clusterPod(`ovnkube-master-${at}`, CONTAINERS.openshiftMaster, place, imageOf(sockets, node));
  });
  const nodes = nodePods(OPENSHIFT, CONTAINERS.openshiftOldNode, { app: 'ovnkube-node' }, exampleZones);
  const cluster = withServers(await startClusterOf([...pods, ...nodes]), async () => {
    await Promise.all([northbound.stop(), southbound.stop(), ovs.stop()]);
  });
  return Object.assign(cluster, { raft: { northbound, southbound } });
}

function withServers(
  cluster: Awaited<ReturnType<typeof startClusterOf>>,
  stopServers: () => Promise<unknown>,
): ShapedCluster {
  const { stop } = cluster;
  return Object.assign(cluster, {
    stop: async () => {
      await stop();
      await stopServers();
    },
  });
}
