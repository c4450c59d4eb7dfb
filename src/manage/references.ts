import type { Database } from '../ovsdb/replica/database.js';
import { Missing } from '../ovsdb/replica/not-held.js';
import type { Row } from '../ovsdb/replica/row.js';
import type { DatabaseSchema } from '../ovsdb/schema/schema.js';

interface Reference {
  readonly row: Row;
  readonly column: string;
}

/** The rows that refer to a row, by the schema's reference columns of that strength (RFC 7047 section 3.2). */
export function referencesTo(
  database: Database & { readonly schema: DatabaseSchema },
  table: string,
  uuid: string,
  strength: 'strong' | 'weak',
): readonly Reference[] {
  const found: Reference[] = [];
  // Several look-ups of a live database are one round trip.
  const missing = new Missing();
  for (const [holder, { columns }] of database.schema.tables) {
    for (const [column, { key, value }] of columns) {
      const refers = key.refTable === table && (key.refType ?? 'strong') === strength;
      if (refers && value === undefined) {
        const rows = missing.attempt(() => database.table(holder).find(column, uuid));
        for (const row of rows ?? []) found.push({ row, column });
      } else if (refers || (value?.refTable === table && (value.refType ?? 'strong') === strength)) {
        const rows = missing.attempt(() => [...database.table(holder).rows()]) ?? [];
        for (const row of rows) {
          const map = row.map(column);
          if (refers ? map.has(uuid) : [...map.values()].includes(uuid)) found.push({ row, column });
        }
      }
    }
  }
  missing.require();
  return found;
}
