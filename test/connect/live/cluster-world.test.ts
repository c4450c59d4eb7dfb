import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotFoundError, UsageError } from '../../../src/base/errors.js';
import { openClusterWorld } from '../../../src/connect/live/cluster-world.js';
import type { OpenedCluster } from '../../../src/connect/live/cluster-world.js';
import { openRemoteWorld } from '../../../src/connect/live/remote-world.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { ANALYZERS } from '../../../src/doctor/registry.js';
import { whenHeld } from '../../../src/ovsdb/replica/not-held.js';
import { tracePodToService } from '../../../src/usecase/trace-path.js';
import type { PathTrace } from '../../../src/trace/path/path-trace.js';
import { planDoctor, runDoctor } from '../../../src/usecase/doctor.js';
import { versionReport } from '../../../src/usecase/version.js';
import { isWhole, zonesReport } from '../../../src/usecase/zones.js';
import type { World } from '../../../src/world/world.js';
import { forbidden } from '../../support/kube-api/exec-endpoint.js';
import { hasOvsdbServer, NO_OVSDB, scratchFolder } from '../../support/ovsdb-server.js';
import { makeAuthority } from '../../support/ovsdb-tls.js';
import { example, exampleZones, podOf, startSnapshotCluster } from '../../support/snapshot-cluster.js';
import type { SnapshotCluster } from '../../support/snapshot-cluster.js';
import { startZoneServers } from '../../support/zone-servers.js';

const present = hasOvsdbServer();
const silent = { warn: () => undefined, note: () => undefined };

const quickstart = (world: World): Promise<PathTrace> =>
  whenHeld(() =>
    tracePodToService(world, { source: 'shop/client', destination: 'shop/web-svc', port: '80', family: 'both' }),
  );

describe.skipIf(!present)(present ? 'a live cluster' : NO_OVSDB, { timeout: 120_000 }, () => {
  const folder = scratchFolder();
  let cluster: SnapshotCluster;
  const opened: OpenedCluster[] = [];

  async function open(namespace?: string, wholeTables = false): Promise<OpenedCluster> {
    const world = await openClusterWorld({
      cluster: { server: cluster.api.url, token: 'admin' },
      events: silent,
      signal: new AbortController().signal,
      wholeTables,
      ...(namespace === undefined ? {} : { namespace }),
    });
    opened.push(world);
    return world;
  }

  beforeAll(async () => {
    cluster = await startSnapshotCluster(folder.path);
  }, 60_000);

  afterAll(async () => {
    for (const each of opened) each.close();
    await cluster.stop();
    folder.remove();
  });

  it('gives the same trace as files, servers on sockets and servers behind TLS', async () => {
    const files = await openWorld(example);
    const offline = JSON.stringify(await quickstart(files));

    const sockets = await startZoneServers();
    const tlsFolder = join(folder.path, 'tls');
    mkdirSync(tlsFolder);
    const authority = makeAuthority(tlsFolder, 'ca');
    const own = authority.issue('server', 'IP:127.0.0.1');
    const me = authority.issue('client', '');
    const ports = new Map<string, number>();
    for (const zone of exampleZones) ports.set(zone, await freePort());
    const secure = await startZoneServers(example, (zone) => [
      `--remote=pssl:${String(ports.get(zone))}:127.0.0.1`,
      `--private-key=${own.keyFile}`,
      `--certificate=${own.certificateFile}`,
      `--ca-cert=${authority.certificateFile}`,
    ]);
    const overSockets = await openRemoteWorld({
      zones: [...sockets.servers.values()].map(({ remote }) => ({ nb: remote, sb: remote })),
      kube: files.kube,
    });
    const overTls = await openRemoteWorld({
      zones: [...ports.values()].map((port) => ({ nb: `ssl:127.0.0.1:${port}`, sb: `ssl:127.0.0.1:${port}` })),
      kube: files.kube,
      tls: { ca: authority.certificate, certificate: me.certificate, privateKey: me.privateKey },
    });
    const live = await open();
    try {
      expect(JSON.stringify(await quickstart(overSockets.world))).toBe(offline);
      expect(JSON.stringify(await quickstart(overTls.world))).toBe(offline);
      expect(JSON.stringify(await quickstart(live.world))).toBe(offline);
      expect(live.world.coverage.gaps()).toEqual([]);
      expect(live.world.source.kind).toBe('cluster');
      const { roundTrips } = live.readings().find(({ database }) => database === 'southbound')!;
      expect(roundTrips).toBeLessThan(60);
    } finally {
      overSockets.close();
      overTls.close();
      await sockets.stop();
      await secure.stop();
    }
  });

  it('is examined by the doctor as files and servers on sockets are', async () => {
    // Pods, DaemonSets, requests and logs of OVN-Kubernetes are made up and not recorded; Open vSwitch's own
    // database is not behind sockets of a zone.
    const ofSwitch = ANALYZERS.filter(({ inputs }) => inputs.some((input) => input.startsWith('ovs.')));
    const skip = [
      'nodes/ovnkube',
      'nodes/coverage',
      'nodes/errors',
      'gateway/startup',
      'network/mode',
      ...ofSwitch.map(({ id }) => id),
    ];
    const plan = planDoctor({ areas: [], only: [], skip, suppress: [] });
    const examined = async (world: World): Promise<unknown> => {
      const { report, bugs } = await runDoctor({ ...world, hosts: files.hosts! }, plan);
      expect(bugs).toEqual([]);
      return report;
    };
    const files = await openWorld(example, { hosts: true });
    const offline = await examined(files);
    const sockets = await startZoneServers();
    const overSockets = await openRemoteWorld({
      zones: [...sockets.servers.values()].map(({ remote }) => ({ nb: remote, sb: remote })),
      kube: files.kube,
      wholeTables: true,
    });
    try {
      expect(await examined(overSockets.world)).toEqual(offline);
      expect(await examined((await open(undefined, true)).world)).toEqual(offline);
    } finally {
      overSockets.close();
      await sockets.stop();
    }
  });

  it('connects only the zones that a question needs', async () => {
    const live = await open();
    await whenHeld(async () => (await live.world.zones[0]!.southbound()).datapaths);
    expect(live.readings().map(({ zone, database }) => `${zone} ${database}`)).toEqual([
      `${exampleZones[0]} southbound`,
    ]);
  });

  it('lists its zones with nodes, pods, servers and versions', async () => {
    const live = await open();
    const steps: string[] = [];
    const report = await zonesReport(live.world, (zone, done, of) => steps.push(`${zone} ${done}/${of}`));
    expect(steps).toHaveLength(3);
    expect(report.zones.map(({ zone, nodes, pods }) => ({ zone, nodes, pods }))).toEqual(
      exampleZones.map((zone) => ({ zone, nodes: [zone], pods: [`ovn-kubernetes/${podOf(zone)}`] })),
    );
    const [first] = report.zones;
    expect(first).toMatchObject({
      northbound: { state: 'ok', model: 'standalone', schema: '7.18.0' },
      southbound: { state: 'ok', model: 'standalone', schema: '21.8.0' },
      northd: { state: 'current' },
    });
    const offline = await zonesReport(await openWorld(example));
    expect(report.zones.map(({ southbound }) => southbound.rows)).toEqual(
      offline.zones.map(({ southbound }) => southbound.rows),
    );
    expect(isWhole(report)).toBe(true);

    const version = await versionReport(live.world, { version: '0', node: 'v0' });
    expect(version.deployment).toEqual({ shape: 'interconnect', namespace: 'ovn-kubernetes' });
    expect(version.zones.map(({ ovn, schemas }) => [ovn, schemas.openVSwitch !== undefined])).toEqual(
      exampleZones.map(() => ['26.03.1', true]),
    );
  });

  it('says which zone it may not read, and leaves the verdict open from there on', async () => {
    const before = await quickstart((await open()).world);
    const zones = new Set(before.paths.flatMap(({ hops }) => hops.map(({ zone }) => zone)));
    const far = [...zones].find((zone) => zone !== 'ovn-worker')!;
    cluster.refused.set(podOf(far), forbidden(podOf(far), 'ovn-kubernetes', 'admin'));
    try {
      const live = await open();
      const trace = await quickstart(live.world);
      expect(trace.verdict).toBe('unknown');
      expect(trace.paths.some(({ cause }) => cause?.type === 'gap' && cause.message.includes(far))).toBe(true);
      expect(live.world.coverage.gaps().map(({ zone }) => zone)).toContain(far);
      const report = await zonesReport(live.world);
      expect(report.zones.find(({ zone }) => zone === far)?.southbound.state).toBe('refused');
      expect(isWhole(report)).toBe(false);
    } finally {
      cluster.refused.clear();
    }
  });

  it('without OVN-Kubernetes in the namespace is told so', async () => {
    await expect(open('elsewhere')).rejects.toThrow(NotFoundError);
    await expect(
      openClusterWorld({
        cluster: { kubeconfig: '/dev/null' },
        events: silent,
        signal: new AbortController().signal,
      }),
    ).rejects.toThrow(UsageError);
  });
});

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
