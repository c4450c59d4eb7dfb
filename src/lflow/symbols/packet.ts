import { Slot } from '../packet/slots.js';
import type { SymbolTableBuilder, Since } from './builder.js';

/** Fields of the packet and the predicates they require, in an order in which every name is defined before its use. */
export function addPacketSymbols(builder: SymbolTableBuilder): void {
  addEthernet(builder);
  addIp(builder);
  addTransport(builder);
  addArp(builder);
  addNeighborDiscovery(builder);
  builder.actionField('icmp4.frag_mtu', 16).actionField('icmp6.frag_mtu', 16);
}

function addEthernet(builder: SymbolTableBuilder): void {
  builder
    .field('eth.src', Slot.ethSrc, 48, { display: 'ethernet' })
    .field('eth.dst', Slot.ethDst, 48, { display: 'ethernet' })
    .field('eth.type', Slot.ethType, 16, { level: 'nominal', access: 'read-only' })
    .subfield('eth.mcast', 'eth.dst', 40)
    .predicate('eth.bcast', 'eth.dst == ff:ff:ff:ff:ff:ff')
    .predicate('eth.mcastv6', 'eth.dst[32..47] == 0x3333')
    .field('vlan.tci', Slot.vlanTci, 16)
    .predicate('vlan.present', 'vlan.tci[12]')
    .subfield('vlan.pcp', 'vlan.tci', 13, 15, 'vlan.present')
    .subfield('vlan.vid', 'vlan.tci', 0, 11, 'vlan.present');
}

function addIp(builder: SymbolTableBuilder): void {
  const ip = { level: 'nominal', prerequisite: 'ip', packetPrerequisite: 'ip', display: 'decimal' } as const;
  const ip4 = { prerequisite: 'ip4', packetPrerequisite: 'ipv4', display: 'ipv4' } as const;
  const ip6 = { prerequisite: 'ip6', packetPrerequisite: 'ipv6', display: 'ipv6' } as const;
  builder
    .predicate('ip4', 'eth.type == 0x800')
    .predicate('ip6', 'eth.type == 0x86dd')
    .predicate('ip', 'ip4 || ip6')
    .field('ip.proto', Slot.nwProto, 8, { ...ip, access: 'read-only' })
    .field('ip.dscp', Slot.nwTos, 6, { ...ip, ofs: 2, partOfByte: true })
    .field('ip.ecn', Slot.nwTos, 2, { ...ip, partOfByte: true })
    .field('ip.ttl', Slot.nwTtl, 8, ip)
    .field('ip.frag', Slot.nwFrag, 2, { ...ip, level: 'ordinal', access: 'read-only', display: 'fragment' })
    .predicate('ip.is_frag', 'ip.frag[0]')
    .predicate('ip.later_frag', 'ip.frag[1]')
    .predicate('ip.first_frag', 'ip.is_frag && !ip.later_frag')
    .field('ip4.src', Slot.nwSrc, 32, ip4)
    .field('ip4.dst', Slot.nwDst, 32, ip4)
    .field('ip6.src', Slot.ip6Src, 128, ip6)
    .field('ip6.dst', Slot.ip6Dst, 128, ip6)
    .field('ip6.label', Slot.ip6Label, 20, { ...ip6, display: 'hexadecimal' });
}

function addTransport(builder: SymbolTableBuilder): void {
  for (const [name, protocol] of [
    ['tcp', 6],
    ['udp', 17],
    ['sctp', 132],
  ] as const) {
    const options = { prerequisite: name, packetPrerequisite: name, display: 'decimal' } as const;
    builder
      .predicate(name, `ip.proto == ${protocol}`)
      .field(`${name}.src`, Slot.tpSrc, 16, options)
      .field(`${name}.dst`, Slot.tpDst, 16, options);
  }
  builder.field('tcp.flags', Slot.tcpFlags, 12, {
    prerequisite: 'tcp',
    packetPrerequisite: 'tcp',
    access: 'read-only',
    display: 'tcp-flags',
  });

  for (const version of [4, 6] as const) {
    const name = `icmp${version}`;
    const packetPrerequisite = version === 4 ? 'icmpv4' : 'icmpv6';
    const options = { level: 'nominal', prerequisite: name, packetPrerequisite, display: 'decimal' } as const;
    builder
      .predicate(name, `ip${version} && ip.proto == ${version === 4 ? 1 : 58}`)
      .field(`${name}.type`, Slot.tpSrc, 8, options)
      .field(`${name}.code`, Slot.tpDst, 8, options);
  }
  builder.predicate('icmp', 'icmp4 || icmp6');
}

/** RARP has a twin of every ARP field in the same storage. */
function addArp(builder: SymbolTableBuilder): void {
  for (const [name, type] of [
    ['arp', '0x806'],
    ['rarp', '0x8035'],
  ] as const) {
    const options = { prerequisite: name, packetPrerequisite: 'arp' } as const;
    builder
      .predicate(name, `eth.type == ${type}`)
      // 16 bits on the wire, of which a switch keeps eight.
      .field(`${name}.op`, Slot.nwProto, 16, { ...options, level: 'nominal', display: 'decimal' })
      .field(`${name}.spa`, Slot.nwSrc, 32, { ...options, display: 'ipv4' })
      .field(`${name}.sha`, Slot.arpSha, 48, { ...options, display: 'ethernet' })
      .field(`${name}.tpa`, Slot.nwDst, 32, { ...options, display: 'ipv4' })
      .field(`${name}.tha`, Slot.arpTha, 48, { ...options, display: 'ethernet' });
  }
}

function addNeighborDiscovery(builder: SymbolTableBuilder): void {
  const rest = 'icmp6.code == 0 && ip.ttl == 255';
  builder
    .predicate('nd', `icmp6.type == {135, 136} && ${rest}`)
    .predicate('nd_ns', `icmp6.type == 135 && ${rest}`)
    .predicate('nd_na', `icmp6.type == 136 && ${rest}`)
    .predicate('nd_rs', `icmp6.type == 133 && ${rest}`)
    .predicate('nd_ra', `icmp6.type == 134 && ${rest}`)
    .field('nd.target', Slot.ndTarget, 128, { prerequisite: 'nd', packetPrerequisite: 'nd', display: 'ipv6' })
    .field('nd.sll', Slot.arpSha, 48, { prerequisite: 'nd_ns', packetPrerequisite: 'nd-solicit', display: 'ethernet' })
    .field('nd.tll', Slot.arpTha, 48, { prerequisite: 'nd_na', packetPrerequisite: 'nd-advert', display: 'ethernet' });
}

/** Multicast, IGMP and MLD predicates, most of which changed at some release. */
export function addIpPredicates(builder: SymbolTableBuilder, since: Since): void {
  builder
    .predicate('ip4.src_mcast', 'ip4.src[28..31] == 0xe')
    .predicate('ip4.mcast', 'eth.mcast && ip4.dst[28..31] == 0xe')
    .predicate('ip6.mcast_rsvd', reservedMulticast(since))
    .predicate('ip6.mcast_all_nodes', 'ip6.dst == ff01::1 || ip6.dst == ff02::1')
    .predicate('ip6.mcast_all_rtrs', 'ip6.dst == ff01::2 || ip6.dst == ff02::2 || ip6.dst == ff05::2')
    .predicate('ip6.mcast_sol_node', 'ip6.dst == ff02::1:ff00:0000/104')
    .predicate(
      'ip6.mcast_flood',
      'eth.mcastv6 && (ip6.mcast_rsvd || ip6.mcast_all_nodes || ip6.mcast_all_rtrs || ip6.mcast_sol_node)',
    )
    .predicate('ip6.mcast', 'eth.mcastv6 && ip6.dst[120..127] == 0xff');

  const multicast = since('23.03') ? 'eth.mcastv6 && ' : '';
  builder
    .predicate('igmp', `${since('23.03') ? 'ip4.mcast' : 'ip4'} && ip.proto == 2`)
    .predicate('mldv1', `${multicast}ip6.src == fe80::/10 && icmp6.type == {130, 131, 132}`)
    .predicate('mldv2', `${multicast}ip6.dst == ff02::16 && icmp6.type == 143`);
  if (since('23.03')) {
    builder.predicate('nd_ns_mcast', 'ip6.mcast && icmp6.type == 135 && icmp6.code == 0 && ip.ttl == 255');
  }
}

/** Up to 23.09 only `ff00::` matched; later the sixteen addresses that RFC 4291, section 2.7.1 reserves. */
function reservedMulticast(since: Since): string {
  if (!since('24.03')) return 'ip6.dst[116..127] == 0xff0 && ip6.dst[0..111] == 0x0';
  const addresses = Array.from({ length: 16 }, (_, scope) => `ff0${scope.toString(16)}::0`);
  return `ip6.dst == { ${addresses.join(', ')} }`;
}
