/**
 * The fact behind a drop that no policy decided: the route that is not there, the address a port does not have, the link
 * that is too small.
 *
 * Input: where the packet ended and the kind of cause; output: one sentence and, for a link, its numbers. Everything is
 * looked up in the databases that the packet was traced in; what they do not say is left out.
 */
import { Slot } from '../../../lflow/packet/slots.js';
import type { Microflow } from '../../../lflow/packet/slots.js';
import { formatMac } from '../../../net/mac.js';
import { formatAddress, parseAddress, parsePrefix } from '../../../net/prefix.js';
import type { Address, Family } from '../../../net/prefix.js';
import { portAddresses } from '../../../ovn/northbound/northbound.js';
import type { Port } from '../../../ovn/southbound/ports.js';
import { placeOf } from '../../../ovnk/datapath-role.js';
import type { TableNode } from '../../tree.js';
import type { Attributor } from '../attribution.js';
import { defaultRouteOf } from '../egress/default-route.js';
import { addressText } from '../headers.js';
import type { Cause, CauseType } from '../path-trace.js';
import type { Leg } from '../walk.js';

type Facts = Pick<Cause, 'missing' | 'hint'>;

/** A dead end: the leg it is on and the last table. */
export interface Place {
  readonly leg: Leg;
  readonly table: TableNode;
}

/** What is missing at the end of the way; nothing for causes that say it themselves. */
export async function factsAt(type: CauseType, place: Place, attributor: Attributor): Promise<Facts> {
  switch (type) {
    case 'no-route':
      return noRoute(place, attributor);
    case 'port-security':
      return portSecurity(place);
    case 'no-mac':
      return noNeighbour(place);
    case 'not-for-router':
      return notForRouter(place);
    case 'unknown-destination':
      return unknownDestination(place);
    default:
      return {};
  }
}

export function familyOf(packet: Microflow): Family {
  return packet[Slot.ethType] === 0x86ddn ? 6 : 4;
}

async function noRoute({ leg, table }: Place, attributor: Attributor): Promise<Facts> {
  if (table.stage !== 'lr_in_ip_routing' || !leg.zone.hasNorthbound) return {};
  const family = familyOf(table.before);
  const router = table.datapath.displayName;
  const place = placeOf(await leg.zone.northbound(), router);
  const any = family === 4 ? '0.0.0.0/0' : '::/0';
  if (place?.role !== 'gateway-router' || place.node === undefined) {
    const to = addressText(table.before, 'destination');
    return { missing: `no route of ${router} covers ${to}, and none is for ${any}` };
  }
  const { node } = place;
  const route = await defaultRouteOf(attributor.world, { zone: leg.zone, router, node }, family);
  if (route === undefined) return {};
  if (route.nextHops.length > 0) {
    return {
      missing: `${router} has a route for ${any} via ${route.nextHops.join(', ')}, but no flow for it: ovn-northd has not made one`,
    };
  }
  const { reported } = route;
  const node6 = family === 6 ? 'ip -6 route show default' : 'ip route show default';
  if (reported === undefined || reported.length === 0) {
    const says =
      reported === undefined ? '' : `: node ${node} reports no IPv${family} next hop in k8s.ovn.org/l3-gateway-config`;
    return {
      missing: `${router} has no IPv${family} default route (${any})${says}`,
      hint: `Node ${node} needs an IPv${family} default gateway on its external bridge (${node6}); ovnkube-node then reports it and the route is made.`,
    };
  }
  return {
    missing: `${router} has no IPv${family} default route (${any}), although node ${node} reports the next hop ${reported.join(', ')} in k8s.ovn.org/l3-gateway-config`,
    hint: `ovnkube-controller of node ${node} has not made the route: look at its log.`,
  };
}

function portSecurity({ leg, table }: Place): Facts {
  const { before, datapath, pipeline } = table;
  const port = leg.southbound.ports.withKey(
    datapath,
    Number(before[pipeline === 'ingress' ? Slot.inport : Slot.outport]),
  );
  if (port === undefined) return {};
  const allowed = port.portSecurity.join('; ');
  const [mac, address, verb] =
    pipeline === 'ingress'
      ? [before[Slot.ethSrc], addressText(before, 'source'), 'comes from']
      : [before[Slot.ethDst], addressText(before, 'destination'), 'goes to'];
  return {
    missing:
      `port ${port.displayName} is allowed ${allowed}; the packet ${verb} ${formatMac(mac)} ${address}`.trimEnd(),
  };
}

/** Routing leaves the next hop in reg0 (IPv4) or xxreg0 (IPv6). */
function nextHopOf(packet: Microflow): Address {
  const family = familyOf(packet);
  const register = packet[Slot.xxreg0];
  return { family, value: family === 4 ? register >> 96n : register };
}

function noNeighbour({ leg, table }: Place): Facts {
  const hop = formatAddress(nextHopOf(table.before));
  const port = leg.southbound.ports.withKey(table.datapath, Number(table.before[Slot.outport] & 0xffffn));
  if (port === undefined) return {};
  // Behind a gateway port stands the port that people know.
  const name = port.options.get('distributed-port') ?? port.displayName;
  return {
    missing: `no MAC_Binding for ${hop} on ${name}, and no known port of that segment has the address`,
  };
}

function notForRouter({ leg, table }: Place): Facts {
  const { before, datapath, stage } = table;
  const { ports } = leg.southbound;
  if (stage === 'lr_in_admission') {
    const port = ports.withKey(datapath, Number(before[Slot.inport]));
    const own = port === undefined ? [] : portAddresses(port.row.strings('mac')).map(({ mac }) => mac);
    if (port === undefined || own.length === 0) return {};
    return {
      missing: `the frame is for ${formatMac(before[Slot.ethDst])}, port ${port.displayName} has ${own.join(', ')}`,
    };
  }
  const to = parseAddress(addressText(before, 'destination'));
  const holder = to === undefined ? undefined : holderOf(ports.of(datapath), to);
  if (to === undefined || holder === undefined) return {};
  return {
    missing: `${formatAddress(to)} is the address of the router's own port ${holder.displayName}, where nothing listens`,
  };
}

function unknownDestination({ leg, table }: Place): Facts {
  const { before, datapath } = table;
  const { ports } = leg.southbound;
  const mac = formatMac(before[Slot.ethDst]);
  for (const port of ports.of(datapath)) {
    const own = portAddresses(port.row.strings('mac')).map((each) => each.mac);
    if (own.includes(mac))
      return { missing: `${port.displayName} has the MAC address ${mac}, but no flow leads to it` };
  }
  const to = parseAddress(addressText(before, 'destination'));
  const holder = to === undefined ? undefined : holderOf(ports.all(), to);
  const where =
    to === undefined || holder === undefined
      ? ''
      : `; ${formatAddress(to)} is on port ${holder.displayName} of ${holder.datapath.displayName}`;
  return { missing: `no port of ${datapath.displayName} has the MAC address ${mac}${where}` };
}

/** The port among those given that has the address. */
function holderOf(ports: Iterable<Port>, wanted: Address): Port | undefined {
  for (const port of ports) {
    const own = portAddresses(port.row.strings('mac')).flatMap(({ ips }) => ips);
    if (own.some((text) => isSame(parsePrefix(text), wanted))) return port;
  }
  return undefined;
}

function isSame(own: Address | undefined, wanted: Address): boolean {
  return own !== undefined && own.family === wanted.family && own.value === wanted.value;
}
