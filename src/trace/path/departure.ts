import { NotFoundError } from '../../base/errors.js';
import { formatAddress } from '../../net/prefix.js';
import type { Address } from '../../net/prefix.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Chassis } from '../../ovn/southbound/chassis.js';
import { firstHop } from '../endpoint/first-hop.js';
import type { PodEndpoint } from '../endpoint/pod-endpoint.js';
import { chassisOf } from '../semantics/faithful/location.js';
import { firstPacket } from './first-packet.js';
import type { Protocol } from './path-trace.js';
import type { Start } from './walk.js';

/** What a sender sends first. */
export interface Opening {
  readonly destination: Address;
  readonly protocol: Protocol;
  /** Destination port; undefined for ICMP. */
  readonly port: number | undefined;
  readonly sourcePort: number;
}

/** How a packet sets out: where it enters OVN, or why it never does. */
export type Departure =
  | { readonly kind: 'sent'; readonly start: Start; readonly assumption?: string }
  /** `reason` is undefined when the packet is for the sender itself. */
  | { readonly kind: 'unsent'; readonly packet: Microflow; readonly reason: string | undefined }
  /** The databases that decide about it can't be read. */
  | { readonly kind: 'unread'; readonly packet: Microflow; readonly reason: string };

/** A locally administered address for whoever is on the physical network: which one it is makes no difference to OVN. */
export const STRANGER = 0x02_00_00_00_00_01n;

/** The first packet of a pod, addressed as the pod's own routes and neighbours decide. */
export async function departureOf(source: PodEndpoint, opening: Opening): Promise<Departure> {
  const own = source.addresses.get(opening.destination.family) ?? opening.destination;
  const hop = await firstHop(source, opening.destination);
  const from = { ...opening, inport: source.port.key, ethSrc: source.mac, source: own };
  if (hop.kind === 'none' || hop.kind === 'self') {
    const packet = firstPacket({ ...from, ethDst: 0n });
    return { kind: 'unsent', packet, reason: hop.kind === 'none' ? hop.reason : undefined };
  }
  const { zone, port } = source;
  const southbound = await zone.southbound();
  const chassis = chassisOf(southbound, port) ?? ownChassis(source, southbound.chassis.all());
  if (chassis === undefined) {
    throw new NotFoundError('trace.no-chassis', `zone ${zone.name} has no chassis of its own to start from`);
  }
  const packet = firstPacket({ ...from, ethDst: hop.kind === 'outside' ? STRANGER : hop.mac });
  const start: Start = { zone, southbound, chassis, datapath: port.datapath, pipeline: 'ingress', packet };
  if (hop.kind !== 'outside') return { kind: 'sent', start };
  const assumption = `it is taken that ${formatAddress(hop.nextHop)} is on the physical network of switch ${port.datapath.displayName} and answers`;
  return { kind: 'sent', start, assumption };
}

function ownChassis(source: PodEndpoint, all: Iterable<Chassis>): Chassis | undefined {
  const own = [...all].filter(({ remote }) => !remote);
  return own.find(({ hostname }) => hostname === source.node) ?? (own.length === 1 ? own[0] : undefined);
}
