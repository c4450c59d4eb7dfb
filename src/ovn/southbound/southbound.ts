/**
 * The southbound database as the tracer reads it: typed rows and look-ups over a Database, each made when first asked.
 *
 * Input: a Database of any origin (file, replica, literal rows); output: datapaths, ports, groups, sets, bindings, load
 * balancers, chassis and, through FlowSource, the flows of one datapath at a time. It must not know packets, the flow
 * language, Kubernetes, or how the database was obtained.
 */
import type { DhcpOption } from '../../lflow/actions/environment.js';
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { Bindings } from './bindings.js';
import { ChassisTables } from './chassis.js';
import { Datapaths } from './datapaths.js';
import type { FlowSource } from './flow-source.js';
import { DatabaseFlows } from './flows.js';
import { LoadBalancers } from './load-balancers.js';
import { MulticastGroups } from './multicast-groups.js';
import { Ports } from './ports.js';
import { databaseRelease } from './release.js';
import type { DatabaseRelease } from './release.js';
import { NamedSets } from './sets.js';

export interface Southbound {
  readonly database: Database;
  /** The OVN release whose rules apply. */
  readonly release: DatabaseRelease;
  readonly datapaths: Datapaths;
  readonly ports: Ports;
  readonly multicastGroups: MulticastGroups;
  readonly sets: NamedSets;
  readonly bindings: Bindings;
  readonly loadBalancers: LoadBalancers;
  readonly chassis: ChassisTables;
  readonly flows: FlowSource;
  /** The options that flows may set, by name: DHCP_Options (4) and DHCPv6_Options (6). */
  dhcpOptions(version: 4 | 6): ReadonlyMap<string, DhcpOption>;
}

/**
 * The southbound view of a database; `release` overrides what the database says about its origin, `flows` how its flows are
 * read.
 */
export function southboundOf(
  database: Database,
  release: DatabaseRelease = databaseRelease(database),
  flows: FlowSource = new DatabaseFlows(database),
): Southbound {
  const datapaths = new Datapaths(database);
  const ports = new Ports(database, datapaths);
  const options = new Map<4 | 6, ReadonlyMap<string, DhcpOption>>();
  return {
    database,
    release,
    datapaths,
    ports,
    multicastGroups: new MulticastGroups(database, ports),
    sets: new NamedSets(database),
    bindings: new Bindings(database),
    loadBalancers: new LoadBalancers(database),
    chassis: new ChassisTables(database),
    flows,
    dhcpOptions(version) {
      let known = options.get(version);
      if (known === undefined) {
        const table = database.table(version === 4 ? 'DHCP_Options' : 'DHCPv6_Options');
        known = new Map([...table.rows()].map((row) => [row.string('name'), optionOf(row)] as const));
        options.set(version, known);
      }
      return known;
    },
  };
}

function optionOf(row: Row): DhcpOption {
  return { code: row.integer('code'), type: row.string('type') };
}
