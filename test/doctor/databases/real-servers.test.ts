import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseServerStatus } from '../../../src/doctor/databases/server-status.js';
import { startRaftCluster } from '../../support/ovsdb-raft.js';
import type { RaftCluster } from '../../support/ovsdb-raft.js';
import { hasOvn, NO_OVN } from '../../support/ovn-sandbox.js';
import { scratchFolder, startOvsdbServer, ovsdbTool } from '../../support/ovsdb-server.js';

const available = hasOvn();
const SCHEMA = '/usr/share/ovn/ovn-nb.ovsschema';

describe.skipIf(!available)(available ? 'real servers say of themselves' : NO_OVN, () => {
  const folder = scratchFolder();
  let cluster: RaftCluster;
  beforeAll(async () => {
    cluster = await startRaftCluster(folder.path, SCHEMA, 'OVN_Northbound');
  }, 60_000);
  afterAll(async () => {
    await cluster.stop();
    folder.remove();
  });

  const statusOf = async ({ server }: RaftCluster['members'][number]) =>
    parseServerStatus(await server.control('cluster/status', 'OVN_Northbound'));

  it('that the cluster is whole, that it lacks a member, and that it has no leader', async () => {
    const leader = await cluster.leader();
    await expect
      .poll(() => statusOf(leader), { timeout: 30_000 })
      .toMatchObject({
        kind: 'cluster',
        status: 'cluster member',
        role: 'leader',
        leader: 'self',
        members: 3,
        lost: [],
      });
    const [first, second] = await cluster.followers();
    expect(await statusOf(first!)).toMatchObject({ role: 'follower' });
    await cluster.kill(first!);
    await expect
      .poll(() => statusOf(leader), { timeout: 30_000 })
      .toMatchObject({ leader: 'self', lost: [expect.any(String)] });
    await cluster.kill(second!);
    await expect.poll(() => statusOf(leader), { timeout: 60_000 }).toMatchObject({ leader: 'unknown' });
  }, 150_000);

  it('that it is active, or copies another', async () => {
    const file = `${folder.path}/alone.db`;
    await ovsdbTool('create', file, SCHEMA);
    const server = await startOvsdbServer(folder.path, [file], ['OVN_Northbound']);
    const status = async () => parseServerStatus(await server.control('ovsdb-server/sync-status'));
    expect(await status()).toEqual({ kind: 'single', state: 'active' });
    await server.control('ovsdb-server/set-active-ovsdb-server', 'tcp:127.0.0.1:9');
    await server.control('ovsdb-server/connect-active-ovsdb-server');
    expect(await status()).toEqual({ kind: 'single', state: 'backup' });
    await server.stop();
  });
});
