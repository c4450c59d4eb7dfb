/**
 * Makes a difference small: drops terms of the microflow, options and rows of the southbound database for as long as the
 * real ovn-trace and we still differ.
 *
 * Input: the database, the call, a test whether they differ; output: both, smaller. Delta debugging: half of what is left
 * at a time, then quarters, and so on.
 */
import type { Database } from '../../src/ovsdb/replica/database.js';
import { databaseOf, MemoryTable } from '../../src/ovsdb/replica/memory.js';
import { southboundOf } from '../../src/ovn/southbound/southbound.js';
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import { traceOver } from '../support/served-southbound.js';
import { judge, oursOf, traceCallOf } from './judge.js';
import type { Call } from './microflows.js';

export interface Specimen {
  readonly database: Database;
  readonly call: Call;
}

/** Whether a specimen is still one. */
export type Differs = (specimen: Specimen) => Promise<boolean>;

/** Tables without which no trace makes sense, or that say which release wrote the database. */
const KEPT = new Set(['SB_Global', 'Datapath_Binding']);
/** Most rows first, and rows that refer before those they refer to. */
const FIRST = ['Logical_Flow', 'Multicast_Group', 'IGMP_Group', 'MAC_Binding', 'Port_Binding'];

/** The specimen with as little as possible; `probes` limits how often the test may run. */
export async function shrink(start: Specimen, differs: Differs, probes = 600): Promise<Specimen> {
  let specimen = start;
  let left = probes;
  const keeps = async (smaller: Specimen): Promise<boolean> => {
    if (left-- <= 0 || !(await differs(smaller))) return false;
    specimen = smaller;
    return true;
  };
  const terms = async (): Promise<void> => {
    await reduced(specimen.call.terms, (kept) => keeps({ ...specimen, call: { ...specimen.call, terms: kept } }));
    await reduced(specimen.call.options, (kept) => keeps({ ...specimen, call: { ...specimen.call, options: kept } }));
  };
  const { always, ...call } = start.call;
  if (always !== undefined) {
    await keeps({ ...start, call: { ...call, options: new Array<string>(12).fill(`--ct=${always}`) } });
  }
  await terms();
  const names = [...start.database.tables.keys()].filter((name) => !KEPT.has(name));
  for (const name of [...FIRST, ...names.filter((each) => !FIRST.includes(each))]) {
    await reduced([...specimen.database.table(name).uuids()], (kept) =>
      keeps({ ...specimen, database: withRows(specimen.database, name, new Set(kept)) }),
    );
  }
  // What mattered only to rows that are gone.
  await terms();
  return specimen;
}

/** Tries to do without parts of the list; `keeps` says whether the rest still does. */
async function reduced<T>(all: readonly T[], keeps: (kept: readonly T[]) => Promise<boolean>): Promise<void> {
  let items = all;
  for (let size = items.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < items.length;) {
      const kept = [...items.slice(0, at), ...items.slice(at + size)];
      if (await keeps(kept)) items = kept;
      else at += size;
    }
  }
}

function withRows(database: Database, name: string, uuids: ReadonlySet<string>): Database {
  const rows = [...database.table(name).rows()].filter(({ uuid }) => uuids.has(uuid));
  const table = new MemoryTable(name, new Map(rows.map((row) => [row.uuid, row] as const)));
  return databaseOf(database.name, database.schema, new Map([...database.tables, [name, table]]));
}

/** The real test: ovn-trace over these rows, judged as in a run. */
export const reallyDiffers: Differs = async ({ database, call }) => {
  const southbound: Southbound = southboundOf(database);
  const ours = oursOf(southbound, call);
  const theirs = await traceOfOvn({ database, call }, ours.inCircles ? 3 : 20);
  // The server holds nothing of a database with a reference to a row that is gone.
  if (theirs?.startsWith('unknown datapath') === true) return false;
  return judge(southbound, call, ours, theirs).kind === 'different';
};

/** Output of the real ovn-trace for all formats. */
export function traceOfOvn({ database, call }: Specimen, seconds = 20): Promise<string | undefined> {
  const { datapath, microflow, options } = traceCallOf(call);
  return traceOver(database, [...(options ?? []), '--all', datapath ?? '', microflow], seconds);
}
