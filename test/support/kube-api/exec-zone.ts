import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeploymentZone } from '../../../src/ovnk/deployment.js';
import { ovsdbTool, startOvsdbServer } from '../ovsdb-server.js';
import type { OvsdbServer } from '../ovsdb-server.js';
import { imageWith } from './exec-cluster.js';
import type { ExecCluster } from './exec-cluster.js';

/** What every image has, whatever else it lacks. */
const SHELL = ['sh', 'sleep'];

export interface ExecZone {
  readonly zone: DeploymentZone;
  readonly server: OvsdbServer;
  /** `NAMESPACE/POD` in the cluster's map of pods. */
  readonly key: string;
}

/** A node with interconnect: a pod with the containers nbdb and sbdb, and a real server behind the sockets they see. */
export async function startExecZone(
  cluster: ExecCluster,
  folder: string,
  node: string,
  programs: readonly string[],
): Promise<ExecZone> {
  const path = join(folder, node);
  mkdirSync(path);
  await ovsdbTool('create', join(path, 'nb.db'), '/usr/share/ovn/ovn-nb.ovsschema');
  await ovsdbTool('create', join(path, 'sb.db'), '/usr/share/ovn/ovn-sb.ovsschema');
  const server = await startOvsdbServer(
    path,
    [join(path, 'nb.db'), join(path, 'sb.db')],
    ['OVN_Northbound', 'OVN_Southbound'],
    [`--remote=punix:${join(path, 'ovnnb_db.sock')}`, `--remote=punix:${join(path, 'ovnsb_db.sock')}`],
  );
  const container = {
    bin: imageWith(path, [...SHELL, ...programs]),
    mounts: { '/var/run/ovn': path, '/run/ovn': path },
  };
  const name = `ovnkube-node-${node}`;
  const key = `ovn-kubernetes/${name}`;
  cluster.pods.set(key, { nbdb: container, sbdb: container });
  const place = (of: string) => ({ container: of, trouble: undefined });
  const pod = {
    namespace: 'ovn-kubernetes',
    name,
    node,
    northbound: place('nbdb'),
    southbound: place('sbdb'),
    containers: ['nbdb', 'sbdb'],
  };
  return { zone: { name: node, nodes: [node], pods: [pod] }, server, key };
}
