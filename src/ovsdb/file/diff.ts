/**
 * How a transaction record that is marked `_is_diff` changes a column (ovsdb-server since 2.15, ovsdb(7)): as an update2 does,
 * but for one case.
 *
 * Measured, not documented: when the old value is the default of its type, servers take the difference for the new value.
 * That only shows in sets that may not be empty, whose default is one atom: a server (3.1) that wrote `[0]` → `[0, 1]`
 * reads `[1]` back. This decoder reads what the server reads; the schemas of OVN have no such column that holds a default.
 */
import type { Json } from '../wire/json.js';
import { applyDifference, isDefault } from '../replica/difference.js';
import type { ColumnSchema } from '../schema/schema.js';

/** The column's new value, or undefined when either value is not of the column's type. `old` undefined is the default. */
export function applyDiff(column: ColumnSchema, old: Json | undefined, difference: Json): Json | undefined {
  const mayBeEmpty = column.min === 0 || column.value !== undefined;
  if (!mayBeEmpty && (old === undefined || isDefault(column, old))) return difference;
  return applyDifference(column, old, difference);
}
