import { describe, expect, test } from 'vitest';
import { AccessError, ConflictError, InputError, NotFoundError, UnavailableError } from '../../../src/base/errors.js';
import {
  OperationDeniedError,
  operationError,
  OperationUnavailableError,
  requestError,
  RequestRefusedError,
} from '../../../src/ovsdb/client/errors.js';
import { readResults } from '../../../src/ovsdb/client/transaction.js';
import { isRepeatable } from '../../../src/ovsdb/client/operation.js';
import type { Operation } from '../../../src/ovsdb/client/operation.js';

const insert: Operation = { op: 'insert', table: 'T', row: {} };
const select: Operation = { op: 'select', table: 'T', where: [] };

describe('refusals', () => {
  test.each([
    ['constraint violation', ConflictError],
    ['referential integrity violation', ConflictError],
    ['aborted', ConflictError],
    ['not owner', ConflictError],
    ['timed out', ConflictError],
    ['permission error', OperationDeniedError],
    ['permission error', AccessError],
    ['not allowed', OperationUnavailableError],
    ['not allowed', UnavailableError],
    ['resources exhausted', UnavailableError],
    ['I/O error', UnavailableError],
    ['domain error', InputError],
    ['syntax error', InputError],
    ['an error of the future', InputError],
  ])('an operation refused with "%s"', (rfc, type) => {
    const failure = { rfc, database: 'D', index: 0, operation: insert };
    expect(operationError(failure)).toBeInstanceOf(type);
    expect(operationError(failure)).toMatchObject({ failure, code: `ovsdb.${rfc.toLowerCase().replace(/\W+/g, '-')}` });
  });

  test.each([
    ['unknown database', NotFoundError],
    ['permission error', AccessError],
    ['not allowed', UnavailableError],
    ['unknown method', InputError],
  ])('a request refused with "%s"', (rfc, type) => {
    expect(requestError(new RequestRefusedError('unix:x', { rfc }), 'a request')).toBeInstanceOf(type);
  });
});

describe('results of a transaction', () => {
  test('are one for each operation', () => {
    const uuid = '00000000-0000-4000-8000-000000000001';
    const reply = [{ uuid: ['uuid', uuid] }, { rows: [{ a: 1 }] }];
    expect(readResults('D', [insert, select], reply)).toEqual([{ uuid }, { rows: [{ a: 1 }] }]);
  });

  test('tell the operation that failed from those before and after', () => {
    const reply = [{}, { error: 'aborted', details: 'why' }, null];
    expect(() => readResults('D', [select, insert, select], reply)).toThrow(
      expect.objectContaining({
        failure: { rfc: 'aborted', details: 'why', database: 'D', index: 1, operation: insert },
      }),
    );
  });

  test('tell a refused commit by one result more', () => {
    expect(() => readResults('D', [insert], [{}, { error: 'constraint violation' }])).toThrow(
      expect.objectContaining({
        failure: { rfc: 'constraint violation', database: 'D', index: undefined, operation: undefined },
      }),
    );
  });
});

test('only operations that change nothing may be repeated', () => {
  expect(isRepeatable([select, { op: 'comment', comment: '' }, { op: 'abort' }])).toBe(true);
  expect(isRepeatable([])).toBe(true);
  expect(isRepeatable([select, insert])).toBe(false);
  // The lock belongs to the connection that was lost.
  expect(isRepeatable([{ op: 'assert', lock: 'l' }])).toBe(false);
  expect(isRepeatable([{ op: 'commit', durable: true }])).toBe(false);
});
