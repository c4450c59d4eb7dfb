import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  applyObject,
  createObject,
  deleteObject,
  getObject,
  jsonPatch,
  mergePatch,
} from '../../../src/connect/kube/api/objects.js';
import type { KubeClient } from '../../../src/connect/kube/api/client.js';
import { RESOURCES } from '../../../src/kube/model/resource.js';
import { failureOf, openTestClient, QUIET } from '../../support/kube-api/client.js';
import { OVN_KINDS } from '../../support/kube-api/model.js';
import type { KubeJson } from '../../support/kube-api/model.js';
import { RECORDED_USERS } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';

const REF = { resource: RESOURCES.egressips, name: 'eip' };
const US = { fieldManager: 'ovnctl' };

let api: KubeApi;
let client: KubeClient;
beforeEach(async () => {
  api = await startKubeApi({ tokens: RECORDED_USERS, kinds: OVN_KINDS });
  ({ client } = await openTestClient(api));
});
afterEach(() => api.stop());

const spec = (...egressIPs: string[]) => ({ egressIPs, namespaceSelector: { matchLabels: { a: 'b' } } });
const object = (...addresses: string[]) => ({
  apiVersion: 'k8s.ovn.org/v1',
  kind: 'EgressIP',
  metadata: { name: 'eip' },
  spec: spec(...addresses),
});
const stored = (): KubeJson | undefined => api.store.get(api.store.kind('egressips'), undefined, 'eip');
const seed = (): KubeJson => api.store.seed('egressips', object('192.0.2.1'));

describe('reading one', () => {
  it('gives the object, or undefined when there is none', async () => {
    expect(await getObject(client, REF, QUIET)).toBeUndefined();
    seed();
    expect(await getObject(client, REF, QUIET)).toEqual(stored());
  });

  it('says when the cluster has no such kind', async () => {
    api.store.removeKind('egressips');
    expect(await failureOf(getObject(client, REF, QUIET))).toMatchObject({
      name: 'NotFoundError',
      code: 'kube.no-such-kind',
      message: expect.stringContaining('has no egressips.k8s.ovn.org') as string,
    });
  });
});

describe('merge patch', () => {
  it('changes what it names, as our field manager', async () => {
    seed();
    await mergePatch(client, REF, { spec: { egressIPs: ['192.0.2.2'] } }, US, QUIET);
    expect(stored()?.spec).toEqual(spec('192.0.2.2'));
    expect(stored()?.metadata.managedFields).toMatchObject([{ manager: 'ovnctl', operation: 'Update' }]);
  });

  it('changes nothing in a dry run, and shows what would be', async () => {
    const before = seed();
    const shown = await mergePatch(client, REF, { metadata: { labels: { x: 'y' } } }, { ...US, dryRun: true }, QUIET);
    expect(shown).toMatchObject({ metadata: { labels: { x: 'y' }, resourceVersion: before.metadata.resourceVersion } });
    expect(stored()).toEqual(before);
  });

  it('is refused when the object was changed since it was read', async () => {
    const { metadata } = seed();
    api.store.put(api.store.kind('egressips'), { ...object('192.0.2.9'), metadata: { ...metadata } });
    const patch = { metadata: { resourceVersion: metadata.resourceVersion }, spec: spec('192.0.2.2') };
    expect(await failureOf(mergePatch(client, REF, patch, US, QUIET))).toMatchObject({
      name: 'ConflictError',
      code: 'kube.conflict',
    });
    expect(stored()?.spec).toEqual(spec('192.0.2.9'));
  });

  it('is refused when it is invalid, with the fields', async () => {
    seed();
    expect(await failureOf(mergePatch(client, REF, { spec: { egressIPs: null } }, US, QUIET))).toMatchObject({
      name: 'InputError',
      code: 'kube.invalid',
      hints: ['spec.egressIPs: Required value'],
    });
  });

  it('is refused when it has a field that the kind does not have', async () => {
    seed();
    const failed = await failureOf(mergePatch(client, REF, { spec: { egresIPs: [] } }, US, QUIET));
    expect(failed).toMatchObject({ name: 'InputError' });
    expect(failed.message).toContain('unknown field "spec.egresIPs"');
  });

  it('of what is not there is a NotFoundError', async () => {
    expect(await failureOf(mergePatch(client, REF, {}, US, QUIET))).toMatchObject({
      name: 'NotFoundError',
      message: 'there is no egressips.k8s.ovn.org eip',
    });
  });
});

describe('JSON patch', () => {
  it('applies its operations together', async () => {
    seed();
    await jsonPatch(
      client,
      REF,
      [
        { op: 'test', path: '/spec/egressIPs/0', value: '192.0.2.1' },
        { op: 'add', path: '/spec/egressIPs/-', value: '192.0.2.2' },
      ],
      US,
      QUIET,
    );
    expect(stored()?.spec).toEqual(spec('192.0.2.1', '192.0.2.2'));
  });

  it.each([
    ['a test that fails', { op: 'test', path: '/spec/egressIPs/0', value: '203.0.113.1' } as const],
    ['a path that is not there', { op: 'remove', path: '/spec/nosuch' } as const],
  ])('is a conflict for %s, and nothing has happened', async (_what, operation) => {
    const before = seed();
    const add = { op: 'add', path: '/spec/egressIPs/-', value: '192.0.2.2' } as const;
    expect(await failureOf(jsonPatch(client, REF, [add, operation], US, QUIET))).toMatchObject({
      name: 'ConflictError',
      code: 'kube.patch-refused',
    });
    expect(stored()).toEqual(before);
  });

  it('whose result is invalid is no conflict', async () => {
    seed();
    const replace = { op: 'replace', path: '/spec/egressIPs', value: 'x' } as const;
    expect(await failureOf(jsonPatch(client, REF, [replace], US, QUIET))).toMatchObject({ name: 'InputError' });
  });
});

describe('server-side apply', () => {
  it('creates what is not there', async () => {
    await applyObject(client, REF, object('192.0.2.1'), US, QUIET);
    expect(stored()?.metadata.managedFields).toMatchObject([{ manager: 'ovnctl', operation: 'Apply' }]);
  });

  it('names the fields of others and who they are', async () => {
    await applyObject(client, REF, object('192.0.2.1'), { fieldManager: 'gitops' }, QUIET);
    const failed = await failureOf(applyObject(client, REF, object('192.0.2.2'), US, QUIET));
    expect(failed).toMatchObject({
      name: 'ConflictError',
      code: 'kube.field-conflict',
      hints: ['.spec.egressIPs: conflict with "gitops"'],
    });
    expect(stored()?.spec).toEqual(spec('192.0.2.1'));
  });

  it('takes them when forced, and gives up what it no longer says', async () => {
    await applyObject(client, REF, object('192.0.2.1'), { fieldManager: 'gitops' }, QUIET);
    const labelled = { ...object('192.0.2.2'), metadata: { name: 'eip', labels: { x: 'y' } } };
    await applyObject(client, REF, labelled, { ...US, force: true }, QUIET);
    expect(stored()?.spec).toEqual(spec('192.0.2.2'));
    expect(stored()?.metadata.labels).toEqual({ x: 'y' });
    await applyObject(client, REF, object('192.0.2.2'), US, QUIET);
    expect(stored()?.metadata.labels ?? {}).toEqual({});
  });

  it('shows a conflict in a dry run as well', async () => {
    await applyObject(client, REF, object('192.0.2.1'), { fieldManager: 'gitops' }, QUIET);
    const dry = { ...US, dryRun: true };
    expect(await failureOf(applyObject(client, REF, object('192.0.2.2'), dry, QUIET))).toMatchObject({
      code: 'kube.field-conflict',
    });
  });
});

describe('create and delete', () => {
  it('makes an object once', async () => {
    await createObject(client, REF, object('192.0.2.1'), US, QUIET);
    expect(await failureOf(createObject(client, REF, object('192.0.2.1'), US, QUIET))).toMatchObject({
      name: 'ConflictError',
      code: 'kube.exists',
    });
  });

  it('deletes exactly what was seen', async () => {
    const { metadata } = seed();
    const seen = { uid: metadata.uid ?? '', resourceVersion: metadata.resourceVersion ?? '' };
    const other = { uid: '11111111-1111-4111-8111-111111111111' };
    expect(await failureOf(deleteObject(client, REF, other, {}, QUIET))).toMatchObject({ name: 'ConflictError' });
    await deleteObject(client, REF, seen, { dryRun: true }, QUIET);
    expect(stored()).toBeDefined();
    await deleteObject(client, REF, seen, {}, QUIET);
    expect(stored()).toBeUndefined();
  });
});
