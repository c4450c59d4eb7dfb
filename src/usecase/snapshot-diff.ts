/**
 * `snapshot diff`: what changed from one snapshot to another, by Kubernetes object and by row of every zone's databases, with
 * the object that a row stands for.
 *
 * Input: two sources. Output: plain data. What one of them lacks or has damaged is not compared, and said to be so; it never
 * shows as removed. Must not know files or formats.
 */
import { OvnctlError } from '../base/errors.js';
import { Northbound } from '../ovn/northbound/northbound.js';
import type { Database } from '../ovsdb/replica/database.js';
import type { OwnerObject } from '../ovnk/owner.js';
import { compareObjects } from '../snapshot/compare/compare-objects.js';
import type { ComparedList, MemberChange } from '../snapshot/compare/compare-objects.js';
import { compareDatabases } from '../snapshot/compare/compare-rows.js';
import type { ColumnChange, RowDifference } from '../snapshot/compare/compare-rows.js';
import type { Matches } from '../snapshot/compare/match-rows.js';
import type { DatabaseKind, SnapshotGap } from '../snapshot/manifest.js';
import type { SnapshotSource, SourceZone } from '../snapshot/source.js';
import { ownersOfRows } from './row-owner.js';
import { DATABASE_WORDS } from './snapshot-facts.js';

export type Change = 'added' | 'removed' | 'changed';

export interface ChangedObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly change: Change;
  /** Of a changed object: which members, by path. */
  readonly members?: readonly MemberChange[];
}

export interface ChangedRow {
  readonly zone: string;
  readonly database: DatabaseKind;
  readonly table: string;
  readonly name: string;
  readonly change: Change;
  readonly uuid: { readonly before?: string; readonly after?: string };
  /** The object that the row stands for, when that is known. */
  readonly owner?: OwnerObject;
  readonly columns?: readonly ColumnChange[];
}

interface Counts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export interface SnapshotDiff {
  readonly before: string;
  readonly after: string;
  readonly equal: boolean;
  readonly summary: { readonly objects: Counts; readonly rows: Counts };
  /** Zones that only one of the two has; their databases are not compared. */
  readonly zones: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Schemas that are of another version. */
  readonly schemas: readonly {
    readonly zone: string;
    readonly database: DatabaseKind;
    readonly before?: string;
    readonly after?: string;
  }[];
  readonly objects: readonly ChangedObject[];
  readonly rows: readonly ChangedRow[];
  /** What could not be compared, and why. */
  readonly notCompared: readonly SnapshotGap[];
}

export const DIFF_PARTS = ['objects', 'nb', 'sb', 'ovs'] as const;
export type DiffPart = (typeof DIFF_PARTS)[number];

export interface DiffOptions {
  readonly only: readonly DiffPart[];
  /** Counters and time stamps, too. */
  readonly withVolatile: boolean;
  readonly zones: readonly string[];
  readonly report: (step: string, done: number, of: number) => void;
}

export async function snapshotDiff(
  before: SnapshotSource,
  after: SnapshotSource,
  options: DiffOptions,
): Promise<SnapshotDiff> {
  const notCompared: SnapshotGap[] = [];
  const wants = (part: DiffPart): boolean => options.only.length === 0 || options.only.includes(part);
  const objects = wants('objects') ? await diffObjects(before, after, options, notCompared) : [];
  const isChosen = ({ name }: SourceZone): boolean => options.zones.length === 0 || options.zones.includes(name);
  const [old, now] = [before.zones.filter(isChosen), after.zones.filter(isChosen)];
  const rows: ChangedRow[] = [];
  const schemas: SnapshotDiff['schemas'][number][] = [];
  let done = 0;
  for (const zone of old) {
    const other = now.find(({ name }) => name === zone.name);
    if (other === undefined) continue;
    options.report(`comparing zone ${zone.name}`, ++done, old.length);
    await diffZone(zone, other, wants, options.withVolatile, { rows, schemas, notCompared });
  }
  const names = (zones: readonly SourceZone[]): readonly string[] => zones.map(({ name }) => name);
  const zones = {
    added: names(now).filter((name) => !names(old).includes(name)),
    removed: names(old).filter((name) => !names(now).includes(name)),
  };
  const equal = [objects, rows, schemas, zones.added, zones.removed].every(({ length }) => length === 0);
  return {
    before: before.name,
    after: after.name,
    equal,
    summary: { objects: counts(objects), rows: counts(rows) },
    zones,
    schemas,
    objects,
    rows,
    notCompared,
  };
}

function counts(changes: readonly { readonly change: Change }[]): Counts {
  const of = (wanted: Change): number => changes.filter(({ change }) => change === wanted).length;
  return { added: of('added'), removed: of('removed'), changed: of('changed') };
}

async function diffObjects(
  before: SnapshotSource,
  after: SnapshotSource,
  { withVolatile, report }: DiffOptions,
  notCompared: SnapshotGap[],
): Promise<readonly ChangedObject[]> {
  const changed: ChangedObject[] = [];
  const all = [...new Set([...before.objects, ...after.objects].map(({ plural }) => plural))].sort();
  // Events come and go by themselves, and say what happened, not what is.
  const plurals = all.filter((plural) => plural !== 'events');
  for (const [at, plural] of plurals.entries()) {
    report('comparing Kubernetes objects', at + 1, plurals.length);
    const [old, now] = [await listOf(before, plural, notCompared), await listOf(after, plural, notCompared)];
    if (old === undefined || now === undefined) continue;
    const kind = [...before.objects, ...after.objects].find((each) => each.plural === plural)?.kind ?? plural;
    for (const { namespace, name, change, members } of compareObjects(old, now, withVolatile)) {
      changed.push({
        kind,
        ...(namespace === '' ? {} : { namespace }),
        name,
        change,
        ...(change === 'changed' ? { members } : {}),
      });
    }
  }
  return changed;
}

/** A list as far as it is whole; undefined, with the reason noted, when there is none to compare. */
async function listOf(
  source: SnapshotSource,
  plural: string,
  notCompared: SnapshotGap[],
): Promise<ComparedList | undefined> {
  const lost = (code: string, reason: string): undefined => {
    notCompared.push({ code, subject: `${plural} of ${source.name}`, reason, plural });
    return undefined;
  };
  const part = source.objects.find((each) => each.plural === plural);
  if (part === undefined) return lost('snapshot.missing', 'it has no list of them');
  try {
    const list = await part.read();
    if (list === undefined) return lost('snapshot.missing', 'it has no list of them');
    for (const { code, reason } of list.gaps) lost(code, reason);
    // A list of some namespaces is whole for those that it has objects of; one that is damaged is not whole anywhere.
    const isDamaged = list.gaps.some(({ code }) => code !== 'kube.partial');
    const isPartial = list.gaps.length > 0;
    const present = new Set(list.items.map(namespaceOf));
    return { items: list.items, isWhole: (namespace) => !isDamaged && (!isPartial || present.has(namespace)) };
  } catch (error) {
    if (!(error instanceof OvnctlError)) throw error;
    return lost(error.code, error.message);
  }
}

function namespaceOf(object: unknown): string {
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return '';
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null || !('namespace' in metadata)) return '';
  return typeof metadata.namespace === 'string' ? metadata.namespace : '';
}

interface Found {
  readonly rows: ChangedRow[];
  readonly schemas: SnapshotDiff['schemas'][number][];
  readonly notCompared: SnapshotGap[];
}

async function diffZone(
  before: SourceZone,
  after: SourceZone,
  wants: (part: DiffPart) => boolean,
  withVolatile: boolean,
  found: Found,
): Promise<void> {
  // The northbound comes first: the southbound refers to its rows, and owners are read from it.
  const kinds: readonly DatabaseKind[] = ['nb', 'sb', 'ovs'];
  let northbound: { readonly before: Northbound; readonly after: Northbound; readonly matches: Matches } | undefined;
  for (const kind of kinds) {
    const isNeeded = wants(kind) || (kind === 'nb' && wants('sb'));
    if (!isNeeded) continue;
    const notes = wants(kind) ? found.notCompared : [];
    const [old, now] = [await databaseOf(before, kind, 'first', notes), await databaseOf(after, kind, 'second', notes)];
    if (old === undefined || now === undefined) continue;
    const zone = before.name;
    const [x, y] = [old.schema?.version, now.schema?.version];
    if (x !== y && wants(kind)) {
      found.schemas.push({
        zone,
        database: kind,
        ...(x === undefined ? {} : { before: x }),
        ...(y === undefined ? {} : { after: y }),
      });
    }
    const others = kind === 'sb' ? northbound?.matches : undefined;
    const comparison = compareDatabases(old, now, { withVolatile, ...(others === undefined ? {} : { others }) });
    if (kind === 'nb') {
      northbound = { before: new Northbound(old), after: new Northbound(now), matches: comparison.matches };
    }
    if (!wants(kind)) continue;
    const owners = {
      before: ownersOfRows(kind === 'ovs' ? undefined : northbound?.before),
      after: ownersOfRows(kind === 'ovs' ? undefined : northbound?.after),
    };
    for (const row of comparison.rows) found.rows.push(changedRow(zone, kind, row, owners));
  }
}

function changedRow(
  zone: string,
  database: DatabaseKind,
  { table, name, before, after, columns }: RowDifference,
  owners: Readonly<Record<'before' | 'after', ReturnType<typeof ownersOfRows>>>,
): ChangedRow {
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const owner = after !== undefined ? owners.after(after) : before !== undefined ? owners.before(before) : undefined;
  return {
    zone,
    database,
    table,
    name,
    change,
    uuid: {
      ...(before === undefined ? {} : { before: before.uuid }),
      ...(after === undefined ? {} : { after: after.uuid }),
    },
    ...(owner === undefined ? {} : { owner }),
    ...(change === 'changed' ? { columns } : {}),
  };
}

/** A whole database; what is damaged would show as removed, so it is not compared. */
async function databaseOf(
  zone: SourceZone,
  kind: DatabaseKind,
  which: 'first' | 'second',
  notCompared: SnapshotGap[],
): Promise<Database | undefined> {
  const lost = (code: string, reason: string): undefined => {
    const subject = `${DATABASE_WORDS[kind]} of zone ${zone.name} in the ${which}`;
    notCompared.push({ code, subject, reason, zone: zone.name });
    return undefined;
  };
  const part = zone.databases.find((each) => each.kind === kind);
  if (part === undefined) return kind === 'ovs' ? undefined : lost('snapshot.missing', 'there is none');
  try {
    const { database, losses } = await part.read();
    const [loss] = losses;
    return loss === undefined ? database : lost('ovsdb.damaged', loss);
  } catch (error) {
    if (!(error instanceof OvnctlError)) throw error;
    return lost(error.code, error.message);
  }
}
