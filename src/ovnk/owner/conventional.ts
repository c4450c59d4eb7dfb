import type { Northbound } from '../../ovn/northbound/northbound.js';
import { portAddresses } from '../../ovn/northbound/northbound.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { parsePrefix } from '../../net/prefix.js';
import { placeOf } from '../datapath-role.js';
import type { DatapathPlace } from '../datapath-role.js';
import { networkOf } from '../network.js';
import { podOfPort } from '../pod-of-port.js';
import type { Owner } from '../owner.js';

/**
 * Owners of rows that carry no owner: what they are follows from the router they hang on, their priority and their form
 * (routes, policies, NAT), or from what they connect (ports). The conventions are those of OVN-Kubernetes' gateway.go,
 * zone_ic_handler.go and hybrid.go.
 */

function placeOfParent(northbound: Northbound, row: Row): DatapathPlace | undefined {
  const [parent] = northbound.parentsOf(row);
  return parent && placeOf(northbound, parent.string('name'));
}

/** The pod that has this address on a port of the database. */
function podWithAddress(northbound: Northbound, address: string): ReturnType<typeof podOfPort> {
  for (const port of northbound.database.table('Logical_Switch_Port').rows()) {
    const pod = podOfPort(port);
    if (pod === undefined) continue;
    if (portAddresses(port.strings('addresses')).some(({ ips }) => ips.includes(address))) return pod;
  }
  return undefined;
}

const onRouterPort = (northbound: Northbound, address: string): boolean => {
  for (const port of northbound.database.table('Logical_Router_Port').rows()) {
    if (port.strings('networks').some((network) => network.split('/')[0] === address)) return true;
  }
  return false;
};

function routeOwner(northbound: Northbound, row: Row): Owner | undefined {
  const ids = row.map('external_ids');
  const place = placeOfParent(northbound, row);
  const network = place?.network ?? networkOf(row);
  const remote = ids.get('ic-node') ?? ids.get('k8s.ovn.org/node');
  if (remote !== undefined) return { kind: 'Node', network, name: remote, part: 'route to another node' };
  const prefix = parsePrefix(row.string('ip_prefix'));
  if (prefix === undefined || place === undefined) return undefined;
  const bySource = row.string('policy') === 'src-ip';
  const single = prefix.length === (prefix.family === 4 ? 32 : 128);
  if (place.role === 'gateway-router') {
    const name = place.node ?? '';
    if (bySource && single) {
      const address = row.string('ip_prefix').split('/')[0] ?? '';
      return { kind: 'ExternalGateway', network, address, pod: podWithAddress(northbound, address) };
    }
    if (prefix.length === 0) return { kind: 'Node', network, name, part: 'default gateway of the node' };
    if (ids.has('k8s.ovn.org/node-masquerade-subnet'))
      return { kind: 'Node', network, name, part: 'masquerade subnet' };
    // Networks other than the default one do not mark it: it is the only other route out of the external port.
    if ((row.optionalString('output_port') ?? '').startsWith('rtoe-')) {
      return { kind: 'Node', network, name, part: 'masquerade subnet' };
    }
    return { kind: 'Infrastructure', network, part: 'route from the gateway router to the pods of the cluster' };
  }
  if (place.role === 'cluster-router' || place.role === 'transit-router') {
    if (bySource) return { kind: 'Infrastructure', network, part: 'route of pod traffic that leaves the cluster' };
    if (single) return { kind: 'Infrastructure', network, part: "route to the node's own gateway router" };
  }
  return undefined;
}

function natOwner(northbound: Northbound, row: Row): Owner | undefined {
  const place = placeOfParent(northbound, row);
  if (place === undefined) return undefined;
  const { network, node } = place;
  const logical = row.string('logical_ip');
  if (place.role === 'transit-router' || place.role === 'cluster-router') {
    return { kind: 'Infrastructure', network, part: "source address of pod traffic to the node's management port" };
  }
  if (place.role !== 'gateway-router') return undefined;
  const prefix = parsePrefix(logical);
  if (prefix === undefined) return undefined;
  const name = node ?? '';
  if (prefix.length < (prefix.family === 4 ? 32 : 128)) {
    return { kind: 'Node', network, name, part: 'source address of pod traffic that leaves the cluster' };
  }
  const address = logical.split('/')[0] ?? '';
  if (onRouterPort(northbound, address)) {
    return { kind: 'Node', network, name, part: 'source address of service traffic that leaves the cluster' };
  }
  const pod = podWithAddress(northbound, address);
  return pod
    ? { kind: 'Pod', network, ...pod }
    : { kind: 'Node', network, name, part: `source address of ${address} outside the cluster` };
}

/** Priorities of policies that carry no owner (types/const.go of OVN-Kubernetes). */
const POLICIES: ReadonlyMap<number, string> = new Map([
  [1005, 'traffic of the management port'],
  [1004, "the node's own addresses are reached through the management port"],
  [1003, 'traffic between nodes'],
  [1002, 'hybrid overlay'],
  [501, 'external gateways of pods, in hybrid clusters'],
  [102, 'traffic inside the cluster keeps its route'],
  [99, "the node's own subnets"],
  [95, 'egress IP of a user-defined network'],
  [10, 'live migration of virtual machines'],
]);

function policyOwner(northbound: Northbound, row: Row): Owner | undefined {
  const place = placeOfParent(northbound, row);
  const network = place?.network ?? networkOf(row);
  const name = row.map('external_ids').get('name');
  const hybrid = /^hybrid-subnet-(.+?)(?::.*|-gr)?$/.exec(name ?? '')?.[1];
  if (hybrid !== undefined) return { kind: 'Node', network, name: hybrid, part: 'hybrid overlay' };
  const priority = row.integer('priority');
  // Before typed ids the reroute of an egress IP carried just its name.
  if (priority === 100 && name !== undefined) return { kind: 'EgressIP', network, name, pod: undefined };
  const part = POLICIES.get(priority);
  return part === undefined ? undefined : { kind: 'Infrastructure', network, part };
}

function switchPortOwner(northbound: Northbound, row: Row): Owner | undefined {
  const network = networkOf(row);
  const pod = podOfPort(row);
  if (pod !== undefined) return { kind: 'Pod', network, ...pod };
  const place = placeOfParent(northbound, row);
  const node = row.map('external_ids').get('node') ?? place?.node;
  const name = row.string('name');
  const type = row.string('type');
  const at = (part: string): Owner =>
    node === undefined
      ? { kind: 'Infrastructure', network: place?.network ?? network, part }
      : { kind: 'Node', network: place?.network ?? network, name: node, part };
  if (type === 'router') return at('connection of a switch and a router');
  if (type === 'remote') return at('connection to another node');
  if (type === 'localnet') return at('connection to the physical network');
  if (name.startsWith('k8s-')) return at('management port');
  return name.startsWith('int-') ? at('hybrid overlay') : undefined;
}

function routerPortOwner(northbound: Northbound, row: Row): Owner | undefined {
  const place = placeOfParent(northbound, row);
  if (place === undefined) return undefined;
  const part = 'port of a router';
  return place.node === undefined
    ? { kind: 'Infrastructure', network: place.network, part }
    : { kind: 'Node', network: place.network, name: place.node, part };
}

/** The owner of a row without owner ids, by convention; undefined when no convention fits. */
export function conventionalOwner(northbound: Northbound, row: Row): Owner | undefined {
  switch (row.table) {
    case 'Logical_Router_Static_Route':
      return routeOwner(northbound, row);
    case 'NAT':
      return natOwner(northbound, row);
    case 'Logical_Router_Policy':
      return policyOwner(northbound, row);
    case 'Logical_Switch_Port':
      return switchPortOwner(northbound, row);
    case 'Logical_Router_Port':
      return routerPortOwner(northbound, row);
    case 'Logical_Switch':
    case 'Logical_Router': {
      const place = placeOf(northbound, row.string('name'));
      if (place === undefined || place.role === 'unknown') return undefined;
      const part = place.role.replace('-', ' ');
      return place.node === undefined
        ? { kind: 'Infrastructure', network: place.network, part }
        : { kind: 'Node', network: place.network, name: place.node, part };
    }
    default:
      return undefined;
  }
}
