import { NotFoundError } from '../../base/errors.js';
import { nearestName } from '../../lflow/nearest-name.js';
import { Missing, whenHeld } from '../../ovsdb/replica/not-held.js';
import type { Database } from '../../ovsdb/replica/database.js';
import { isUnreadable } from '../../world/unreadable.js';
import type { World, Zone } from '../../world/world.js';

/** Zones that are read together. */
const BOUND = 16;

/**
 * Asks every zone that has the database, several at a time; answers are in the order of zones. A zone that can't be read is
 * a gap, which its source has noted; when none can be, the first reason is thrown. NotFoundError when no zone has the
 * database.
 */
export async function inZones<T>(
  world: World,
  kind: 'northbound' | 'southbound',
  ask: (zone: Zone) => Promise<T>,
): Promise<readonly T[]> {
  const zones = world.zones.filter((zone) => (kind === 'northbound' ? zone.hasNorthbound : zone.hasSouthbound));
  if (zones.length === 0) throw new NotFoundError('inspect.no-database', `there is no ${kind} database to look at`);
  const answers: (readonly [T])[] = [];
  let failure: unknown;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < zones.length; at = next++) {
      const zone = zones[at];
      if (zone === undefined) return;
      try {
        answers[at] = [await whenHeld(() => ask(zone))];
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(BOUND, zones.length) }, work));
  const read = answers.flat();
  if (read.length === 0) throw failure;
  return read;
}

/** `did you mean …?`, where anything is near; else what there is, if that is little. */
export function nearestHints(name: string, known: readonly string[]): readonly string[] {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return [`did you mean "${nearest}"?`];
  const all = [...new Set(known)].sort();
  return all.length > 0 && all.length <= 8 ? [`known are ${all.join(', ')}`] : [];
}

/** Has whole tables read in one go; what they have is then found without asking. */
export function hold(database: Database, tables: Iterable<string>): void {
  const missing = new Missing();
  for (const table of tables) missing.attempt(() => database.table(table).rows());
  missing.require();
}

/** What is made of each item, where any of them may need more to be read: it is read for all of them at once. */
export function eachHeld<A, B>(items: readonly A[], make: (item: A) => B): readonly B[] {
  const missing = new Missing();
  const made: B[] = [];
  for (const item of items) missing.attempt(() => made.push(make(item)));
  missing.require();
  return made;
}
