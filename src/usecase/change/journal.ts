/**
 * What was changed, kept so that it can be undone. An entry is written before the first transaction and after each, so that
 * it tells what happened also when the program or the machine died in between.
 */
import type { RowChange } from '../../manage/plan.js';

/**
 * `planned`: not sent; `sent`: on its way when the entry was written last, whether it was carried out is to be looked up;
 * `applied`; `refused`: nothing was changed.
 */
export type BatchState = 'planned' | 'sent' | 'applied' | 'refused';

export interface JournalBatch {
  readonly zone: string;
  readonly database: RowChange['database'];
  /** The uuid of the row that every database has one of (NB_Global, Open_vSwitch): tells databases apart. */
  readonly identity: string;
  readonly state: BatchState;
  /** Why it was refused. */
  readonly reason?: string;
  /** With the uuids of new rows as soon as they are known. */
  readonly changes: readonly RowChange[];
}

export interface JournalEntry {
  readonly id: number;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly summary: string;
  /** Where it was done, as the source calls itself. */
  readonly source: string;
  readonly batches: readonly JournalBatch[];
  /** The entry that this one undid. */
  readonly undoes?: number;
  /** The entry that undid this one. */
  readonly undoneBy?: number;
}

export interface Journal {
  /** Writes a new entry, which gets the next number. */
  begin(entry: Omit<JournalEntry, 'id'>): Promise<JournalEntry>;
  save(entry: JournalEntry): Promise<void>;
  /** NotFoundError when there is none of that number. */
  entry(id: number): Promise<JournalEntry>;
  /** Newest first. */
  entries(): Promise<readonly JournalEntry[]>;
}
