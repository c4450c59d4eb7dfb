import { decodeObject } from '../../src/kube/model/kinds.js';
import type { KubeKinds, Plural } from '../../src/kube/model/kinds.js';
import { Northbound } from '../../src/ovn/northbound/northbound.js';
import { southboundOf } from '../../src/ovn/southbound/southbound.js';
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import type { Database } from '../../src/ovsdb/replica/database.js';
import { databaseFromRows } from '../../src/ovsdb/replica/from-rows.js';
import type { RowsByTable } from '../../src/ovsdb/replica/from-rows.js';
import { Coverage } from '../../src/world/coverage.js';
import { viewOfLists } from '../../src/world/kept-lists.js';
import type { Hosts } from '../../src/world/hosts.js';
import type { KeptList } from '../../src/world/kept-lists.js';
import type { World, Zone } from '../../src/world/world.js';

/** Texts of hosts by path, and ConfigMaps by name. */
export interface BuiltHosts {
  readonly texts?: Readonly<Record<string, string>>;
  readonly configuration?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Rows of a zone's databases, and what their schemas are called. */
export interface BuiltZone {
  readonly nb?: RowsByTable;
  readonly sb?: RowsByTable;
  readonly ovs?: RowsByTable;
  readonly schemas?: { readonly nb?: string; readonly sb?: string };
}

function built(name: string, rows: RowsByTable, version?: string): Database {
  const database = databaseFromRows(name, rows);
  return version === undefined ? database : { ...database, schema: { name, version, tables: new Map() } };
}

/** A small World from literal rows and objects. */
export function builtWorld(
  zones: Readonly<Record<string, BuiltZone>>,
  objects?: Partial<Record<Plural, readonly unknown[]>>,
  hosts?: BuiltHosts,
): World {
  const coverage = new Coverage();
  return {
    source: { kind: objects === undefined ? 'databases' : 'snapshot', path: 'built' },
    coverage,
    ...(hosts === undefined ? {} : { hosts: builtHosts(hosts) }),
    zones: Object.entries(zones).map(([name, { nb, sb, ovs, schemas }]): Zone => {
      let northbound: Northbound | undefined;
      let southbound: Southbound | undefined;
      return {
        name,
        hasNorthbound: nb !== undefined,
        hasSouthbound: sb !== undefined,
        northbound: () =>
          Promise.resolve((northbound ??= new Northbound(built('OVN_Northbound', nb ?? {}, schemas?.nb)))),
        ...(ovs === undefined ? {} : { openVSwitch: () => Promise.resolve(built('Open_vSwitch', ovs)) }),
        southbound: () =>
          Promise.resolve((southbound ??= southboundOf(built('OVN_Southbound', sb ?? {}, schemas?.sb)))),
      };
    }),
    kube: viewOfLists(objects !== undefined, <P extends Plural>(plural: P): Promise<KeptList<KubeKinds[P]>> => {
      const items = (objects?.[plural] ?? []).map((raw, at) => {
        const decoded = decodeObject(plural, raw, at);
        if (!decoded.ok) throw new Error(`${decoded.error.object}: ${decoded.error.reason}`);
        return { object: decoded.value, raw };
      });
      return Promise.resolve({ items, gaps: [] });
    }),
  };
}

function builtHosts({ texts = {}, configuration }: BuiltHosts): Hosts {
  return {
    texts: () =>
      Promise.resolve(
        Object.entries(texts).map(([path, text]) => ({ path, from: path, read: () => Promise.resolve(text) })),
      ),
    configuration: () =>
      Promise.resolve(
        configuration &&
          Object.entries(configuration).map(([name, data]) => ({
            namespace: 'ovn-kubernetes',
            name,
            data: new Map(Object.entries(data)),
          })),
      ),
  };
}
