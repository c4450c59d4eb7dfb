/**
 * The value constraints of a column (RFC 7047 section 3.2, `<base-type>`): read when somebody is about to write, since
 * readers of rows have no use for them.
 */
import { isJsonObject } from '../wire/json.js';
import type { Json, JsonObject } from '../wire/json.js';
import { setOf } from '../wire/value.js';
import type { Atom } from '../wire/value.js';
import type { DatabaseSchema } from './schema.js';

/** What the schema allows of an atom beyond its type; absent members allow anything. */
export interface Constraint {
  readonly oneOf?: readonly Atom[];
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  /** Characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface ColumnConstraints {
  readonly key: Constraint;
  readonly value: Constraint;
  /** False: the column can only be given when the row is made. */
  readonly mutable: boolean;
}

const NONE: ColumnConstraints = { key: {}, value: {}, mutable: true };

/** Those of a column; none where the schema was not kept as text. */
export function constraintsOf(schema: DatabaseSchema, table: string, column: string): ColumnConstraints {
  const definition = member(member(member(member(schema.source, 'tables'), table), 'columns'), column);
  if (definition === undefined) return NONE;
  const type = definition['type'];
  return {
    key: constraintIn(isJsonObject(type) ? type['key'] : type),
    value: constraintIn(isJsonObject(type) ? type['value'] : undefined),
    mutable: definition['mutable'] !== false,
  };
}

function member(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const found = object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(found) ? found : undefined;
}

function constraintIn(base: Json | undefined): Constraint {
  if (!isJsonObject(base)) return {};
  const { enum: allowed, minInteger, maxInteger, minReal, maxReal, minLength, maxLength } = base;
  const oneOf = allowed === undefined ? undefined : setOf(allowed);
  const minimum = numberIn(minInteger) ?? numberIn(minReal);
  const maximum = numberIn(maxInteger) ?? numberIn(maxReal);
  return {
    ...(oneOf === undefined ? {} : { oneOf }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(typeof minLength === 'number' ? { minLength } : {}),
    ...(typeof maxLength === 'number' ? { maxLength } : {}),
  };
}

function numberIn(json: Json | undefined): number | bigint | undefined {
  return typeof json === 'number' || typeof json === 'bigint' ? json : undefined;
}
