import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeDatabaseFile } from '../../../src/ovsdb/file/database-file.js';
import { decodedContents, servedContents } from '../../support/ovsdb-contents.js';
import { decodeFile, logRecord, MADE_SCHEMA, sha1 } from '../../support/ovsdb-made.js';
import { hasOvsdbServer, NO_OVSDB, ovsdbTool, scratchFolder, startOvsdbServer } from '../../support/ovsdb-server.js';
import type { OvsdbServer } from '../../support/ovsdb-server.js';

const available = hasOvsdbServer();

describe.skipIf(!available)(available ? 'clustered files of the real ovsdb-server' : NO_OVSDB, () => {
  const folder = scratchFolder();
  const file = join(folder.path, 'made.db');
  const schema = join(folder.path, 'made.ovsschema');
  let server: OvsdbServer;

  beforeAll(async () => {
    writeFileSync(schema, JSON.stringify(MADE_SCHEMA));
    await ovsdbTool('create-cluster', file, schema, `unix:${join(folder.path, 'raft')}`);
    copyFileSync(file, join(folder.path, 'new.db'));
    server = await startOvsdbServer(folder.path, [file], ['Made']);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  async function compare(path = file) {
    const decoded = decodeFile(path);
    expect(decodedContents(decoded.database)).toEqual(
      servedContents(decoded.database.schema, await server.dump('Made')),
    );
    expect(decoded).toMatchObject({ format: 'clustered', gap: undefined, cluster: { uncommitted: 0 } });
    return decoded;
  }
  const insert = (name: string, row: Record<string, unknown> = {}) =>
    ({ op: 'insert', table: 'Thing', row: { name, ...row } }) as never;
  const update = (name: string, row: Record<string, unknown>) =>
    ({ op: 'update', table: 'Thing', where: [['name', '==', name]], row }) as never;

  test('a new cluster is empty', () => {
    const decoded = decodeFile(join(folder.path, 'new.db'));
    expect(decoded.database).toMatchObject({ name: 'Made', schema: { version: '1.0.0' } });
    expect(decoded.database.table('Thing').size).toBe(0);
    expect(decoded.cluster?.localAddress).toBe(`unix:${join(folder.path, 'raft')}`);
  });

  test('transactions, one after the other', async () => {
    await server.transact(
      'Made',
      insert('a', { count: 9223372036854775807n, words: ['set', ['x', 'y']] }),
      insert('b'),
    );
    await compare();
    await server.transact('Made', update('a', { words: ['set', ['y', 'z']], options: ['map', [['k', 'v']]] }));
    await server.transact('Made', update('a', { options: ['map', [['k', 'w']]], label: 'l' }), {
      op: 'comment',
      comment: 'why',
    });
    const decoded = await compare();
    expect(decoded.lastComment).toBe('why');
    expect(decoded.database.table('Thing').find('name', 'a')[0]?.big('count')).toBe(9223372036854775807n);
    expect(decoded.cluster?.clusterId).toBe((await ovsdbTool('db-cid', file)).trim());
    expect(decoded.cluster?.serverId).toBe((await ovsdbTool('db-sid', file)).trim());
    await server.transact('Made', { op: 'delete', table: 'Thing', where: [['name', '==', 'b']] });
    await compare();
  });

  test('compacted into a snapshot, and transactions after it', async () => {
    await server.control('ovsdb-server/compact');
    const compacted = await compare();
    await server.transact('Made', insert('c'), update('a', { words: ['set', ['z']], label: ['set', []] }));
    const later = await compare();
    expect([compacted.transactions, later.transactions]).toEqual([1, 2]);
  });

  test('converted to another schema', async () => {
    const tables = structuredClone(MADE_SCHEMA.tables) as { Thing: { columns: Record<string, unknown> } };
    delete tables.Thing.columns['share'];
    tables.Thing.columns['added'] = { type: 'string' };
    const next = join(folder.path, 'next.ovsschema');
    writeFileSync(next, JSON.stringify({ ...MADE_SCHEMA, version: '1.1.0', tables }));
    await server.client('convert', server.remote, next);
    await server.transact('Made', update('a', { added: 'new' }));
    const { database } = await compare();
    expect(database.schema?.version).toBe('1.1.0');
    expect(database.table('Thing').find('added', 'new')).toHaveLength(1);
  });

  test('what is not committed yet is counted and left out, as the server leaves it out', () => {
    // The last record of an idle server commits the last entry; without it the entry stands uncommitted.
    const bytes = readFileSync(file);
    const cut = bytes.subarray(0, bytes.lastIndexOf('OVSDB CLUSTER '));
    const before = decodeFile(file);
    const decoded = decodeDatabaseFile(cut, sha1);
    expect(decoded).toMatchObject({ ok: true, value: { gap: undefined, cluster: { uncommitted: 1 } } });
    if (!decoded.ok) return;
    expect(decoded.value.transactions).toBe(before.transactions - 1);
    expect(decoded.value.database.table('Thing').find('added', 'new')).toHaveLength(0);
    expect(decoded.value.database.table('Thing').size).toBe(before.database.table('Thing').size);
  });

  test('a server that has yet to join its cluster has a name and no rows', async () => {
    const joining = join(folder.path, 'joining.db');
    await ovsdbTool('join-cluster', joining, 'Made', 'tcp:127.0.0.1:9001', 'tcp:127.0.0.1:9002');
    const { database, cluster, transactions } = decodeFile(joining);
    expect([database.name, database.tables.size, transactions]).toEqual(['Made', 0, 0]);
    expect(cluster).toMatchObject({ clusterId: undefined, localAddress: 'tcp:127.0.0.1:9001' });
  });
});

describe('records of a cluster, made by hand', () => {
  const U = 'aaaaaaaa-0000-4000-8000-000000000001';
  const header = {
    server_id: U,
    cluster_id: U,
    name: 'Made',
    local_address: 'tcp:1.2.3.4:5',
    prev_servers: { [U]: 'tcp:1.2.3.4:5' },
    prev_index: 4,
    prev_term: 1,
    prev_eid: U,
    prev_data: [MADE_SCHEMA, { Thing: { [U]: { name: 'snapshot', count: 3 } } }],
  };
  const rename = (index: number, name: string) => ({
    term: 1,
    index,
    eid: U,
    data: [null, { Thing: { [U]: { name } } }],
  });
  const decode = (...records: unknown[]) => {
    const bytes = Buffer.concat([header, ...records].map((record) => logRecord(JSON.stringify(record), 'CLUSTER')));
    const decoded = decodeDatabaseFile(bytes, sha1);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const row = decoded.value.database.table('Thing').get(U);
    return { name: row?.string('name'), row, file: decoded.value, gap: decoded.value.gap };
  };

  test('an entry that is overruled before it is committed never happened', () => {
    const { name, file } = decode(
      rename(5, 'first'),
      rename(6, 'lost'),
      rename(7, 'lost too'),
      { term: 2, vote: U },
      rename(6, 'kept'),
      { commit_index: 6 },
    );
    expect(name).toBe('kept');
    expect(file).toMatchObject({ transactions: 3, gap: undefined, cluster: { uncommitted: 0 } });
  });

  test('entries without data, votes, leaders and notes change nothing', () => {
    const { name, gap } = decode(
      { term: 1, leader: U },
      { note: 'left' },
      { term: 2, index: 5 },
      { term: 2, index: 6, servers: { [U]: 'tcp:1.2.3.4:5' } },
      { term: 2, index: 7, election_timer: 2000 },
      rename(8, 'done'),
      { commit_index: 8 },
    );
    expect([name, gap]).toEqual(['done', undefined]);
  });

  test('a conversion without rows keeps the rows and drops what the schema no longer has', () => {
    const tables = { Thing: { columns: { name: { type: 'string' } } } };
    const { row, file } = decode(
      { term: 1, index: 5, eid: U, data: [{ ...MADE_SCHEMA, tables }, null] },
      { commit_index: 5 },
    );
    expect([row?.string('name'), row?.has('count')]).toEqual(['snapshot', false]);
    expect([...file.database.tables.keys()]).toEqual(['Thing']);
  });

  test.each([
    ['does not continue the log at index 5', 'raft', [rename(6, 'gap')]],
    ['commits an entry that does not exist', 'raft', [{ commit_index: 5 }]],
    ['is of an unknown kind', 'raft', [{ surprise: 1 }]],
    ['is not an object', 'raft', [[1]]],
    ['replaces entry 5, which is committed', 'raft', [rename(5, 'a'), { commit_index: 5 }, rename(5, 'b')]],
    [
      'holds no pair of schema and transaction',
      'transaction',
      [{ term: 1, index: 5, eid: U, data: [] }, { commit_index: 5 }],
    ],
    ['has an unusable schema', 'transaction', [{ term: 1, index: 5, eid: U, data: [{}, null] }, { commit_index: 5 }]],
  ])('damage: an entry that %s', (detail, reason, records) => {
    const { gap } = decode(...records);
    expect(gap).toMatchObject({ kind: 'gap', reason });
    expect(gap?.detail).toContain(detail);
  });

  test.each([
    ['not an object', [1]],
    ['a header without a server', { name: 'Made' }],
    ['a snapshot without a schema', { ...header, prev_data: [null, { Thing: {} }] }],
    ['a snapshot that is no pair', { ...header, prev_data: {} }],
  ])('%s serves nothing', (_what, first) => {
    const decoded = decodeDatabaseFile(logRecord(JSON.stringify(first), 'CLUSTER'), sha1);
    expect(decoded).toMatchObject({ ok: false, error: { kind: 'no-schema' } });
  });
});
