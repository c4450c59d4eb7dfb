import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/base/errors.js';
import { openWorld } from '../../src/connect/open-world.js';
import { resolvePod } from '../../src/trace/endpoint/pod-endpoint.js';
import { resolveService } from '../../src/trace/endpoint/service-endpoint.js';
import { kubeList, kubeObject } from '../../src/world/kube-look-up.js';
import { nodesOf, zoneOfChassis, zoneOfNode } from '../../src/world/zones.js';

const example = join(import.meta.dirname, '../../examples/ic-dualstack');
let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ovnctl-world-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the recorded cluster', () => {
  test('has its zones, nodes and objects, and nothing is missing', async () => {
    const world = await openWorld(example);
    expect(world.zones.map(({ name }) => name)).toEqual(['ovn-control-plane', 'ovn-worker', 'ovn-worker2']);
    expect(world.source).toEqual({ kind: 'snapshot', path: example });
    for (const zone of world.zones) {
      expect(await nodesOf(zone)).toEqual([zone.name]);
      expect((await zone.northbound()).zoneName).toBe(zone.name);
    }
    expect(await kubeList(world, 'pods')).toHaveLength(32);
    expect((await kubeObject(world, 'services', 'shop', 'web-svc'))?.ports).toHaveLength(1);
    expect(await kubeObject(world, 'services', 'default', 'web-svc')).toBeUndefined();
    expect(world.coverage.complete).toBe(true);
  });

  test('a database is read once', async () => {
    const [zone] = (await openWorld(example)).zones;
    expect(await zone!.southbound()).toBe(await zone!.southbound());
    expect(await zone!.northbound()).toBe(await zone!.northbound());
  });

  test('zones by node and by chassis', async () => {
    const world = await openWorld(example);
    expect((await zoneOfNode(world, 'ovn-worker2'))?.name).toBe('ovn-worker2');
    expect(await zoneOfNode(world, 'nowhere')).toBeUndefined();
    expect((await zoneOfChassis(world, 'c391c626-e1f0-4b1e-af0b-66f0807f9404'))?.name).toBe('ovn-worker2');
    expect(await zoneOfChassis(world, 'nowhere')).toBeUndefined();
  });
});

describe('what is missing or damaged', () => {
  test('a zone that is not called as its node is found by its chassis', async () => {
    const folder = join(scratch, 'renamed');
    mkdirSync(folder);
    cpSync(join(example, 'ovn-worker'), join(folder, 'zone-1'), { recursive: true });
    const world = await openWorld(folder);
    expect(world.zones.map(({ name }) => name)).toEqual(['zone-1']);
    expect((await zoneOfNode(world, 'ovn-worker'))?.name).toBe('zone-1');
    expect(await zoneOfNode(world, 'ovn-worker2')).toBeUndefined();
  });

  test('databases without Kubernetes objects say so when objects are asked for', async () => {
    const world = await openWorld(join(example, 'ovn-worker'));
    expect(world.source.kind).toBe('databases');
    const failure = await kubeList(world, 'pods').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(failure).toMatchObject({ code: 'snapshot.no-kubernetes' });
  });

  test('an absent list and an object of another shape are gaps', async () => {
    const folder = join(scratch, 'partial');
    mkdirSync(join(folder, 'k8s'), { recursive: true });
    cpSync(join(example, 'ovn-worker'), join(folder, 'ovn-worker'), { recursive: true });
    const items = [{ metadata: { name: 'a', namespace: 'n' } }, { metadata: { name: 'b', namespace: 'n' }, spec: 7 }];
    writeFileSync(join(folder, 'k8s/pods.json'), JSON.stringify({ kind: 'List', items }));
    const world = await openWorld(folder);
    expect(await kubeList(world, 'pods')).toHaveLength(1);
    expect(await kubeList(world, 'services')).toEqual([]);
    // What could not be read is not "not found".
    const code = 'snapshot.unread-object';
    await expect(resolvePod(world, { namespace: 'n', name: 'b' })).rejects.toMatchObject({ code });
    await expect(resolvePod(world, { namespace: 'n', name: 'c' })).rejects.toMatchObject({ code: 'endpoint.no-pod' });
    await expect(resolveService(world, { namespace: 'n', name: 's' })).rejects.toMatchObject({ code });
    expect(world.coverage.gaps()).toEqual([
      { code: 'kube.object', subject: 'pods n/b', reason: 'spec is not an object' },
      { code: 'kube.absent', subject: 'services', reason: 'the snapshot has no k8s/services.json' },
    ]);
  });

  test('a database cut in the middle is a gap, and what precedes the cut is served', async () => {
    const folder = join(scratch, 'cut/ovn-worker');
    mkdirSync(folder, { recursive: true });
    const bytes = readFileSync(join(example, 'ovn-worker/sb.db'));
    writeFileSync(join(folder, 'sb.db'), bytes.subarray(0, bytes.length - 100));
    const world = await openWorld(join(scratch, 'cut'));
    const [zone] = world.zones;
    expect(zone!.hasNorthbound).toBe(false);
    expect(world.coverage.complete).toBe(true);
    await zone!.southbound();
    expect(world.coverage.gaps()).toMatchObject([
      { code: 'ovsdb.damaged', subject: 'southbound database of zone ovn-worker' },
    ]);
    await expect(zone!.northbound()).rejects.toMatchObject({ code: 'snapshot.no-database' });
  });

  test('a path that is not there', async () => {
    await expect(openWorld(join(scratch, 'nothing'))).rejects.toMatchObject({ code: 'snapshot.unreadable' });
  });
});
