import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { UnavailableError } from '../../../src/base/errors.js';
import { connect } from '../../../src/connect/ovsdb/connect.js';
import type { ConnectOptions } from '../../../src/connect/ovsdb/connect.js';
import type { OvsdbClient } from '../../../src/ovsdb/client/client.js';
import { UnknownFateError } from '../../../src/ovsdb/client/errors.js';
import type { MonitorEvent } from '../../../src/ovsdb/client/monitor-feed.js';
import type { Operation } from '../../../src/ovsdb/client/operation.js';
import { decodedContents, servedContents } from '../../support/ovsdb-contents.js';
import { MADE_SCHEMA } from '../../support/ovsdb-made.js';
import { startRaftCluster } from '../../support/ovsdb-raft.js';
import type { RaftCluster } from '../../support/ovsdb-raft.js';
import { hasOvsdbServer, NO_OVSDB, scratchFolder } from '../../support/ovsdb-server.js';

const available = hasOvsdbServer();
const thing = (name: string): Operation => ({ op: 'insert', table: 'Thing', row: { name, some: 1 } });
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(!available)(available ? 'a cluster of three real servers' : NO_OVSDB, () => {
  const folder = scratchFolder();
  const clients: OvsdbClient[] = [];
  let cluster: RaftCluster;

  async function open(options: ConnectOptions = {}, remotes = cluster.remotes): Promise<OvsdbClient> {
    const client = await connect(remotes, { database: 'Made', ...options });
    clients.push(client);
    return client;
  }
  const names = async (client: OvsdbClient): Promise<string[]> =>
    (await client.select('Made', 'Thing', [], ['name'])).map((row) => row.string('name')).sort();

  beforeAll(async () => {
    const schema = join(folder.path, 'made.ovsschema');
    writeFileSync(schema, JSON.stringify(MADE_SCHEMA));
    cluster = await startRaftCluster(folder.path, schema, 'Made');
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const member of [...cluster.members]) if (!member.isUp) await cluster.restart(member);
    const cleaner = await connect((await cluster.leader()).remote, { database: 'Made' });
    await cleaner.transact('Made', [{ op: 'delete', table: 'Thing', where: [] }]);
    cleaner.close();
  });
  afterAll(async () => {
    await cluster.stop();
    folder.remove();
  });

  test('the leader is found, whichever member is named first', async () => {
    const leader = await cluster.leader();
    const followers = await cluster.followers();
    const remotes = [...followers, leader].map(({ remote }) => remote).join(',');
    const leading = await open({ leaderOnly: true }, remotes);
    expect(leading.remote).toBe(leader.remote);
    const any = await open({}, remotes);
    expect(any.remote).toBe(followers[0]?.remote);
    expect(any.databases?.find(({ name }) => name === 'Made')).toMatchObject({
      model: 'clustered',
      connected: true,
      leader: false,
    });
  });

  test('a follower alone is no leader, and says so in time', async () => {
    const [follower] = await cluster.followers();
    await expect(open({ leaderOnly: true, timeoutMs: 3000 }, follower?.remote)).rejects.toMatchObject({
      code: 'ovsdb.not-leader',
    });
  });

  test('reads go on while the leader is killed', async () => {
    const leader = await cluster.leader();
    const client = await open({ leaderOnly: true });
    await client.transact('Made', [thing('a')]);
    let killed: Promise<void> | undefined;
    for (let i = 0; i < 200; i++) {
      if (i === 50) killed = cluster.kill(leader);
      expect(await names(client)).toEqual(['a']);
    }
    await killed;
    expect(client.remote).not.toBe(leader.remote);
  });

  test('no transaction is lost or made twice while the leader is killed; what is unknown is said to be', async () => {
    const leader = await cluster.leader();
    const client = await open({ leaderOnly: true, timeoutMs: 20_000 });
    const sure: string[] = [];
    const unsure: string[] = [];
    const work = async (worker: number): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        const name = `${String(worker)}.${String(i)}`;
        try {
          await client.transact('Made', [thing(name)]);
          sure.push(name);
        } catch (error) {
          // A second one of the same name would be refused by the index: then this is not an UnknownFateError.
          if (!(error instanceof UnknownFateError)) throw error;
          unsure.push(name);
        }
      }
    };
    const workers = Promise.all([0, 1, 2, 3].map(work));
    await pause(30);
    await cluster.kill(leader);
    await workers;
    const found = await names(client);
    expect(found.filter((name) => !unsure.includes(name))).toEqual(sure.sort());
    expect(sure.length + unsure.length).toBe(160);
    // At most what each worker had under way.
    expect(unsure.length).toBeLessThanOrEqual(4);
  });

  test('a monitor goes on with another member after its own is killed, with nothing missing', async () => {
    const leader = await cluster.leader();
    const client = await open({ leaderOnly: true });
    const writer = await open({ leaderOnly: true, timeoutMs: 20_000 });
    const kinds: string[] = [];
    let last: MonitorEvent | undefined;
    const stop = new AbortController();
    const reading = (async () => {
      for await (const event of client.monitor('Made', { Thing: {}, Part: {} }, { signal: stop.signal })) {
        kinds.push(event.kind);
        last = event;
      }
    })();
    for (let i = 0; i < 60; i++) {
      if (i === 20) await cluster.kill(leader);
      await writer.transact('Made', [thing(`n${String(i)}`)]).catch((error: unknown) => {
        if (!(error instanceof UnknownFateError)) throw error;
      });
    }
    const [member] = (await cluster.followers()) as [RaftCluster['members'][number]];
    const dumped = servedContents(await client.getSchema('Made'), await member.server.dump('Made'));
    for (let tries = 0; tries < 100; tries++) {
      if (last?.database.table('Thing').size === Object.keys(dumped['Thing'] ?? {}).length) break;
      await pause(50);
    }
    expect(last && decodedContents(last.database)).toEqual(dumped);
    // Members share their history: the other one knew where to go on.
    expect(kinds[0]).toBe('initial');
    expect(new Set(kinds.slice(1))).toEqual(new Set(['update']));
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  test('a client that wants the leader follows it when it moves', async () => {
    const leader = await cluster.leader();
    const client = await open({ leaderOnly: true });
    const events = client.monitor('Made', { Thing: {} })[Symbol.asyncIterator]();
    await events.next();
    // Held still past an election, it keeps its connections and comes back as a follower.
    leader.server.signal('SIGSTOP');
    await pause(4000);
    leader.server.signal('SIGCONT');
    const writer = await open({ leaderOnly: true, timeoutMs: 20_000 });
    // The old leader may take a write before it learns that it is a follower; whether that one counts is then to be seen.
    await writer.transact('Made', [thing('after')]).catch(async (error: unknown) => {
      if (!(error instanceof UnknownFateError)) throw error;
      if (!(await names(writer)).includes('after')) await writer.transact('Made', [thing('after')]);
    });
    const event = (await events.next()).value as MonitorEvent;
    expect([...event.database.table('Thing').rows()].map((row) => row.string('name'))).toEqual(['after']);
    expect(client.remote).toBe((await cluster.leader()).remote);
    await events.return?.();
  });

  test('without a majority there is no fit member, and nobody waits for ever', async () => {
    const client = await open({ timeoutMs: 3000 });
    const leader = await cluster.leader();
    const [follower] = await cluster.followers();
    await cluster.kill(leader);
    if (follower !== undefined) await cluster.kill(follower);
    // The member left notices after an election timeout or two; before that it takes changes, and nobody knows what of them.
    let last: unknown;
    for (let tries = 0; tries < 20 && !(last instanceof UnavailableError); tries++) {
      last = await client.transact('Made', [thing('a')]).catch((error: unknown) => error);
      if (!(last instanceof UnavailableError)) expect(last).toBeInstanceOf(UnknownFateError);
    }
    expect(last).toBeInstanceOf(UnavailableError);
    let refused: unknown;
    for (let tries = 0; tries < 40 && refused === undefined; tries++) {
      refused = await open({ timeoutMs: 500 }).then(
        () => pause(500),
        (error: unknown) => error,
      );
    }
    expect(refused).toBeInstanceOf(UnavailableError);
  });
});
