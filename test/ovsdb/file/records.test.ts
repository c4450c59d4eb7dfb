import { describe, expect, test } from 'vitest';
import { decodeDatabaseFile } from '../../../src/ovsdb/file/database-file.js';
import { logRecord, MADE_SCHEMA, sha1 } from '../../support/ovsdb-made.js';

const U = 'aaaaaaaa-0000-4000-8000-000000000001';
const V = 'bbbbbbbb-0000-4000-8000-000000000002';
const header = logRecord(JSON.stringify(MADE_SCHEMA));

function decode(...transactions: unknown[]) {
  const bytes = Buffer.concat([header, ...transactions.map((transaction) => logRecord(JSON.stringify(transaction)))]);
  const decoded = decodeDatabaseFile(bytes, sha1);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}
const thing = (transaction: ReturnType<typeof decode>, uuid = U) => transaction.database.table('Thing').get(uuid);

describe('records of servers before differences existed', () => {
  test('a changed column is replaced whole', () => {
    const file = decode(
      {
        _date: 1_600_000_000_000,
        Thing: { [U]: { name: 'a', words: ['set', ['x', 'y']], options: ['map', [['a', '1']]] } },
      },
      { _date: 1_600_000_001_000, Thing: { [U]: { words: ['set', ['y', 'z']], options: ['map', [['b', '2']]] } } },
    );
    expect(thing(file)?.strings('words')).toEqual(['y', 'z']);
    expect([...(thing(file)?.map('options') ?? [])]).toEqual([['b', '2']]);
    expect(thing(file)?.string('name')).toBe('a');
  });

  test('dates in seconds are told from dates in milliseconds', () => {
    const file = decode(
      { _date: 1_300_000_000, Thing: { [U]: { name: 'a' } } },
      { _date: 1_600_000_001_000, Thing: { [U]: null } },
    );
    expect([file.firstDate, file.lastDate]).toEqual([1_300_000_000_000, 1_600_000_001_000]);
  });
});

describe('a set that may not be empty', () => {
  test('begins with its default, which files leave out', () => {
    expect(thing(decode({ Thing: { [U]: { name: 'a' } } }))?.integers('some')).toEqual([0]);
  });

  // What ovsdb-server 3.1 serves after reading such a file: it takes a difference from a default for the whole value.
  test('reads a difference from its default as the server reads it', () => {
    const inserted = { _is_diff: true, Thing: { [U]: { name: 'a' } } };
    const change = (...some: number[]) => ({ _is_diff: true, Thing: { [U]: { some: ['set', some] } } });
    expect(thing(decode(inserted, change(1, 2)))?.integers('some')).toEqual([1, 2]);
    expect(thing(decode(inserted, change(1, 2), change(2, 3)))?.integers('some')).toEqual([1, 3]);
  });
});

describe('transactions that do not fit are damage, applied not even in part', () => {
  const good = { Thing: { [U]: { name: 'a' } } };
  test.each([
    ['changes table Nothing, which the schema does not have', { Thing: { [V]: { name: 'b' } }, Nothing: {} }],
    ['deletes row bbbbbbbb', { Thing: { [U]: { name: 'c' }, [V]: null } }],
    ['sets column colour of table Thing, which the schema does not have', { Thing: { [U]: { colour: 'red' } } }],
    ['has a row of table Thing without a valid uuid', { Thing: { nobody: {} } }],
    ['has a row of table Thing that is not an object', { Thing: { [U]: 3 } }],
    ['has no rows for table Thing', { Thing: 3 }],
    ['is not a transaction', [1]],
  ])('%s', (detail, bad) => {
    const file = decode(good, bad, { Thing: { [U]: { name: 'never read' } } });
    expect(file.gap).toMatchObject({ reason: 'transaction', record: 3 });
    expect(file.gap?.detail).toContain(detail);
    expect(file.transactions).toBe(1);
    expect([thing(file)?.string('name'), thing(file, V)]).toEqual(['a', undefined]);
  });
});
