import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyDifference, isDefault } from '../../../src/ovsdb/replica/difference.js';
import {
  applyUpdates,
  compareReplicas,
  emptyReplica,
  mergeChanges,
} from '../../../src/ovsdb/replica/monitor-updates.js';
import type { Changes, Replica, Update } from '../../../src/ovsdb/replica/monitor-updates.js';
import { readSchema } from '../../../src/ovsdb/schema/schema.js';
import type { ColumnSchema } from '../../../src/ovsdb/schema/schema.js';
import type { Json, JsonObject } from '../../../src/ovsdb/wire/json.js';
import { MADE_SCHEMA } from '../../support/ovsdb-made.js';

const read = readSchema(MADE_SCHEMA);
if (!read.ok) throw new Error(read.error.reason);
const schema = read.value;
const column = (name: string): ColumnSchema => schema.tables.get('Thing')?.columns.get(name) as ColumnSchema;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const update2 = (rows: JsonObject, table = 'Thing'): Update => ({ form: 'update2', tables: { [table]: rows } });
const empty = emptyReplica(schema, ['Thing', 'Part']);

function applied(replica: Replica, ...updates: Update[]): { replica: Replica; changes: Changes } {
  const result = applyUpdates(replica, updates);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}
const cellsOf = (replica: Replica, n: number): JsonObject | undefined => {
  const row = replica.database.table('Thing').get(id(n));
  return row && Object.fromEntries(row.columns().map((name) => [name, row.json(name) ?? null]));
};

describe('differences', () => {
  const U = ['uuid', id(1)] as const;
  test.each<[string, string, Json | undefined, Json, Json]>([
    ['one value is replaced', 'count', 1, 2, 2],
    ['so is an optional one', 'label', 'a', ['set', []], ['set', []]],
    ['and a map of at most one pair', 'single', ['map', [['a', 'b']]], ['map', [['a', 'c']]], ['map', [['a', 'c']]]],
    ['a set gains and loses members', 'words', ['set', ['a', 'b']], ['set', ['b', 'c']], ['set', ['a', 'c']]],
    ['a bare atom is a set of one', 'words', 'a', 'b', ['set', ['a', 'b']]],
    ['what is left of a set may be one', 'words', ['set', ['a', 'b']], 'b', 'a'],
    ['or nothing', 'words', 'a', 'a', ['set', []]],
    ['an absent set is empty', 'words', undefined, 'a', 'a'],
    ['an absent one that may not be empty is its default', 'some', undefined, 3, ['set', [0, 3]]],
    [
      'integers sort as numbers, whatever their size',
      'numbers',
      10,
      ['set', [9, 9223372036854775807n]],
      ['set', [9, 10, 9223372036854775807n]],
    ],
    [
      'strings sort by their bytes',
      'words',
      ['set', ['\u{1F600}']],
      ['set', ['\uFFFD', 'é']],
      ['set', ['é', '\uFFFD', '\u{1F600}']],
    ],
    ['uuids stay uuids', 'parts', ['set', [U, ['uuid', id(2)]]], ['set', [['uuid', id(2)]]], U],
    [
      'a map gains, loses and changes pairs',
      'options',
      [
        'map',
        [
          ['a', '1'],
          ['b', '2'],
        ],
      ],
      [
        'map',
        [
          ['a', '1'],
          ['b', '3'],
          ['c', '4'],
        ],
      ],
      [
        'map',
        [
          ['b', '3'],
          ['c', '4'],
        ],
      ],
    ],
    ['also to uuids', 'named', ['map', []], ['map', [['a', U]]], ['map', [['a', U]]]],
  ])('%s', (_, name, old, difference, expected) => {
    expect(applyDifference(column(name), old, difference)).toEqual(expected);
  });

  test('of another type are refused', () => {
    expect(applyDifference(column('words'), 'a', ['map', []])).toBeUndefined();
    expect(applyDifference(column('options'), ['map', []], 'a')).toBeUndefined();
  });

  test('of two sets lead from one to the other, and back', () => {
    const set = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 6 });
    const json = (members: readonly string[]): Json => ['set', [...members]];
    fc.assert(
      fc.property(set, set, (from, to) => {
        const difference = json([...from.filter((m) => !to.includes(m)), ...to.filter((m) => !from.includes(m))]);
        const there = applyDifference(column('words'), json(from), difference) as Json;
        expect(applyDifference(column('words'), there, difference)).toEqual(
          applyDifference(column('words'), json(from), ['set', []]),
        );
        expect(there).toEqual(applyDifference(column('words'), json(to), ['set', []]));
      }),
    );
  });

  test.each<[string, Json, boolean]>([
    ['count', 0, true],
    ['count', 1, false],
    ['name', '', true],
    ['enabled', false, true],
    ['label', ['set', []], true],
    ['label', '', false],
    ['options', ['map', []], true],
    ['options', ['map', [['a', 'b']]], false],
    ['some', 0, true],
    ['some', ['set', [0]], true],
    ['some', ['set', [0, 1]], false],
  ])('the default of %s: %j is %s', (name, value, expected) => expect(isDefault(column(name), value)).toBe(expected));
});

describe('updates', () => {
  const one = applied(
    empty,
    update2({ [id(1)]: { initial: { name: 'a', words: 'x' } }, [id(2)]: { insert: { name: 'b' } } }),
  );

  test('insert, modify and delete rows of the next replica, not of this one', () => {
    const { replica, changes } = applied(
      one.replica,
      update2({
        [id(1)]: { modify: { words: ['set', ['x', 'y']], count: 5 } },
        [id(2)]: { delete: null },
        [id(3)]: { insert: { name: 'c' } },
      }),
    );
    expect([1, 2, 3].map((n) => cellsOf(replica, n))).toEqual([
      { name: 'a', words: 'y', count: 5 },
      undefined,
      { name: 'c' },
    ]);
    expect([1, 2, 3].map((n) => cellsOf(one.replica, n))).toEqual([
      { name: 'a', words: 'x' },
      { name: 'b' },
      undefined,
    ]);
    expect(
      [...(changes.get('Thing') ?? [])].map(([uuid, { before, after }]) => [
        uuid,
        before?.string('name'),
        after?.string('name'),
      ]),
    ).toEqual([
      [id(1), 'a', 'a'],
      [id(2), 'b', undefined],
      [id(3), undefined, 'c'],
    ]);
    expect(replica.database.table('Part')).toBe(one.replica.database.table('Part'));
    expect(replica.database.schema).toBe(schema);
  });

  test('leave out what has become its default, as inserted rows do', () => {
    const { replica } = applied(one.replica, update2({ [id(1)]: { modify: { words: 'x' } } }));
    expect(cellsOf(replica, 1)).toEqual({ name: 'a' });
  });

  test('of the older form replace rows', () => {
    const tables = {
      Thing: {
        [id(1)]: { old: { name: 'a' }, new: { name: 'A', count: 0 } },
        [id(2)]: { old: { name: 'b' } },
        [id(3)]: { new: { name: 'c' } },
      },
    };
    const { replica } = applied(one.replica, { form: 'update', tables });
    expect([1, 2, 3].map((n) => cellsOf(replica, n))).toEqual([{ name: 'A', count: 0 }, undefined, { name: 'c' }]);
  });

  test('that bring what is there and take what is not leave no doubt', () => {
    const { replica } = applied(
      one.replica,
      update2({ [id(1)]: { insert: { name: 'new' } }, [id(9)]: { delete: null } }),
    );
    expect(cellsOf(replica, 1)).toEqual({ name: 'new' });
  });

  test('in one batch count as one change: what came and went is none', () => {
    const { changes } = applied(
      one.replica,
      update2({ [id(3)]: { insert: { name: 'c' } }, [id(1)]: { modify: { count: 1 } } }),
      update2({ [id(3)]: { delete: null }, [id(1)]: { modify: { count: 2 } } }),
    );
    const [only, ...others] = [...(changes.get('Thing') ?? [])];
    expect([others, only?.[0], only?.[1].before?.integer('count'), only?.[1].after?.integer('count')]).toEqual([
      [],
      id(1),
      0,
      2,
    ]);
  });

  test.each<[string, Json]>([
    ['a row that is not there is modified', { Thing: { [id(9)]: { modify: { count: 1 } } } }],
    ['a table nobody asked for', { Nope: {} }],
    ['a column that the schema lacks', { Thing: { [id(3)]: { insert: { nope: 1 } } } }],
    ['a modified column that it lacks', { Thing: { [id(1)]: { modify: { nope: 1 } } } }],
    ['a difference of another type', { Thing: { [id(1)]: { modify: { words: ['map', []] } } } }],
    ['a row without a uuid', { Thing: { x: { insert: {} } } }],
    ['a row that is none', { Thing: { [id(3)]: { insert: 7 } } }],
    ['a kind nobody knows', { Thing: { [id(1)]: { twist: {} } } }],
    ['rows that are none', { Thing: 7 }],
    ['no tables', 7],
  ])('do not fit: %s', (_, tables) => {
    expect(applyUpdates(one.replica, [{ form: 'update2', tables }])).toMatchObject({ ok: false });
  });
});

describe('changes', () => {
  const rowUpdate = fc.record({
    n: fc.integer({ min: 1, max: 4 }),
    name: fc.constantFrom('a', 'b'),
    isDelete: fc.boolean(),
  });
  const step = ({ n, name, isDelete }: { n: number; name: string; isDelete: boolean }): Update =>
    update2({ [id(n)]: isDelete ? { delete: null } : { insert: { name } } });
  const list = (changes: Changes): unknown[] =>
    [...(changes.get('Thing') ?? [])]
      .map(([uuid, { before, after }]) => [uuid, before?.string('name'), after?.string('name')])
      .sort();

  test('merge to those of all updates at once', () => {
    fc.assert(
      fc.property(fc.array(rowUpdate, { maxLength: 8 }), fc.array(rowUpdate, { maxLength: 8 }), (first, second) => {
        const half = applied(empty, ...first.map(step));
        const rest = applied(half.replica, ...second.map(step));
        const whole = applied(empty, ...first.map(step), ...second.map(step));
        expect(list(mergeChanges(half.changes, rest.changes))).toEqual(list(whole.changes));
      }),
    );
  });

  test('are found by comparing, too, and equal rows are taken over', () => {
    const older = applied(
      empty,
      update2({ [id(1)]: { initial: { name: 'a', count: 5 } }, [id(2)]: { initial: { name: 'b' } } }),
    ).replica;
    const newer = applied(
      empty,
      update2({ [id(1)]: { initial: { count: 5, name: 'a' } }, [id(3)]: { initial: { name: 'c' } } }),
    ).replica;
    const compared = compareReplicas(older, newer);
    expect(list(compared.changes)).toEqual([
      [id(2), 'b', undefined],
      [id(3), undefined, 'c'],
    ]);
    const table = compared.replica.database.table('Thing');
    expect(table.get(id(1))).toBe(older.database.table('Thing').get(id(1)));
    expect(table.size).toBe(2);
    const same = compareReplicas(older, applied(older).replica);
    expect([same.changes.size, same.replica.database.table('Thing')]).toEqual([0, older.database.table('Thing')]);
  });
});
