import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeClient } from '../../../src/connect/kube/api/client.js';
import { listAll } from '../../../src/connect/kube/api/list.js';
import { liveKubeView } from '../../../src/connect/kube/live-view.js';
import { openWorld } from '../../../src/connect/open-world.js';
import type { Plural } from '../../../src/kube/model/kinds.js';
import { RESOURCES } from '../../../src/kube/model/resource.js';
import { Coverage } from '../../../src/world/coverage.js';
import { failureOf, openTestClient, QUIET } from '../../support/kube-api/client.js';
import type { TestClient } from '../../support/kube-api/client.js';
import { OVN_KINDS } from '../../support/kube-api/model.js';
import { RECORDED_USERS } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import { loadSnapshot } from '../../support/kube-api/snapshot.js';

const EXAMPLE = 'examples/ic-dualstack';

let api: KubeApi;
let test: TestClient;
beforeEach(async () => {
  api = await startKubeApi({ tokens: RECORDED_USERS, kinds: OVN_KINDS });
  test = await openTestClient(api);
});
afterEach(async () => {
  test.client.connection.close();
  await api.stop();
});

const names = (items: readonly unknown[]): string[] =>
  items.map((item) => (item as { metadata: { name: string } }).metadata.name);
const raw = (object: unknown): unknown => object;
const pods = (client: KubeClient, pageSize: number) => listAll(client, RESOURCES.pods, {}, raw, QUIET, pageSize);

const seedPods = (count: number): void => {
  for (let at = 0; at < count; at++) {
    api.store.seed('pods', { metadata: { name: `p-${String(at).padStart(3, '0')}`, namespace: 'a' } });
  }
};

describe('pages', () => {
  it.each([
    [1, 5],
    [2, 3],
    [5, 1],
    [500, 1],
  ])('of %i make %i requests and one list', async (size, requests) => {
    seedPods(5);
    const listed = await pods(test.client, size);
    expect(names(listed?.items ?? [])).toEqual(['p-000', 'p-001', 'p-002', 'p-003', 'p-004']);
    expect(listed).toMatchObject({ inconsistent: undefined, version: 'v1' });
    expect(api.requests).toHaveLength(requests);
  });

  it('arrive whole when their bytes come one at a time', async () => {
    seedPods(3);
    api.fault = () => ({ kind: 'trickle' });
    expect(names((await pods(test.client, 2))?.items ?? [])).toEqual(['p-000', 'p-001', 'p-002']);
  });

  it('are asked for compressed', async () => {
    seedPods(1200);
    expect((await pods(test.client, 1000))?.items).toHaveLength(1200);
    expect(api.requests.every(({ headers }) => headers['accept-encoding'] === 'gzip')).toBe(true);
  });
});

describe('a list that expires while it is read', () => {
  it('is begun anew, once', async () => {
    seedPods(4);
    api.fault = (_, earlier) => {
      if (earlier === 1) api.store.compact();
      return undefined;
    };
    const listed = await pods(test.client, 2);
    expect(names(listed?.items ?? [])).toEqual(['p-000', 'p-001', 'p-002', 'p-003']);
    expect(listed?.inconsistent).toBeUndefined();
    // Page, expired, and two pages again.
    expect(api.requests).toHaveLength(4);
    expect(test.notes).toEqual(['the list of pods expired while it was read; it is read anew']);
  });

  it('is read to its end as it is by then, and says so, when it expires again', async () => {
    seedPods(6);
    api.fault = ({ url }) => {
      if (url.includes('continue')) api.store.compact();
      return undefined;
    };
    const coverage = new Coverage();
    const listed = await pods(test.client, 2);
    expect(names(listed?.items ?? [])).toEqual(['p-000', 'p-001', 'p-002', 'p-003', 'p-004', 'p-005']);
    expect(listed?.inconsistent).toContain('changed faster than it could be read');
    expect(coverage.complete).toBe(true);
  });
});

describe('the view of a live cluster', () => {
  it('has the objects that the view of a snapshot of it has', async () => {
    const loaded = loadSnapshot(api.store, EXAMPLE);
    expect(loaded).toBeGreaterThan(100);
    const coverage = new Coverage();
    const live = liveKubeView(test.client, coverage, QUIET);
    const { kube } = await openWorld(EXAMPLE);
    let compared = 0;
    for (const plural of Object.keys(RESOURCES) as Plural[]) {
      const key = ({ metadata }: { metadata: { namespace: string; name: string } }) =>
        `${metadata.namespace}/${metadata.name}`;
      const plain = (object: { metadata: object }) => ({ ...object, metadata: { ...object.metadata, uid: undefined } });
      const sorted = async (view: typeof kube) =>
        [...(await view.list(plural)).items].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(plain);
      const [mine, theirs] = [await sorted(live), await sorted(kube)];
      expect({ plural, objects: mine }).toEqual({ plural, objects: theirs });
      compared += mine.length;
    }
    expect(compared).toBeGreaterThan(100);
    expect(coverage.complete).toBe(true);
    expect(test.warnings).toEqual([]);
  });

  it('asks for one object, or for a namespace, and for nothing else', async () => {
    loadSnapshot(api.store, EXAMPLE);
    const view = liveKubeView(test.client, new Coverage(), QUIET);
    expect((await view.get('pods', 'shop', 'client'))?.nodeName).toBe('ovn-worker');
    expect(await view.get('pods', 'shop', 'nobody')).toBeUndefined();
    expect(await view.get('nodes', '', 'ovn-worker')).toBeDefined();
    await view.list('endpointslices', { namespace: 'shop' });
    expect(api.requests.map(({ url }) => url)).toEqual([
      '/api/v1/namespaces/shop/pods/client',
      '/api/v1/namespaces/shop/pods/nobody',
      '/api/v1/nodes/ovn-worker',
      '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?limit=500',
    ]);
  });

  it('asks once, however often it is asked', async () => {
    loadSnapshot(api.store, EXAMPLE);
    const view = liveKubeView(test.client, new Coverage(), QUIET);
    await Promise.all([view.list('pods'), view.list('pods'), view.list('pods', {})]);
    await view.get('pods', 'shop', 'client');
    expect(api.requests).toHaveLength(1);
  });

  it('selects as the server does, and as the view of a snapshot does', async () => {
    loadSnapshot(api.store, EXAMPLE);
    const view = liveKubeView(test.client, new Coverage(), QUIET);
    const { kube } = await openWorld(EXAMPLE);
    const labelSelector = {
      matchLabels: new Map<string, string>(),
      matchExpressions: [
        { key: 'app', operator: 'In', values: ['web', 'api'] },
        { key: 'nosuch', operator: 'DoesNotExist', values: [] },
      ],
    };
    for (const selection of [
      { labelSelector },
      { fieldSelector: { 'spec.nodeName': 'ovn-worker' } },
      { namespace: 'shop', labelSelector, fieldSelector: { 'metadata.name': 'web-0' } },
    ]) {
      const [mine, theirs] = [await view.list('pods', selection), await kube.list('pods', selection)];
      expect(names(mine.items).sort()).toEqual(names(theirs.items).sort());
      expect(mine.items.length).toBeGreaterThan(0);
    }
    const unknown = { ...labelSelector, matchExpressions: [{ key: 'app', operator: 'Near', values: [] }] };
    expect((await view.list('pods', { labelSelector: unknown })).items).toEqual([]);
  });

  it('is empty, with a note, for a kind that the cluster does not have', async () => {
    for (const plural of ['egressips', 'adminnetworkpolicies']) api.store.removeKind(plural);
    const coverage = new Coverage();
    const view = liveKubeView(test.client, coverage, QUIET);
    expect(await view.list('egressips')).toEqual({ items: [], gaps: [] });
    expect(await view.get('adminnetworkpolicies', '', 'x')).toBeUndefined();
    expect(coverage.complete).toBe(true);
    expect(test.notes).toEqual([
      'the cluster has no egressips.k8s.ovn.org',
      'the cluster has no adminnetworkpolicies.policy.networking.k8s.io',
    ]);
  });

  it('notes an object of another shape as a gap', async () => {
    api.store.seed('pods', { metadata: { name: 'odd', namespace: 'a' }, spec: { nodeName: 7 } });
    api.store.seed('pods', { metadata: { name: 'good', namespace: 'a' }, spec: { nodeName: 'n' } });
    const coverage = new Coverage();
    const listing = await liveKubeView(test.client, coverage, QUIET).list('pods');
    expect(names(listing.items)).toEqual(['good']);
    expect(coverage.gaps()).toEqual([
      { code: 'kube.object', subject: 'pods a/odd', reason: 'spec.nodeName is not a string' },
    ]);
  });

  it('does not keep a failure', async () => {
    loadSnapshot(api.store, EXAMPLE);
    api.fault = (_, earlier) => (earlier === 0 ? { kind: 'drop' } : undefined);
    const view = liveKubeView(test.client, new Coverage(), QUIET);
    expect(await failureOf(view.list('namespaces'))).toMatchObject({ name: 'UnavailableError' });
    expect((await view.list('namespaces')).items.length).toBeGreaterThan(0);
  });
});
