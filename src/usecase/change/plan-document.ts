import type { Plan, RowChange } from '../../manage/plan.js';
import { isJsonArray } from '../../ovsdb/wire/json.js';
import type { Json, JsonObject } from '../../ovsdb/wire/json.js';
import { jsonText } from '../../ovsdb/wire/json-text.js';
import { mapOf, setOf } from '../../ovsdb/wire/value.js';
import type { Atom } from '../../ovsdb/wire/value.js';

/** A column's value without OVSDB's notation: an atom, a list (a set) or an object (a map); integers beyond 2^53 as text. */
export type PlainValue = string | number | boolean | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export type PlainCells = Readonly<Record<string, PlainValue>>;

export interface PlannedChange {
  readonly database: RowChange['database'];
  readonly zone: string;
  readonly table: string;
  readonly op: RowChange['op'];
  readonly target: string;
  /** `new1` … for a row that is not there yet. */
  readonly uuid: string;
  /** The columns that change, as they are; empty for a new row. */
  readonly before: PlainCells;
  /** The same as they are to be; empty for a row that goes. */
  readonly after: PlainCells;
  /** Follows from the other changes by itself. */
  readonly follows: boolean;
}

export interface PlanDocument {
  readonly summary: string;
  readonly changes: readonly PlannedChange[];
  readonly cautions: readonly string[];
}

export function planDocument({ summary, changes, cautions }: Plan): PlanDocument {
  return {
    summary,
    changes: changes.map(({ database, zone, table, op, target, uuid, before, after, follows }) => ({
      database,
      zone,
      table,
      op,
      target,
      uuid,
      before: plainCells(before),
      after: plainCells(after),
      follows,
    })),
    cautions,
  };
}

const plainCells = (cells: JsonObject): PlainCells =>
  Object.fromEntries(Object.entries(cells).map(([column, value]) => [column, plainValue(value)]));

const plainAtom = (atom: Atom): string | number | boolean => (typeof atom === 'bigint' ? String(atom) : atom);

/** Members of sets sorted, so that the same value is the same text. */
function plainValue(json: Json): PlainValue {
  const isMap = isJsonArray(json) && json[0] === 'map';
  const pairs = isMap ? mapOf(json) : undefined;
  if (pairs !== undefined) {
    const sorted = [...pairs].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    return Object.fromEntries(sorted.map(([key, value]) => [String(key), plainAtom(value)]));
  }
  const atoms = setOf(json);
  if (atoms === undefined) return jsonText(json);
  if (isJsonArray(json) && json[0] === 'set') {
    return [...atoms].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(plainAtom);
  }
  const [only] = atoms;
  return only === undefined ? [] : plainAtom(only);
}
