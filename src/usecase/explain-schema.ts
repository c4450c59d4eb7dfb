/**
 * What a table or column is, as the schema of the connected databases says: type, bounds, references both ways.
 *
 * In: a World and `TABLE`, `TABLE.COLUMN` or `COLUMN`. Out: one document. NotFoundError with the nearest name. Of the rows
 * nothing is read. Must not know flags or layout.
 */
import { NotFoundError } from '../base/errors.js';
import type { BaseType, ColumnSchema, DatabaseSchema, TableSchema } from '../ovsdb/schema/schema.js';
import type { World } from '../world/world.js';
import { KINDS } from './inspect/kinds/all.js';
import { inZones, nearestHints } from './inspect/zones-together.js';

export interface ExplainedColumn {
  readonly database: string;
  readonly table: string;
  readonly column: string;
  /** For people: `set of strings`, `optional reference to Meter`. */
  readonly type: string;
  /** Part of a set of columns of which no two rows have the same values. */
  readonly indexed: boolean;
}

export interface SchemaExplanation {
  /** What was asked for. */
  readonly name: string;
  /** Of a table: whether rows go when nothing refers to them, who refers to it, and what lists its rows. */
  readonly table?: {
    readonly database: string;
    readonly name: string;
    readonly isRoot: boolean;
    /** `TABLE.COLUMN`. */
    readonly referredToBy: readonly string[];
    readonly listedBy: readonly string[];
  };
  readonly columns: readonly ExplainedColumn[];
}

export async function explainSchema(world: World, name: string): Promise<SchemaExplanation> {
  const schemas = await schemasOf(world);
  const tables = schemas.flatMap((schema) => [...schema.tables.values()].map((table) => ({ schema, table })));
  const whole = tables.find(({ table }) => same(table.name, name));
  if (whole !== undefined) {
    const { schema, table } = whole;
    return {
      name,
      table: {
        database: schema.name,
        name: table.name,
        isRoot: table.isRoot,
        referredToBy: referrers(schema, table.name),
        listedBy: KINDS.filter((kind) => kind.table === table.name && databaseName(kind.database) === schema.name).map(
          (kind) => `${kind.name} list`,
        ),
      },
      columns: [...table.columns].sort(byKey).map(([column, type]) => explained(schema, table, column, type)),
    };
  }
  const [first = '', second] = name.split('.');
  const columns = tables.flatMap(({ schema, table }) => {
    if (second !== undefined && !same(table.name, first)) return [];
    return [...table.columns]
      .filter(([column]) => same(column, second ?? first))
      .map(([column, type]) => explained(schema, table, column, type));
  });
  if (columns.length > 0) return { name, columns };
  const known = tables.flatMap(({ table }) => [
    table.name,
    ...[...table.columns.keys()].flatMap((column) => [column, `${table.name}.${column}`]),
  ]);
  throw new NotFoundError('explain.name', `there is no code, stage, table or column "${name}"`, {
    hints: nearestHints(name, known),
  });
}

const databaseName = (kind: 'northbound' | 'southbound'): string =>
  kind === 'northbound' ? 'OVN_Northbound' : 'OVN_Southbound';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Of the first zone that can be read: zones of a cluster have the same, but for moments during upgrades. */
async function schemasOf(world: World): Promise<readonly DatabaseSchema[]> {
  const found: DatabaseSchema[] = [];
  for (const kind of ['northbound', 'southbound'] as const) {
    const zone = world.zones.find((each) => (kind === 'northbound' ? each.hasNorthbound : each.hasSouthbound));
    if (zone === undefined) continue;
    const [schema] = await inZones(
      { ...world, zones: [zone] },
      kind,
      async (each) => (await each[kind]()).database.schema,
    );
    if (schema !== undefined) found.push(schema);
  }
  return found;
}

function referrers(schema: DatabaseSchema, to: string): readonly string[] {
  const found: string[] = [];
  for (const table of schema.tables.values()) {
    for (const [column, { key, value }] of table.columns)
      if (key.refTable === to || value?.refTable === to) found.push(`${table.name}.${column}`);
  }
  return found.sort();
}

function explained(schema: DatabaseSchema, table: TableSchema, column: string, type: ColumnSchema): ExplainedColumn {
  const indexed = table.indexes.some((index) => index.includes(column));
  return { database: schema.name, table: table.name, column, type: typeText(type), indexed };
}

const atomText = ({ type, refTable, refType }: BaseType): string =>
  refTable === undefined ? type : `${refType === 'weak' ? 'weak reference' : 'reference'} to ${refTable}`;

function typeText({ key, value, min, max }: ColumnSchema): string {
  if (value !== undefined) return `map from ${atomText(key)} to ${atomText(value)}`;
  if (max > 1) return `set of ${atomText(key)}${Number.isFinite(max) ? `, ${max} at most` : ''}`;
  return min === 0 ? `optional ${atomText(key)}` : atomText(key);
}
