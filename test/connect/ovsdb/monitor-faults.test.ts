import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { InputError, UnavailableError } from '../../../src/base/errors.js';
import { connect } from '../../../src/connect/ovsdb/connect.js';
import type { OvsdbClient } from '../../../src/ovsdb/client/client.js';
import type { MonitorEvent } from '../../../src/ovsdb/client/monitor-feed.js';
import type { Json, JsonObject } from '../../../src/ovsdb/wire/json.js';
import { isJsonArray } from '../../../src/ovsdb/wire/json.js';
import { startFaultServer } from '../../support/ovsdb-fault.js';
import type { FaultServer, Peer, Script } from '../../support/ovsdb-fault.js';
import { scratchFolder } from '../../support/ovsdb-server.js';

const folder = scratchFolder();
const servers: FaultServer[] = [];
const clients: OvsdbClient[] = [];
let names = 0;

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ZERO = '00000000-0000-0000-0000-000000000000';
const initial = (...rows: [number, string][]): Json => ({
  T: Object.fromEntries(rows.map(([n, name]) => [uuid(n), { initial: { name } }])),
});

async function serve(script: Script): Promise<FaultServer> {
  const server = await startFaultServer(folder.path, script, `m${String(names++)}`);
  servers.push(server);
  return server;
}
async function open(remotes: string): Promise<OvsdbClient> {
  const client = await connect(remotes, { timeoutMs: 20_000, attemptMs: 1000 });
  clients.push(client);
  return client;
}
async function next(events: AsyncIterator<MonitorEvent>): Promise<MonitorEvent> {
  const result = await events.next();
  if (result.done === true) throw new Error('the monitor ended');
  return result.value;
}

const paramsOf = (request: JsonObject): readonly Json[] => (isJsonArray(request['params']) ? request['params'] : []);
const isCall = (request: JsonObject, method: string): boolean => request['method'] === method;
/** The monitor's id, under which updates have to be sent. */
const keyOf = (request: JsonObject): string => paramsOf(request)[1] as string;
const update3 = (key: string, transaction: string, tables: Json): Json => ({
  method: 'update3',
  params: [key, transaction, tables],
  id: null,
});
const contents = ({ database }: MonitorEvent): Record<string, string> =>
  Object.fromEntries([...database.table('T').rows()].map((row) => [row.uuid.slice(-1), row.string('name')]));
const changes = (event: MonitorEvent): Record<string, string> =>
  Object.fromEntries(
    [...(event.changes.get('T') ?? [])].map(([id, { before, after }]) => [
      id.slice(-1),
      `${before?.string('name') ?? ''}>${after?.string('name') ?? ''}`,
    ]),
  );
const sinceOf = (server: FaultServer): Json[] =>
  server.received
    .filter((request) => isCall(request, 'monitor_cond_since'))
    .map((request) => paramsOf(request)[3] ?? null);

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => {
  folder.remove();
});

describe('a monitor whose connection is lost', () => {
  test('asks for what happened since, and applies it to what it has', async () => {
    const server = await serve((request, peer, nth) => {
      if (!isCall(request, 'monitor_cond_since')) return false;
      if (nth === 0) peer.reply(request, [false, uuid(10), initial([1, 'a'], [2, 'b'])]);
      else
        peer.reply(request, [
          true,
          uuid(12),
          { T: { [uuid(1)]: { delete: null }, [uuid(3)]: { insert: { name: 'c' } } } },
        ]);
      return true;
    });
    const client = await open(server.remote);
    const events = client.monitor('Made', { T: {} })[Symbol.asyncIterator]();
    expect(contents(await next(events))).toEqual({ 1: 'a', 2: 'b' });
    server.drop();
    const event = await next(events);
    expect([event.kind, contents(event), changes(event)]).toEqual(['update', { 2: 'b', 3: 'c' }, { 1: 'a>', 3: '>c' }]);
    server.drop();
    await expect.poll(() => sinceOf(server)).toEqual([ZERO, uuid(10), uuid(12)]);
  });

  test('and whose last transaction nobody knows any more fetches everything, and says so', async () => {
    const server = await serve((request, peer, nth) => {
      if (!isCall(request, 'monitor_cond_since')) return false;
      const rows = nth === 0 ? initial([1, 'a'], [2, 'b'], [3, 'c']) : initial([2, 'b'], [3, 'C'], [4, 'd']);
      peer.reply(request, [false, uuid(10 + nth), rows]);
      return true;
    });
    const client = await open(server.remote);
    const events = client.monitor('Made', { T: {} })[Symbol.asyncIterator]();
    const before = await next(events);
    server.drop();
    const event = await next(events);
    expect([event.kind, contents(event), changes(event)]).toEqual([
      'resync',
      { 2: 'b', 3: 'C', 4: 'd' },
      { 1: 'a>', 3: 'c>C', 4: '>d' },
    ]);
    // An unchanged row is the same object.
    expect(event.database.table('T').get(uuid(2))).toBe(before.database.table('T').get(uuid(2)));
  });

  test('fails when no server comes back in time, after what was known', async () => {
    const server = await serve((request, peer) => {
      if (isCall(request, 'monitor_cond_since')) peer.reply(request, [false, uuid(10), initial([1, 'a'])]);
      return isCall(request, 'monitor_cond_since');
    });
    const client = await open(server.remote);
    const events = client.monitor('Made', { T: {} }, { timeoutMs: 300 })[Symbol.asyncIterator]();
    expect(contents(await next(events))).toEqual({ 1: 'a' });
    await server.stop();
    await expect(events.next()).rejects.toThrow(UnavailableError);
  });

  test('with a change of conditions under way asks for everything under the new ones', async () => {
    const server = await serve((request, peer, nth) => {
      if (isCall(request, 'monitor_cond_change')) peer.close();
      else if (isCall(request, 'monitor_cond_since')) {
        peer.reply(request, [false, uuid(10 + nth), nth === 0 ? initial([1, 'a']) : initial([2, 'b'])]);
      } else return false;
      return true;
    });
    const client = await open(server.remote);
    const monitor = client.monitor('Made', { T: { where: [['name', '==', 'a']] } });
    const events = monitor[Symbol.asyncIterator]();
    await next(events);
    await monitor.change({ T: [['name', '==', 'b']] });
    expect(contents(await next(events))).toEqual({ 2: 'b' });
    expect(sinceOf(server)).toEqual([ZERO, ZERO]);
    const last = server.received.filter((request) => isCall(request, 'monitor_cond_since')).at(-1);
    expect(paramsOf(last ?? {})[2]).toEqual({ T: [{ where: [['name', '==', 'b']] }] });
  });
});

describe('updates', () => {
  test('right behind the reply, in one piece with it, are not lost', async () => {
    const server = await serve((request, peer) => {
      if (!isCall(request, 'monitor_cond_since')) return false;
      peer.socket.cork();
      peer.reply(request, [false, uuid(10), initial([1, 'a'])]);
      peer.send(update3(keyOf(request), uuid(11), { T: { [uuid(1)]: { modify: { name: 'b' } } } }));
      peer.socket.uncork();
      return true;
    });
    const client = await open(server.remote);
    const events = client.monitor('Made', { T: {} })[Symbol.asyncIterator]();
    const event = await next(events);
    expect([event.kind, contents(event)]).toEqual(['initial', { 1: 'b' }]);
    server.drop();
    await expect.poll(() => sinceOf(server)).toEqual([ZERO, uuid(11)]);
  });

  test('of another monitor and of no known kind are left', async () => {
    const server = await serve((request, peer) => {
      if (!isCall(request, 'monitor_cond_since')) return false;
      peer.send(update3('somebody', uuid(9), { T: { [uuid(9)]: { insert: { name: 'x' } } } }));
      peer.reply(request, [false, uuid(10), initial([1, 'a'])]);
      peer.send({ method: 'update9', params: [keyOf(request), {}], id: null });
      peer.send({ method: 'update3', params: 'nonsense', id: null });
      peer.send(update3(keyOf(request), uuid(11), { T: { [uuid(2)]: { insert: { name: 'b' } } } }));
      return true;
    });
    const client = await open(server.remote);
    for await (const event of client.monitor('Made', { T: {} })) {
      if (event.database.table('T').size < 2) continue;
      expect(contents(event)).toEqual({ 1: 'a', 2: 'b' });
      break;
    }
    await expect.poll(() => server.received.some((request) => isCall(request, 'monitor_cancel'))).toBe(true);
  });

  const gap = (peer: Peer, request: JsonObject): void =>
    peer.send(update3(keyOf(request), uuid(99), { T: { [uuid(7)]: { modify: { name: 'x' } } } }));

  test('that do not fit cause one new beginning', async () => {
    let begun = 0;
    const server = await serve((request, peer) => {
      if (!isCall(request, 'monitor_cond_since')) return false;
      peer.reply(request, [false, uuid(10), begun === 0 ? initial([1, 'a']) : initial([1, 'b'])]);
      if (begun++ === 0) setTimeout(() => gap(peer, request), 50);
      return true;
    });
    const client = await open(server.remote);
    const events = client.monitor('Made', { T: {} })[Symbol.asyncIterator]();
    expect(contents(await next(events))).toEqual({ 1: 'a' });
    const event = await next(events);
    expect([event.kind, contents(event)]).toEqual(['resync', { 1: 'b' }]);
    expect([sinceOf(server), server.connections]).toEqual([[ZERO, ZERO], 1]);
  });

  test('that never fit are an error', async () => {
    const server = await serve((request, peer) => {
      if (!isCall(request, 'monitor_cond_since')) return false;
      peer.reply(request, [false, uuid(10), initial([1, 'a'])]);
      gap(peer, request);
      return true;
    });
    const client = await open(server.remote);
    const read = async (): Promise<void> => {
      for await (const event of client.monitor('Made', { T: {} })) expect(contents(event)).toEqual({ 1: 'a' });
    };
    await expect(read()).rejects.toThrow(InputError);
  });
});

describe('older servers', () => {
  const old =
    (known: 'monitor' | 'monitor_cond', reply: Json, update: (key: string) => Json): Script =>
    (request, peer) => {
      if (!isCall(request, known)) return false;
      peer.reply(request, reply);
      peer.send(update(keyOf(request)));
      return true;
    };

  test('are asked with monitor_cond', async () => {
    const update = (key: string): Json => ({
      method: 'update2',
      params: [key, { T: { [uuid(1)]: { modify: { n: 5 } } } }],
      id: null,
    });
    const server = await serve((request, peer, nth) =>
      // Its own introduction asks for the _Server database, which this one lacks.
      paramsOf(request)[0] === '_Server' ? false : old('monitor_cond', initial([1, 'a']), update)(request, peer, nth),
    );
    const client = await open(server.remote);
    const monitor = client.monitor('Made', { T: { where: [['name', '==', 'a']] } });
    for await (const { database } of monitor) {
      const [row] = database.table('T').rows();
      if (row?.has('n') !== true) continue;
      expect([monitor.method, row.string('name'), row.integers('n')]).toEqual(['monitor_cond', 'a', [5]]);
      break;
    }
  });

  test('or monitor, which can tell no rows apart', async () => {
    const reply: Json = {
      T: { [uuid(1)]: { new: { name: 'a', n: ['set', []] } }, [uuid(2)]: { new: { name: 'b', n: 1 } } },
    };
    const update = (key: string): Json => ({
      method: 'update',
      params: [
        key,
        { T: { [uuid(1)]: { old: { name: 'a' }, new: { name: 'A', n: 2 } }, [uuid(2)]: { old: { name: 'b', n: 1 } } } },
      ],
      id: null,
    });
    const server = await serve(old('monitor', reply, update));
    const client = await open(server.remote);
    const monitor = client.monitor('Made', { T: {} });
    for await (const event of monitor) {
      if (event.database.table('T').size === 2) continue;
      expect([monitor.method, contents(event)]).toEqual(['monitor', { 1: 'A' }]);
      break;
    }
    const refused = client
      .monitor('Made', { T: { where: [['name', '==', 'a']] } })
      [Symbol.asyncIterator]()
      .next();
    await expect(refused).rejects.toMatchObject({ code: 'ovsdb.monitor-conditions' });
  });
});

describe('the server', () => {
  test('may cancel a monitor, which is then begun again', async () => {
    let begun = 0;
    const server = await serve((request, peer) => {
      if (!isCall(request, 'monitor_cond_since')) return false;
      peer.reply(request, [false, uuid(10), initial([1, String(begun)])]);
      if (begun++ === 0) peer.send({ method: 'monitor_canceled', params: [keyOf(request)], id: null });
      return true;
    });
    const client = await open(server.remote);
    for await (const event of client.monitor('Made', { T: {} })) {
      if (contents(event)['1'] === '1') break;
    }
    expect(begun).toBe(2);
  });

  test('may say that a lock is had right behind saying that it is not', async () => {
    const server = await serve((request, peer) => {
      if (!isCall(request, 'lock')) return false;
      peer.socket.cork();
      peer.reply(request, { locked: false });
      peer.send({ method: 'locked', params: ['door'], id: null });
      peer.socket.uncork();
      return true;
    });
    const client = await open(server.remote);
    const heard: boolean[] = [];
    const lock = client.lock('door', { onChange: (owned) => heard.push(owned) });
    await lock.whenOwned();
    server.drop();
    await expect.poll(() => heard).toEqual([true, false, true]);
  });
});
