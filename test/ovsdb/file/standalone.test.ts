import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseFile } from '../../../src/ovsdb/file/database-file.js';
import type { Json } from '../../../src/ovsdb/wire/json.js';
import { mapOf, setOf } from '../../../src/ovsdb/wire/value.js';
import { decodedContents, servedContents } from '../../support/ovsdb-contents.js';
import { decodeFile, MADE_SCHEMA } from '../../support/ovsdb-made.js';
import {
  hasOvsdbServer,
  NO_OVSDB,
  ovsdbTool,
  scratchFolder,
  startOvsdbServer,
  transactFile,
} from '../../support/ovsdb-server.js';
import type { OvsdbServer } from '../../support/ovsdb-server.js';

const available = hasOvsdbServer();

const emptied = (value: Json | undefined): boolean =>
  value !== undefined && (setOf(value) ?? mapOf(value))?.length === 0;

describe.skipIf(!available)(available ? 'files of the real ovsdb-server' : NO_OVSDB, () => {
  const folder = scratchFolder();
  const file = join(folder.path, 'made.db');
  let server: OvsdbServer;

  beforeAll(async () => {
    const schema = join(folder.path, 'made.ovsschema');
    writeFileSync(schema, JSON.stringify(MADE_SCHEMA));
    await ovsdbTool('create', file, schema);
    server = await startOvsdbServer(folder.path, [file], ['Made']);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  const transact = (...operations: Parameters<OvsdbServer['transact']>[1][]) => server.transact('Made', ...operations);
  const insert = (row: Record<string, unknown>) => ({ op: 'insert', table: 'Thing', row }) as never;
  const on = (name: string) => ({ table: 'Thing', where: [['name', '==', name]] });

  /** The file as it is now agrees with what the server serves now. */
  async function compare(): Promise<DatabaseFile> {
    const decoded = decodeFile(file);
    expect(decoded.gap).toBeUndefined();
    expect(decodedContents(decoded.database)).toEqual(
      servedContents(decoded.database.schema, await server.dump('Made')),
    );
    return decoded;
  }

  test('a schema and nothing else', async () => {
    expect(await compare()).toMatchObject({ transactions: 0, firstDate: undefined, lastComment: undefined });
  });

  test('inserted rows of every shape of column, 64-bit integers kept', async () => {
    const before = Date.now();
    await transact(
      insert({ name: 'empty', some: 9 }),
      insert({
        name: 'full',
        count: 9223372036854775807n,
        share: 1e300,
        enabled: true,
        passing: 5,
        label: 'l\u00e9 "\n\u{1F600}',
        tag: -9223372036854775808n,
        numbers: ['set', [3, 9007199254740993n, -1]],
        shares: ['set', [0.5, -2]],
        words: ['set', ['y', 'x', '']],
        some: ['set', [0, 5]],
        single: ['map', [['k', 'v']]],
        options: [
          'map',
          [
            ['b', '2'],
            ['a', '1'],
          ],
        ],
        queues: [
          'map',
          [
            [9007199254740993n, 1],
            [2, 9223372036854775807n],
          ],
        ],
      }),
      { op: 'comment', comment: 'first\nof all' },
    );
    const decoded = await compare();
    expect(decoded).toMatchObject({
      format: 'standalone',
      transactions: 1,
      lastComment: 'first\nof all',
      cluster: undefined,
    });
    expect(decoded.firstDate).toBeGreaterThanOrEqual(before);
    const [full] = decoded.database.table('Thing').find('name', 'full');
    expect(full?.big('count')).toBe(9223372036854775807n);
    expect(full?.big('tag')).toBe(-9223372036854775808n);
    expect(full?.map('queues').get('9007199254740993')).toBe('1');
    expect(full?.has('passing')).toBe(false);
  });

  test('differences of sets, maps and optional columns', async () => {
    await transact({
      op: 'update',
      ...on('full'),
      row: {
        words: ['set', ['x', 'z']],
        options: [
          'map',
          [
            ['b', '3'],
            ['c', '4'],
          ],
        ],
      },
    });
    await compare();
    await transact({
      op: 'update',
      ...on('full'),
      row: { label: ['set', []], single: ['map', [['k', 'w']]], some: 7 },
    });
    await compare();
    await transact({
      op: 'update',
      ...on('full'),
      row: { label: 'back', single: ['map', [['other', 'w']]], some: ['set', [0, 7]] },
    });
    await compare();
    await transact({
      op: 'update',
      ...on('full'),
      row: { single: ['map', []], count: -5, numbers: ['set', []], options: ['map', []] },
    });
    await compare();
    await transact({ op: 'update', ...on('empty'), row: { some: 3, numbers: 4, options: ['map', [['n', 'm']]] } });
    expect((await compare()).transactions).toBe(6);
  });

  test('mutations', async () => {
    const mutate = (...mutations: unknown[]) => ({ op: 'mutate', ...on('full'), mutations }) as never;
    await transact(mutate(['numbers', 'insert', ['set', [1, 2, 9223372036854775806n]]], ['count', '+=', 6]));
    await transact(mutate(['numbers', 'delete', ['set', [2]]], ['words', 'insert', ['set', ['w', 'x']]]));
    await transact(
      mutate([
        'options',
        'insert',
        [
          'map',
          [
            ['p', 'q'],
            ['r', 's'],
          ],
        ],
      ]),
    );
    await transact(mutate(['options', 'delete', ['set', ['p']]], ['options', 'insert', ['map', [['r', 'ignored']]]]));
    const decoded = await compare();
    expect([...(decoded.database.table('Thing').find('name', 'full')[0]?.map('options') ?? [])]).toEqual([['r', 's']]);
  });

  test('references, and rows that the server deletes for want of one', async () => {
    await transact(
      { op: 'insert', table: 'Part', 'uuid-name': 'p1', row: { value: 1 } },
      { op: 'insert', table: 'Part', 'uuid-name': 'p2', row: { value: 2 } },
      {
        op: 'insert',
        table: 'Thing',
        'uuid-name': 't',
        row: {
          name: 'owner',
          parts: [
            'set',
            [
              ['named-uuid', 'p1'],
              ['named-uuid', 'p2'],
            ],
          ],
        },
      },
      {
        op: 'update',
        ...on('full'),
        row: { peers: ['named-uuid', 't'], named: ['map', [['one', ['named-uuid', 'p1']]]] },
      },
    );
    expect((await compare()).database.table('Part').size).toBe(2);
    await transact({ op: 'delete', ...on('owner') });
    const { database } = await compare();
    expect(database.table('Part').size).toBe(1);
    expect(database.table('Thing').find('name', 'full')[0]?.refs('peers')).toEqual([]);
  });

  test('a row that is deleted and one of the same name inserted again', async () => {
    await transact({ op: 'delete', ...on('empty') }, insert({ name: 'empty', count: 1 }));
    await transact(
      { op: 'comment', comment: 'nothing but a comment' },
      { op: 'mutate', ...on('empty'), mutations: [['count', '+=', 1]] },
    );
    expect((await compare()).lastComment).toBe('nothing but a comment');
  });

  test('a copy of the file is as good as the file', () => {
    const copy = join(folder.path, 'copy.db');
    copyFileSync(file, copy);
    expect(decodedContents(decodeFile(copy).database)).toEqual(decodedContents(decodeFile(file).database));
  });

  test('compacting changes the file and not what it says, order of sets and maps included', async () => {
    const before = decodeFile(file);
    const json = (decoded: DatabaseFile) =>
      [...decoded.database.table('Thing').rows()]
        .map(
          (row) =>
            [
              row.uuid,
              row
                .columns()
                .sort()
                .map((column) => [column, row.json(column)]),
            ] as const,
        )
        .sort(([a], [b]) => (a < b ? -1 : 1))
        // A column that was emptied is written as an empty value before compaction and not at all after it.
        .map(([uuid, cells]) => [uuid, cells.filter(([, value]) => !emptied(value))]);
    await server.control('ovsdb-server/compact');
    const after = await compare();
    expect([before.transactions > 10, after.transactions]).toEqual([true, 1]);
    expect(json(after)).toEqual(json(before));
  });

  test('transactions after the compaction', async () => {
    await transact(
      { op: 'update', ...on('full'), row: { words: ['set', ['after']] } },
      { op: 'comment', comment: 'later' },
    );
    expect(await compare()).toMatchObject({ transactions: 2, lastComment: 'later' });
  });

  test('transactions of ovsdb-tool, without a server', async () => {
    const other = join(folder.path, 'other.db');
    await ovsdbTool('create', other, join(folder.path, 'made.ovsschema'));
    await transactFile(other, 'Made', [insert({ name: 'a', words: ['set', ['x', 'y']] })]);
    await transactFile(other, 'Made', [{ op: 'update', ...on('a'), row: { words: ['set', ['y', 'z']] } }]);
    const decoded = decodeFile(other);
    expect(decoded.transactions).toBe(2);
    expect(decoded.database.table('Thing').find('name', 'a')[0]?.strings('words')).toEqual(['y', 'z']);
  });
});
