import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../src/base/errors.js';
import { openClusterWorld } from '../../../src/connect/live/cluster-world.js';
import type { OpenedCluster } from '../../../src/connect/live/cluster-world.js';
import { sourceFromCluster } from '../../../src/connect/snapshot/from-cluster.js';
import { whenHeld } from '../../../src/ovsdb/replica/not-held.js';
import type { PathTrace } from '../../../src/trace/path/path-trace.js';
import { tracePodToPod } from '../../../src/usecase/trace-path.js';
import { versionReport } from '../../../src/usecase/version.js';
import { isWhole, zonesReport } from '../../../src/usecase/zones.js';
import type { World } from '../../../src/world/world.js';
import { CENTRAL, startShapedCluster } from '../../support/cluster-shapes.js';
import type { Shape, ShapedCluster } from '../../support/cluster-shapes.js';
import { hasOvsdbServer, NO_OVSDB, scratchFolder } from '../../support/ovsdb-server.js';
import { exampleZones } from '../../support/snapshot-cluster.js';

const present = hasOvsdbServer();
const events = { warn: () => undefined, note: () => undefined };

/** A trace that stays on the node whose databases stand for central ones. */
const within = (world: World): Promise<PathTrace> =>
  whenHeld(() =>
    tracePodToPod(world, { source: 'shop/client', destination: 'shop/web-0', port: '8080', family: 'both' }),
  );

describe.skipIf(!present)(present ? 'every shape of deployment, alive' : NO_OVSDB, { timeout: 180_000 }, () => {
  const folder = scratchFolder();
  let cluster: ShapedCluster | undefined;
  let opened: OpenedCluster | undefined;

  async function start(shape: Shape, name: string): Promise<OpenedCluster> {
    const own = join(folder.path, name);
    mkdirSync(own);
    cluster = await startShapedCluster(shape, own);
    return open();
  }
  async function open(): Promise<OpenedCluster> {
    const { url } = cluster!.api;
    opened = await openClusterWorld({
      cluster: { server: url, token: 'admin' },
      events,
      signal: new AbortController().signal,
    });
    return opened;
  }

  afterEach(async () => {
    opened?.close();
    await cluster?.stop();
    opened = cluster = undefined;
  });
  afterAll(() => folder.remove());

  const NODES = [...exampleZones];
  it.each([
    ['interconnect', 'ovn-kubernetes', NODES, NODES.map((node) => [node])],
    ['openshift-interconnect', 'openshift-ovn-kubernetes', NODES, NODES.map((node) => [node])],
    ['central', 'ovn-kubernetes', ['global'], [NODES]],
    ['openshift-central', 'openshift-ovn-kubernetes', ['global'], [NODES]],
    ['microshift', 'openshift-ovn-kubernetes', ['global'], [[CENTRAL]]],
  ] as const)('%s: zones, versions, a snapshot and a trace', async (shape, namespace, zones, nodes) => {
    const { world, deployment } = await start(shape, shape);
    expect([deployment.shape, deployment.namespace, deployment.doubts]).toEqual([shape, namespace, []]);

    const report = await zonesReport(world);
    expect(isWhole(report)).toBe(true);
    expect(report.zones.map(({ zone }) => zone)).toEqual(zones);
    expect(report.zones.map((zone) => zone.nodes)).toEqual(nodes);
    const isRaft = shape === 'openshift-central';
    for (const { pods, northbound, southbound, northd } of report.zones) {
      expect(pods).toHaveLength(isRaft ? 3 : 1);
      for (const database of [northbound, southbound]) {
        expect(database).toMatchObject({ state: 'ok', model: isRaft ? 'clustered' : 'standalone' });
        expect(database.role).toEqual(isRaft ? (expect.stringMatching(/^(leader|follower)$/) as string) : undefined);
      }
      expect(northd.state).toBe('current');
    }

    const version = await versionReport(world, { version: '0', node: 'v0' });
    expect(version.deployment).toEqual({ shape, namespace });
    expect(version.images.length).toBeGreaterThan(0);
    expect(version.zones.map(({ zone, ovn, schemas }) => [zone, ovn, schemas.southbound])).toEqual(
      zones.map((zone) => [zone, '26.03.1', '21.8.0']),
    );
    expect(version.zones.every(({ schemas }) => schemas.openVSwitch !== undefined)).toBe(true);

    const trace = await within(world);
    expect(trace.paths.map(({ verdict }) => verdict)).toEqual(['delivered', 'delivered']);

    const taken = await sourceFromCluster({
      cluster: { server: cluster!.api.url, token: 'admin' },
      events,
      signal: new AbortController().signal,
    });
    try {
      expect(taken.source.zones.map(({ name }) => name)).toEqual(zones);
      for (const { databases } of taken.source.zones) {
        const kinds = databases.map(({ kind }) => kind);
        expect(kinds).toEqual(zones.length > 1 || shape === 'microshift' ? ['nb', 'sb', 'ovs'] : ['nb', 'sb']);
      }
    } finally {
      taken.close();
    }
  });

  it('a RAFT leader that is killed in the middle of a trace changes nothing', async () => {
    const before = await within((await start('openshift-central', 'killed')).world);
    expect(before.verdict).toBe('delivered');
    opened?.close();

    const { southbound, northbound } = cluster!.raft!;
    const { world } = await open();
    const [zone] = world.zones;
    // The sender's port, and nothing of its datapath.
    await whenHeld(async () => (await zone!.southbound()).ports.named('shop_client'));
    await southbound.kill(await southbound.leader());
    await northbound.kill(await northbound.leader());
    const after = await within(world);
    expect(after).toEqual(before);
    expect(world.coverage.gaps()).toEqual([]);
  });

  it('without a majority nothing is made up, and the zone is named', async () => {
    await start('openshift-central', 'minority');
    opened?.close();
    const { southbound } = cluster!.raft!;
    const [survivor, ...others] = southbound.members;
    expect(survivor).toBeDefined();
    for (const member of others) await southbound.kill(member);
    opened = await openClusterWorld({
      cluster: { server: cluster!.api.url, token: 'admin' },
      events,
      signal: new AbortController().signal,
      timeoutMs: 15_000,
    });
    const { world } = opened;
    // A member notices after a while that the others have gone; until then what it has is read. With nothing to read at all
    // there is no answer; with a part of it read, the verdict is open.
    const outcome = await within(world).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UnavailableError);
    else expect((outcome as PathTrace).verdict).toBe(world.coverage.complete ? 'delivered' : 'unknown');
    if (!world.coverage.complete) expect(world.coverage.gaps().map(({ zone }) => zone)).toContain('global');
  });
});
