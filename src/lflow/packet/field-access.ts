import type { LflowSymbol, PacketPrerequisite } from '../symbols/symbol.js';
import { Slot, readBits, writeBits } from './slots.js';
import type { Microflow } from './slots.js';

/** Symbols that a packet state holds. */
type StoredSymbol = Extract<LflowSymbol, { readonly slot: Slot }>;

/** Bits `ofs..ofs+width-1` of a symbol; of a string symbol, the tunnel key (give width 32). */
export function readField(flow: Microflow, symbol: StoredSymbol, ofs: number, width: number): bigint {
  return readBits(flow, symbol.slot, symbol.ofs + ofs, width);
}

/**
 * Writes bits of a symbol. A field narrower than its slot that starts at bit 0 of it (an ICMP type in the source port) is
 * the only content of the slot while it is valid, and clears the rest.
 */
export function writeField(flow: Microflow, symbol: StoredSymbol, ofs: number, width: number, value: bigint): void {
  const rest = symbol.slot === Slot.tpSrc || symbol.slot === Slot.tpDst;
  if (rest && symbol.width === 8) flow[symbol.slot] = flow[symbol.slot] & 0xffn;
  writeBits(flow, symbol.slot, symbol.ofs + ofs, width, value);
}

const ETH_IPV4 = 0x0800n;
const ETH_IPV6 = 0x86ddn;
const ETH_ARP = 0x0806n;
const ETH_RARP = 0x8035n;

/**
 * Whether the packet is one that has the field, as the switch decides it ("Prerequisites" in ovs-fields(7)): an assignment
 * to a field the packet does not have is ignored. Looser than the prerequisites of the language: `arp.spa` may be written
 * in a RARP packet, `nd.target` at any TTL.
 */
export function prerequisitesHold(symbol: StoredSymbol, flow: Microflow): boolean {
  return holds(symbol.packetPrerequisite, flow);
}

function holds(prerequisite: PacketPrerequisite, flow: Microflow): boolean {
  const type = flow[Slot.ethType];
  const isIp = type === ETH_IPV4 || type === ETH_IPV6;
  const protocol = flow[Slot.nwProto];
  switch (prerequisite) {
    case 'none':
      return true;
    case 'arp':
      return type === ETH_ARP || type === ETH_RARP;
    case 'ip':
      return isIp;
    case 'ipv4':
      return type === ETH_IPV4;
    case 'ipv6':
      return type === ETH_IPV6;
    case 'tcp':
      return isIp && protocol === 6n && !isLaterFragment(flow);
    case 'udp':
      return isIp && protocol === 17n && !isLaterFragment(flow);
    case 'sctp':
      return isIp && protocol === 132n && !isLaterFragment(flow);
    case 'icmpv4':
      return type === ETH_IPV4 && protocol === 1n;
    case 'icmpv6':
      return type === ETH_IPV6 && protocol === 58n;
    case 'nd':
      return holds('icmpv6', flow) && flow[Slot.tpDst] === 0n && isOneOf(flow[Slot.tpSrc], 135n, 136n);
    case 'nd-solicit':
      return holds('nd', flow) && flow[Slot.tpSrc] === 135n;
    case 'nd-advert':
      return holds('nd', flow) && flow[Slot.tpSrc] === 136n;
  }
}

function isLaterFragment(flow: Microflow): boolean {
  return (flow[Slot.nwFrag] & 2n) !== 0n;
}

function isOneOf(value: bigint, first: bigint, second: bigint): boolean {
  return value === first || value === second;
}
