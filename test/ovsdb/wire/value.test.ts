import { describe, expect, test } from 'vitest';
import { atomOf, isUuid, mapOf, setOf } from '../../../src/ovsdb/wire/value.js';

const U = '550e8400-e29b-41d4-a716-446655440000';

describe('atoms', () => {
  test('scalars are themselves, a uuid is unwrapped', () => {
    expect(['a', 1, 2n ** 60n, true, ['uuid', U]].map((json) => atomOf(json as never))).toEqual([
      'a',
      1,
      2n ** 60n,
      true,
      U,
    ]);
  });
  test('sets, maps, named uuids and null are none', () => {
    const others = [['set', []], ['map', []], ['named-uuid', 'x'], ['uuid', 3], null, undefined, {}];
    expect(others.map((json) => atomOf(json as never))).toEqual(others.map(() => undefined));
  });
});

describe('sets', () => {
  test('a bare atom is a set of one', () => {
    expect(setOf(['set', ['x', 'y']])).toEqual(['x', 'y']);
    expect(setOf('x')).toEqual(['x']);
    expect(setOf(['uuid', U])).toEqual([U]);
    expect(setOf(['set', []])).toEqual([]);
  });
  test('a set of something else is none', () => {
    expect(setOf(['set', [['set', []]]])).toBeUndefined();
    expect(setOf(['map', []])).toBeUndefined();
    expect(setOf(['set', 'x'])).toBeUndefined();
  });
});

describe('maps', () => {
  test('pairs of atoms; an empty set is an empty map', () => {
    expect(
      mapOf([
        'map',
        [
          ['a', 1],
          [2, ['uuid', U]],
        ],
      ]),
    ).toEqual([
      ['a', 1],
      [2, U],
    ]);
    expect(mapOf(['set', []])).toEqual([]);
  });
  test('anything else is none', () => {
    for (const json of ['a', ['set', ['a']], ['map', [['a']]], ['map', ['a']], ['map', [['a', null]]]]) {
      expect(mapOf(json)).toBeUndefined();
    }
  });
});

test('uuids are recognised in the long form only', () => {
  expect([U, U.toUpperCase(), U.slice(1), `${U}0`, U.replace('-', ''), U.replace('5', 'g')].map(isUuid)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
