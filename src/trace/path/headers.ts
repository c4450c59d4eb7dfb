import { Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { formatIpv4 } from '../../net/ipv4.js';
import { formatIpv6 } from '../../net/ipv6.js';
import { formatMac } from '../../net/mac.js';
import type { PacketHeaders, Protocol } from './path-trace.js';

const ETH_TYPE_IP = 0x0800n;
const ETH_TYPE_IPV6 = 0x86ddn;
const PROTOCOLS: ReadonlyMap<number, Protocol> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmp'],
  [132, 'sctp'],
]);

/** The headers people look at, as text. Ports only where the protocol has them; DSCP and mark only when set. */
export function headersOf(flow: Microflow): PacketHeaders {
  const protocol = PROTOCOLS.get(Number(flow[Slot.nwProto])) ?? Number(flow[Slot.nwProto]);
  const hasPorts = protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
  const dscp = Number(flow[Slot.nwTos] >> 2n);
  const mark = Number(flow[Slot.pktMark]);
  return {
    ethSrc: formatMac(flow[Slot.ethSrc]),
    ethDst: formatMac(flow[Slot.ethDst]),
    ipSrc: addressText(flow, 'source'),
    ipDst: addressText(flow, 'destination'),
    ttl: Number(flow[Slot.nwTtl]),
    protocol,
    ...(hasPorts ? { srcPort: Number(flow[Slot.tpSrc]), dstPort: Number(flow[Slot.tpDst]) } : {}),
    ...(dscp === 0 ? {} : { dscp }),
    ...(mark === 0 ? {} : { mark }),
  };
}

/** The IP address of one side in canonical text; empty for what is not IP. */
export function addressText(flow: Microflow, side: 'source' | 'destination'): string {
  if (flow[Slot.ethType] === ETH_TYPE_IP) return formatIpv4(flow[side === 'source' ? Slot.nwSrc : Slot.nwDst]);
  if (flow[Slot.ethType] === ETH_TYPE_IPV6) return formatIpv6(flow[side === 'source' ? Slot.ip6Src : Slot.ip6Dst]);
  return '';
}

/** Header fields that differ, `before -> after`, in the order of the headers; undefined when none does. */
export function headerChanges(before: PacketHeaders, after: PacketHeaders): Record<string, string> | undefined {
  const changes: Record<string, string> = {};
  for (const name of FIELDS) {
    const [old, now] = [before[name], after[name]];
    if (old !== now) changes[name] = `${String(old ?? 0)} -> ${String(now ?? 0)}`;
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
}

const FIELDS = ['ethSrc', 'ethDst', 'ipSrc', 'ipDst', 'ttl', 'srcPort', 'dstPort', 'dscp', 'mark'] as const;
