/**
 * The northbound database as the upper floors read it: rows found by name, by reference and by the hint that
 * `ovn-northd` leaves on the flows it makes of them.
 *
 * In: a Database of any origin. Out: rows, and for switch ports their addresses taken apart. It must not know
 * Kubernetes, who writes the rows, or how the database was obtained.
 */
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';

/** One element of a switch port's `addresses` or `port_security`: a MAC address and the addresses that go with it. */
export interface PortAddress {
  readonly mac: string;
  /** As written; may carry a prefix length. */
  readonly ips: readonly string[];
}

/** Splits `MAC [IP]…`; the words `unknown`, `router`, `dynamic` are no addresses and yield nothing. */
export function portAddresses(texts: readonly string[]): readonly PortAddress[] {
  const found: PortAddress[] = [];
  for (const text of texts) {
    const [mac, ...ips] = text.trim().split(/\s+/);
    if (mac?.includes(':')) found.push({ mac, ips });
  }
  return found;
}

/** Columns through which a row of the table belongs to a switch, router or port group. */
const PARENTS: Readonly<Record<string, readonly (readonly [table: string, column: string])[]>> = {
  Logical_Switch_Port: [['Logical_Switch', 'ports']],
  Logical_Router_Port: [['Logical_Router', 'ports']],
  ACL: [
    ['Port_Group', 'acls'],
    ['Logical_Switch', 'acls'],
  ],
  QoS: [['Logical_Switch', 'qos_rules']],
  NAT: [['Logical_Router', 'nat']],
  Logical_Router_Policy: [['Logical_Router', 'policies']],
  Logical_Router_Static_Route: [['Logical_Router', 'static_routes']],
};

export class Northbound {
  readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** The name of the zone, as OVN-Kubernetes writes it; empty when nobody did. */
  get zoneName(): string {
    for (const row of this.database.table('NB_Global').rows()) return row.string('name');
    return '';
  }

  switchNamed(name: string): Row | undefined {
    return this.database.table('Logical_Switch').find('name', name)[0];
  }

  routerNamed(name: string): Row | undefined {
    return this.database.table('Logical_Router').find('name', name)[0];
  }

  switchPort(name: string): Row | undefined {
    return this.database.table('Logical_Switch_Port').find('name', name)[0];
  }

  routerPort(name: string): Row | undefined {
    return this.database.table('Logical_Router_Port').find('name', name)[0];
  }

  /** The ports of a switch; a reference to a row that is not there is passed over. */
  portsOf(logicalSwitch: Row): readonly Row[] {
    const ports = this.database.table('Logical_Switch_Port');
    return logicalSwitch.refs('ports').flatMap((uuid) => ports.get(uuid) ?? []);
  }

  /** The switches, routers or port groups that hold the row; a port or rule has one, an ACL may have several. */
  parentsOf(row: Row): readonly Row[] {
    return (PARENTS[row.table] ?? []).flatMap(([table, column]) => this.database.table(table).find(column, row.uuid));
  }

  /** The router on the other side of a switch port of type `router`. */
  peerRouterPort(switchPort: Row): Row | undefined {
    const name = switchPort.map('options').get('router-port');
    return name === undefined ? undefined : this.routerPort(name);
  }

  /** Load balancers that have this virtual address, written `IP:PORT` or `[IP6]:PORT`. */
  loadBalancersOf(vip: string): readonly Row[] {
    const found: Row[] = [];
    for (const row of this.database.table('Load_Balancer').rows()) {
      if (row.map('vips').has(vip)) found.push(row);
    }
    return found;
  }
}
