import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/cli/exit-codes.js';
import { getObject } from '../../../src/connect/kube/api/objects.js';
import { liveKubeView } from '../../../src/connect/kube/live-view.js';
import { RESOURCES } from '../../../src/kube/model/resource.js';
import { Coverage } from '../../../src/world/coverage.js';
import { FLOW_CONTROL } from '../../support/kube-api/answers.js';
import { failureOf, openTestClient, QUIET } from '../../support/kube-api/client.js';
import type { TestClient } from '../../support/kube-api/client.js';
import { failure, OVN_KINDS } from '../../support/kube-api/model.js';
import { RECORDED_USERS } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { Fault, KubeApi } from '../../support/kube-api/server.js';

let api: KubeApi;
beforeEach(async () => {
  api = await startKubeApi({ tokens: RECORDED_USERS, kinds: OVN_KINDS });
});
afterEach(() => api.stop());

const as = (token: string, more: object = {}): Promise<TestClient> =>
  openTestClient(api, { options: { server: api.url, token, ...more } });
const listPods = ({ client }: TestClient, namespace = 'shop') =>
  liveKubeView(client, new Coverage(), QUIET).list('pods', { namespace });

describe('who we are', () => {
  it('401: unknown', async () => {
    const failed = await failureOf(listPods(await as('badtoken')));
    expect(failed).toMatchObject({ name: 'AccessError', code: 'kube.unauthorized' });
    expect(failed.message).toContain("can't list pods in namespace shop");
    expect(failed.hints[0]).toContain('may have expired');
  });

  it('403 in a namespace: verb, resource, namespace, and the rule that would allow it', async () => {
    const failed = await failureOf(listPods(await as('bob')));
    expect(failed).toMatchObject({ name: 'AccessError', code: 'kube.forbidden' });
    expect(failed.message).toMatch(/^not allowed to list pods in namespace shop: /);
    expect(failed.hints).toEqual([
      'a Role in namespace shop (or a ClusterRole) with this rule would allow it: - {apiGroups: [""], resources: ["pods"], verbs: ["list"]}',
      '"ovnctl rbac --for trace" prints everything that is needed',
    ]);
  });

  it('403 at the cluster scope', async () => {
    const { client } = await as('bob');
    const failed = await failureOf(liveKubeView(client, new Coverage(), QUIET).list('egressips'));
    expect(failed.message).toMatch(/^not allowed to list egressips\.k8s\.ovn\.org at the cluster scope: /);
    expect(failed.hints[0]).toBe(
      'a ClusterRole with this rule would allow it: - {apiGroups: ["k8s.ovn.org"], resources: ["egressips"], verbs: ["list"]}',
    );
  });

  it('403 about one object, of a kind that no job of ours reads', async () => {
    const { client } = await as('bob');
    const secrets = { ...RESOURCES.pods, plural: 'secrets', kind: 'Secret' };
    const failed = await failureOf(getObject(client, { resource: secrets, namespace: 'a', name: 's' }, QUIET));
    expect(failed.message).toMatch(/^not allowed to get secrets s in namespace a: /);
    expect(failed.hints).toHaveLength(1);
  });

  it('403 as somebody else says whom the request was made as', async () => {
    const failed = await failureOf(listPods(await as('admin', { as: 'alice', asGroups: ['dev'] })));
    expect(failed.hints.at(-1)).toContain('the request was made as alice');
    expect(api.requests[0]?.headers).toMatchObject({ 'impersonate-user': 'alice', 'impersonate-group': 'dev' });
  });

  it('403 of admission has causes, and no rule', async () => {
    const causes = [
      { reason: 'NamespaceTerminating', message: 'namespace shop is being terminated', field: 'metadata' },
    ];
    const body = failure(403, 'Forbidden', 'no', { name: 'x', kind: 'pods', causes });
    api.fault = () => ({ kind: 'answer', status: 403, body });
    const failed = await failureOf(listPods(await as('admin')));
    expect(failed).toMatchObject({ code: 'kube.refused', hints: ['metadata: namespace shop is being terminated'] });
  });
});

describe('by status alone, whatever the text says', () => {
  const text = (status: number, body = 'forbidden: not found, conflict'): Fault => ({ kind: 'answer', status, body });
  it.each([
    [400, text(400), 'InputError', 65],
    [401, text(401), 'AccessError', 3],
    [403, text(403), 'AccessError', 3],
    [
      404,
      { kind: 'answer', status: 404, body: failure(404, 'NotFound', 'x', { name: 'p' }) } as const,
      'NotFoundError',
      7,
    ],
    [405, text(405), 'UnavailableError', 4],
    [406, text(406), 'BugError', 70],
    [409, text(409), 'ConflictError', 6],
    [413, text(413), 'InputError', 65],
    [415, text(415), 'BugError', 70],
    [422, text(422), 'InputError', 65],
    [429, text(429), 'UnavailableError', 4],
    [500, text(500), 'UnavailableError', 4],
    [503, text(503, 'service unavailable'), 'UnavailableError', 4],
    [504, text(504), 'UnavailableError', 4],
    [302, text(302), 'UnavailableError', 4],
    [418, text(418), 'UnavailableError', 4],
  ])('%i', async (_status, fault, name, exit) => {
    api.fault = () => fault;
    const work = listPods(await as('admin'));
    expect(await failureOf(work)).toMatchObject({ name });
    expect(await work.catch(exitCodeOf)).toBe(exit);
  });
});

describe('a server with too much to do', () => {
  const busy = (retryAfter: string | undefined): Fault => ({
    kind: 'answer',
    status: 429,
    body: 'Too many requests, please try again later.\n',
    headers: { ...FLOW_CONTROL, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
  });

  it('is given the time it asks for', async () => {
    api.fault = (_, earlier) => (earlier < 2 ? busy('1') : undefined);
    const test = await as('admin');
    expect((await listPods(test)).items).toEqual([]);
    expect(test.clock.waits).toEqual([1000, 1000]);
    expect(test.notes[0]).toBe('the API server asks to wait 1 s before we list pods in namespace shop');
  });

  it('is not waited for without end', async () => {
    api.fault = () => busy('3600');
    const test = await as('admin');
    expect(await failureOf(listPods(test))).toMatchObject({ name: 'UnavailableError', code: 'kube.busy' });
    expect(test.clock.waits).toEqual([10_000, 10_000, 10_000]);
  });

  it('is not asked again when it does not say when', async () => {
    api.fault = () => busy(undefined);
    const test = await as('admin');
    expect(await failureOf(listPods(test))).toMatchObject({ code: 'kube.busy' });
    expect(api.requests).toHaveLength(1);
  });

  it('is waited for while it starts', async () => {
    const body = {
      ...failure(503, 'ServiceUnavailable', 'storage is (re)initializing'),
      details: { retryAfterSeconds: 2 },
    };
    api.fault = (_, earlier) => (earlier === 0 ? { kind: 'answer', status: 503, body } : undefined);
    const test = await as('admin');
    await listPods(test);
    expect(test.clock.waits).toEqual([2000]);
  });
});

describe('a connection', () => {
  it('that is refused', async () => {
    const { port } = api;
    await api.stop();
    const test = await openTestClient(undefined, { options: { server: `http://127.0.0.1:${String(port)}` } });
    expect(await failureOf(listPods(test))).toMatchObject({
      name: 'UnavailableError',
      code: 'kube.unreachable',
      message: `API server 127.0.0.1:${String(port)}: nothing listens there`,
    });
  });

  it('that ends before the head', async () => {
    api.fault = () => ({ kind: 'drop' });
    expect(await failureOf(listPods(await as('admin')))).toMatchObject({ name: 'UnavailableError' });
  });

  it('that had been closed while it was kept is not the fault of the server', async () => {
    const test = await as('admin');
    await listPods(test);
    // The server closes it just when the next request is on its way.
    api.fault = (_, earlier) => (earlier === 1 ? { kind: 'drop' } : undefined);
    expect((await listPods(test, 'other')).items).toEqual([]);
    expect(api.requests).toHaveLength(3);
  });

  it.each([0, 1, 60])('that ends after %i bytes of the body', async (after) => {
    for (let at = 0; at < 60; at++) api.store.seed('pods', { metadata: { name: `p${String(at)}`, namespace: 'shop' } });
    api.fault = () => ({ kind: 'cut', after });
    expect(await failureOf(listPods(await as('admin')))).toMatchObject({
      name: 'UnavailableError',
      code: 'kube.cut-short',
    });
  });

  it('that stays silent', async () => {
    api.fault = () => ({ kind: 'mute' });
    const failed = await failureOf(listPods(await as('admin', { requestTimeout: 30 })));
    expect(failed).toMatchObject({ name: 'UnavailableError', code: 'kube.timeout' });
    expect(failed.message).toContain('no answer within 0.03 s to list pods in namespace shop');
  });

  it('that the user gives up', async () => {
    api.fault = () => ({ kind: 'mute' });
    const { client } = await as('admin');
    const stop = new AbortController();
    const view = liveKubeView(client, new Coverage(), stop.signal);
    const work = view.list('pods');
    setTimeout(() => stop.abort(new Error('interrupted')), 5);
    expect(await failureOf(work)).toMatchObject({ message: 'interrupted' });
  });

  it('to what is no API server', async () => {
    api.fault = () => ({
      kind: 'answer',
      status: 200,
      body: '<html>Log in</html>',
      headers: { 'content-type': 'text/html' },
    });
    expect(await failureOf(listPods(await as('admin')))).toMatchObject({ code: 'kube.not-an-api' });
    api.fault = () => ({ kind: 'answer', status: 200, body: { hello: 'world' } });
    expect(await failureOf(listPods(await as('admin')))).toMatchObject({ code: 'kube.not-an-api' });
  });

  it('to what does not speak HTTP', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-OpenSSH_9.2\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const test = await openTestClient(undefined, { options: { server: `http://127.0.0.1:${String(port)}` } });
    expect(await failureOf(listPods(test))).toMatchObject({ name: 'UnavailableError', code: 'kube.not-http' });
    await new Promise((resolve) => server.close(resolve));
  });
});

it('passes warnings of the server on, once each', async () => {
  const test = await as('admin');
  api.fault = () => ({
    kind: 'answer',
    status: 200,
    body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [] },
    headers: { warning: '299 - "unknown field \\"spec.a,b\\"", 299 - "second"' },
  });
  await listPods(test);
  await listPods(test, 'other');
  expect(test.warnings).toEqual(['unknown field "spec.a,b"', 'second']);
});
