import { Slot } from '../lflow/packet/slots.js';
import type { Microflow } from '../lflow/packet/slots.js';
import { formatIpv4 } from '../net/ipv4.js';
import { formatIpv6 } from '../net/ipv6.js';
import { formatMac } from '../net/mac.js';

const ETHERTYPE = { ipv4: 0x0800n, ipv6: 0x86ddn, arp: 0x0806n, rarp: 0x8035n, mpls: 0x8847n, mplsMulticast: 0x8848n };
/** The word that stands for an ethertype without a protocol. */
const ETHERTYPE_WORDS = new Map([
  [ETHERTYPE.ipv4, 'ip'],
  [ETHERTYPE.ipv6, 'ipv6'],
  [ETHERTYPE.arp, 'arp'],
  [ETHERTYPE.rarp, 'rarp'],
  [ETHERTYPE.mpls, 'mpls'],
  [ETHERTYPE.mplsMulticast, 'mplsm'],
]);
const PROTOCOL_WORDS = {
  4: new Map([
    [1n, 'icmp'],
    [6n, 'tcp'],
    [17n, 'udp'],
    [132n, 'sctp'],
  ]),
  6: new Map([
    [58n, 'icmp6'],
    [6n, 'tcp6'],
    [17n, 'udp6'],
    [132n, 'sctp6'],
  ]),
};
/** IGMP and an ICMP of the other family show their first bytes as ports. */
const WITH_PORTS = new Set([1n, 2n, 6n, 17n, 58n, 132n]);
const CT_STATE_NAMES = ['new', 'est', 'rel', 'rpl', 'inv', 'trk', 'snat', 'dnat'];
const TCP_FLAG_NAMES = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr', 'ns'];
const LATER_FRAGMENT = 2n;
const ICMP6 = 58n;
const VLAN_PRESENT = 0x1000n;
const NEIGHBOUR_DISCOVERY = new Set([135n, 136n]);

const hex = (value: bigint, digits = 0): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** `new|est|trk`: the conntrack state as Open vSwitch writes it; empty for none. */
export function formatCtState(state: bigint): string {
  return flagNames(state, CT_STATE_NAMES, (rest) => hex(rest)).join('|');
}

/**
 * The packet state as a match in Open vSwitch's notation (ovs-fields(7)): what `ovn-trace` prints first and what its log
 * lines quote. Parts that are zero are left out where Open vSwitch leaves them out.
 */
export function packetLine(flow: Microflow): string {
  const parts: string[] = [];
  const add = (name: string, value: string): void => void parts.push(`${name}=${value}`);
  const nonZero = (name: string, value: bigint): void => {
    if (value !== 0n) add(name, hex(value));
  };
  nonZero('pkt_mark', flow[Slot.pktMark]);
  if (flow[Slot.ctState] !== 0n) add('ct_state', formatCtState(flow[Slot.ctState]));
  nonZero('ct_mark', flow[Slot.ctMark]);
  nonZero('ct_label', flow[Slot.ctLabel]);
  if (flow[Slot.ctNwProto] !== 0n && isTracked(flow)) parts.push(...originalTuple(flow));
  const { word, family, impliesProtocol } = protocolOf(flow);
  if (word !== undefined) parts.push(word);
  for (const [name, value] of registers(flow)) nonZero(name, value);
  parts.push(...vlan(flow[Slot.vlanTci]));
  add('dl_src', formatMac(flow[Slot.ethSrc]));
  add('dl_dst', formatMac(flow[Slot.ethDst]));
  if (word === undefined) add('dl_type', hex(flow[Slot.ethType], 4));
  else if (word === 'arp' || word === 'rarp') parts.push(...arp(flow));
  else if (word.startsWith('mpls')) parts.push(MPLS_OF_ZERO);
  if (family !== undefined) parts.push(...ip(flow, family, impliesProtocol));
  return parts.join(',');
}

/** The state holds no label stack, so an MPLS packet always shows an empty one. */
const MPLS_OF_ZERO = 'mpls_label=0,mpls_tc=0,mpls_ttl=0,mpls_bos=0,mpls_lse1=0,mpls_lse2=0';

function protocolOf(flow: Microflow): {
  word: string | undefined;
  family: 4 | 6 | undefined;
  impliesProtocol: boolean;
} {
  const type = flow[Slot.ethType];
  const family = type === ETHERTYPE.ipv4 ? 4 : type === ETHERTYPE.ipv6 ? 6 : undefined;
  const protocol = family === undefined ? undefined : PROTOCOL_WORDS[family].get(flow[Slot.nwProto]);
  return { word: protocol ?? ETHERTYPE_WORDS.get(type), family, impliesProtocol: protocol !== undefined };
}

/** The original tuple means nothing for a packet that is untracked or invalid. */
function isTracked(flow: Microflow): boolean {
  return (flow[Slot.ctState] & 0x30n) === 0x20n;
}

function originalTuple(flow: Microflow): string[] {
  const addresses =
    flow[Slot.ethType] === ETHERTYPE.ipv4
      ? [`ct_nw_src=${formatIpv4(flow[Slot.ctNwSrc])}`, `ct_nw_dst=${formatIpv4(flow[Slot.ctNwDst])}`]
      : [`ct_ipv6_src=${formatIpv6(flow[Slot.ctIp6Src])}`, `ct_ipv6_dst=${formatIpv6(flow[Slot.ctIp6Dst])}`];
  return [
    ...addresses,
    `ct_nw_proto=${flow[Slot.ctNwProto]}`,
    `ct_tp_src=${flow[Slot.ctTpSrc]}`,
    `ct_tp_dst=${flow[Slot.ctTpDst]}`,
  ];
}

function* registers(flow: Microflow): Generator<readonly [string, bigint]> {
  let number = 0;
  for (const [slot, words] of [
    [Slot.xxreg0, 4],
    [Slot.xxreg1, 4],
    [Slot.xreg4, 2],
  ] as const) {
    for (let shift = 32 * (words - 1); shift >= 0; shift -= 32) {
      yield [`reg${number++}`, (flow[slot] >> BigInt(shift)) & 0xffff_ffffn];
    }
  }
  for (const slot of [Slot.flags, Slot.reg11, Slot.reg12, Slot.reg13, Slot.inport, Slot.outport]) {
    yield [`reg${number++}`, flow[slot]];
  }
}

function vlan(tci: bigint): string[] {
  if (tci === 0n) return ['vlan_tci=0x0000'];
  const outer =
    (tci & VLAN_PRESENT) === 0n
      ? [`vlan_tci=${hex(tci, 4)}`]
      : [`dl_vlan=${tci & 0xfffn}`, `dl_vlan_pcp=${tci >> 13n}`];
  return [...outer, 'vlan_tci1=0x0000'];
}

function arp(flow: Microflow): string[] {
  return [
    `arp_spa=${formatIpv4(flow[Slot.nwSrc])}`,
    `arp_tpa=${formatIpv4(flow[Slot.nwDst])}`,
    `arp_op=${flow[Slot.nwProto]}`,
    `arp_sha=${formatMac(flow[Slot.arpSha])}`,
    `arp_tha=${formatMac(flow[Slot.arpTha])}`,
  ];
}

function ip(flow: Microflow, family: 4 | 6, impliesProtocol: boolean): string[] {
  const parts =
    family === 4
      ? [`nw_src=${formatIpv4(flow[Slot.nwSrc])}`, `nw_dst=${formatIpv4(flow[Slot.nwDst])}`]
      : [
          `ipv6_src=${formatIpv6(flow[Slot.ip6Src])}`,
          `ipv6_dst=${formatIpv6(flow[Slot.ip6Dst])}`,
          `ipv6_label=${hex(flow[Slot.ip6Label], 5)}`,
        ];
  if (!impliesProtocol) parts.push(`nw_proto=${flow[Slot.nwProto]}`);
  const tos = flow[Slot.nwTos];
  parts.push(`nw_tos=${tos & 0xfcn}`, `nw_ecn=${tos & 3n}`, `nw_ttl=${flow[Slot.nwTtl]}`, `nw_frag=${fragment(flow)}`);
  if ((flow[Slot.nwFrag] & LATER_FRAGMENT) === 0n) parts.push(...transport(flow, family));
  else if (family === 6 && flow[Slot.nwProto] === ICMP6) parts.push(...laterIcmp6(flow));
  return parts;
}

function fragment(flow: Microflow): string {
  return ['no', 'first', '<error>', 'later'][Number(flow[Slot.nwFrag])] ?? '<error>';
}

function transport(flow: Microflow, family: 4 | 6): string[] {
  const protocol = flow[Slot.nwProto];
  if (!WITH_PORTS.has(protocol)) return [];
  const [first, second] = [flow[Slot.tpSrc], flow[Slot.tpDst]];
  if (protocol !== (family === 4 ? 1n : 58n)) {
    const ports = [`tp_src=${first}`, `tp_dst=${second}`];
    if (protocol === 6n) ports.push(`tcp_flags=${tcpFlags(flow[Slot.tcpFlags])}`);
    return ports;
  }
  const icmp = [`icmp_type=${first}`, `icmp_code=${second}`];
  if (family === 6 && NEIGHBOUR_DISCOVERY.has(first) && second === 0n) {
    icmp.push(
      `nd_target=${formatIpv6(flow[Slot.ndTarget])}`,
      `nd_sll=${formatMac(flow[Slot.arpSha])}`,
      `nd_tll=${formatMac(flow[Slot.arpTha])}`,
    );
  }
  return icmp;
}

/** A later fragment has no ICMP header, but finding out whether it is neighbour discovery shows what was looked at. */
function laterIcmp6(flow: Microflow): string[] {
  return flow[Slot.tpDst] === 0n ? transport(flow, 6) : [`icmp_code=${flow[Slot.tpDst]}`];
}

function tcpFlags(flags: bigint): string {
  if (flags === 0n) return '0';
  const unnamed = (rest: bigint): string =>
    bits(rest)
      .map((bit) => `[${bit.toString(16)}]`)
      .join('|');
  return flagNames(flags, TCP_FLAG_NAMES, unnamed).join('|');
}

function bits(value: bigint): bigint[] {
  const found: bigint[] = [];
  for (let bit = 1n; bit <= value; bit <<= 1n) if ((value & bit) !== 0n) found.push(bit);
  return found;
}

/** Names of the set bits from the lowest up; bits without a name are written by `unnamed`. */
function flagNames(flags: bigint, names: readonly string[], unnamed: (rest: bigint) => string): string[] {
  const set = names.filter((_, bit) => ((flags >> BigInt(bit)) & 1n) !== 0n);
  const rest = (flags >> BigInt(names.length)) << BigInt(names.length);
  return rest === 0n ? set : [...set, unnamed(rest)];
}
