import { describe, expect, it } from 'vitest';
import { emptyMicroflow, Slot } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import { parseMac } from '../../../src/net/mac.js';
import { parseAddress } from '../../../src/net/prefix.js';
import { violatesInbound, violatesOutbound } from '../../../src/trace/semantics/port-security.js';
import type { PortSecurityRules } from '../../../src/trace/semantics/port-security.js';

const RULES = [
  'prefixes',
  'unspecifiedSource',
  'linkLocalWithIp6',
  'discoveryWithoutAddress',
  'properDiscovery',
] as const;
const rules = (value: boolean): PortSecurityRules =>
  Object.fromEntries(RULES.map((rule) => [rule, value])) as unknown as PortSecurityRules;
const [LITERAL, REAL] = [rules(false), rules(true)];
const MAC = '0a:00:00:00:00:03';
const mac = (text: string): bigint => parseMac(text)!;
const address = (text: string): bigint => parseAddress(text)!.value;

function packet(fields: Readonly<Partial<Record<keyof typeof Slot, bigint>>>): Microflow {
  const flow = emptyMicroflow();
  flow[Slot.ethSrc] = mac(MAC);
  flow[Slot.ethDst] = mac(MAC);
  for (const [name, value] of Object.entries(fields)) flow[Slot[name as keyof typeof Slot]] = value;
  return flow;
}
const ip4 = (nwSrc: string, more = {}): Microflow => packet({ ethType: 0x800n, nwSrc: address(nwSrc), ...more });
const to4 = (nwDst: string): Microflow => packet({ ethType: 0x800n, nwDst: address(nwDst) });
const ip6 = (src: string, more = {}): Microflow => packet({ ethType: 0x86ddn, ip6Src: address(src), ...more });
const to6 = (dst: string): Microflow => packet({ ethType: 0x86ddn, ip6Dst: address(dst) });
const arp = (sha: string, spa: string): Microflow => packet({ ethType: 0x806n, arpSha: mac(sha), nwSrc: address(spa) });
const nd = (type: bigint, more: object): Microflow =>
  ip6('fd00::3', { nwProto: 58n, nwTtl: 255n, tpSrc: type, ...more });

const BOTH = `${MAC} 10.0.0.3 fd00::3`;
const LINK_LOCAL = 'fe80::800:ff:fe00:3';

describe('inbound', () => {
  it.each([
    ['no rules', [], ip4('1.2.3.4'), false],
    ['another MAC address', ['0a:00:00:00:00:99'], ip4('10.0.0.3'), true],
    ['a MAC address alone', [MAC], ip4('1.2.3.4'), false],
    ['a listed address', [BOTH], ip4('10.0.0.3'), false],
    ['an address that is not listed', [BOTH], ip4('10.0.0.4'), true],
    ['IPv4 where only IPv6 is listed', [`${MAC} fd00::3`], ip4('10.0.0.3'), true],
    ['DHCP discovery', [BOTH], ip4('0.0.0.0', { nwDst: 0xffff_ffffn, nwProto: 17n, tpSrc: 68n, tpDst: 67n }), false],
    ['the second rule with that MAC address', ['0a:00:00:00:00:09 10.0.0.9', BOTH], ip4('10.0.0.3'), false],
    ['ARP as itself', [BOTH], arp(MAC, '10.0.0.3'), false],
    ['ARP with another MAC address', [BOTH], arp('0a:00:00:00:00:09', '10.0.0.3'), true],
    ['ARP with another address', [BOTH], arp(MAC, '10.0.0.9'), true],
    ['a listed IPv6 address', [BOTH], ip6('fd00::3'), false],
    ['the link-local address', [BOTH], ip6(LINK_LOCAL), false],
    ['an IPv6 address that is not listed', [BOTH], ip6('fd00::4'), true],
    ['IPv6 where only IPv4 is listed', [`${MAC} 10.0.0.3`], ip6('fd00::3'), true],
    ['solicitation as itself', [BOTH], nd(135n, { arpSha: mac(MAC) }), false],
    ['solicitation as somebody else', [BOTH], nd(135n, { arpSha: mac('0a:00:00:00:00:09') }), true],
    ['advertisement of its address', [BOTH], nd(136n, { arpTha: mac(MAC), ndTarget: address('fd00::3') }), false],
    ['advertisement of another address', [BOTH], nd(136n, { arpTha: mac(MAC), ndTarget: address('fd00::9') }), true],
    ['something else', [BOTH], packet({ ethType: 0x88ccn }), false],
  ])('%s', (_title, rules, flow, violates) => {
    expect(violatesInbound(rules, flow, LITERAL)).toBe(violates);
    expect(violatesInbound(rules, flow, REAL)).toBe(violates);
  });

  it('takes a listed network for all its addresses only where the switch does', () => {
    const rules = [`${MAC} 10.0.0.0/24`];
    expect(violatesInbound(rules, ip4('10.0.0.77'), LITERAL)).toBe(true);
    expect(violatesInbound(rules, ip4('10.0.0.77'), REAL)).toBe(false);
    expect(violatesInbound(rules, ip4('10.0.1.1'), REAL)).toBe(true);
    expect(violatesInbound([`${MAC} 10.0.0.3/24`], ip4('10.0.0.77'), REAL)).toBe(true);
  });

  it.each([
    ['the link-local address where only IPv4 is listed', [`${MAC} 10.0.0.3`], ip6(LINK_LOCAL), false],
    ['solicitation as somebody else of a port without addresses', [MAC], nd(135n, { arpSha: 9n }), false],
    ['an advertisement with a code', [BOTH], nd(136n, { tpDst: 1n, arpTha: 9n }), true],
    ['a solicitation from afar', [BOTH], nd(135n, { nwTtl: 64n, arpSha: 9n }), true],
  ])('judges %s otherwise than the switch does', (_title, rules, flow, literally) => {
    expect(violatesInbound(rules, flow, LITERAL)).toBe(literally);
    expect(violatesInbound(rules, flow, REAL)).toBe(!literally);
  });

  it('admits duplicate address detection only where the switch does', () => {
    const detection = ip6('::', { nwProto: 58n, nwTtl: 255n, tpSrc: 135n });
    expect([violatesInbound([BOTH], detection, LITERAL), violatesInbound([BOTH], detection, REAL)]).toEqual([
      true,
      false,
    ]);
  });
});

describe('outbound', () => {
  it.each([
    ['no rules', [], to4('1.2.3.4'), false],
    ['a listed address', [BOTH], to4('10.0.0.3'), false],
    ['an address that is not listed', [BOTH], to4('10.0.0.9'), true],
    ['broadcast and multicast', [BOTH], to4('255.255.255.255'), false],
    ['multicast', [BOTH], to4('239.1.1.1'), false],
    ['IPv4 where only IPv6 is listed', [`${MAC} fd00::3`], to4('10.0.0.3'), true],
    ['a listed IPv6 address', [BOTH], to6('fd00::3'), false],
    ['IPv6 multicast', [BOTH], to6('ff02::1'), false],
    ['the link-local address', [BOTH], to6(LINK_LOCAL), false],
    ['an IPv6 address that is not listed', [BOTH], to6('fd00::4'), true],
    ['another MAC address', ['0a:00:00:00:00:09'], to4('10.0.0.3'), true],
  ])('%s', (_title, rules, flow, violates) => {
    expect(violatesOutbound(rules, flow, LITERAL)).toBe(violates);
  });
});
