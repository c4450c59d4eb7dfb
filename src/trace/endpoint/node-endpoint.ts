/**
 * A node as the start or end of a trace: the two places where its own network stack meets OVN, and its addresses.
 *
 * In: a World and a node's name. Out: a NodeEndpoint, or an OvnctlError. The management port is where the host talks to
 * pods; the port of the physical network is where everything else of the host, and everything from outside, comes in.
 */
import { NotFoundError } from '../../base/errors.js';
import type { Node } from '../../kube/model/node.js';
import { nearestName } from '../../lflow/nearest-name.js';
import { parseMac } from '../../net/mac.js';
import { parseAddress, parsePrefix } from '../../net/prefix.js';
import type { Address, Family, Prefix } from '../../net/prefix.js';
import { portAddresses } from '../../ovn/northbound/northbound.js';
import type { Chassis } from '../../ovn/southbound/chassis.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import { externalSwitch, managementPort } from '../../ovnk/names.js';
import { masqueradeSubnets, nodeSubnets } from '../../ovnk/node-annotations.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { kubeList } from '../../world/kube-look-up.js';
import type { World, Zone } from '../../world/world.js';
import { unreadZone, zoneOfNode } from '../../world/zones.js';

export interface NodeEndpoint {
  readonly kind: 'Node';
  readonly name: string;
  readonly zone: Zone;
  readonly southbound: Southbound;
  readonly chassis: Chassis;
  /** The node's first internal address of each family. */
  readonly addresses: ReadonlyMap<Family, Address>;
  /** The host's port on the node's switch of pods; undefined when the database has none. */
  readonly management: HostPort | undefined;
  /** Where frames of the physical network come in, and the gateway router's MAC address there. */
  readonly outside: { readonly port: Port; readonly routerMac: bigint } | undefined;
  /** What the host is called when it asks a service through the gateway router (node-masquerade-subnet, second address). */
  readonly masquerade: ReadonlyMap<Family, Address>;
  /** Where pods of the default network are, on all nodes; empty when the nodes do not say. */
  readonly podSubnets: readonly Prefix[];
}

interface HostPort {
  readonly port: Port;
  readonly mac: bigint;
  readonly addresses: ReadonlyMap<Family, Address>;
}

/** Host masquerade address inside the masquerade subnet (OVN-Kubernetes, docs "masquerade IPs"). */
const HOST_OFFSET = 2n;

/** What Kubernetes says about a node, before any database is asked. */
export type NodeFacts = Pick<NodeEndpoint, 'addresses' | 'masquerade' | 'podSubnets'>;

/** Throws NotFoundError with the nearest name when there is no such node. */
export async function nodeFacts(world: World, name: string): Promise<NodeFacts> {
  const nodes = await kubeList(world, 'nodes');
  const node = nodes.find(({ metadata }) => metadata.name === name);
  if (node === undefined) {
    const names = nodes.map(({ metadata }) => metadata.name).sort();
    const near = nearestName(name, names);
    throw new NotFoundError('endpoint.no-node', `there is no node ${name}`, {
      hints: [near === undefined ? `Nodes: ${names.join(', ')}.` : `Did you mean ${near}?`],
    });
  }
  return {
    addresses: byFamily(node.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address)),
    masquerade: masqueradeOf(node),
    podSubnets: nodes.flatMap(podSubnetsOf),
  };
}

/**
 * `network`: whose gateway router on the node what comes from outside is for; the node's bridge tells them apart. Throws
 * NotFoundError (no such node, or no databases for it), AccessError and UnavailableError (its zone can't be read).
 */
export async function resolveNode(world: World, name: string, network = DEFAULT_NETWORK): Promise<NodeEndpoint> {
  const facts = await nodeFacts(world, name);
  const zone = await zoneOfNode(world, name);
  if (zone === undefined) {
    const unread = await unreadZone(world);
    if (unread !== undefined) throw unread;
    throw new NotFoundError('snapshot.no-zone', `${world.source.path} has no databases for node ${name}`);
  }
  const southbound = await zone.southbound();
  const own = [...southbound.chassis.all()].filter(({ remote }) => !remote);
  const chassis = own.find(({ hostname }) => hostname === name) ?? (own.length === 1 ? own[0] : undefined);
  if (chassis === undefined)
    throw new NotFoundError('trace.no-chassis', `zone ${zone.name} has no chassis for ${name}`);
  return {
    kind: 'Node',
    name,
    zone,
    southbound,
    chassis,
    ...facts,
    management: hostPort(southbound.ports.named(managementPort(DEFAULT_NETWORK, name))),
    outside: outsideOf(southbound, network, name),
  };
}

function byFamily(texts: readonly string[]): ReadonlyMap<Family, Address> {
  const addresses = new Map<Family, Address>();
  for (const text of texts) {
    const address = parseAddress(text.split('/')[0] ?? '');
    if (address !== undefined && !addresses.has(address.family)) addresses.set(address.family, address);
  }
  return addresses;
}

/** A port with the MAC and IP addresses that its row gives it. */
export function hostPort(port: Port | undefined): HostPort | undefined {
  const [first] = port === undefined ? [] : portAddresses(port.row.strings('mac'));
  const mac = first === undefined ? undefined : parseMac(first.mac);
  if (port === undefined || first === undefined || mac === undefined) return undefined;
  return { port, mac, addresses: byFamily(first.ips) };
}

function outsideOf(southbound: Southbound, network: string, node: string): NodeEndpoint['outside'] {
  const datapath = southbound.datapaths.lookUp(externalSwitch(network, node)).found;
  if (datapath === undefined) return undefined;
  let port: Port | undefined;
  let routerMac: bigint | undefined;
  for (const each of southbound.ports.of(datapath)) {
    if (each.type === 'localnet') port = each;
    const router = southbound.ports.peerOf(each);
    const [own] = router === undefined ? [] : portAddresses(router.row.strings('mac'));
    if (own !== undefined) routerMac = parseMac(own.mac);
  }
  return port === undefined || routerMac === undefined ? undefined : { port, routerMac };
}

/** What the gateway router calls the node's own network stack: the second address of node-masquerade-subnet. */
export function masqueradeOf(node: Node): ReadonlyMap<Family, Address> {
  const prefixes = masqueradeSubnets(node).flatMap((text) => parsePrefix(text) ?? []);
  return new Map(prefixes.map(({ family, value }) => [family, { family, value: value + HOST_OFFSET }] as const));
}

function podSubnetsOf(node: Node): readonly Prefix[] {
  const subnets = nodeSubnets(node);
  const own = subnets.ok ? subnets.value?.get(DEFAULT_NETWORK) : undefined;
  return (own ?? []).flatMap((text) => parsePrefix(text) ?? []);
}
