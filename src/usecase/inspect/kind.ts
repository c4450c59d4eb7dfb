/**
 * What can be listed, as data: a kind of row, where its rows are, what hangs on them and what is shown of them.
 *
 * A kind is written once, in `kinds/`; one use case lists it, one shows a row of it, one renderer prints both, and the
 * commands are made of it. Must not know zones, flags or layout.
 */
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';

/** What a cell holds; undefined where the row says nothing. */
export type Cell = string | number | boolean | readonly string[] | Readonly<Record<string, string>> | undefined;

/** A row that holds another one by a reference. */
export interface Holder {
  readonly table: string;
  readonly name: string;
}

/** What a column may look at beside its row; rows of the tables that the kind `reads`. */
export interface Surroundings {
  readonly database: Database;
  readonly holders: readonly Holder[];
}

export interface ListColumn {
  /** Of the member in documents. */
  readonly name: string;
  /** Heading of the table. */
  readonly title: string;
  /** Only with `-o wide`. */
  readonly wide?: true;
  /** May be cut on a narrow terminal. */
  readonly long?: true;
  readonly cell: (row: Row, around: Surroundings) => Cell;
}

export interface Kind {
  /** As the command is called: `switch port`. */
  readonly name: string;
  /** What several of them are called, in a sentence. */
  readonly plural: string;
  readonly database: 'northbound' | 'southbound';
  readonly table: string;
  /** The column with the name of a row; without one it is called by what tells it apart. */
  readonly nameColumn?: string;
  /** What a row without a name is called. */
  readonly label?: (row: Row) => string;
  /** References to rows of the kind: from whom, and what the holder is called. */
  readonly heldBy?: {
    readonly title: string;
    /** What a command's argument that names a holder is called. */
    readonly argument: string;
    readonly columns: readonly (readonly [table: string, column: string])[];
  };
  /** Tables that the columns and the owner look at, beside its own and those of `heldBy`. */
  readonly reads?: readonly string[];
  /** More columns than traces need are read from a server. */
  readonly whole?: true;
  readonly columns: readonly ListColumn[];
  /** Which rows come first, before their names decide: numbers ascending. */
  readonly order?: (row: Row) => readonly (string | number)[];
  /** References to what hangs on a row, with the kind that it is. */
  readonly holds?: readonly (readonly [column: string, kind: string])[];
}

type Options = Pick<ListColumn, 'wide' | 'long'>;

const heading = (name: string): string => name.replaceAll(/[_ ]/g, '-').toUpperCase();
const member = (name: string): string =>
  name.replaceAll(/[_-]([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());

export function column(name: string, cell: ListColumn['cell'], options: Options = {}): ListColumn {
  return { name: member(name), title: heading(name), cell, ...options };
}

/** A column of the database that holds at most one string. */
export const text = (of: string, title = of, options: Options = {}): ListColumn =>
  column(title, (row) => row.optionalString(of) || undefined, options);

/** A column that always has a number; files leave out zeros. */
export const integer = (of: string, title = of, options: Options = {}): ListColumn =>
  column(title, (row) => row.integer(of), options);

/** A column that may have no number. */
export const optionalInteger = (of: string, title = of, options: Options = {}): ListColumn =>
  column(title, (row) => row.optionalInteger(of), options);

/** How many members a set has. */
export const count = (of: string, title = of, options: Options = {}): ListColumn =>
  column(title, (row) => row.atoms(of).length, options);

export const set = (of: string, title = of, options: Options = {}): ListColumn =>
  column(title, (row) => row.atoms(of).map(String).sort(), { long: true, ...options });

export const map = (of: string, title = of, options: Options = {}): ListColumn =>
  column(title, (row) => recordOf(row.map(of)), { long: true, ...options });

/** The members of some keys of a map, in their order. */
export const entry = (of: string, keys: readonly string[], title: string, options: Options = {}): ListColumn =>
  column(
    title,
    (row) => {
      const found = keys.flatMap((key) => row.map(of).get(key) ?? []);
      return found.length > 1 ? found : found[0];
    },
    options,
  );

/** A column of the database that says yes or no, or nothing. */
export const flag = (of: string, title = of, options: Options = {}): ListColumn =>
  column(title, (row) => row.optionalBoolean(of), options);

export function recordOf(pairs: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}
