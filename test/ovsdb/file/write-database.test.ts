import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeDatabaseFile } from '../../../src/ovsdb/file/database-file.js';
import type { DatabaseFile } from '../../../src/ovsdb/file/database-file.js';
import { writeDatabaseFile } from '../../../src/ovsdb/file/write-database.js';
import { databaseFromRows } from '../../../src/ovsdb/replica/from-rows.js';
import { decodedContents, servedContents } from '../../support/ovsdb-contents.js';
import { decodeFile, logRecord, MADE_SCHEMA, sha1 } from '../../support/ovsdb-made.js';
import { hasOvsdbServer, NO_OVSDB, ovsdbTool, scratchFolder, startOvsdbServer } from '../../support/ovsdb-server.js';

const capture = join(import.meta.dirname, '../../../examples/ic-dualstack');
const folder = scratchFolder();
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);
const DATE = Date.UTC(2026, 6, 1, 12, 30, 15, 250);

function decoded(bytes: Uint8Array): DatabaseFile {
  const file = decodeDatabaseFile(bytes, sha1);
  if (!file.ok) throw new Error(file.error.detail);
  return file.value;
}

const big = '9007199254740993';
const u = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`;
/** Every kind of column, defaults among them, and integers beyond 2^53. */
const made = decoded(
  Buffer.concat([
    logRecord(JSON.stringify(MADE_SCHEMA)),
    logRecord(
      `{"Thing":{"${u('1')}":{"name":"ünï\\u0001\\"\\n😀","count":${big},"share":0.1,"enabled":true,"label":"x","tag":-${big},` +
        `"numbers":["set",[-${big},1,${big}]],"some":["set",[2,4]],"single":["map",[["k","v"]]],` +
        `"options":["map",[["a","1"],["b",""]]],"queues":["map",[[${big},${big}]]],"parts":["uuid","${u('2')}"],` +
        `"named":["map",[["p",["uuid","${u('2')}"]]]],"peers":["uuid","${u('1')}"]},` +
        `"${u('3')}":{"count":0,"enabled":false,"words":["set",[]],"options":["map",[]],"some":0}},` +
        `"Part":{"${u('2')}":{"value":7}}}`,
    ),
  ]),
);

describe('a written database', () => {
  test('reads back as what it was, bigints, date and comment included', () => {
    const again = decoded(writeDatabaseFile(made.database, { date: DATE, comment: 'taken', sha1 }));
    expect(again).toMatchObject({ format: 'standalone', transactions: 1, firstDate: DATE, lastComment: 'taken' });
    expect(again.gap).toBeUndefined();
    expect(decodedContents(again.database)).toEqual(decodedContents(made.database));
    const thing = again.database.table('Thing').get(u('1'));
    expect([thing?.json('count'), thing?.json('tag')]).toEqual([9007199254740993n, -9007199254740993n]);
  });

  test('leaves out defaults, and columns that a server keeps in memory only', () => {
    const live = databaseFromRows('Made', {
      Thing: { [u('1')]: { name: 'a', count: 0, passing: 7, words: ['set', []], _version: ['uuid', u('9')] } },
    });
    const text = new TextDecoder().decode(
      writeDatabaseFile({ ...live, schema: made.database.schema }, { date: DATE, sha1 }),
    );
    expect(text.trim().split('\n').at(-1)).toBe(`{"_date":${String(DATE)},"Thing":{"${u('1')}":{"name":"a"}}}`);
  });

  test('has the values that were put in place of others', () => {
    const again = decoded(
      writeDatabaseFile(made.database, {
        sha1,
        replace: (row, column) => (row.uuid === u('1') && column === 'name' ? 'hidden' : undefined),
      }),
    );
    expect(again.database.table('Thing').get(u('1'))?.string('name')).toBe('hidden');
    expect(again.database.table('Thing').get(u('1'))?.string('label')).toBe('x');
  });

  test('may be empty, but not without a schema', () => {
    const empty = writeDatabaseFile({ ...databaseFromRows('Made', {}), schema: made.database.schema }, { sha1 });
    expect(decoded(empty)).toMatchObject({ transactions: 1, gap: undefined, firstDate: undefined });
    expect(() => writeDatabaseFile(databaseFromRows('Made', {}), { sha1 })).toThrow(RangeError);
  });
});

describe.skipIf(!hasOvsdbServer())(`in the hands of Open vSwitch (${NO_OVSDB})`, () => {
  const kinds = { nb: 'OVN_Northbound', sb: 'OVN_Southbound', ovs: 'Open_vSwitch' };
  test.each(Object.entries(kinds))(
    'a recorded %s.db, written again, is served with the same rows',
    async (kind, name) => {
      const original = decodeFile(join(capture, 'ovn-worker', `${kind}.db`));
      const file = at(`${kind}.db`);
      writeFileSync(file, writeDatabaseFile(original.database, { date: DATE, comment: 'ovnctl snapshot', sha1 }));
      expect((await ovsdbTool('db-name', file)).trim()).toBe(name);
      expect((await ovsdbTool('db-version', file)).trim()).toBe(original.database.schema?.version);
      expect(await ovsdbTool('show-log', file)).toMatch(/record 1: 2026-07-01 12:30:15\.250 "ovnctl snapshot"/);
      cpSync(file, at(`${kind}-compact.db`));
      await ovsdbTool('compact', at(`${kind}-compact.db`));
      expect(decodedContents(decodeFile(at(`${kind}-compact.db`)).database)).toEqual(
        decodedContents(original.database),
      );

      const server = await startOvsdbServer(folder.path, [file], [name]);
      try {
        const dump = await server.dump(name);
        expect(servedContents(original.database.schema, dump)).toEqual(decodedContents(original.database));
        const cksum = await ovsdbTool('db-cksum', join(capture, 'ovn-worker', `${kind}.db`));
        expect(await server.client('get-schema-cksum', server.remote, name)).toBe(cksum);
      } finally {
        await server.stop();
      }
    },
  );

  test('every kind of column is served as it was', async () => {
    const file = at('made.db');
    writeFileSync(file, writeDatabaseFile(made.database, { date: DATE, sha1 }));
    const server = await startOvsdbServer(folder.path, [file], ['Made']);
    try {
      expect(servedContents(made.database.schema, await server.dump('Made'))).toEqual(decodedContents(made.database));
      // The server goes on writing after our record.
      await server.transact('Made', { op: 'update', table: 'Part', where: [], row: { value: 8 } });
    } finally {
      await server.stop();
    }
    expect(decodeFile(file).transactions).toBe(2);
    expect(readFileSync(file).subarray(0, 10).toString()).toBe('OVSDB JSON');
  });
});
