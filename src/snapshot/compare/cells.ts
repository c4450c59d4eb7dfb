import { defaultAtom } from '../../ovsdb/replica/difference.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { BaseType, ColumnSchema } from '../../ovsdb/schema/schema.js';
import { mapOf, setOf } from '../../ovsdb/wire/value.js';
import type { Atom } from '../../ovsdb/wire/value.js';
import { isVolatileKey } from './identity.js';

/** What an atom is called; undefined when that is not known (yet). */
export type AtomName = (atom: Atom, type: BaseType) => string | undefined;

/** A member of a column's value: an atom, or the key and value of a pair. */
export type Member = readonly [atom: Atom, value?: Atom];

/** The members of a column's value; what is absent is the default. Pairs that always change are left out. */
export function membersOf(column: ColumnSchema, row: Row, name: string, withVolatile: boolean): readonly Member[] {
  const json = row.json(name);
  if (column.value !== undefined) {
    const pairs = (json === undefined ? undefined : mapOf(json)) ?? [];
    return withVolatile ? pairs : pairs.filter(([key]) => typeof key !== 'string' || !isVolatileKey(key));
  }
  if (json === undefined) return column.min === 0 ? [] : [[defaultAtom(column.key.type)]];
  return (setOf(json) ?? []).map((atom) => [atom]);
}

/** A member as text, a pair as `key=value`; undefined when an atom has no name. */
export function memberText({ key, value }: ColumnSchema, [atom, other]: Member, nameOf: AtomName): string | undefined {
  const text = nameOf(atom, key);
  if (other === undefined || value === undefined || text === undefined) return text;
  const right = nameOf(other, value);
  return right === undefined ? undefined : `${text}=${right}`;
}

/** Whether a column holds one value at most, so that a change is from one to another. */
export const isSingle = (column: ColumnSchema): boolean => column.max === 1 && column.value === undefined;
