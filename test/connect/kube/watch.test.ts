import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watch } from '../../../src/connect/kube/api/watch.js';
import type { WatchEvent, WatchOptions } from '../../../src/connect/kube/api/watch.js';
import type { Selection } from '../../../src/connect/kube/api/list.js';
import { RESOURCES } from '../../../src/kube/model/resource.js';
import { failureOf, openTestClient } from '../../support/kube-api/client.js';
import type { TestClient } from '../../support/kube-api/client.js';
import { OVN_KINDS } from '../../support/kube-api/model.js';
import { RECORDED_USERS } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import type { OpenWatch } from '../../support/kube-api/watches.js';

let api: KubeApi;
let test: TestClient;
let stop: AbortController;
beforeEach(async () => {
  api = await startKubeApi({ tokens: RECORDED_USERS, kinds: OVN_KINDS });
  test = await openTestClient(api);
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort(new Error('done'));
  await api.stop();
});

const put = (name: string, labels: Record<string, string> = {}, namespace = 'a') =>
  api.store.put(api.store.kind('pods'), { metadata: { name, namespace, uid: name, labels } });

const follow = (selection: Selection = {}, options: WatchOptions = {}) =>
  watch(test.client, RESOURCES.pods, selection, options, stop.signal);

/** An event in a few words. */
function short(event: WatchEvent): string {
  const name = (object: unknown): string => (object as { metadata: { name: string } }).metadata.name;
  return event.type === 'STATE'
    ? `STATE ${event.items.map(name).join(' ')}`.trim()
    : `${event.type} ${name(event.object)}`;
}

type Following = AsyncGenerator<WatchEvent, never, undefined>;
const next = async (following: Following): Promise<string> => short((await following.next()).value);

/** Waits until so many watches have been opened, and gives the open one. */
async function opened(count = 1): Promise<OpenWatch> {
  for (;;) {
    const all = api.requests.filter(({ url }) => url.includes('watch=1')).length;
    const [open] = api.watches;
    if (all >= count && open !== undefined) return open;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('tells the state, then every change', async () => {
  put('one');
  const following = follow();
  expect(await next(following)).toBe('STATE one');
  const coming = next(following);
  await opened();
  put('two');
  expect(await coming).toBe('ADDED two');
  put('two', { x: 'y' });
  expect(await next(following)).toBe('MODIFIED two');
  const kind = api.store.kind('pods');
  api.store.remove(kind, api.store.get(kind, 'a', 'one') ?? { metadata: {} });
  expect(await next(following)).toBe('DELETED one');
});

it('sees what leaves the selection as deleted, and asks the server to select', async () => {
  const following = follow({ namespace: 'a', labelSelector: 'rec=in' });
  expect(await next(following)).toBe('STATE');
  const coming = next(following);
  await opened();
  put('out');
  put('one', { rec: 'in' });
  expect(await coming).toBe('ADDED one');
  put('one', { rec: 'out' });
  expect(await next(following)).toBe('DELETED one');
  expect(api.requests.every(({ url }) => url.startsWith('/api/v1/namespaces/a/pods?labelSelector=rec%3Din'))).toBe(
    true,
  );
});

it('goes on where it was when the server ends a connection in good order', async () => {
  const following = follow();
  await next(following);
  const coming = next(following);
  (await opened()).end();
  put('meanwhile');
  expect(await coming).toBe('ADDED meanwhile');
  expect(api.requests.filter(({ url }) => !url.includes('watch=1'))).toHaveLength(1);
});

it('goes on from a bookmark, which is no event', async () => {
  const following = follow();
  await next(following);
  const coming = next(following);
  const first = await opened();
  // Changes of other kinds, after which the version that was known is forgotten.
  api.store.seed('configmaps', { metadata: { name: 'c', namespace: 'a' } });
  first.bookmark();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { revision } = api.store;
  first.end();
  await opened(2);
  expect(api.requests.at(-1)?.url).toContain(`resourceVersion=${String(revision)}`);
  put('late');
  expect(await coming).toBe('ADDED late');
});

it.each([1, 2])('tells the whole state anew when its version is too old (%i times)', async (times) => {
  put('one');
  const following = follow();
  expect(await next(following)).toBe('STATE one');
  for (let time = 0; time < times; time++) {
    const coming = next(following);
    const open = await opened(2 * time + 1);
    put(`new-${String(time)}`);
    expect(await coming).toBe(`ADDED new-${String(time)}`);
    const then = next(following);
    put('unseen');
    open.cut();
    api.store.compact();
    // Whether the change or the cut came first, the state is told in the end.
    let told = await then;
    while (!told.startsWith('STATE')) told = await next(following);
    expect(told).toContain('unseen');
  }
});

describe('when the connection breaks', () => {
  it('in the middle of an event, it goes on', async () => {
    const following = follow();
    await next(following);
    const coming = next(following);
    const open = await opened();
    open.send('{"type":"ADDED","object":{"metadata":');
    open.end();
    await opened(2);
    put('whole');
    expect(await coming).toBe('ADDED whole');
    expect(test.notes.some((note) => note.includes('interrupted'))).toBe(true);
  });

  it('again and again, the pauses grow and it gives up after its patience', async () => {
    const following = follow({}, { patience: 5000 });
    await next(following);
    api.fault = () => ({ kind: 'drop' });
    expect(await failureOf(following.next())).toMatchObject({ name: 'UnavailableError' });
    expect(test.clock.waits).toEqual([200, 400, 800, 1600, 3200]);
  });

  it('with something that is no event, it does not take it for one', async () => {
    const following = follow({}, { patience: 1000 });
    await next(following);
    const coming = next(following);
    (await opened()).send('{"type":"SURPRISE","object":{}}\n');
    await opened(2);
    put('after');
    expect(await coming).toBe('ADDED after');
  });

  it('with an error that is not about age, it begins anew', async () => {
    const following = follow();
    await next(following);
    const coming = next(following);
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      reason: 'Timeout',
      message: 'too large',
      code: 504,
    };
    (await opened()).send({ type: 'ERROR', object: status });
    expect(await coming).toBe('STATE');
  });
});

it('stops at a refusal, at once', async () => {
  const following = follow();
  await next(following);
  api.fault = ({ url }) =>
    url.includes('watch=1')
      ? { kind: 'answer', status: 403, body: { kind: 'Status', status: 'Failure', code: 403 } }
      : undefined;
  const failed = await failureOf(following.next());
  expect(failed).toMatchObject({ name: 'AccessError', code: 'kube.forbidden' });
  expect(failed.message).toContain('not allowed to watch pods');
});

it('stops when the kind disappears', async () => {
  const following = watch(test.client, RESOURCES.egressips, {}, {}, stop.signal);
  expect(await next(following)).toBe('STATE');
  const coming = following.next();
  const open = await opened();
  api.store.removeKind('egressips');
  open.end();
  expect(await failureOf(coming)).toMatchObject({ name: 'NotFoundError', code: 'kube.no-such-kind' });
});

it('ends with the signal, and its connection with it', async () => {
  const following = follow();
  await next(following);
  const coming = following.next();
  await opened();
  stop.abort(new Error('interrupted'));
  expect(await failureOf(coming)).toMatchObject({ message: 'interrupted' });
  await expect.poll(() => api.watches.size).toBe(0);
});

it('leaves no connection behind when the loop is left', async () => {
  const following = follow();
  for await (const event of following) {
    if (event.type !== 'STATE') break;
    void opened().then(() => put('one'));
  }
  await expect.poll(() => api.watches.size).toBe(0);
});

it('reads no faster than it is asked', async () => {
  const following = follow();
  await next(following);
  const coming = next(following);
  const open = await opened();
  put('first');
  expect(await coming).toBe('ADDED first');
  // Nobody asks for these; they stay in the buffers of the sockets, and the rest on the server's side.
  const filler = 'x'.repeat(64 * 1024);
  let sent = 0;
  for (let at = 0; at < 400; at++) {
    open.send({
      type: 'MODIFIED',
      object: { metadata: { name: `m${String(at)}`, resourceVersion: String(1000 + at) }, filler },
    });
    sent += filler.length;
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(open.waiting()).toBeGreaterThan(sent / 3);
  for (let at = 0; at < 400; at++) expect(await next(following)).toBe(`MODIFIED m${String(at)}`);
});
