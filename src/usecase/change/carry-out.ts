/**
 * Carries out a plan: each database's changes as one guarded transaction, journalled before and after, read back, and waited
 * for where that is asked.
 *
 * In: a plan, a way to send transactions, a journal and a clock. Out: what became of each database. A database that refuses
 * or can't be reached does not keep the others from being changed; the report says which were. Must not ask anybody.
 */
import { ConflictError, OvnctlError, UnavailableError } from '../../base/errors.js';
import { batchesOf } from '../../manage/plan.js';
import type { Batch, LeftZone, Plan, RowChange } from '../../manage/plan.js';
import { isEqualValue, membersOf, membersOnlyIn } from '../../manage/members.js';
import { transactionOf, withUuids } from '../../manage/transaction.js';
import { isVolatile } from '../../manage/volatile.js';
import { OperationInputError, UnknownFateError } from '../../ovsdb/client/errors.js';
import type { Operation, OperationResult } from '../../ovsdb/client/operation.js';
import { atomOf } from '../../ovsdb/wire/value.js';
import type { Json } from '../../ovsdb/wire/json.js';
import { IDENTITY_TABLES } from './database-of-zone.js';
import type { BatchState, Journal, JournalBatch, JournalEntry } from './journal.js';

export type Transact = (
  zone: string,
  database: RowChange['database'],
  operations: readonly Operation[],
) => Promise<readonly OperationResult[]>;

export interface Means {
  readonly transact: Transact;
  readonly journal: Journal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random uuid (RFC 9562): new rows get theirs from us, so that it can be looked up whether they were made. */
  readonly newUuid: () => string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly progress: (step: string, done: number, of: number) => void;
}

export interface CarryOutOptions {
  readonly source: string;
  /** Until ovn-northd, or every ovn-controller as well, has caught up; `none` does not wait. */
  readonly wait: 'none' | 'sb' | 'hv';
  readonly timeoutMs: number;
  readonly undoes?: number;
}

export interface BatchOutcome {
  readonly zone: string;
  readonly database: RowChange['database'];
  readonly state: BatchState | 'unknown';
  /** Rows changed, with what followed by itself. */
  readonly rows: number;
  readonly reason?: string;
  /** Whether ovn-northd or the hypervisors have caught up, where that was waited for. */
  readonly reached?: boolean;
}

export interface ChangeReport {
  /** For `undo`. */
  readonly id: number;
  readonly summary: string;
  readonly outcomes: readonly BatchOutcome[];
  /** Zones that are not changed, or of which it is not known: the same change with --zone finishes it. */
  readonly left: readonly string[];
}

export interface CarriedOut {
  readonly report: ChangeReport;
  /** The first failure, with its class: what the exit code follows. */
  readonly failure?: OvnctlError;
}

/** The uuid that tells a database from others. */
async function identityOf(transact: Transact, zone: string, database: RowChange['database']): Promise<string> {
  const [result] = await transact(zone, database, [
    { op: 'select', table: IDENTITY_TABLES[database], where: [], columns: ['_uuid'] },
  ]);
  const uuid = atomOf(result?.rows?.[0]?.['_uuid']);
  return typeof uuid === 'string' ? uuid : '';
}

/** Changes the databases. Throws only what happens before anything is sent. */
export async function carryOut(plan: Plan, means: Means, options: CarryOutOptions): Promise<CarriedOut> {
  const { journal, now, progress } = means;
  const left: LeftZone[] = [...(plan.left ?? [])];
  const planned: JournalBatch[] = [];
  const batches = batchesOf(plan.changes);
  for (const batch of batches) {
    try {
      const identity = await identityOf(means.transact, batch.zone, batch.database);
      const uuids = new Map(
        batch.changes.flatMap(({ op, uuid }) => (op === 'insert' ? [[uuid, means.newUuid()] as const] : [])),
      );
      planned.push({ ...batch, changes: withUuids(batch.changes, uuids), identity, state: 'planned' });
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      left.push({ zone: batch.zone, failure: error });
    }
  }
  const [lost] = left;
  if (planned.length === 0 && lost !== undefined) throw lost.failure;
  let entry: JournalEntry = await journal.begin({
    time: new Date(now()).toISOString(),
    summary: plan.summary,
    source: options.source,
    batches: planned,
    ...(options.undoes === undefined ? {} : { undoes: options.undoes }),
  });
  const outcomes: BatchOutcome[] = [];
  let failure: OvnctlError | undefined;
  for (const [at, batch] of planned.entries()) {
    progress(`changing zone ${batch.zone}`, at, planned.length);
    const write = async (state: JournalBatch): Promise<void> => {
      entry = { ...entry, batches: entry.batches.map((each, index) => (index === at ? state : each)) };
      await journal.save(entry);
    };
    const done = await carryOutBatch(batch, plan.summary, means, options, write);
    outcomes.push(done.outcome);
    failure ??= done.failure;
  }
  for (const { zone, failure: reason } of left) {
    outcomes.push({ zone, database: 'nb', state: 'refused', rows: 0, reason: reason.message });
    failure ??= reason;
  }
  const unfinished = [...new Set(outcomes.filter(({ state }) => state !== 'applied').map(({ zone }) => zone))].sort();
  return {
    report: { id: entry.id, summary: plan.summary, outcomes, left: unfinished },
    ...(failure === undefined ? {} : { failure }),
  };
}

async function carryOutBatch(
  batch: JournalBatch,
  summary: string,
  means: Means,
  options: CarryOutOptions,
  write: (batch: JournalBatch) => Promise<void>,
): Promise<{ readonly outcome: BatchOutcome; readonly failure?: OvnctlError }> {
  const { zone, database } = batch;
  const outcome = { zone, database, rows: batch.changes.length };
  const waits = options.wait !== 'none' && database === 'nb';
  const shared = { comment: `ovnctl: ${summary}`, raiseConfiguration: waits, volatile: isVolatile };
  let { operations, made } = transactionOf(batch.changes, { ...shared, givenUuids: true });
  await write({ ...batch, state: 'sent' });
  let results: readonly OperationResult[];
  try {
    try {
      results = await means.transact(zone, database, operations);
    } catch (error) {
      if (!(error instanceof OperationInputError) || !refusesUuids(error, operations)) throw error;
      ({ operations, made } = transactionOf(batch.changes, shared));
      results = await means.transact(zone, database, operations);
    }
  } catch (error) {
    if (!(error instanceof OvnctlError)) throw error;
    // The entry stays `sent`: whether it was carried out is to be looked up.
    if (error instanceof UnknownFateError)
      return { outcome: { ...outcome, state: 'unknown', reason: error.message }, failure: error };
    const told = isLostRace(error, operations) ? raceError(batch, error) : error;
    await write({ ...batch, state: 'refused', reason: told.message });
    return { outcome: { ...outcome, state: 'refused', rows: 0, reason: told.message }, failure: told };
  }
  const uuids = new Map([...made].map(([at, name]) => [name, results[at]?.uuid ?? name]));
  const changes = withUuids(batch.changes, uuids);
  await write({ ...batch, state: 'applied', changes });
  const different = await readBack({ zone, database, changes }, means.transact);
  if (different !== undefined) {
    const reason = `${different} is not what was written: somebody changed it at once`;
    return { outcome: { ...outcome, state: 'applied', reason }, failure: new ConflictError('manage.verify', reason) };
  }
  if (!waits) return { outcome: { ...outcome, state: 'applied' } };
  const reached = await waitFor(zone, configurationOf(results), means, options);
  return {
    outcome: { ...outcome, state: 'applied', reached },
    ...(reached
      ? {}
      : {
          failure: new UnavailableError(
            'manage.wait',
            `zone ${zone}: the change is made, but ${CATCHES_UP[options.wait]} in time`,
          ),
        }),
  };
}

const CATCHES_UP = { none: '', sb: 'ovn-northd did not catch up', hv: 'not every hypervisor caught up' } as const;

/** A server before OVS 3.1 does not know the member `uuid` of an insert, and has done nothing. */
function refusesUuids({ failure }: OperationInputError, operations: readonly Operation[]): boolean {
  return failure.rfc === 'syntax error' && failure.index !== undefined && operations[failure.index]?.op === 'insert';
}

/** A guard that did not hold: `wait` operations come first and time out at once. */
function isLostRace(error: OvnctlError, operations: readonly Operation[]): boolean {
  if (!(error instanceof ConflictError) || !('failure' in error)) return false;
  const { index } = error.failure as { readonly index?: number };
  return index !== undefined && operations[index]?.op === 'wait';
}

function raceError({ zone, changes }: JournalBatch, cause: OvnctlError): ConflictError {
  const [first] = changes.filter(({ op }) => op !== 'insert');
  const what = changes.length === 1 && first !== undefined ? first.target : `one of ${changes.length} rows`;
  return new ConflictError(
    'manage.changed',
    `zone ${zone}: ${what} was changed by somebody else meanwhile; nothing was done`,
    {
      cause,
      hints: ['look again with --dry-run'],
    },
  );
}

/** Reads the changed rows again; the first that is otherwise, as it is called. */
async function readBack({ zone, database, changes }: Batch, transact: Transact): Promise<string | undefined> {
  const results = await transact(
    zone,
    database,
    changes.map(({ table, uuid }) => ({ op: 'select', table, where: [['_uuid', '==', ['uuid', uuid]]] })),
  );
  for (const [at, change] of changes.entries()) {
    const row = results[at]?.rows?.[0];
    if (change.op === 'delete' ? row !== undefined : row === undefined) return change.target;
    for (const [column, value] of Object.entries(change.after)) {
      if (isVolatile(change.table, column) || row === undefined) continue;
      if (!isThere(row[column], value, change, column)) return `${change.target} (${column})`;
    }
  }
  return undefined;
}

function isThere(now: Json | undefined, value: Json, change: RowChange, column: string): boolean {
  if (!change.members.includes(column)) return now !== undefined && isEqualValue(now, value);
  const won = membersOnlyIn(value, change.before[column]);
  const lost = membersOnlyIn(change.before[column], value);
  const missing = membersOnlyIn([membersOf(value).kind, won], now);
  return missing.length === 0 && membersOnlyIn([membersOf(value).kind, lost], now).length === lost.length;
}

function configurationOf(results: readonly OperationResult[]): number {
  const selected = results.at(-2)?.rows?.[0]?.['nb_cfg'];
  return typeof selected === 'number' ? selected : 0;
}

/** Waits until the counter that ovn-northd or the hypervisors raise has come to ours (ovn-nb(5), NB_Global). */
async function waitFor(
  zone: string,
  wanted: number,
  means: Means,
  { wait, timeoutMs }: CarryOutOptions,
): Promise<boolean> {
  const column = wait === 'hv' ? 'hv_cfg' : 'sb_cfg';
  const deadline = means.now() + timeoutMs;
  for (let pause = 10; ; pause = Math.min(pause * 2, 250)) {
    const [result] = await means.transact(zone, 'nb', [
      { op: 'select', table: 'NB_Global', where: [], columns: [column] },
    ]);
    const reached = result?.rows?.[0]?.[column];
    if (typeof reached === 'number' && reached >= wanted) return true;
    if (means.now() >= deadline) return false;
    await means.sleep(pause);
  }
}
