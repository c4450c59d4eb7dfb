import { InputError } from '../../base/errors.js';
import { isJsonArray, isJsonObject } from '../wire/json.js';
import type { Json, JsonObject } from '../wire/json.js';
import { atomOf } from '../wire/value.js';
import { operationError, readRefusal } from './errors.js';
import type { Operation, OperationResult } from './operation.js';

/**
 * Reads the reply to a transaction (RFC 7047 section 4.1.3): a result for each operation; an error at the one that failed
 * and null after it; or one result more than operations, the error of a commit that was refused as a whole.
 *
 * Throws an Operation…Error for the first error, InputError for a reply of another form.
 */
export function readResults(
  database: string,
  operations: readonly Operation[],
  reply: Json,
): readonly OperationResult[] {
  if (!isJsonArray(reply)) throw malformed(database);
  for (const [at, result] of reply.entries()) {
    const refusal = isJsonObject(result) && result['error'] !== undefined ? readRefusal(result) : undefined;
    if (refusal === undefined) continue;
    const index = at < operations.length ? at : undefined;
    throw operationError({ ...refusal, database, index, operation: operations[at] });
  }
  if (reply.length !== operations.length) throw malformed(database);
  return reply.map((result) => {
    if (!isJsonObject(result)) throw malformed(database);
    return readResult(result);
  });
}

function readResult(result: JsonObject): OperationResult {
  const { rows, uuid: uuidJson, count } = result;
  const uuid = atomOf(uuidJson);
  return {
    ...(isJsonArray(rows) && { rows: rows.filter(isJsonObject) }),
    ...(typeof uuid === 'string' && { uuid }),
    ...(typeof count === 'number' && { count }),
  };
}

const malformed = (database: string): InputError =>
  new InputError('ovsdb.protocol', `${database}: the reply to transact has another form than RFC 7047 gives it`);
