import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSnapshotFiles } from '../../../src/connect/files/open-snapshot.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { tracePodToService } from '../../../src/usecase/trace-path.js';
import { resolvePod } from '../../../src/trace/endpoint/pod-endpoint.js';
import { writeMustGather, podOf } from '../../support/must-gather.js';
import type { MustGatherOptions } from '../../support/must-gather.js';
import { scratchFolder } from '../../support/ovsdb-server.js';

const capture = join(import.meta.dirname, '../../../examples/ic-dualstack');
const zoneNames = ['ovn-control-plane', 'ovn-worker', 'ovn-worker2'];
const folder = scratchFolder();
afterAll(() => folder.remove());
const at = (...parts: string[]): string => join(folder.path, ...parts);

/** The trace of the quickstart. */
const quickstart = async (path: string) =>
  tracePodToService(await openWorld(path), {
    source: 'shop/client',
    destination: 'shop/web-svc',
    port: '80',
    family: 'both',
    state: 'new',
    reply: true,
  });

const LAYOUTS: Readonly<Record<string, MustGatherOptions>> = {
  'a store, lists': { databases: 'store', objects: 'lists' },
  'plain files, an object a file': { databases: 'files', objects: 'files' },
  'compressed files, JSON': { databases: 'gzip', objects: 'lists', json: true },
  'files named by node, no folder around': { databases: 'by-node', objects: 'lists', bare: true },
  'a folder for each node': { databases: 'folders', objects: 'files' },
};

beforeAll(async () => {
  for (const [name, options] of Object.entries(LAYOUTS)) await writeMustGather(at(name), options);
}, 120_000);

describe.each(Object.keys(LAYOUTS))('a must-gather with %s', (name) => {
  test('is one, with zones named by their nodes', async () => {
    const files = await openSnapshotFiles(at(name));
    expect([files.layout, files.hasKubernetes, files.gaps]).toEqual(['must-gather', true, []]);
    expect(files.zones.map((zone) => [zone.name, zone.has('nb'), zone.has('sb')])).toEqual(
      zoneNames.map((zone) => [zone, true, true]),
    );
    expect((await openWorld(at(name))).source.kind).toBe('must-gather');
  });

  test('answers the quickstart as the snapshot does', async () => {
    expect(await quickstart(at(name))).toEqual(await quickstart(capture));
  });

  test('has the same objects as the snapshot, and knows that there may be others', async () => {
    const [files, snapshot] = [await openSnapshotFiles(at(name)), await openSnapshotFiles(capture)];
    const names = async (from: typeof files, plural: string): Promise<string[]> =>
      ((await from.kubernetes(plural))?.items as { metadata: { name: string; namespace?: string } }[])
        .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)
        .filter((each) => !each.startsWith('openshift-'))
        .sort();
    for (const plural of [
      'pods',
      'services',
      'endpointslices',
      'nodes',
      'namespaces',
      'egressips',
      'networkpolicies',
    ]) {
      expect([plural, await names(files, plural)]).toEqual([plural, await names(snapshot, plural)]);
    }
    expect((await files.kubernetes('pods'))?.gaps.map(({ code }) => code)).toEqual(['kube.partial']);
    expect((await files.kubernetes('egressips'))?.gaps).toEqual([]);
    expect(await files.kubernetes('secrets')).toBeUndefined();
  });
});

test('an archive of it is as good, and one of just its databases', async () => {
  await create({ cwd: folder.path, file: at('mg.tar.gz'), gzip: true }, ['a store, lists']);
  const files = await openSnapshotFiles(at('mg.tar.gz'));
  expect([files.kind, files.layout, files.zones.map(({ name }) => name)]).toEqual([
    'archive',
    'must-gather',
    zoneNames,
  ]);
  expect(await quickstart(at('mg.tar.gz'))).toEqual(await quickstart(capture));
  const lone = join(at('compressed files, JSON'), 'quay-io-example-must-gather-sha256-0123456789abcdef/network_logs');
  const one = await openSnapshotFiles(join(lone, `${podOf('ovn-worker')}_nbdb.gz`));
  expect(one.zones.map(({ name, namedBy }) => [name, namedBy])).toEqual([['ovn-worker', 'NB_Global']]);
});

test('a cluster without zones has the leaders’ databases', async () => {
  mkdirSync(at('legacy/network_logs'), { recursive: true });
  const nb = readFileSync(join(capture, 'ovn-worker', 'nb.db'));
  writeFileSync(at('legacy/network_logs/leader_nbdb'), nb);
  cpSync(join(capture, 'ovn-worker', 'sb.db'), at('legacy/network_logs/leader_sbdb'));
  const { zones, gaps, hasKubernetes } = await openSnapshotFiles(at('legacy'));
  expect(zones.map(({ name, namedBy }) => [name, namedBy])).toEqual([['ovn-worker', 'NB_Global']]);
  expect([gaps, hasKubernetes]).toEqual([[], false]);
  rmSync(at('legacy/network_logs/leader_nbdb'));
  const without = await openSnapshotFiles(at('legacy'));
  expect(without.zones.map(({ name }) => name)).toEqual(['global']);
  expect(without.gaps).toMatchObject([{ code: 'snapshot.missing', zone: 'global', database: 'northbound' }]);
});

describe('what is missing or damaged', () => {
  const damaged = (name: string, options: MustGatherOptions = { databases: 'files', objects: 'lists', bare: true }) =>
    writeMustGather(at(name), options);

  test('a zone without a database, a database cut short', async () => {
    const top = await damaged('cut');
    const file = join(top, 'network_logs', `${podOf('ovn-worker')}_sbdb`);
    rmSync(join(top, 'network_logs', `${podOf('ovn-worker2')}_sbdb`));
    expect((await quickstart(top)).verdict).toBe('unknown');
    truncateSync(file, 900_000);
    const world = await openWorld(top);
    expect(world.zones.map(({ name, hasSouthbound }) => [name, hasSouthbound])).toEqual([
      ['ovn-control-plane', true],
      ['ovn-worker', true],
      ['ovn-worker2', false],
    ]);
    await world.zones[1]?.southbound();
    expect(world.coverage.gaps()).toMatchObject([
      { code: 'ovsdb.damaged', subject: 'southbound database of zone ovn-worker' },
      { code: 'snapshot.missing', subject: 'southbound database of zone ovn-worker2', database: 'southbound' },
    ]);
  });

  test('a compressed database that ends early is what was in it, with a gap', async () => {
    const top = await damaged('short', { databases: 'gzip', objects: 'lists', bare: true });
    truncateSync(join(top, 'network_logs', `${podOf('ovn-worker')}_sbdb.gz`), 90_000);
    const zone = (await openSnapshotFiles(top)).zones[1];
    expect(await zone?.southbound()).toMatchObject({ cut: true, gaps: [{ reason: 'cut' }] });
  });

  test('a store that ends early has the databases before its end', async () => {
    const top = await damaged('half', { databases: 'store', objects: 'lists', bare: true });
    truncateSync(join(top, 'network_logs/ovnk_database_store.tar.gz'), 700_000);
    const files = await openSnapshotFiles(top);
    expect(files.zones.length).toBeGreaterThan(0);
    expect(files.zones.length).toBeLessThan(4);
    expect(files.gaps[0]).toMatchObject({ code: 'snapshot.damaged' });
    expect(files.gaps[0]?.subject).toMatch(/ovnk_database_store\.tar\.gz$/);
  });

  test('formats that can’t be unpacked are told, wherever they are', async () => {
    const top = await damaged('xz');
    const name = join(top, 'network_logs', `${podOf('ovn-worker')}_sbdb`);
    const xz = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2, 3]);
    rmSync(name);
    writeFileSync(`${name}.xz`, xz);
    const zone = (await openSnapshotFiles(top)).zones[1];
    await expect(zone?.southbound()).rejects.toMatchObject({
      code: 'snapshot.compression',
      message: `${name}.xz is compressed with xz, which ovnctl can't unpack`,
    });
    writeFileSync(at('all.tar.xz'), xz);
    writeFileSync(at('all.tar.zst'), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0]));
    await expect(openSnapshotFiles(at('all.tar.xz'))).rejects.toMatchObject({ code: 'snapshot.compression' });
    await expect(openSnapshotFiles(at('all.tar.zst'))).rejects.toMatchObject({
      hints: ['Unpack it first (zstd -d) and give what comes out; gzip is unpacked as it is.'],
    });
  });

  test('objects: a list cut at a line, one cut inside a line, and one that is no YAML', async () => {
    const top = await damaged('objects');
    const core = join(top, 'namespaces/shop/core');
    const pods = readFileSync(join(core, 'pods.yaml'), 'utf8');
    const whole = (await (await openSnapshotFiles(top)).kubernetes('pods'))?.items.length ?? 0;
    for (const [cut, reason] of [
      [pods.indexOf('\n', pods.length / 2) + 1, /ends within its last item/],
      [pods.indexOf('"', pods.length / 2) + 3, /damaged YAML at line \d+/],
    ] as const) {
      writeFileSync(join(core, 'pods.yaml'), pods.slice(0, cut));
      const list = await (await openSnapshotFiles(top)).kubernetes('pods');
      expect(list?.items.length).toBeGreaterThan(whole / 2);
      expect(list?.items.length).toBeLessThan(whole);
      expect(list?.gaps[0]).toMatchObject({ code: 'kube.damaged', subject: join(core, 'pods.yaml') });
      expect(list?.gaps[0]?.reason).toMatch(reason);
    }
    writeFileSync(join(core, 'pods.yaml'), '');
    const none = await (await openSnapshotFiles(top)).kubernetes('pods');
    expect(none?.gaps[0]?.reason).toBe('it is empty; objects may be missing');
    const world = await openWorld(top);
    // What was not read is not "not found".
    await expect(resolvePod(world, { namespace: 'shop', name: 'client' })).rejects.toMatchObject({
      code: 'snapshot.unread-object',
    });
  });

  test('a pod of a namespace that was not collected is not "not found"; one of another is', async () => {
    const top = await damaged('part');
    rmSync(join(top, 'namespaces/payments'), { recursive: true });
    const world = await openWorld(top);
    await expect(resolvePod(world, { namespace: 'payments', name: 'db-0' })).rejects.toMatchObject({
      code: 'snapshot.unread-object',
    });
    await expect(resolvePod(world, { namespace: 'shop', name: 'nobody' })).rejects.toMatchObject({
      code: 'endpoint.no-pod',
    });
  });

  test('no databases at all', async () => {
    const top = await damaged('bare');
    rmSync(join(top, 'network_logs'), { recursive: true });
    const files = await openSnapshotFiles(top);
    expect([files.layout, files.zones, files.gaps.map(({ subject }) => subject)]).toEqual([
      'must-gather',
      [],
      ['databases'],
    ]);
  });
});
