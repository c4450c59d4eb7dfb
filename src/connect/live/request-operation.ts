import { selectedColumns } from './read-plan.js';
import type { ReadPlan } from './read-plan.js';
import type { Condition, Operation } from '../../ovsdb/client/operation.js';
import type { RowRequest } from '../../ovsdb/replica/not-held.js';
import type { ColumnSchema, DatabaseSchema, TableSchema } from '../../ovsdb/schema/schema.js';
import type { Json } from '../../ovsdb/wire/json.js';
import { jsonText } from '../../ovsdb/wire/json-text.js';

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
    case 'query':
      return `query ${table} ${jsonText([request.where, request.columns])}`;
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
  const columns = columnsOf(request, table, plan);
  return { op: 'select', table: request.table, where, ...(columns === undefined ? {} : { columns }) };
}

function columnsOf(request: RowRequest, table: TableSchema, plan: ReadPlan): readonly string[] | undefined {
  switch (request.kind) {
    case 'uuids':
      return ['_uuid'];
    case 'query':
      return request.columns.filter((column) => column === '_uuid' || table.columns.has(column));
    default:
      return selectedColumns(plan, table);
  }
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
    case 'query':
      return request.where.every(([column]) => columnNamed(column) !== undefined) ? request.where : undefined;
  }
}
