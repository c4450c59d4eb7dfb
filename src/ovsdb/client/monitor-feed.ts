import { applyUpdates, compareReplicas, emptyReplica, mergeChanges } from '../replica/monitor-updates.js';
import type { Changes, Replica, Update, UpdateFault } from '../replica/monitor-updates.js';
import type { Database } from '../replica/database.js';
import type { DatabaseSchema } from '../schema/schema.js';

export interface MonitorEvent {
  /**
   * `initial` is the first one, with every row as inserted. `resync` means that the server could not say what happened since
   * the last one and everything was fetched again; `changes` is then the difference found.
   */
  readonly kind: 'initial' | 'update' | 'resync';
  readonly database: Database;
  readonly changes: Changes;
}

/** "I know of no transaction": ovsdb-server(7) section 4.1.15. */
export const ZERO_UUID = '00000000-0000-0000-0000-000000000000';

/** Updates are applied when the reader takes an event, or when this many have come: a touched table is copied each time. */
const BATCH = 128;

const NO_CHANGES: Changes = new Map();

/** What a monitor has received and its reader has not yet taken, merged into at most one event. */
export class MonitorFeed {
  /** The transaction that the next updates follow. */
  since = ZERO_UUID;
  /** Set when an update does not fit; nothing is delivered then until everything is fetched again. */
  fault: UpdateFault | undefined;
  #replica: Replica | undefined;
  #inbox: Update[] = [];
  #changes = NO_CHANGES;
  #due: MonitorEvent['kind'] | undefined;
  #delivered: Replica | undefined;

  get schema(): DatabaseSchema | undefined {
    return this.#replica?.schema;
  }

  /** Whether updates after `since` can be applied to what is here. */
  get isUsable(): boolean {
    return this.#replica !== undefined && this.fault === undefined;
  }

  /** Forgets everything but what was delivered; all rows are to come next. */
  startOver(schema: DatabaseSchema, tables: Iterable<string>): void {
    this.#replica = emptyReplica(schema, tables);
    this.#inbox = [];
    this.#changes = NO_CHANGES;
    this.#due = this.#delivered === undefined ? 'initial' : 'resync';
    this.fault = undefined;
    this.since = ZERO_UUID;
  }

  push(update: Update): void {
    this.#inbox.push(update);
    if (this.#inbox.length >= BATCH) this.#fold();
  }

  /** The next event, if anything happened since the last. */
  take(): MonitorEvent | undefined {
    this.#fold();
    const replica = this.#replica;
    const kind = this.#due;
    if (kind === undefined || replica === undefined || this.fault !== undefined) return undefined;
    this.#due = undefined;
    const compared =
      kind === 'resync' && this.#delivered !== undefined
        ? compareReplicas(this.#delivered, replica)
        : { replica, changes: this.#changes };
    this.#changes = NO_CHANGES;
    this.#replica = compared.replica;
    this.#delivered = compared.replica;
    return { kind, database: compared.replica.database, changes: compared.changes };
  }

  #fold(): void {
    const updates = this.#inbox;
    if (updates.length === 0 || this.#replica === undefined) return;
    this.#inbox = [];
    if (this.fault !== undefined) return;
    const applied = applyUpdates(this.#replica, updates);
    if (!applied.ok) {
      this.fault = applied.error;
      this.since = ZERO_UUID;
      return;
    }
    this.#replica = applied.value.replica;
    // The difference to what was delivered is found by comparing then.
    if (this.#due === 'resync') return;
    this.#changes = mergeChanges(this.#changes, applied.value.changes);
    if (this.#due !== 'initial') this.#due = this.#changes.size > 0 ? 'update' : undefined;
  }
}
