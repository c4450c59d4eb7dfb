import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSnapshotFiles } from '../../../src/connect/files/open-snapshot.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { openBundle } from '../../../src/connect/files/write-bundle.js';
import { sourceFromCluster } from '../../../src/connect/snapshot/from-cluster.js';
import { sourceFromRemotes } from '../../../src/connect/snapshot/from-remotes.js';
import type { Manifest } from '../../../src/snapshot/manifest.js';
import type { SnapshotSource } from '../../../src/snapshot/source.js';
import { openClusterWorld } from '../../../src/connect/live/cluster-world.js';
import { findingKey } from '../../../src/doctor/finding.js';
import { ANALYZERS } from '../../../src/doctor/registry.js';
import { examine } from '../../../src/doctor/run.js';
import { takeSnapshot } from '../../../src/usecase/take-snapshot.js';
import { tracePodToService } from '../../../src/usecase/trace-path.js';
import { decodedContents } from '../../support/ovsdb-contents.js';
import { decodeFile, sha1 } from '../../support/ovsdb-made.js';
import { hasOvsdbServer, NO_OVSDB, ovsdbTool, scratchFolder } from '../../support/ovsdb-server.js';
import type { OvsdbServer } from '../../support/ovsdb-server.js';
import {
  example,
  exampleZones,
  podOf,
  serveZone,
  startSnapshotCluster,
  XFRM_KEY,
} from '../../support/snapshot-cluster.js';
import type { SnapshotCluster } from '../../support/snapshot-cluster.js';

const available = hasOvsdbServer();
const NOW = Date.UTC(2026, 6, 1, 12, 30);

async function take(source: SnapshotSource, path: string, since?: number): Promise<Manifest> {
  const sink = await openBundle(path, { force: false, date: NOW });
  return takeSnapshot(source, sink, {
    tool: 'ovnctl/0.0.0',
    now: NOW,
    sha1,
    zones: [],
    nodes: [],
    logs: { lines: 50, ...(since === undefined ? {} : { since }) },
    bound: 4,
    report: () => undefined,
    isCalledOff: () => false,
  });
}

const contents = (path: string) => decodedContents(decodeFile(path).database);
const quickstart = async (path: string) =>
  tracePodToService(await openWorld(path), {
    source: 'shop/client',
    destination: 'shop/web-svc',
    port: '80',
    family: 'both',
    state: 'new',
    reply: true,
  });

describe.skipIf(!available)(available ? 'a snapshot of database servers' : NO_OVSDB, () => {
  const folder = scratchFolder();
  let server: OvsdbServer;
  beforeAll(async () => {
    server = await serveZone(folder.path, 'ovn-worker');
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  test('has files with the rows of the servers, which Open vSwitch reads', async () => {
    const { source, close } = await sourceFromRemotes({ zones: [{ nb: server.remote, sb: server.remote }] });
    const out = join(folder.path, 'out');
    const manifest = await take(source, out);
    close();
    expect(manifest).toMatchObject({
      source: { kind: 'remotes' },
      zones: [
        { name: 'ovn-worker', nodes: ['ovn-worker'], databases: [{ kind: 'nb', source: 'server' }, { kind: 'sb' }] },
      ],
      gaps: [],
    });
    for (const kind of ['nb', 'sb']) {
      const file = join(out, 'ovn-worker', `${kind}.db`);
      expect(contents(file)).toEqual(contents(join(example, 'ovn-worker', `${kind}.db`)));
      expect(await ovsdbTool('show-log', file)).toContain('2026-07-01 12:30:00');
    }
  });

  test('of a server that is not there is a gap beside the other, or the failure when there is no other', async () => {
    const gone = `unix:${join(folder.path, 'nobody.sock')}`;
    const half = await sourceFromRemotes({ zones: [{ name: 'z', nb: gone, sb: server.remote }] });
    const manifest = await take(half.source, join(folder.path, 'half.tgz'));
    half.close();
    expect(manifest.gaps).toMatchObject([{ zone: 'z', database: 'northbound' }]);
    expect(manifest.zones[0]?.databases.map(({ kind }) => kind)).toEqual(['sb']);
    const { source, close } = await sourceFromRemotes({ zones: [{ name: 'z', nb: gone }] });
    await expect(take(source, join(folder.path, 'none'))).rejects.toMatchObject({ name: 'UnavailableError' });
    close();
  });
});

describe.skipIf(!available)(available ? 'a snapshot of a cluster' : NO_OVSDB, () => {
  const folder = scratchFolder();
  let cluster: SnapshotCluster;
  const warnings: string[] = [];
  const open = () =>
    sourceFromCluster({
      cluster: { server: cluster.api.url, token: 'admin' },
      events: { warn: (text) => warnings.push(text), note: () => undefined },
      signal: new AbortController().signal,
    });
  beforeAll(async () => {
    cluster = await startSnapshotCluster(folder.path);
  });
  afterAll(async () => {
    await cluster.stop();
    folder.remove();
  });

  test('answers the quickstart as the recorded cluster does', async () => {
    const { source, close } = await open();
    const out = join(folder.path, 'cluster.tar.gz');
    const manifest = await take(source, out, Date.UTC(2026, 6, 1, 11));
    close();
    expect(
      manifest.zones.map(({ name, nodes, databases }) => [name, nodes, databases.map(({ kind }) => kind)]),
    ).toEqual(exampleZones.map((zone) => [zone, [zone], ['nb', 'sb', 'ovs']]));
    expect(await quickstart(out)).toEqual(await quickstart(example));
    expect(warnings).toEqual([]);
    // What could not be read is named: one node has no IPv6.
    expect(manifest.gaps).toMatchObject(
      ['routes6', 'rules6', 'tables6'].map((fact) => ({
        code: 'snapshot.host',
        subject: `${fact} of node ovn-control-plane`,
        reason: expect.stringContaining('no IPv6 here') as string,
      })),
    );

    const files = await openSnapshotFiles(out, { everything: true });
    const text = async (path: string): Promise<string> => {
      const found = (await files.extras()).find((each) => each.path === path);
      return new TextDecoder().decode((await found?.file.read())?.bytes);
    };
    expect(JSON.parse(await text('hosts/ovn-worker/routes4.json'))).toEqual([
      { dst: 'default', node: 'ovn-worker', asked: '-j -4 route show default' },
    ]);
    expect(await text('hosts/ovn-worker2/addresses.json')).toContain('-j addr');
    expect(await text('hosts/ovn-worker2/sysctl.txt')).toMatch(/^ipv4\/ip_forward:[01]$/m);
    expect(await text('hosts/ovn-worker/northd.txt')).toBe('Status: active\n');
    expect(await text('hosts/ovn-worker/xfrm-state.txt')).toContain('enc cbc(aes) (redacted)');
    expect(manifest.hosts.filter((path) => path.includes('ipsec'))).toEqual([]);
    for (const path of manifest.hosts) expect(await text(path)).not.toContain(XFRM_KEY);
    expect(await text(`logs/ovn-kubernetes/${podOf('ovn-worker')}/ovnkube-controller.log`)).toBe(
      '2026-07-01T12:00:00.000000000Z connecting with token=(redacted)\n',
    );
    expect(manifest.logs.map(({ file }) => file)).toContain(
      `logs/ovn-kubernetes/${podOf('ovn-worker')}/ovn-controller.previous.log`,
    );
    expect(manifest.logs.some(({ file }) => file.includes('nb-ovsdb'))).toBe(false);
    expect(cluster.logQueries[0]?.get('tailLines')).toBe('50');
    expect(cluster.logQueries[0]?.get('sinceTime')).toBe('2026-07-01T11:00:00Z');

    const pods = (await files.kubernetes('pods'))?.items ?? [];
    expect(JSON.stringify(pods)).not.toContain('hunter2');
    expect(manifest.redacted['env']).toBe(15);
    // Lists are of kinds, and never of Secrets.
    expect(cluster.api.requests.some(({ url }) => url.includes('secrets'))).toBe(false);
    expect(pods[0]).toMatchObject({ apiVersion: 'v1', kind: 'Pod' });
  });

  test('shows the doctor what the cluster shows', async () => {
    const { source, close } = await open();
    const out = join(folder.path, 'for-the-doctor.tgz');
    await take(source, out);
    close();
    const live = await openClusterWorld({
      cluster: { server: cluster.api.url, token: 'admin' },
      events: { warn: () => undefined, note: () => undefined },
      signal: new AbortController().signal,
    });
    const asked = ANALYZERS.filter(({ id }) =>
      ['databases/connection', 'databases/northd', 'nodes/bridge', 'nodes/tunnels'].includes(id),
    );
    const fromCluster = await examine(live.world, asked);
    live.close();
    const fromSnapshot = await examine(await openWorld(out, { hosts: true }), asked);
    for (const { findings, runs } of [fromCluster, fromSnapshot]) {
      expect(runs.map(({ analyzer, outcome }) => `${analyzer.id} ${outcome.kind}`)).toEqual([
        'databases/connection clean',
        'databases/northd findings',
        'nodes/bridge clean',
        'nodes/tunnels clean',
      ]);
      expect(findings.map(findingKey)).toEqual(['OVN2030=Node/ovn-control-plane']);
    }
  });

  test('asks every node for all its facts at once, when the first is read', async () => {
    const { source, close } = await open();
    const facts = (await source.texts()).filter(({ kind }) => kind === 'host');
    expect(facts.length).toBeGreaterThan(10 * exampleZones.length);
    cluster.execs.length = 0;
    const limits = { lines: 1 };
    const read = await Promise.allSettled([...facts, ...facts].map((fact) => fact.read(limits)));
    close();
    expect(cluster.execs.toSorted()).toEqual(exampleZones.map(podOf));
    expect(read.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(read.length / 2);
  });

  test('a node whose exec is refused is a gap, and the rest is taken', async () => {
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'no', reason: 'Forbidden', code: 403 };
    cluster.refused.set(podOf('ovn-worker2'), { status: 403, body });
    const { source, close } = await open();
    const out = join(folder.path, 'refused');
    const manifest = await take(source, out);
    close();
    cluster.refused.clear();
    const zone = manifest.zones.find(({ name }) => name === 'ovn-worker2');
    expect(zone?.databases).toEqual([]);
    expect(manifest.gaps.filter((gap) => gap.zone === 'ovn-worker2')).toHaveLength(3);
    // Whoever opens it is told, and the trace into that zone is unknown.
    const world = await openWorld(out);
    expect(world.coverage.gaps().map(({ subject }) => subject)).toContain('southbound database of zone ovn-worker2');
    expect((await quickstart(out)).verdict).toBe('unknown');
  });

  test('a cluster without OVN-Kubernetes still has objects', async () => {
    const { startKubeApi } = await import('../../support/kube-api/server.js');
    const api = await startKubeApi({ tokens: { admin: { name: 'admin' } } });
    const { source, close } = await sourceFromCluster({
      cluster: { server: api.url, token: 'admin' },
      events: { warn: () => undefined, note: () => undefined },
      signal: new AbortController().signal,
    });
    const manifest = await take(source, join(folder.path, 'bare'));
    close();
    await api.stop();
    expect([manifest.zones, manifest.gaps.map(({ code }) => code)]).toEqual([[], ['kube.no-ovn']]);
    expect(manifest.objects.find(({ plural }) => plural === 'egressips')).toMatchObject({ count: 0 });
  });
});
