import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/base/errors.js';
import { Row } from '../../../src/ovsdb/replica/row.js';

const A = 'aaaaaaaa-0000-4000-8000-000000000001';
const B = 'bbbbbbbb-0000-4000-8000-000000000002';

const row = new Row('T', A, {
  name: 'sw0',
  count: 7,
  big: 9223372036854775807n,
  share: 0.5,
  up: true,
  none: ['set', []],
  one: ['set', ['x']],
  tag: ['set', [12]],
  words: ['set', ['a', 'b']],
  numbers: ['set', [1, 2]],
  port: ['uuid', B],
  ports: [
    'set',
    [
      ['uuid', A],
      ['uuid', B],
    ],
  ],
  options: [
    'map',
    [
      ['k', 'v'],
      ['w', ''],
    ],
  ],
  queues: ['map', [[0, 9223372036854775807n]]],
  named: ['map', [['p', ['uuid', B]]]],
});

describe('columns that are there', () => {
  test('scalars', () => {
    expect([row.string('name'), row.integer('count'), row.integer('share'), row.boolean('up')]).toEqual([
      'sw0',
      7,
      0.5,
      true,
    ]);
    expect([row.big('big'), row.big('count')]).toEqual([9223372036854775807n, 7n]);
  });

  test('optional values, written as sets or bare', () => {
    expect([row.optionalString('none'), row.optionalString('one'), row.optionalString('name')]).toEqual([
      undefined,
      'x',
      'sw0',
    ]);
    expect([row.optionalInteger('tag'), row.integer('tag'), row.string('one')]).toEqual([12, 12, 'x']);
    expect([row.optionalBoolean('up'), row.optionalBoolean('none')]).toEqual([true, undefined]);
  });

  test('sets, a set of one written bare included', () => {
    expect([row.strings('words'), row.strings('name'), row.strings('none')]).toEqual([['a', 'b'], ['sw0'], []]);
    expect([row.integers('numbers'), row.integers('count')]).toEqual([[1, 2], [7]]);
  });

  test('references', () => {
    expect([row.ref('port'), row.ref('none'), row.refs('ports'), row.refs('port')]).toEqual([
      B,
      undefined,
      [A, B],
      [B],
    ]);
  });

  test('maps as text, integers in full', () => {
    expect([...row.map('options')]).toEqual([
      ['k', 'v'],
      ['w', ''],
    ]);
    expect(row.map('queues').get('0')).toBe('9223372036854775807');
    expect(row.map('named').get('p')).toBe(B);
    expect(row.map('none').size).toBe(0);
    expect(row.map('options')).toBe(row.map('options'));
  });
});

test('an absent column reads as the default of its type', () => {
  const c = 'no_such_column';
  expect([row.string(c), row.integer(c), row.big(c), row.boolean(c)]).toEqual(['', 0, 0n, false]);
  expect([row.optionalString(c), row.optionalInteger(c), row.optionalBoolean(c), row.ref(c)]).toEqual(
    Array(4).fill(undefined),
  );
  expect([row.strings(c), row.integers(c), row.refs(c), [...row.map(c)], row.atoms(c)]).toEqual([[], [], [], [], []]);
  expect([row.has(c), row.has('none'), row.has('constructor')]).toEqual([false, true, false]);
  expect(row.json(c)).toBeUndefined();
});

test.each([
  ['string', () => row.string('count')],
  ['string', () => row.string('words')],
  ['integer', () => row.integer('name')],
  ['integer', () => row.integer('big')],
  ['big', () => row.big('share')],
  ['boolean', () => row.boolean('name')],
  ['optionalString', () => row.optionalString('up')],
  ['optionalBoolean', () => row.optionalBoolean('count')],
  ['strings', () => row.strings('numbers')],
  ['strings', () => row.strings('options')],
  ['integers', () => row.integers('words')],
  ['map', () => row.map('words')],
  ['map', () => row.map('name')],
])('%s of a column of another kind is bad input, not a guess', (_accessor, read) => {
  expect(read).toThrow(InputError);
  expect(read).toThrow(/^T aaaaaaaa-\S+: column \w+ does not hold /);
});
