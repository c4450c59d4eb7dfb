/**
 * Who sends the first packet: a pod, a node, a logical port, somebody outside. All that the rest of a trace needs to know
 * of a sender is how it is called, which families it has, and how its packet sets out.
 */
import { UsageError } from '../../base/errors.js';
import type { Pod } from '../../kube/model/pod.js';
import { formatAddress, prefixContains } from '../../net/prefix.js';
import type { Address, Family } from '../../net/prefix.js';
import { answeringMac, subnetOn } from '../endpoint/first-hop.js';
import type { NodeEndpoint } from '../endpoint/node-endpoint.js';
import type { PodEndpoint } from '../endpoint/pod-endpoint.js';
import type { PortEndpoint } from '../endpoint/port-endpoint.js';
import { departureOf, STRANGER } from './departure.js';
import type { Departure, Opening } from './departure.js';
import { firstPacket } from './first-packet.js';
import type { EndpointSummary } from './path-trace.js';
import type { Start } from './walk.js';

export interface Sender {
  readonly summary: EndpointSummary;
  /** As in a sentence: `pod shop/client`. */
  readonly text: string;
  readonly families: ReadonlySet<Family>;
  readonly node: string;
  /** The network it is on; undefined for what is on none in particular. */
  readonly network: string | undefined;
  /** Its pod, when it is one. */
  readonly pod: Pod | undefined;
  readonly notes: readonly string[];
  departure(opening: Opening): Promise<Departure>;
}

export function podSender(source: PodEndpoint): Sender {
  return {
    summary: podSummary(source),
    text: `pod ${source.namespace}/${source.name}`,
    families: new Set(source.addresses.keys()),
    node: source.node,
    network: source.network,
    pod: source.pod,
    notes: source.notes,
    departure: (opening) => departureOf(source, opening),
  };
}

export function podSummary({
  namespace,
  name,
  node,
  network,
  addresses,
}: Pick<PodEndpoint, 'namespace' | 'name' | 'node' | 'network' | 'addresses'>): EndpointSummary {
  const texts = [...addresses.values()].map(formatAddress);
  return { kind: 'Pod', namespace, name, node, network, addresses: texts };
}

/**
 * Which way a node takes: to pods of the default network, and to services with an internal traffic policy of Local, by its
 * management port; to other services by the gateway router, where it is called by its masquerade address
 * (OVN-Kubernetes, shared gateway mode); to other hosts by its own interfaces, where OVN has no part.
 */
export type NodeWay = 'pod' | 'local-service' | 'service' | 'host';

/** The network stack of a node. */
export function nodeSender(node: NodeEndpoint, to: NodeWay, notes: readonly string[]): Sender {
  const { management, outside, name, podSubnets } = node;
  const own = to === 'service' ? node.masquerade : to === 'host' ? node.addresses : management?.addresses;
  return {
    summary: { kind: 'Node', name, node: name, addresses: [...(own ?? []).values()].map(formatAddress) },
    text: `node ${name}`,
    families: new Set(own?.keys() ?? []),
    node: name,
    network: undefined,
    pod: undefined,
    notes: to === 'host' ? [...notes, `node ${name} sends this by its own interfaces: OVN has no part in it`] : notes,
    departure(opening) {
      const source = own?.get(opening.destination.family);
      const unsent = (reason?: string): Promise<Departure> => {
        const from = { ...opening, inport: 0, ethSrc: 0n, ethDst: 0n, source: source ?? opening.destination };
        return Promise.resolve({ kind: 'unsent', packet: firstPacket(from), reason });
      };
      if (to === 'host') return unsent();
      const isForPod = podSubnets.length === 0 || podSubnets.some((each) => prefixContains(each, opening.destination));
      if (to === 'pod' && !isForPod) {
        return unsent(
          `node ${name} reaches pods of the default network only: it has no way to ${formatAddress(opening.destination)}`,
        );
      }
      if (to === 'service') return Promise.resolve(throughGateway(node, outside, source, opening));
      if (management === undefined || source === undefined) throw missing(name, 'management port');
      return Promise.resolve(fromStation(node, { ...management, source }, opening));
    },
  };
}

/** Somebody outside of the cluster whose packet comes in by the physical network of a node. */
export function outsideSender(node: NodeEndpoint, address: Address, notes: readonly string[]): Sender {
  return {
    summary: { kind: 'External', addresses: [formatAddress(address)] },
    text: formatAddress(address),
    families: new Set([address.family]),
    node: node.name,
    network: undefined,
    pod: undefined,
    notes,
    departure: (opening) => Promise.resolve(throughGateway(node, node.outside, address, opening)),
  };
}

/** A sender of whose zone nothing can be read: how it is called is known from elsewhere, how its packets set out is not. */
export function unreadSender(known: Omit<Sender, 'departure'>, why: Error): Sender {
  return { ...known, departure: () => Promise.reject(why) };
}

/** Whatever is behind a logical port that no pod claims. */
export function portSender(port: PortEndpoint): Sender {
  return {
    summary: { kind: 'Port', name: port.port.name, addresses: [...port.addresses.values()].map(formatAddress) },
    text: `port ${port.port.name}`,
    families: new Set(port.addresses.keys()),
    node: port.chassis.hostname,
    network: undefined,
    pod: undefined,
    notes: port.notes,
    departure(opening) {
      const source = port.addresses.get(opening.destination.family);
      if (source === undefined) throw missing(port.port.name, 'address of that family');
      return Promise.resolve(fromStation(port, { ...port, source }, opening));
    },
  };
}

interface Station {
  readonly port: NonNullable<NodeEndpoint['management']>['port'];
  readonly mac: bigint;
  readonly source: Address;
}

type Home = Pick<Start, 'zone' | 'southbound' | 'chassis'>;

/** From a station of a switch: to the destination itself on its subnet, else to the router of that subnet. */
function fromStation({ zone, southbound, chassis }: Home, { port, mac, source }: Station, opening: Opening): Departure {
  const subnet = subnetOn(southbound, port, source);
  const direct = subnet !== undefined && prefixContains(subnet, opening.destination);
  const ethDst = direct ? answeringMac(southbound, port, opening.destination) : subnet?.mac;
  const from = { ...opening, inport: port.key, ethSrc: mac, source };
  if (ethDst === undefined) {
    const whom = direct ? formatAddress(opening.destination) : 'a router';
    const reason = `nobody on switch ${port.datapath.displayName} answers for ${whom}`;
    return { kind: 'unsent', packet: firstPacket({ ...from, ethDst: 0n }), reason };
  }
  const packet = firstPacket({ ...from, ethDst });
  return { kind: 'sent', start: { zone, southbound, chassis, datapath: port.datapath, pipeline: 'ingress', packet } };
}

function throughGateway(
  { zone, southbound, chassis, name }: Home & Pick<NodeEndpoint, 'name'>,
  outside: NodeEndpoint['outside'],
  source: Address | undefined,
  opening: Opening,
): Departure {
  if (outside === undefined || source === undefined) throw missing(name, 'port to the physical network');
  const { port, routerMac } = outside;
  const packet = firstPacket({ ...opening, inport: port.key, ethSrc: STRANGER, ethDst: routerMac, source });
  return { kind: 'sent', start: { zone, southbound, chassis, datapath: port.datapath, pipeline: 'ingress', packet } };
}

function missing(name: string, what: string): UsageError {
  return new UsageError('endpoint.no-way', `${name} has no ${what} in the databases to start from`);
}
