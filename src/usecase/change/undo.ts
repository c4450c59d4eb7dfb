/**
 * Turns an entry of the journal into the plan that undoes it.
 *
 * In: a World with the databases that were changed, and the entry. Out: a plan. ConflictError where that can't be had: the
 * databases are others, nothing was done, it was undone already, or somebody has changed the rows since.
 */
import { ConflictError, NotFoundError } from '../../base/errors.js';
import { inverseOf } from '../../manage/inverse.js';
import { isEqualValue } from '../../manage/members.js';
import type { Plan, RowChange } from '../../manage/plan.js';
import { isVolatile } from '../../manage/volatile.js';
import type { Database } from '../../ovsdb/replica/database.js';
import { isDefault } from '../../ovsdb/replica/difference.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { World } from '../../world/world.js';
import { databaseOfZone, IDENTITY_TABLES } from './database-of-zone.js';
import type { JournalBatch, JournalEntry } from './journal.js';

/** Asks of a live World what it does not hold (`whenHeld`). */
export async function planUndo(world: World, entry: JournalEntry): Promise<Plan> {
  if (entry.undoneBy !== undefined)
    throw new ConflictError('undo.done', `change ${entry.id} was undone already, by change ${entry.undoneBy}`);
  const changes: RowChange[] = [];
  for (const batch of entry.batches) {
    if (batch.state === 'planned' || batch.state === 'refused') continue;
    const database = await databaseOf(world, batch);
    if (batch.state === 'sent' && standingOf(database, batch.changes) === 'before') continue;
    const turned = inverseOf(batch.changes);
    for (const change of batch.changes) refuseIfChanged(database, change, entry.id);
    changes.push(...turned);
  }
  if (changes.length === 0)
    throw new ConflictError('undo.nothing', `change ${entry.id} was never carried out: there is nothing to undo`);
  return { summary: `undo ${entry.id}: ${entry.summary}`, changes, cautions: [] };
}

/** The same without looking at the rows: for who has just changed them. */
export function inversePlan({ id, summary, batches }: JournalEntry): Plan {
  const applied = batches.filter(({ state }) => state === 'applied');
  return {
    summary: `undo ${id}: ${summary}`,
    changes: applied.flatMap(({ changes }) => inverseOf(changes)),
    cautions: [],
  };
}

/** Whether rows are as they were before changes, as they were left, or neither. */
function standingOf(database: Database, changes: readonly RowChange[]): 'before' | 'after' | 'otherwise' {
  const standings = new Set(changes.map((change) => standing(database, change)));
  const [only] = standings;
  return standings.size === 1 && only !== undefined ? only : 'otherwise';
}

function standing(database: Database, change: RowChange): 'before' | 'after' | 'otherwise' {
  const row = database.table(change.table).get(change.uuid);
  if (change.op === 'insert') return row === undefined ? 'before' : 'after';
  if (change.op === 'delete') return row === undefined ? 'after' : 'before';
  if (row === undefined) return 'otherwise';
  const is = (cells: RowChange['before']): boolean =>
    Object.entries(cells).every(([column, value]) => isEqualValue(row.json(column) ?? ['set', []], value));
  return is(change.after) ? 'after' : is(change.before) ? 'before' : 'otherwise';
}

async function databaseOf(world: World, { zone, database: kind, identity }: JournalBatch): Promise<Database> {
  const found = world.zones.find(({ name }) => name === zone);
  if (found === undefined) {
    throw new NotFoundError('undo.zone', `zone ${zone}, which was changed, is not in this source`, {
      hints: ['name the source that was changed, with the same flags as then'],
    });
  }
  const database = await databaseOfZone(found, kind);
  const [own] = database.table(IDENTITY_TABLES[kind]).uuids();
  if (own !== identity)
    throw new ConflictError(
      'undo.database',
      `zone ${zone} has another database ${database.name} than the one that was changed`,
    );
  return database;
}

/** What was made must be as it was made, and what was changed as it was left; what only gained members, with those. */
function refuseIfChanged(database: Database, change: RowChange, id: number): void {
  if (change.op === 'delete') return;
  const row = database.table(change.table).get(change.uuid);
  const refuse = (what: string): never => {
    throw new ConflictError('undo.changed', `${change.target} ${what} since change ${id}: it is left as it is`);
  };
  if (row === undefined) return refuse('was deleted');
  const other = change.op === 'insert' ? changedColumn(database, row, change) : undefined;
  if (other !== undefined) refuse(`has another ${other}`);
  if (change.op !== 'update') return;
  for (const [column, value] of Object.entries(change.after)) {
    if (change.members.includes(column) || isVolatile(change.table, column)) continue;
    if (!isEqualValue(row.json(column) ?? ['set', []], value)) refuse(`has another ${column}`);
  }
}

function changedColumn(database: Database, row: Row, { table, after }: RowChange): string | undefined {
  for (const [column, schema] of database.schema?.tables.get(table)?.columns ?? []) {
    if (isVolatile(table, column) || schema.ephemeral) continue;
    const [was, is] = [after[column], row.json(column)];
    if (is === undefined) continue;
    if (was === undefined ? !isDefault(schema, is) : !isEqualValue(was, is)) return column;
  }
  return undefined;
}
