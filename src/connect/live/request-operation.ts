import { selectedColumns } from './read-plan.js';
import type { ReadPlan } from './read-plan.js';
import type { Condition, Operation } from '../../ovsdb/client/operation.js';
import type { RowRequest } from '../../ovsdb/replica/not-held.js';
import type { ColumnSchema, DatabaseSchema } from '../../ovsdb/schema/schema.js';
import type { Json } from '../../ovsdb/wire/json.js';

/** One text for each request: two that mean the same have the same. */
export function requestKey(request: RowRequest): string {
  const { kind, table } = request;
  switch (kind) {
    case 'all':
    case 'uuids':
      return `${kind} ${table}`;
    case 'row':
      return `row ${table} ${request.uuid}`;
    case 'where':
      return `where ${table} ${request.column} ${String(request.value)}`;
    case 'pair':
      return `pair ${table} ${request.column} ${request.key}=${request.value}`;
  }
}

/**
 * The `select` (RFC 7047 section 5.2.2) that answers a request; undefined when the server's schema does not have the table
 * or column, so that nothing can match.
 */
export function operationOf(request: RowRequest, schema: DatabaseSchema, plan: ReadPlan): Operation | undefined {
  const table = schema.tables.get(request.table);
  if (table === undefined) return undefined;
  const where = conditionOf(request, (column) => table.columns.get(column));
  if (where === undefined) return undefined;
  const columns = request.kind === 'uuids' ? ['_uuid'] : selectedColumns(plan, table);
  return { op: 'select', table: request.table, where, ...(columns === undefined ? {} : { columns }) };
}

function conditionOf(
  request: RowRequest,
  columnNamed: (column: string) => ColumnSchema | undefined,
): readonly Condition[] | undefined {
  switch (request.kind) {
    case 'all':
    case 'uuids':
      return [];
    case 'row':
      return [['_uuid', '==', ['uuid', request.uuid]]];
    case 'where': {
      const column = columnNamed(request.column);
      if (column === undefined) return undefined;
      const { key, max } = column;
      const value: Json = key.type === 'uuid' ? ['uuid', String(request.value)] : request.value;
      return [max === 1 ? [request.column, '==', value] : [request.column, 'includes', ['set', [value]]]];
    }
    case 'pair': {
      if (columnNamed(request.column) === undefined) return undefined;
      return [[request.column, 'includes', ['map', [[request.key, request.value]]]]];
    }
  }
}
