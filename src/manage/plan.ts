/**
 * A plan: what a command would change, as data. It is shown before it is done, carried out as one guarded transaction for
 * each database, and turned round for `undo`.
 *
 * Values are in RFC 7047 notation. A row that does not exist yet is called `new1`, `new2` … wherever a uuid stands.
 */
import type { OvnctlError } from '../base/errors.js';
import type { JsonObject } from '../ovsdb/wire/json.js';

/** One row: how it is and how it is to be. */
export interface RowChange {
  readonly zone: string;
  readonly database: 'nb' | 'sb' | 'ovs';
  readonly table: string;
  readonly op: 'insert' | 'update' | 'delete';
  /** As people call the row; its uuid where it has no name. */
  readonly target: string;
  readonly uuid: string;
  /** The columns that change, of a deleted row all that are not empty; none for an insert. */
  readonly before: JsonObject;
  /** The same columns afterwards, of a new row all that were given; none for a delete. */
  readonly after: JsonObject;
  /** Columns, sets and maps, of which only some members change: others may change theirs meanwhile. */
  readonly members: readonly string[];
  /** A change that follows from the others by itself: the server drops what nothing refers to any more. */
  readonly follows: boolean;
}

/** New rows first, then changed ones, then those that go. */
export function byOperation(a: RowChange, b: RowChange): number {
  return ORDER[a.op] - ORDER[b.op];
}

const ORDER = { insert: 0, update: 1, delete: 2 } as const;

export interface Plan {
  /** What is to be done, in one phrase. */
  readonly summary: string;
  readonly changes: readonly RowChange[];
  /** Sentences that the user should read before saying yes. */
  readonly cautions: readonly string[];
  /** Zones that were meant as well and can't be reached; nothing is planned for them. */
  readonly left?: readonly LeftZone[];
}

export interface LeftZone {
  readonly zone: string;
  readonly failure: OvnctlError;
}

/** The changes of one database of one zone, which become one transaction. */
export interface Batch {
  readonly zone: string;
  readonly database: RowChange['database'];
  readonly changes: readonly RowChange[];
}

/** Changes by database and zone, sorted by zone. */
export function batchesOf(changes: readonly RowChange[]): readonly Batch[] {
  const batches = new Map<string, RowChange[]>();
  for (const change of changes) {
    const key = `${change.zone}\n${change.database}`;
    const known = batches.get(key);
    if (known === undefined) batches.set(key, [change]);
    else known.push(change);
  }
  return [...batches]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...others]]) =>
      first === undefined ? [] : [{ zone: first.zone, database: first.database, changes: [first, ...others] }],
    );
}
