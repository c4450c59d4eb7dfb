import type { Database } from '../../ovsdb/replica/database.js';
import { setOf } from '../../ovsdb/wire/value.js';

/**
 * Which rows hold each row of the given tables by a strong reference: rows with equal contents, like the same rule on two
 * switches, are told apart by that. uuid of a row → uuids of its holders.
 */
export function holdersOf(database: Database, tables: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const [name, { columns }] of database.schema?.tables ?? []) {
    for (const [column, { key, value }] of columns) {
      // Maps refer by value, rarely; their rows have names.
      if (value !== undefined || key.refTable === undefined || key.refType !== 'strong') continue;
      if (!tables.has(key.refTable)) continue;
      for (const row of database.table(name).rows()) {
        const json = row.json(column);
        for (const uuid of (json === undefined ? undefined : setOf(json)) ?? []) {
          if (typeof uuid !== 'string') continue;
          const known = holders.get(uuid);
          if (known === undefined) holders.set(uuid, [row.uuid]);
          else known.push(row.uuid);
        }
      }
    }
  }
  return holders;
}
