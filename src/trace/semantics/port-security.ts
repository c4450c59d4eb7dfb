import { Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { parseMac } from '../../net/mac.js';
import { parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';

/** One element of Port_Binding.port_security: `MAC [IP[/LENGTH]]…`. */
interface Entry {
  readonly mac: bigint;
  readonly v4: readonly Prefix[];
  readonly v6: readonly Prefix[];
}

export interface PortSecurityRules {
  /** A listed network admits all its addresses; otherwise only the address as written. */
  readonly prefixes: boolean;
  /** `::` is admitted as the source of duplicate address detection and MLD reports. */
  readonly unspecifiedSource: boolean;
  /** The link-local address is admitted only where IPv6 addresses are listed; otherwise also where only IPv4 ones are. */
  readonly linkLocalWithIp6: boolean;
  /** Neighbour discovery must be about the port's own MAC address also where no address is listed at all. */
  readonly discoveryWithoutAddress: boolean;
  /** Only what is proper neighbour discovery (code 0, hop limit 255) is looked at as such; otherwise the type is enough. */
  readonly properDiscovery: boolean;
}

const TYPE = { ipv4: 0x0800n, ipv6: 0x86ddn, arp: 0x0806n };
const UDP = 17n;
const ICMP6 = 58n;
const BROADCAST4 = 0xffff_ffffn;
const SOLICITATION = 135n;
const ADVERTISEMENT = 136n;

/** Whether a packet from the port violates its rules (ovn-nb(5), port_security). No rules, no violation. */
export function violatesInbound(rules: readonly string[], packet: Microflow, how: PortSecurityRules): boolean {
  if (rules.length === 0) return false;
  const entry = entryFor(rules, packet[Slot.ethSrc]);
  if (entry === undefined) return true;
  switch (packet[Slot.ethType]) {
    case TYPE.ipv4:
      return !(noAddress(entry) || lists(entry.v4, 4, packet[Slot.nwSrc], how) || isDhcpDiscover(packet));
    case TYPE.arp:
      return packet[Slot.arpSha] !== entry.mac || (entry.v4.length > 0 && !lists(entry.v4, 4, packet[Slot.nwSrc], how));
    case TYPE.ipv6:
      return violatesInbound6(entry, packet, how);
    default:
      return false;
  }
}

/** Whether a packet to the port violates its rules. */
export function violatesOutbound(rules: readonly string[], packet: Microflow, how: PortSecurityRules): boolean {
  if (rules.length === 0) return false;
  const entry = entryFor(rules, packet[Slot.ethDst]);
  if (entry === undefined) return true;
  if (packet[Slot.ethType] === TYPE.ipv4) {
    const destination = packet[Slot.nwDst];
    const everybody = destination === BROADCAST4 || destination >> 28n === 0xen;
    return !(noAddress(entry) || (entry.v4.length > 0 && (everybody || lists(entry.v4, 4, destination, how))));
  }
  if (packet[Slot.ethType] === TYPE.ipv6) {
    const destination = packet[Slot.ip6Dst];
    const everybody = destination >> 120n === 0xffn || destination === linkLocal(entry.mac);
    return !(noAddress(entry) || (entry.v6.length > 0 && (everybody || lists(entry.v6, 6, destination, how))));
  }
  return false;
}

function violatesInbound6(entry: Entry, packet: Microflow, how: PortSecurityRules): boolean {
  if (noAddress(entry) && !how.discoveryWithoutAddress) return false;
  const source = packet[Slot.ip6Src];
  const unspecified = how.unspecifiedSource && source === 0n && packet[Slot.nwProto] === ICMP6;
  const isLinkLocal = source === linkLocal(entry.mac) && (entry.v6.length > 0 || !how.linkLocalWithIp6);
  const sourceFits = noAddress(entry) || isLinkLocal || lists(entry.v6, 6, source, how);
  if (!sourceFits && !(unspecified && entry.v6.length > 0)) return true;
  if (packet[Slot.nwProto] !== ICMP6) return false;
  if (how.properDiscovery && (packet[Slot.tpDst] !== 0n || packet[Slot.nwTtl] !== 255n)) return false;
  const isOwn = (mac: bigint): boolean => mac === 0n || mac === entry.mac;
  if (packet[Slot.tpSrc] === SOLICITATION) return !isOwn(packet[Slot.arpSha]);
  if (packet[Slot.tpSrc] !== ADVERTISEMENT) return false;
  if (!isOwn(packet[Slot.arpTha])) return true;
  const target = packet[Slot.ndTarget];
  return entry.v6.length > 0 && target !== linkLocal(entry.mac) && !lists(entry.v6, 6, target, how);
}

/** The first entry with the MAC address decides. */
function entryFor(rules: readonly string[], mac: bigint): Entry | undefined {
  for (const rule of rules) {
    const entry = entryOf(rule);
    if (entry?.mac === mac) return entry;
  }
  return undefined;
}

function entryOf(rule: string): Entry | undefined {
  const [first = '', ...addresses] = rule.trim().split(/[\s,]+/);
  const mac = parseMac(first);
  if (mac === undefined) return undefined;
  const prefixes = addresses.flatMap((address) => parsePrefix(address) ?? []);
  return { mac, v4: prefixes.filter(({ family }) => family === 4), v6: prefixes.filter(({ family }) => family === 6) };
}

function noAddress({ v4, v6 }: Entry): boolean {
  return v4.length === 0 && v6.length === 0;
}

function lists(prefixes: readonly Prefix[], family: 4 | 6, value: bigint, how: PortSecurityRules): boolean {
  return prefixes.some((prefix) => {
    // A host address with a length is that host and its network's broadcast; only a bare network means all of it.
    return how.prefixes && isNetwork(prefix) ? prefixContains(prefix, { family, value }) : prefix.value === value;
  });
}

function isNetwork({ family, length, value }: Prefix): boolean {
  const hostBits = BigInt((family === 4 ? 32 : 128) - length);
  return hostBits > 0n && (value & ((1n << hostBits) - 1n)) === 0n;
}

function isDhcpDiscover(packet: Microflow): boolean {
  return (
    packet[Slot.nwProto] === UDP &&
    packet[Slot.nwSrc] === 0n &&
    packet[Slot.nwDst] === BROADCAST4 &&
    packet[Slot.tpSrc] === 68n &&
    packet[Slot.tpDst] === 67n
  );
}

/** The link-local address that a MAC address makes (RFC 4291, appendix A). */
function linkLocal(mac: bigint): bigint {
  const flipped = mac ^ (2n << 40n);
  const interfaceId = ((flipped >> 24n) << 40n) | (0xfffen << 24n) | (flipped & 0xff_ffffn);
  return (0xfe80n << 112n) | interfaceId;
}
