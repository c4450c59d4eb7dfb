import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { databaseFromRows } from '../../../src/ovsdb/replica/from-rows.js';

const uuid = (n: number): string => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

const database = databaseFromRows('Made', {
  Port: {
    [uuid(1)]: { name: 'a', key: 1, switch: ['uuid', uuid(9)], tags: ['set', [5, 6]], up: true },
    [uuid(2)]: { name: 'b', key: 1, tags: 6, big: 9007199254740993n, options: ['map', [['k', 'v']]] },
    [uuid(0x10)]: { name: '1', tags: ['set', []] },
  },
  Listed: [{ _uuid: uuid(3), name: 'x' }, { _uuid: ['uuid', uuid(4)], name: 'y' }, { name: 'nobody' }],
});
const port = database.table('Port');
const names = (rows: Iterable<{ string(column: string): string }>): string[] =>
  [...rows].map((row) => row.string('name'));

describe('a table', () => {
  test('gives its rows in the order of the source, and each by uuid', () => {
    expect([port.name, port.size, names(port.rows())]).toEqual(['Port', 3, ['a', 'b', '1']]);
    expect(port.get(uuid(2))?.string('name')).toBe('b');
    expect(port.get(uuid(7))).toBeUndefined();
  });

  test('finds rows by scalar, member of a set, and reference', () => {
    expect(names(port.find('name', 'b'))).toEqual(['b']);
    expect(names(port.find('key', 1))).toEqual(['a', 'b']);
    expect(names(port.find('tags', 6))).toEqual(['a', 'b']);
    expect(names(port.find('tags', 5))).toEqual(['a']);
    expect(names(port.find('switch', uuid(9)))).toEqual(['a']);
    expect(names(port.find('up', true))).toEqual(['a']);
  });

  test('tells text from numbers, and finds nothing where there is nothing', () => {
    expect(names(port.find('name', 1))).toEqual([]);
    expect(names(port.find('name', '1'))).toEqual(['1']);
    expect(names(port.find('nothing', 'x'))).toEqual([]);
    expect(names(port.find('options', 'k'))).toEqual([]);
  });

  test('finds rows by the beginning of their uuid', () => {
    expect(names(port.findUuidPrefix('000000'))).toEqual(['a', 'b', '1']);
    expect(names(port.findUuidPrefix('00000002'))).toEqual(['b']);
    expect(names(port.findUuidPrefix(uuid(0x10).toUpperCase()))).toEqual(['1']);
    expect(names(port.findUuidPrefix('ff'))).toEqual([]);
    expect(names(port.findUuidPrefix(''))).toHaveLength(3);
  });
});

test('rows may be listed with their uuid as a column', () => {
  expect(names(database.table('Listed').rows())).toEqual(['x', 'y']);
  expect(database.table('Listed').get(uuid(4))?.string('name')).toBe('y');
});

test('a table that the database does not have is empty', () => {
  const none = database.table('Nothing');
  expect([none.name, none.size, [...none.rows()], none.find('a', 1), none.findUuidPrefix('')]).toEqual([
    'Nothing',
    0,
    [],
    [],
    [],
  ]);
  expect(database.tables.has('Nothing')).toBe(false);
});

test('look-ups agree with looking at every row', () => {
  const rows = fc.uniqueArray(
    fc.tuple(fc.uuid(), fc.integer({ min: 0, max: 3 }), fc.array(fc.constantFrom('a', 'b', 'c'))),
    {
      selector: ([id]) => id,
    },
  );
  fc.assert(
    fc.property(rows, fc.uuid(), fc.integer({ min: 0, max: 8 }), (given, other, length) => {
      const byUuid = Object.fromEntries(
        given.map(([id, key, words]) => [id, { key, words: ['set', [...new Set(words)]] }]),
      );
      const table = databaseFromRows('D', { T: byUuid }).table('T');
      const all = [...table.rows()];
      expect(table.find('key', 2)).toEqual(all.filter((row) => row.integer('key') === 2));
      expect(table.find('words', 'a')).toEqual(all.filter((row) => row.strings('words').includes('a')));
      for (const id of [other, ...given.map(([id]) => id)]) {
        const prefix = id.slice(0, length);
        const expected = all.filter((row) => row.uuid.startsWith(prefix)).map((row) => row.uuid);
        expect(table.findUuidPrefix(prefix).map((row) => row.uuid)).toEqual(expected.sort());
      }
    }),
  );
});
