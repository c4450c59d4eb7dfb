import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ConflictError, InputError, NotFoundError } from '../../../src/base/errors.js';
import { connect } from '../../../src/connect/ovsdb/connect.js';
import type { OvsdbClient } from '../../../src/ovsdb/client/client.js';
import { OperationConflictError, OperationInputError, UnknownFateError } from '../../../src/ovsdb/client/errors.js';
import type { MonitorEvent } from '../../../src/ovsdb/client/monitor-feed.js';
import type { Operation } from '../../../src/ovsdb/client/operation.js';
import type { Database } from '../../../src/ovsdb/replica/database.js';
import type { Json } from '../../../src/ovsdb/wire/json.js';
import { decodedContents, servedContents } from '../../support/ovsdb-contents.js';
import { MADE_SCHEMA } from '../../support/ovsdb-made.js';
import { operation, possible } from '../../support/ovsdb-random.js';
import { hasOvsdbServer, NO_OVSDB, ovsdbTool, scratchFolder, startOvsdbServer } from '../../support/ovsdb-server.js';
import type { OvsdbServer } from '../../support/ovsdb-server.js';

const available = hasOvsdbServer();
const thing = (name: string, more: Record<string, Json> = {}): Operation => ({
  op: 'insert',
  table: 'Thing',
  row: { name, some: 1, ...more },
});
const MISSING_PART = '00000000-0000-4000-8000-000000000000';

describe.skipIf(!available)(available ? 'a client of a real ovsdb-server' : NO_OVSDB, () => {
  const folder = scratchFolder();
  const file = join(folder.path, 'made.db');
  const clients: OvsdbClient[] = [];
  let server: OvsdbServer;

  async function open(options: Parameters<typeof connect>[1] = {}): Promise<OvsdbClient> {
    const client = await connect(server.remote, options);
    clients.push(client);
    return client;
  }

  beforeAll(async () => {
    const schema = join(folder.path, 'made.ovsschema');
    writeFileSync(schema, JSON.stringify(MADE_SCHEMA));
    await ovsdbTool('create', file, schema);
    server = await startOvsdbServer(folder.path, [file], ['Made']);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.transact('Made', { op: 'delete', table: 'Thing', where: [] });
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  test('asks what there is', async () => {
    const client = await open({ database: 'Made' });
    expect(await client.listDatabases()).toEqual(['Made', '_Server']);
    const schema = await client.getSchema('Made');
    expect([schema.name, schema.version, [...schema.tables.keys()].sort()]).toEqual([
      'Made',
      '1.0.0',
      ['Part', 'Thing'],
    ]);
    expect(await client.getSchema('Made')).toBe(schema);
    expect(await client.echo(['hello', 1])).toEqual(['hello', 1]);
    expect(await client.getServerId()).toMatch(/^[0-9a-f-]{36}$/);
    expect(client.databases).toContainEqual(
      expect.objectContaining({ name: 'Made', model: 'standalone', connected: true, leader: true }),
    );
    await expect(client.getSchema('Nope')).rejects.toThrow(NotFoundError);
  });

  test('transacts and reads back, with 64-bit integers', async () => {
    const client = await open();
    const big = 9223372036854775807n;
    const [inserted] = await client.transact('Made', [thing('a', { count: big, numbers: ['set', [-big, 2, big]] })]);
    const updated = await client.transact('Made', [
      { op: 'update', table: 'Thing', where: [['count', '==', big]], row: { label: 'found' } },
      { op: 'mutate', table: 'Thing', where: [], mutations: [['count', '-=', 1]] },
      { op: 'comment', comment: 'nothing' },
    ]);
    expect(updated).toEqual([{ count: 1 }, { count: 1 }, {}]);
    const [row] = await client.select('Made', 'Thing', [['name', '==', 'a']], ['count', 'numbers', 'label']);
    expect([row?.uuid, row?.big('count'), row?.string('label')]).toEqual([inserted?.uuid, big - 1n, 'found']);
    expect(row?.json('numbers')).toEqual(['set', [-big, 2, big]]);
    expect(row?.has('name')).toBe(false);
    expect(await client.select('Made', 'Thing', [['name', '==', 'b']])).toEqual([]);
  });

  test('a refused operation comes back with its name and place', async () => {
    const client = await open();
    const wrong: Operation = { op: 'insert', table: 'Nope', row: {} };
    const failure = await client.transact('Made', [thing('a'), wrong]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OperationInputError);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as OperationInputError).failure).toMatchObject({ database: 'Made', index: 1, operation: wrong });
    const wait: Operation = {
      op: 'wait',
      table: 'Thing',
      where: [],
      columns: ['name'],
      until: '==',
      rows: [{ name: 'z' }],
      timeout: 0,
    };
    await expect(client.transact('Made', [wait, thing('b')])).rejects.toMatchObject({
      code: 'ovsdb.timed-out',
      failure: { rfc: 'timed out', index: 0, operation: wait },
    });
    await expect(client.transact('Made', [{ op: 'abort' }])).rejects.toMatchObject({
      failure: { rfc: 'aborted', index: 0 },
    });
    await expect(client.transact('Made', [{ op: 'assert', lock: 'nobody' }])).rejects.toMatchObject({
      failure: { rfc: 'not owner', index: 0 },
    });
    expect(await client.select('Made', 'Thing')).toEqual([]);
  });

  test('a commit refused as a whole names no operation', async () => {
    const client = await open();
    const failure = await client.transact('Made', [thing('a'), thing('a')]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OperationConflictError);
    expect(failure).toBeInstanceOf(ConflictError);
    expect((failure as OperationConflictError).failure).toMatchObject({
      rfc: 'constraint violation',
      index: undefined,
      operation: undefined,
    });
    await expect(client.transact('Made', [thing('b', { parts: ['uuid', MISSING_PART] })])).rejects.toMatchObject({
      failure: { rfc: 'referential integrity violation', index: undefined },
    });
  });

  test('a call ends by its deadline or signal, and says whether it may have taken effect', async () => {
    const client = await open();
    const wait: Operation = {
      op: 'wait',
      table: 'Thing',
      where: [],
      columns: ['name'],
      until: '==',
      rows: [{ name: 'z' }],
    };
    await expect(client.transact('Made', [wait], { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ovsdb.deadline' });
    const change = client.transact('Made', [wait, thing('late')], { timeoutMs: 50 });
    await expect(change).rejects.toThrow(UnknownFateError);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(client.transact('Made', [wait], { signal: stop.signal })).rejects.toThrow('enough');
    await expect(client.transact('Made', [wait, thing('later')], { signal: AbortSignal.timeout(50) })).rejects.toThrow(
      UnknownFateError,
    );
    await expect(client.echo([], { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    // They were cancelled: what they waited for no longer makes them happen.
    await client.transact('Made', [thing('z')]);
    expect((await client.select('Made', 'Thing')).map((row) => row.string('name'))).toEqual(['z']);
    expect(client.traffic.strayReplies).toBe(0);
  });

  test('a monitor shows what is there and what changes', async () => {
    const client = await open();
    await client.transact('Made', [thing('a')]);
    const monitor = client.monitor('Made', { Thing: {}, Part: {} });
    const events = monitor[Symbol.asyncIterator]();
    const first = await next(events);
    expect(monitor.method).toBe('monitor_cond_since');
    expect(namesIn(first)).toEqual(['a']);
    expect(first.kind).toBe('initial');
    await client.transact('Made', [thing('b')]);
    const second = await next(events);
    expect([second.kind, namesIn(second), changed(second)]).toEqual(['update', ['a', 'b'], ['+b']]);
    // The earlier value is as it was, and untouched tables are the same objects.
    expect(namesIn(first)).toEqual(['a']);
    expect(second.database.table('Part')).toBe(first.database.table('Part'));
    await client.transact('Made', [
      { op: 'update', table: 'Thing', where: [['name', '==', 'a']], row: { words: ['set', ['x', 'y']] } },
      { op: 'delete', table: 'Thing', where: [['name', '==', 'b']] },
    ]);
    const third = await next(events);
    expect([namesIn(third), changed(third)]).toEqual([['a'], ['-b', 'a']]);
    await events.return?.();
  });

  test('a slow reader gets one event for many changes, and none for what came and went', async () => {
    const client = await open();
    const monitor = client.monitor('Made', { Thing: {} });
    const events = monitor[Symbol.asyncIterator]();
    await next(events);
    for (let i = 0; i < 300; i++) await client.transact('Made', [thing(`n${String(i)}`)]);
    await client.transact('Made', [{ op: 'delete', table: 'Thing', where: [['name', '!=', 'n7']] }]);
    const event = await next(events);
    expect([namesIn(event), changed(event)]).toEqual([['n7'], ['+n7']]);
    monitor.close();
    expect(await events.next()).toMatchObject({ done: true });
  });

  test('conditions choose the rows, and can be changed', async () => {
    const client = await open();
    await client.transact('Made', [thing('a', { count: 1 }), thing('b', { count: 2 }), thing('c', { count: 3 })]);
    const monitor = client.monitor('Made', { Thing: { columns: ['name', 'count'], where: [['count', '>=', 2]] } });
    const events = monitor[Symbol.asyncIterator]();
    expect(namesIn(await next(events))).toEqual(['b', 'c']);
    await monitor.change({ Thing: [['count', '<=', 2]] });
    const event = await next(events);
    expect([namesIn(event), changed(event)]).toEqual([
      ['a', 'b'],
      ['+a', '-c'],
    ]);
    await expect(monitor.change({ Part: [true] })).rejects.toThrow(InputError);
    await expect(monitor.change({ Thing: [['nope', '==', 2]] })).rejects.toThrow(InputError);
    await monitor.change({ Thing: [['name', '==', 'c']] });
    expect(namesIn(await next(events))).toEqual(['c']);
    monitor.close();
  });

  test('a monitor of what is not there says so', async () => {
    const client = await open();
    const read = async (database: string, tables: Record<string, { columns?: string[] }>): Promise<unknown> => {
      for await (const event of client.monitor(database, tables)) return event;
      return undefined;
    };
    await expect(read('Nope', { Thing: {} })).rejects.toThrow(NotFoundError);
    await expect(read('Made', { Nope: {} })).rejects.toThrow('Made has no table Nope');
    await expect(read('Made', { Thing: { columns: ['nope'] } })).rejects.toThrow('no column nope in table Thing');
  });

  test('its signal ends a monitor with its reason', async () => {
    const client = await open();
    const stop = new AbortController();
    const events = client.monitor('Made', { Thing: {} }, { signal: stop.signal })[Symbol.asyncIterator]();
    await next(events);
    const waiting = events.next();
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  test('a lock goes from one to the next, and can be stolen', async () => {
    const [one, two] = [await open(), await open()];
    const heard: boolean[] = [];
    const first = one.lock('door', { onChange: (owned) => heard.push(owned) });
    await first.whenOwned();
    const second = two.lock('door');
    await expect(second.whenOwned({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'ovsdb.deadline' });
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(second.whenOwned({ signal: stop })).rejects.toThrow('enough');
    await first.release();
    await second.whenOwned();
    const third = one.lock('door', { steal: true });
    await third.whenOwned();
    for (let tries = 0; second.owned && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect([heard, second.owned, third.owned]).toEqual([[true, false], false, true]);
    await one.transact('Made', [{ op: 'assert', lock: 'door' }, thing('guarded')]);
    await expect(two.transact('Made', [{ op: 'assert', lock: 'door' }])).rejects.toMatchObject({
      failure: { rfc: 'not owner' },
    });
  });

  test('many calls at once are all answered', async () => {
    const client = await open({ maxQueuedBytes: 1000 });
    const answers = await Promise.all(Array.from({ length: 2000 }, (_, i) => client.echo([i, 'x'.repeat(50)])));
    expect(answers.map((answer) => (answer as Json[])[0])).toEqual(answers.map((_, i) => i));
  });

  test('after random transactions a monitor holds what the server dumps', async () => {
    const client = await open();
    const schema = await client.getSchema('Made');
    const events = client.monitor('Made', { Thing: {}, Part: {} })[Symbol.asyncIterator]();
    let { database } = await next(events);
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 6 }), async (operations) => {
        // A row that changes with each transaction, so that there always is an event to wait for.
        const tick: Json = { op: 'insert', table: 'Thing', row: { name: `tick ${String(ticks++)}`, some: 1 } };
        await client.transact('Made', [...possible(operations), tick] as unknown as Operation[]);
        ({ database } = await next(events));
        expect(decodedContents(database)).toEqual(servedContents(schema, await server.dump('Made')));
      }),
      { numRuns: 60, endOnFailure: true },
    );
    // Row by row, and column by column in the same notation and order, as one who comes now is told.
    const fresh = await next(client.monitor('Made', { Thing: {}, Part: {} })[Symbol.asyncIterator]());
    expect(database.table('Thing').size).toBeGreaterThanOrEqual(60);
    expect(notation(database)).toEqual(notation(fresh.database));
    await events.return?.();
  });
});

let ticks = 0;

const notation = (database: Database): unknown =>
  Object.fromEntries(
    [...database.table('Thing').rows()].map((row) => [
      row.uuid,
      Object.fromEntries(row.columns().map((column) => [column, row.json(column)])),
    ]),
  );

async function next(events: AsyncIterator<MonitorEvent>): Promise<MonitorEvent> {
  const result = await events.next();
  if (result.done === true) throw new Error('the monitor ended');
  return result.value;
}

const namesIn = (event: MonitorEvent): string[] =>
  [...event.database.table('Thing').rows()].map((row) => row.string('name')).sort();

/** `+name`, `-name` or `name` for each changed row. */
const changed = (event: MonitorEvent): string[] =>
  [...(event.changes.get('Thing')?.values() ?? [])]
    .map(
      ({ before, after }) =>
        `${before === undefined ? '+' : after === undefined ? '-' : ''}${(after ?? before)?.string('name') ?? ''}`,
    )
    .sort();
