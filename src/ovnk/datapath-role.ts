import type { Northbound } from '../ovn/northbound/northbound.js';
import type { Row } from '../ovsdb/replica/row.js';
import {
  clusterRouter,
  externalSwitch,
  gatewayRouter,
  joinSwitch,
  layer2Switch,
  localnetSwitch,
  transitRouter,
  transitSwitch,
} from './names.js';
import { networkOf, networkPrefix } from './network.js';

/** What a logical switch or router is for. */
export type DatapathRole =
  | 'node-switch'
  | 'layer2-switch'
  | 'localnet-switch'
  | 'transit-switch'
  | 'join-switch'
  | 'external-switch'
  | 'cluster-router'
  | 'transit-router'
  | 'gateway-router'
  | 'connect-router'
  | 'unknown';

export interface DatapathPlace {
  readonly role: DatapathRole;
  readonly network: string;
  /** The node that the datapath belongs to; undefined when it spans the cluster. */
  readonly node: string | undefined;
}

function placeOfSwitch(name: string, network: string, row: Row): DatapathPlace {
  const external = externalSwitch(network, '');
  if (name === joinSwitch(network)) return { role: 'join-switch', network, node: undefined };
  if (name === transitSwitch(network)) return { role: 'transit-switch', network, node: undefined };
  if (name === layer2Switch(network)) return { role: 'layer2-switch', network, node: undefined };
  if (name === localnetSwitch(network)) return { role: 'localnet-switch', network, node: undefined };
  if (name.startsWith(external)) return { role: 'external-switch', network, node: name.slice(external.length) };
  const prefix = networkPrefix(network);
  // A node switch is called as its node, which any name could be: the subnet tells it apart.
  if (
    name.startsWith(prefix) &&
    (row.map('other_config').has('subnet') || row.map('other_config').has('ipv6_prefix'))
  ) {
    return { role: 'node-switch', network, node: name.slice(prefix.length) };
  }
  return { role: 'unknown', network, node: undefined };
}

function placeOfRouter(name: string, network: string, row: Row): DatapathPlace {
  const gateway = gatewayRouter(network, '');
  if (name === clusterRouter(network)) return { role: 'cluster-router', network, node: undefined };
  if (name === transitRouter(network)) return { role: 'transit-router', network, node: undefined };
  if (name.startsWith(gateway)) return { role: 'gateway-router', network, node: name.slice(gateway.length) };
  if (row.map('external_ids').get('k8s.ovn.org/owner-type') === 'ClusterNetworkConnect') {
    return { role: 'connect-router', network, node: undefined };
  }
  return { role: 'unknown', network, node: undefined };
}

/** What the switch or router of that name is in OVN-Kubernetes; undefined when the database has none of that name. */
export function placeOf(northbound: Northbound, datapath: string): DatapathPlace | undefined {
  const logicalSwitch = northbound.switchNamed(datapath);
  if (logicalSwitch !== undefined) return placeOfSwitch(datapath, networkOf(logicalSwitch), logicalSwitch);
  const router = northbound.routerNamed(datapath);
  return router && placeOfRouter(datapath, networkOf(router), router);
}
