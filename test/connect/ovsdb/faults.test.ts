import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { InputError, UnavailableError, UsageError } from '../../../src/base/errors.js';
import { connect } from '../../../src/connect/ovsdb/connect.js';
import type { ConnectOptions } from '../../../src/connect/ovsdb/connect.js';
import type { OvsdbClient } from '../../../src/ovsdb/client/client.js';
import { UnknownFateError } from '../../../src/ovsdb/client/errors.js';
import type { Operation } from '../../../src/ovsdb/client/operation.js';
import { jsonText } from '../../../src/ovsdb/wire/json-text.js';
import type { JsonObject } from '../../../src/ovsdb/wire/json.js';
import { startFaultServer } from '../../support/ovsdb-fault.js';
import type { FaultServer, Script } from '../../support/ovsdb-fault.js';
import { scratchFolder } from '../../support/ovsdb-server.js';

const folder = scratchFolder();
const servers: FaultServer[] = [];
const clients: OvsdbClient[] = [];
const insert: Operation = { op: 'insert', table: 'T', row: { name: 'a' } };
const select: Operation = { op: 'select', table: 'T', where: [] };
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function serve(script: Script): Promise<FaultServer> {
  const server = await startFaultServer(folder.path, script, `s${String(names++)}`);
  servers.push(server);
  return server;
}
let names = 0;

async function open(remotes: string, options: ConnectOptions = {}): Promise<OvsdbClient> {
  const client = await connect(remotes, { timeoutMs: 20_000, attemptMs: 1000, ...options });
  clients.push(client);
  return client;
}

const isCall = (request: JsonObject, method: string): boolean => request['method'] === method;
const asked = (server: FaultServer, method: string): readonly JsonObject[] =>
  server.received.filter((request) => isCall(request, method));
const nothing: Script = () => false;

/** Nothing here may take longer than its deadlines. */
vi.setConfig({ testTimeout: 10_000 });

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => {
  folder.remove();
});

describe('a server that is not there', () => {
  test('is reported at once, for every member', async () => {
    const [one, two] = [`unix:${folder.path}/none`, `unix:${folder.path}/nothing`];
    const failure: unknown = await connect(`${one},${two}`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(String(failure)).toContain('none: there is no such socket');
    expect(String(failure)).toContain('nothing: there is no such socket');
    await expect(connect('tcp:127.0.0.1:1')).rejects.toThrow('nothing listens there');
    await expect(connect('nonsense')).rejects.toThrow(UsageError);
  });

  test('goes before a call: the next member answers', async () => {
    const [one, two] = [await serve(nothing), await serve(nothing)];
    const client = await open(`${one.remote},${two.remote}`);
    await one.stop();
    expect(await client.listDatabases()).toEqual(['Made']);
    expect(client.remote).toBe(two.remote);
  });

  test('stays away: a call fails by its deadline', async () => {
    const server = await serve(nothing);
    const client = await open(server.remote);
    await server.stop();
    await expect(client.listDatabases({ timeoutMs: 300 })).rejects.toThrow(UnavailableError);
  });

  test('comes back in time: the call succeeds', async () => {
    const path = `s${String(names)}`;
    const server = await serve(nothing);
    const client = await open(server.remote);
    await server.stop();
    const call = client.listDatabases();
    await pause(300);
    servers.push(await startFaultServer(folder.path, nothing, path));
    expect(await call).toEqual(['Made']);
  });
});

describe('a server that goes in the middle of a call', () => {
  const dropsFirst =
    (method: string): Script =>
    (request, peer, nth) => {
      if (!isCall(request, method)) return false;
      if (nth === 0) peer.close();
      else peer.reply(request, [{ rows: [] }]);
      return true;
    };

  test('a read is asked again', async () => {
    const server = await serve(dropsFirst('transact'));
    const client = await open(server.remote);
    expect(await client.transact('Made', [select])).toEqual([{ rows: [] }]);
    expect(asked(server, 'transact')).toHaveLength(2);
  });

  test('a change is not: its fate is unknown', async () => {
    const server = await serve(dropsFirst('transact'));
    const client = await open(server.remote);
    const failure: unknown = await client.transact('Made', [select, insert]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnknownFateError);
    expect(failure).toMatchObject({ code: 'ovsdb.fate-unknown', database: 'Made', operations: [select, insert] });
    await pause(100);
    expect(asked(server, 'transact')).toHaveLength(1);
    expect(await client.listDatabases()).toEqual(['Made']);
  });

  test('half a message and the end is no message', async () => {
    const whole = jsonText({ id: 1, result: ['Made', 'Other'], error: null });
    const server = await serve((request, peer, nth) => {
      if (!isCall(request, 'list_dbs') || nth > 1) return false;
      peer.socket.end(whole.slice(0, nth === 0 ? 10 : whole.length - 1));
      return true;
    });
    const client = await open(server.remote);
    expect(await client.listDatabases()).toEqual(['Made']);
    expect(server.connections).toBe(3);
  });

  test('half a message every time is an error, not a wait for ever', async () => {
    const server = await serve((request, peer) => {
      if (isCall(request, 'list_dbs')) peer.socket.end('{"id":');
      return isCall(request, 'list_dbs');
    });
    const client = await open(server.remote);
    await expect(client.listDatabases({ timeoutMs: 2000 })).rejects.toThrow(/in the middle of a message/);
    // It waits longer and longer between attempts.
    expect(server.connections).toBeLessThan(16);
  });
});

describe('a server that answers strangely', () => {
  test('one byte at a time is as good as all at once', async () => {
    const server = await serve((request, peer) => {
      if (!isCall(request, 'transact')) return false;
      const rows = [
        { _uuid: ['uuid', '00000000-0000-4000-8000-000000000001'], name: 'é🦆"\\', n: 9223372036854775807n },
      ];
      const bytes = Buffer.from(jsonText({ id: request['id'] ?? null, result: [{ rows }], error: null }));
      void (async () => {
        for (const byte of bytes) {
          peer.raw(Uint8Array.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      return true;
    });
    const client = await open(server.remote);
    const [row] = await client.select('Made', 'T');
    expect([row?.string('name'), row?.big('n')]).toEqual(['é🦆"\\', 9223372036854775807n]);
  });

  test('a reply to nothing is counted and left', async () => {
    const server = await serve((request, peer) => {
      if (!isCall(request, 'list_dbs')) return false;
      peer.send({ id: 4711, result: ['Wrong'], error: null });
      peer.send({ id: 'other', result: ['Wrong'], error: null });
      peer.send({ id: null, result: ['Wrong'], error: null });
      return false;
    });
    const client = await open(server.remote);
    expect(await client.listDatabases()).toEqual(['Made']);
    expect(client.traffic.strayReplies).toBe(3);
  });

  test('a late reply to a call given up is expected', async () => {
    const late: (() => void)[] = [];
    const server = await serve((request, peer) => {
      if (isCall(request, 'list_dbs')) late.push(() => peer.reply(request, ['Late']));
      return isCall(request, 'list_dbs');
    });
    const client = await open(server.remote);
    await expect(client.listDatabases({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'ovsdb.deadline' });
    late.forEach((reply) => reply());
    expect(await client.echo(['x'])).toEqual(['x']);
    expect(client.traffic.strayReplies).toBe(0);
  });

  test('a storm of echo requests is answered, and calls still are', async () => {
    const server = await serve((request, peer) => {
      if (!isCall(request, 'list_dbs')) return false;
      for (let i = 0; i < 5000; i++) peer.send({ method: 'echo', params: ['x'.repeat(200), i], id: `e${String(i)}` });
      return false;
    });
    const client = await open(server.remote, { maxQueuedBytes: 10_000 });
    expect(await client.listDatabases()).toEqual(['Made']);
    await client.echo();
    const answers = server.received.filter(({ id }) => typeof id === 'string' && id.startsWith('e'));
    expect(answers).toHaveLength(5000);
    expect(answers[4999]).toMatchObject({ id: 'e4999', result: ['x'.repeat(200), 4999], error: null });
  });

  test('one that asks and does not listen blocks itself, and is given up', async () => {
    const question = jsonText({ method: 'echo', params: ['x'.repeat(1000)], id: 'e' }).repeat(1000);
    const server = await serve((request, peer) => {
      if (!isCall(request, 'list_dbs')) return false;
      peer.socket.pause();
      const ask = (): void => {
        while (!peer.socket.destroyed && peer.socket.write(question));
      };
      peer.socket.on('drain', ask);
      ask();
      return true;
    });
    const client = await open(server.remote, { maxQueuedBytes: 100_000, probeMs: 300 });
    await expect(client.listDatabases({ timeoutMs: 6000 })).rejects.toThrow(UnavailableError);
    // What is read is what may wait to be answered, and what the kernel holds. A connection lasts at least 600 ms.
    expect(client.traffic.bytesIn).toBeLessThan(20_000_000);
    expect(server.connections).toBeGreaterThan(1);
  });

  test('what is not OVSDB is an input error, and is not tried again', async () => {
    const server = await serve((_, peer) => {
      peer.raw('HTTP/1.1 400 Bad Request\r\n\r\n');
      return true;
    });
    await expect(open(server.remote)).rejects.toMatchObject({ code: 'ovsdb.stream' });
    await expect(open(server.remote)).rejects.toThrow(InputError);
    expect(server.connections).toBe(2);
  });

  test('a message beyond the limit is refused before it is stored', async () => {
    const server = await serve((request, peer) => {
      if (isCall(request, 'list_dbs'))
        peer.raw(`{"id":${jsonText(request['id'] ?? null)},"result":["${'x'.repeat(1 << 20)}`);
      return isCall(request, 'list_dbs');
    });
    const client = await open(server.remote, { maxMessageBytes: 100_000 });
    await expect(client.listDatabases({ timeoutMs: 500 })).rejects.toThrow(/more than 100000 bytes/);
  });

  test.each([
    ['nothing', {}],
    ['a wrong type', { result: 7, error: null }],
    ['an error of no known form', { result: null, error: [1] }],
  ])('a reply with %s is an error', async (_, reply) => {
    const server = await serve((request, peer) => {
      if (isCall(request, 'list_dbs')) peer.send({ id: request['id'] ?? null, ...reply });
      return isCall(request, 'list_dbs');
    });
    const client = await open(server.remote);
    await expect(client.listDatabases()).rejects.toThrow(InputError);
  });

  test.each([
    ['too few results', [{}]],
    ['too many results, none an error', [{}, {}, {}]],
    ['results that are none', [{}, 7]],
    ['no list', {}],
  ])('a transaction with %s is an error', async (_, result) => {
    const server = await serve((request, peer) => {
      if (isCall(request, 'transact')) peer.reply(request, result);
      return isCall(request, 'transact');
    });
    const client = await open(server.remote);
    await expect(client.transact('Made', [insert, insert])).rejects.toThrow(InputError);
  });

  test('a request of ours that it has never heard of is refused, one of its own that we have not as well', async () => {
    const server = await serve((request, peer) => {
      if (isCall(request, 'list_dbs')) peer.send({ method: 'steer', params: [], id: 'q' });
      return false;
    });
    const client = await open(server.remote);
    await client.listDatabases();
    await client.echo();
    expect(server.received).toContainEqual({ id: 'q', result: null, error: 'unknown method' });
    await expect(client.getServerId()).rejects.toMatchObject({ code: 'ovsdb.unknown-method' });
  });
});

describe('a silent server', () => {
  test('that never says a word fails the connection by its deadline', async () => {
    const server = await serve(() => true);
    await expect(open(server.remote, { attemptMs: 200, timeoutMs: 1000 })).rejects.toThrow(UnavailableError);
  });

  test('fails a call by its deadline', async () => {
    const server = await serve((request) => isCall(request, 'list_dbs'));
    const client = await open(server.remote);
    await expect(client.listDatabases({ timeoutMs: 200 })).rejects.toMatchObject({ code: 'ovsdb.deadline' });
  });

  test('fails its probe, and a read goes to the next member', async () => {
    const one = await serve((request, _, nth) => nth === 0 && (isCall(request, 'list_dbs') || isCall(request, 'echo')));
    const two = await serve(nothing);
    const client = await open(`${one.remote},${two.remote}`, { probeMs: 150 });
    expect(await client.listDatabases()).toEqual(['Made']);
    expect(client.remote).toBe(two.remote);
    // Whoever answers probes stays, however long there is nothing to say.
    await pause(700);
    expect([client.remote, two.connections]).toEqual([two.remote, 1]);
  });

  test('a change that it took without an answer is of unknown fate, and is cancelled', async () => {
    const server = await serve((request) => isCall(request, 'transact'));
    const client = await open(server.remote);
    await expect(client.transact('Made', [insert], { timeoutMs: 100 })).rejects.toThrow(UnknownFateError);
    await client.echo();
    const [transact] = asked(server, 'transact');
    expect(asked(server, 'cancel')).toEqual([{ method: 'cancel', params: [transact?.['id'] ?? null], id: null }]);
  });
});

describe('closing', () => {
  test('ends calls and monitors under way, and those to come', async () => {
    const server = await serve((request) => isCall(request, 'list_dbs') || isCall(request, 'get_schema'));
    const client = await open(server.remote);
    const call = client.listDatabases();
    const reading = client.monitor('Made', { T: {} })[Symbol.asyncIterator]().next();
    client.close();
    await expect(call).rejects.toThrow(UnavailableError);
    await expect(reading).rejects.toThrow(UnavailableError);
    await expect(client.listDatabases()).rejects.toMatchObject({ code: 'ovsdb.client-closed' });
  });

  test('a search for a server ends with its signal', async () => {
    const stop = new AbortController();
    const server = await serve(() => true);
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(connect(server.remote, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
