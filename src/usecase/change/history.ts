import type { JournalEntry } from './journal.js';
import { planDocument } from './plan-document.js';
import type { PlannedChange } from './plan-document.js';

export interface HistoryBatch {
  readonly zone: string;
  readonly database: 'nb' | 'sb' | 'ovs';
  readonly state: 'planned' | 'sent' | 'applied' | 'refused';
  readonly reason?: string;
  readonly changes: readonly PlannedChange[];
}

export interface HistoryEntry {
  readonly id: number;
  /** RFC 3339, UTC: what the journal says, not when it was read. */
  readonly time: string;
  readonly summary: string;
  readonly source: string;
  readonly batches: readonly HistoryBatch[];
  readonly undoes?: number;
  readonly undoneBy?: number;
}

export interface History {
  readonly entries: readonly HistoryEntry[];
}

/** Entries of the journal with their values as people write them. */
export function historyOf(entries: readonly JournalEntry[]): History {
  return {
    entries: entries.map(({ batches, ...entry }) => ({
      ...entry,
      batches: batches.map(({ zone, database, state, reason, changes }) => ({
        zone,
        database,
        state,
        ...(reason === undefined ? {} : { reason }),
        changes: planDocument({ summary: '', changes, cautions: [] }).changes,
      })),
    })),
  };
}
