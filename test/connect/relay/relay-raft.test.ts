import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZoneRelay } from '../../../src/connect/relay/zone-relay.js';
import type { DeploymentZone } from '../../../src/ovnk/deployment.js';
import { UnknownFateError } from '../../../src/ovsdb/client/errors.js';
import { imageWith, startExecCluster } from '../../support/kube-api/exec-cluster.js';
import type { ExecCluster } from '../../support/kube-api/exec-cluster.js';
import { startRaftCluster } from '../../support/ovsdb-raft.js';
import type { RaftCluster } from '../../support/ovsdb-raft.js';
import { hasOvsdbServer, scratchFolder } from '../../support/ovsdb-server.js';

const NB = 'OVN_Northbound';

describe.skipIf(!hasOvsdbServer())('a RAFT cluster in several pods', () => {
  const folder = scratchFolder();
  let cluster: ExecCluster;
  let raft: RaftCluster;
  let zone: DeploymentZone;

  beforeAll(async () => {
    cluster = await startExecCluster();
    raft = await startRaftCluster(folder.path, '/usr/share/ovn/ovn-nb.ovsschema', NB);
    const pods = raft.members.map(({ name }) => {
      const path = join(folder.path, name);
      symlinkSync(join(path, 'server.sock'), join(path, 'ovnnb_db.sock'));
      const container = { bin: imageWith(path, ['sh', 'python3']), mounts: { '/var/run/ovn': path } };
      cluster.pods.set(`openshift-ovn-kubernetes/ovnkube-master-${name}`, { nbdb: container });
      return {
        namespace: 'openshift-ovn-kubernetes',
        name: `ovnkube-master-${name}`,
        node: name,
        northbound: { container: 'nbdb', trouble: undefined },
        southbound: undefined,
        containers: ['nbdb'],
      };
    });
    zone = { name: 'global', nodes: ['a', 'b', 'c'], pods };
  });
  afterAll(async () => {
    await cluster.stop();
    await raft.stop();
    folder.remove();
  });

  it('is one database: the leader is found, and found again in another pod when it is killed', async () => {
    const relay = new ZoneRelay(cluster.connection, zone);
    const client = relay.client('northbound', { leaderOnly: true, timeoutMs: 30_000 });
    try {
      const names = async () =>
        (await client.select(NB, 'Logical_Switch', [], ['name'])).map((row) => row.string('name')).sort();
      // A transaction may be on its way when its server dies; whether it was committed is then to be looked up.
      const write = async (name: string): Promise<void> => {
        try {
          await client.transact(NB, [{ op: 'insert', table: 'Logical_Switch', row: { name } }]);
        } catch (error) {
          if (!(error instanceof UnknownFateError)) throw error;
          if (!(await names()).includes(name)) await write(name);
        }
      };
      await write('before');
      const leader = await raft.leader();
      expect(client.remote).toContain(`ovnkube-master-${leader.name}`);
      await raft.kill(leader);
      await write('after');
      const next = await raft.leader();
      expect(next.name).not.toBe(leader.name);
      expect(client.remote).toContain(`ovnkube-master-${next.name}`);
      expect(await names()).toEqual(['after', 'before']);
    } finally {
      client.close();
      relay.close();
    }
  });
});
