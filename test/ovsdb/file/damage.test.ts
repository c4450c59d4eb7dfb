import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeDatabaseFile } from '../../../src/ovsdb/file/database-file.js';
import { atomOf } from '../../../src/ovsdb/wire/value.js';
import { decodedContents } from '../../support/ovsdb-contents.js';
import { logRecord, MADE_SCHEMA, sha1 } from '../../support/ovsdb-made.js';
import { hasOvsdbServer, NO_OVSDB, ovsdbTool, scratchFolder, startOvsdbServer } from '../../support/ovsdb-server.js';

const uuid = (n: number): string => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
const records = [
  logRecord(JSON.stringify(MADE_SCHEMA)),
  ...[1, 2, 3, 4].map((n) =>
    logRecord(
      JSON.stringify({
        _date: 1_700_000_000_000 + n,
        _is_diff: true,
        Thing: { [uuid(n)]: { name: `t${String(n)}`, words: ['set', ['é', 'x']] } },
      }),
    ),
  ),
];
const file = Buffer.concat(records);
/** Where each record ends. */
const ends = records.map((_, i) => records.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));

const decode = (bytes: Uint8Array) => decodeDatabaseFile(bytes, sha1);

describe('a file cut anywhere', () => {
  test('serves every whole record before the cut and reports the rest', () => {
    const schemaEnd = ends[0] ?? 0;
    for (let length = schemaEnd; length <= file.length; length++) {
      const decoded = decode(file.subarray(0, length));
      if (!decoded.ok) throw new Error(`cut at ${String(length)}: ${decoded.error.detail}`);
      const whole = ends.filter((end) => end <= length).length;
      const { gap, database, transactions } = decoded.value;
      expect([transactions, database.table('Thing').size]).toEqual([whole - 1, whole - 1]);
      const end = ends[whole - 1] ?? 0;
      if (end === length) expect(gap).toBeUndefined();
      else expect(gap).toMatchObject({ reason: 'cut', record: whole + 1, offset: end, unreadBytes: length - end });
    }
  });

  test('is an error when the cut leaves no schema', () => {
    for (let length = 1; length < (ends[0] ?? 0); length++) {
      const decoded = decode(file.subarray(0, length));
      const kind = length < records[0]!.indexOf('\n') + 1 ? 'foreign' : 'no-schema';
      expect(decoded, `cut at ${String(length)}`).toMatchObject({ ok: false, error: { kind } });
    }
    expect(decode(new Uint8Array())).toEqual({ ok: false, error: { kind: 'empty', detail: 'is empty' } });
  });
});

describe('a file damaged inside', () => {
  const third = ends[1] ?? 0;
  const edit = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(file);
    change(bytes);
    return bytes;
  };
  test.each([
    ['a changed byte in the body', 'checksum', edit((bytes) => bytes.write('T', third + 80))],
    [
      'a changed digit of the hash',
      'checksum',
      edit((bytes) => bytes.write(bytes[third + 20] === 0x30 ? '1' : '0', third + 20)),
    ],
    ['another magic', 'header', edit((bytes) => bytes.write('XVSDB', third))],
    ['a record of the other format', 'header', Buffer.concat([file.subarray(0, third), logRecord('{}', 'CLUSTER')])],
    [
      'zeros, as a file system leaves after a crash',
      'header',
      Buffer.concat([file.subarray(0, third), Buffer.alloc(500)]),
    ],
    [
      'a length beyond the end',
      'cut',
      Buffer.concat([file.subarray(0, third), Buffer.from(`OVSDB JSON 99999 ${'0'.repeat(40)}\n{}`)]),
    ],
    ['a body that is not JSON', 'json', Buffer.concat([file.subarray(0, third), logRecord('{"Thing":')])],
  ])('%s: what precedes is served', (_what, reason, bytes) => {
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    expect(decoded.value.gap).toMatchObject({ reason, record: 3, offset: third, unreadBytes: bytes.length - third });
    expect(decoded.value.database.table('Thing').size).toBe(1);
  });

  test('a body that is not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"_comment":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]);
    const bytes = Buffer.concat([
      file.subarray(0, third),
      Buffer.from(`OVSDB JSON ${String(body.length)} ${sha1(body)}\n`),
      body,
    ]);
    expect(decode(bytes)).toMatchObject({ ok: true, value: { gap: { reason: 'json', detail: 'is not valid UTF-8' } } });
  });

  test('a schema that can not be used', () => {
    expect(decode(logRecord('{"name":"x"}'))).toEqual({
      ok: false,
      error: { kind: 'no-schema', detail: 'has an unusable schema (tables: no tables)' },
    });
  });
});

test.each([
  ['hello, world\n', 'is not an OVSDB database file; it begins with "hello, world"'],
  ['SQLite format 3\0rest', 'is not an OVSDB database file; it begins with "SQLite format 3"'],
  ['\x7fELF', 'is not an OVSDB database file'],
  ['OVSDB JSON 12 nonsense\n', 'is not an OVSDB database file; it begins with "OVSDB JSON 12 nonsense"'],
  ['OVSDB', 'is not an OVSDB database file; it begins with "OVSDB"'],
])('a foreign file %j', (text, detail) => {
  expect(decode(Buffer.from(text, 'latin1'))).toEqual({ ok: false, error: { kind: 'foreign', detail } });
});

const available = hasOvsdbServer();

describe.skipIf(!available)(available ? 'the real ovsdb-server on the same damage' : NO_OVSDB, () => {
  const folder = scratchFolder();
  const original = join(folder.path, 'made.db');
  let bytes: Buffer;

  beforeAll(async () => {
    const schema = join(folder.path, 'made.ovsschema');
    writeFileSync(schema, JSON.stringify(MADE_SCHEMA));
    await ovsdbTool('create', original, schema);
    const server = await startOvsdbServer(folder.path, [original], ['Made']);
    for (let n = 0; n < 8; n++) {
      await server.transact('Made', { op: 'insert', table: 'Thing', row: { name: `t${String(n)}`, count: n } });
      if (n > 1) await server.transact('Made', { op: 'delete', table: 'Thing', where: [['count', '==', n - 2]] });
    }
    await server.stop();
    bytes = readFileSync(original);
  });
  afterAll(() => {
    folder.remove();
  });

  test('serves the same rows', async () => {
    const schemaEnd = bytes.indexOf('OVSDB JSON', 20);
    const copy = join(folder.path, 'copy.db');
    let gaps = 0;
    for (let i = 0; i < 12; i++) {
      const at = schemaEnd + Math.floor(((bytes.length - schemaEnd) * (i + 0.5)) / 12);
      const damaged =
        i % 2 === 0 ? bytes.subarray(0, at) : Buffer.from(bytes.map((byte, j) => (j === at ? byte ^ 1 : byte)));
      writeFileSync(copy, damaged);
      const decoded = decode(damaged);
      if (!decoded.ok) throw new Error(decoded.error.detail);
      if (decoded.value.gap !== undefined) gaps++;
      const server = await startOvsdbServer(folder.path, [copy], ['Made']);
      const { Thing: things = [] } = await server.dump('Made');
      await server.stop();
      const served = things.map((row) => atomOf(row['_uuid']));
      expect(Object.keys(decodedContents(decoded.value.database)['Thing'] ?? {}).sort()).toEqual(served.sort());
    }
    expect(gaps).toBe(12);
  });
});
