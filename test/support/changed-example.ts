/**
 * The recorded dual-stack cluster with something changed: rows through one more transaction at the end of a database's
 * log, as ovsdb-server would have written it, and Kubernetes objects as they are handed out.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDatabase } from '../../src/connect/files/databases.js';
import { openWorld } from '../../src/connect/open-world.js';
import type { KubeKinds, Plural } from '../../src/kube/model/kinds.js';
import { Northbound } from '../../src/ovn/northbound/northbound.js';
import { southboundOf } from '../../src/ovn/southbound/southbound.js';
import type { Row } from '../../src/ovsdb/replica/row.js';
import type { Database } from '../../src/ovsdb/replica/database.js';
import type { KubeView, World, Zone } from '../../src/world/world.js';
import { repository } from './run-cli.js';

const folder = join(repository, 'examples/ic-dualstack');

/** Columns by row by table, as in a record of a database's log; null deletes a row. */
export type Transaction = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>> | null>>>>;

export interface Change {
  readonly zone: string;
  readonly nb?: (database: Database) => Transaction;
  readonly sb?: (database: Database) => Transaction;
}

/** Objects of a kind as they should be; undefined for one that should not be there. */
export type ObjectChanges = { readonly [P in Plural]?: (object: KubeKinds[P]) => KubeKinds[P] | undefined };

export async function changedExample(changes: readonly Change[], objects: ObjectChanges = {}): Promise<World> {
  const world = await openWorld(folder);
  return {
    source: world.source,
    coverage: world.coverage,
    kube: changedKube(world.kube, objects),
    zones: world.zones.map((zone) =>
      changedZone(
        zone,
        changes.filter((change) => change.zone === zone.name),
      ),
    ),
  };
}

function changedZone(zone: Zone, changes: readonly Change[]): Zone {
  const load = (kind: 'nb' | 'sb'): Database => {
    const bytes = readFileSync(join(folder, zone.name, `${kind}.db`));
    const { database } = loadDatabase(`${kind}.db`, bytes);
    const transactions = changes.map((change) => change[kind]?.(database)).filter((each) => each !== undefined);
    const records = transactions.map(record);
    return records.length === 0 ? database : loadDatabase(`${kind}.db`, Buffer.concat([bytes, ...records])).database;
  };
  const northbound = new Northbound(load('nb'));
  const southbound = southboundOf(load('sb'));
  return {
    name: zone.name,
    hasNorthbound: true,
    hasSouthbound: true,
    northbound: () => Promise.resolve(northbound),
    southbound: () => Promise.resolve(southbound),
  };
}

/** One record of a stand-alone database's log (ovsdb(5), "Standalone Format"). */
function record(transaction: Transaction): Buffer {
  const text = `${JSON.stringify({ ...transaction, _date: 0 })}\n`;
  const digest = createHash('sha1').update(text).digest('hex');
  return Buffer.from(`OVSDB JSON ${Buffer.byteLength(text)} ${digest}\n${text}`);
}

function changedKube(kube: KubeView, changes: ObjectChanges): KubeView {
  const change = <P extends Plural>(plural: P, object: KubeKinds[P]): KubeKinds[P] | undefined => {
    const apply = changes[plural] as ((object: KubeKinds[P]) => KubeKinds[P] | undefined) | undefined;
    return apply === undefined ? object : apply(object);
  };
  return {
    available: true,
    async list(plural, selection) {
      const { items, gaps } = await kube.list(plural, selection);
      return { items: items.flatMap((object) => change(plural, object) ?? []), gaps };
    },
    async get(plural, namespace, name) {
      const object = await kube.get(plural, namespace, name);
      return object === undefined ? undefined : change(plural, object);
    },
  };
}

/** The rows of a table for which a test holds, changed in the same way. */
export function changeRows(
  database: Database,
  table: string,
  test: (row: Row) => boolean,
  columns: (row: Row) => Readonly<Record<string, unknown>> | null,
): Transaction {
  const rows = [...database.table(table).rows()].filter(test);
  if (rows.length === 0) throw new Error(`no row of ${table} is to be changed`);
  return { [table]: Object.fromEntries(rows.map((row) => [row.uuid, columns(row)])) };
}
