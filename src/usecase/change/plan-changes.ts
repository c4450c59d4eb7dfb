/**
 * Turns what somebody wants changed into a plan: in every zone asked for, on a draft of its northbound database.
 *
 * In: a World and changes as verbs with what was given for them. Out: a plan, nothing done. Throws UsageError, NotFoundError
 * and ConflictError as the verbs do, and ConflictError for rows that OVN-Kubernetes owns, with the object to edit instead.
 */
import { ConflictError, NotFoundError, UnavailableError, UsageError } from '../../base/errors.js';
import { nearestName } from '../../lflow/nearest-name.js';
import { Draft } from '../../manage/draft.js';
import { nameOfRow } from '../../manage/look-up.js';
import { VERBS } from '../../manage/northbound/verbs.js';
import type { LeftZone, Plan, RowChange } from '../../manage/plan.js';
import { Given } from '../../manage/verb.js';
import type { Verb } from '../../manage/verb.js';
import type { Database } from '../../ovsdb/replica/database.js';
import type { World, Zone } from '../../world/world.js';
import { databaseOfZone } from './database-of-zone.js';
import { guardOwners } from './owner-guard.js';

export type { Parameter, Verb } from '../../manage/verb.js';
export type { Plan } from '../../manage/plan.js';

/** One change that is wanted. */
export interface WantedChange {
  readonly verb: string;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export interface ChangeScope {
  /** In all zones, rather than in the only one. */
  readonly allZones: boolean;
  /** Rows that OVN-Kubernetes writes may be changed as well. */
  readonly overrideOwner: boolean;
}

/** The verb of that name. BugError would be wrong: names come from files and standard input, too. */
export function verbNamed(name: string): Verb {
  const verb = VERBS.find((each) => each.name === name);
  if (verb !== undefined) return verb;
  const nearest = nearestName(
    name,
    VERBS.map((each) => each.name),
  );
  throw new UsageError('usage.verb', `unknown change "${name}"`, {
    hints: [
      nearest === undefined ? `changes are ${VERBS.map((each) => each.name).join(', ')}` : `did you mean "${nearest}"?`,
    ],
  });
}

/** Asks of a live World what it does not hold, so it has to be asked again until it does (`whenHeld`). */
export async function planChanges(world: World, wanted: readonly WantedChange[], scope: ChangeScope): Promise<Plan> {
  const changes: RowChange[] = [];
  const cautions: string[] = [];
  const given = wanted.map(({ verb, values }) => {
    const known = verbNamed(verb);
    return { verb: known, given: new Given(known, values) };
  });
  const left: LeftZone[] = [];
  const zones = zonesFor(world, scope);
  for (const zone of zones) {
    try {
      await planZone(zone);
    } catch (error) {
      // The others are changed all the same; which are left is told.
      if (!(error instanceof UnavailableError) || zones.length === 1) throw error;
      left.push({ zone: zone.name, failure: error });
    }
  }
  const [first] = left;
  if (first !== undefined && left.length === zones.length) throw first.failure;
  for (const { zone, failure } of left)
    cautions.push(`zone ${zone} can't be reached and is left out: ${failure.message}`);
  return {
    summary: given.map(({ verb, given: each }) => verb.phrase(each)).join('; '),
    changes,
    cautions,
    ...(left.length === 0 ? {} : { left }),
  };

  async function planZone(zone: Zone): Promise<void> {
    const drafts = new Map<RowChange['database'], { readonly base: Database; readonly draft: Draft }>();
    for (const { verb, given: each } of given) {
      const kind = verb.database?.(each) ?? 'nb';
      let opened = drafts.get(kind);
      if (opened === undefined) {
        const base = await databaseOfZone(zone, kind);
        drafts.set(kind, (opened = { base, draft: new Draft(base) }));
      }
      verb.carryOut(opened.draft, each);
    }
    for (const [kind, { base, draft }] of drafts) {
      const made = draft.changes({ zone: zone.name, database: kind }, nameOfRow);
      if (kind === 'nb') cautions.push(...guardOwners(base, made, scope.overrideOwner));
      changes.push(...made);
    }
  }
}

function zonesFor(world: World, { allZones }: ChangeScope): readonly Zone[] {
  const zones = world.zones.filter(({ hasNorthbound }) => hasNorthbound);
  if (zones.length === 0) {
    throw new NotFoundError('manage.no-northbound', 'there is no northbound database to change', {
      hints: ['name one with --nb REMOTE'],
    });
  }
  if (zones.length === 1 || allZones) return zones;
  throw new ConflictError(
    'manage.which-zone',
    `there are ${zones.length} zones, each with a northbound database of its own`,
    {
      hints: [`choose with --zone NAME (${zones.map(({ name }) => name).join(', ')}), or take --all-zones`],
    },
  );
}
