import type { Database } from '../../src/ovsdb/replica/database.js';
import type { AtomType, ColumnSchema } from '../../src/ovsdb/schema/schema.js';
import type { Json, JsonObject } from '../../src/ovsdb/wire/json.js';
import { mapOf, setOf } from '../../src/ovsdb/wire/value.js';

/** Table → row uuid → column → canonical text; made alike from a decoded file and from what the server prints. */
export type Contents = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

const DEFAULTS: Readonly<Record<AtomType, Json>> = {
  integer: 0,
  real: 0,
  boolean: false,
  string: '',
  uuid: ['uuid', '00000000-0000-0000-0000-000000000000'],
};

/** One spelling for equal values: order of sets and maps, and a bare atom for a set of one, make no difference. */
function canonical(column: ColumnSchema, given: Json | undefined): string {
  const empty: Json = column.min === 1 && column.value === undefined ? DEFAULTS[column.key.type] : ['set', []];
  const json = given ?? empty;
  const atoms =
    column.value === undefined ? setOf(json) : mapOf(json)?.map(([key, value]) => `${word(key)}=${word(value)}`);
  if (atoms === undefined) throw new Error(`not a value of its column: ${JSON.stringify(json)}`);
  return atoms.map(word).sort().join(' ');
}

const word = (atom: string | number | bigint | boolean): string =>
  `${typeof atom === 'string' ? 's' : ''}:${String(atom)}`;

/** What a file decoded to, for every persistent column of its schema. */
export function decodedContents(database: Database): Contents {
  const contents: Record<string, Record<string, Record<string, string>>> = {};
  for (const [name, table] of database.schema?.tables ?? []) {
    const rows: Record<string, Record<string, string>> = (contents[name] = {});
    for (const row of database.table(name).rows()) {
      rows[row.uuid] = {};
      for (const [column, type] of table.columns) {
        if (!type.ephemeral) (rows[row.uuid] ??= {})[column] = canonical(type, row.json(column));
      }
    }
  }
  return contents;
}

/** What the server says it holds, for the same columns: `dump` is by table, rows with `_uuid` among their columns. */
export function servedContents(
  schema: Database['schema'],
  dump: Readonly<Record<string, readonly JsonObject[]>>,
): Contents {
  const contents: Record<string, Record<string, Record<string, string>>> = {};
  for (const [name, table] of schema?.tables ?? []) {
    const rows: Record<string, Record<string, string>> = (contents[name] = {});
    for (const cells of dump[name] ?? []) {
      const [uuid] = setOf(cells['_uuid'] ?? null) ?? [];
      const row: Record<string, string> = (rows[String(uuid)] = {});
      for (const [column, type] of table.columns) {
        if (!type.ephemeral) row[column] = canonical(type, cells[column]);
      }
    }
  }
  return contents;
}
