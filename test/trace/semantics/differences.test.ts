/** Every place where the two modes part, shown on the same database: what ovn-trace says, and what the switch does. */
import { describe, expect, test } from 'vitest';
import { Slot } from '../../../src/lflow/packet/slots.js';
import type { Southbound } from '../../../src/ovn/southbound/southbound.js';
import { formatIpv4 } from '../../../src/net/ipv4.js';
import { formatMac } from '../../../src/net/mac.js';
import { ChassisMemory } from '../../../src/trace/semantics/faithful/chassis-memory.js';
import { asOvnTrace, asSwitch, portRow, routerRow, rowMap, southbound, switchRow } from './two-modes.js';
import type { Flow, Left } from './two-modes.js';

const PACKET =
  'inport == "a" && eth.src == 0a:00:00:00:00:01 && eth.dst == 0a:00:00:00:00:02 && ip4.src == 10.0.0.1 && ip4.dst == 10.0.0.9 && ip.ttl == 64 && tcp.src == 40000 && tcp.dst == 80';
const REPLY =
  'inport == "b" && eth.src == 0a:00:00:00:00:02 && eth.dst == 0a:00:00:00:00:01 && ip4.src == 10.0.0.2 && ip4.dst == 10.0.0.1 && ip.ttl == 64 && tcp.src == 8080 && tcp.dst == 40000';

/** Switch and router send what comes to their last table to the ports chosen there. */
const TO_B: Flow = ['ingress', 9, 0, '1', 'outport = "b"; output;'];
const OUT: Flow = ['egress', 9, 0, '1', 'output;'];
const passing = (...tables: readonly number[]): readonly Flow[] =>
  tables.flatMap((table): readonly Flow[] => [
    ['ingress', table, 0, '1', 'next;'],
    ['egress', table, 0, '1', 'next;'],
  ]);
const SILENT = passing(0, 1, 2, 3, 4, 5, 6, 7, 8);
const switchWith = (...flows: readonly Flow[]): Southbound => southbound([...SILENT, TO_B, OUT, ...flows]);

const ports = (left: readonly Left[]): readonly string[] => left.map(({ port }) => port);
const ttls = (left: readonly Left[]): readonly string[] =>
  left.map(({ port, packet }) => `${port} ${packet[Slot.nwTtl]}`);
const sources = (left: readonly Left[]): readonly string[] => left.map(({ packet }) => formatIpv4(packet[Slot.nwSrc]));
const destinations = (left: readonly Left[]): readonly string[] =>
  left.map(({ packet }) => `${formatIpv4(packet[Slot.nwDst])}:${packet[Slot.tpDst]}`);

describe('what survives where', () => {
  test('flags are kept at egress', () => {
    const view = switchWith(
      ['ingress', 0, 1, '1', 'flags.force_snat_for_lb = 1; next;'],
      ['egress', 0, 1, 'flags.force_snat_for_lb == 1', 'ip.ttl = 9; next;'],
    );
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['b 64']);
    expect(ttls(asSwitch(view, PACKET))).toEqual(['b 9']);
  });

  test.each([
    ['a register', 'reg0 = 5;', 'reg0 == 5'],
    ['a flag', 'flags.loopback = 1;', 'flags.loopback == 1'],
    ['conntrack state', 'ct_next;', 'ct.trk'],
  ])('%s does not leak across a patch port', (_what, action, match) => {
    const view = southbound([
      ...SILENT,
      OUT,
      ['ingress', 9, 0, '1', 'outport = "up"; output;'],
      ['egress', 0, 1, '1', action.startsWith('ct') ? action : `${action} next;`],
      ['ingress', 0, 1, match, 'ip.ttl = 9; outport = "gw"; output;', 'lr'],
      ['ingress', 0, 0, '1', 'outport = "gw"; output;', 'lr'],
      ['egress', 0, 0, '1', 'output;', 'lr'],
    ]);
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['gw 9']);
    expect(ttls(asSwitch(view, PACKET))).toEqual(['gw 64']);
  });

  test('every member of a multicast group gets a packet of its own', () => {
    const rows = {
      Multicast_Group: [
        {
          _uuid: '00000001-0000-4000-8000-000000000000',
          name: 'all',
          tunnel_key: 32768,
          datapath: switchRow,
          ports: ['set', [portRow(2), portRow(5)]],
        },
      ],
    };
    const flows: readonly Flow[] = [
      ...SILENT,
      OUT,
      ['ingress', 0, 1, '1', 'outport = "all"; output;'],
      ['egress', 0, 1, '1', 'ip.ttl--; next;'],
    ];
    const view = southbound(flows, { rows });
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['b 63', 'out 62']);
    expect(ttls(asSwitch(view, PACKET))).toEqual(['b 63', 'out 63']);
  });

  test('a gateway member of a multicast group stands for its distributed port', () => {
    const rows = {
      Multicast_Group: [
        {
          _uuid: '00000001-0000-4000-8000-000000000000',
          name: 'all',
          tunnel_key: 32768,
          datapath: switchRow,
          ports: portRow(7),
        },
      ],
    };
    const view = southbound([...SILENT, OUT, ['ingress', 0, 1, '1', 'outport = "all"; output;']], { rows });
    expect(ports(asOvnTrace(view, PACKET))).toEqual(['cr-b']);
    expect(ports(asSwitch(view, PACKET))).toEqual(['b']);
  });
});

describe('which flows there are', () => {
  test('templates have the values of the chassis', () => {
    const rows = {
      Chassis_Template_Var: [
        { _uuid: '00000001-0000-4000-8000-000000000000', chassis: 'here', variables: rowMap({ VIP: '10.0.0.9' }) },
      ],
    };
    const view = southbound([...SILENT, TO_B, OUT, ['ingress', 0, 1, 'ip4.dst == ^VIP', 'ip.ttl = 9; next;']], {
      rows,
    });
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['b 64']);
    expect(ttls(asSwitch(view, PACKET))).toEqual(['b 9']);
  });

  test.each([
    ['b', true],
    ['c', false],
    ['idle', false],
  ])('port %s is resident only on its own chassis', (port, resident) => {
    const view = switchWith(['ingress', 0, 1, `is_chassis_resident("${port}")`, 'ip.ttl = 9; next;']);
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['b 9']);
    expect(ttls(asSwitch(view, PACKET))).toEqual([resident ? 'b 9' : 'b 64']);
  });
});

describe('conntrack', () => {
  test('ct_snat without an address does not end the trace on a gateway router', () => {
    const view = southbound([
      ['ingress', 0, 0, '1', 'ct_snat;', 'lr'],
      ['ingress', 1, 0, '1', 'outport = "gw"; output;', 'lr'],
      ['egress', 0, 0, '1', 'output;', 'lr'],
    ]);
    const packet = PACKET.replace('"a"', '"down"');
    expect(ports(asOvnTrace(view, packet))).toEqual([]);
    expect(ports(asSwitch(view, packet))).toEqual(['gw']);
  });

  test('ct_mark is committed', () => {
    const view = switchWith(
      ['ingress', 0, 1, '1', 'ct_next;'],
      ['ingress', 1, 1, '1', 'ct_commit { ct_mark = 7; }; next;'],
      ['ingress', 2, 1, '1', 'ct_next;'],
      ['ingress', 3, 1, 'ct_mark == 7', 'ip.ttl = 9; next;'],
    );
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['b 64']);
    expect(ttls(asSwitch(view, PACKET))).toEqual(['b 9']);
  });

  test('an untold state is that of the connection, not established', () => {
    const view = switchWith(['ingress', 0, 1, '1', 'ct_next;'], ['ingress', 1, 1, 'ct.new', 'ip.ttl = 9; next;']);
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['b 64']);
    expect(ttls(asSwitch(view, PACKET))).toEqual(['b 9']);
  });

  test('a reply is translated back', () => {
    const view = switchWith(
      ['ingress', 0, 1, 'inport == "a"', 'ct_lb_mark(backends=10.0.0.2:8080);'],
      ['ingress', 9, 1, 'inport == "b"', 'outport = "a"; output;'],
      ['egress', 0, 1, 'outport == "a"', 'ct_lb_mark;'],
    );
    const memory = new ChassisMemory();
    expect(destinations(asSwitch(view, PACKET, { memory }))).toEqual(['10.0.0.2:8080']);
    expect(destinations(asOvnTrace(view, PACKET))).toEqual(['10.0.0.2:8080']);
    expect(sources(asOvnTrace(view, REPLY))).toEqual(['10.0.0.2']);
    expect(sources(asSwitch(view, REPLY, { memory }))).toEqual(['10.0.0.9']);
  });

  test('a hairpin comes from hairpin_snat_ip, which flows see when the packet is looked at again', () => {
    const rows = {
      Load_Balancer: [
        {
          _uuid: '00000001-0000-4000-8000-000000000000',
          name: 'lb',
          protocol: 'tcp',
          vips: rowMap({ '10.0.0.9:80': '10.0.0.1:8080' }),
          options: rowMap({ hairpin_snat_ip: '169.254.0.5' }),
        },
      ],
    };
    const flows: readonly Flow[] = [
      ...SILENT,
      OUT,
      ['ingress', 0, 1, '1', 'ct_lb_mark(backends=10.0.0.1:8080);'],
      ['ingress', 1, 1, '1', 'reg0[6] = chk_lb_hairpin(); next;'],
      ['ingress', 2, 1, 'reg0[6] == 1', 'ct_snat_to_vip; next;'],
      ['ingress', 3, 1, 'ip4.src == 10.0.0.1', 'reg1 = 1; next;'],
      ['ingress', 4, 1, 'reg1 == 1', 'ip.ttl = 9; next;'],
      ['ingress', 9, 0, 'reg0[6] == 1', 'outport = "a"; flags.loopback = 1; output;'],
      ['egress', 0, 1, '1', 'ct_next;'],
      ['egress', 1, 1, 'ip4.src == 169.254.0.5', 'ip.ttl = 8; next;'],
    ];
    const view = southbound(flows, { rows });
    expect([sources(asOvnTrace(view, PACKET)), ttls(asOvnTrace(view, PACKET))]).toEqual([['10.0.0.1'], ['a 9']]);
    expect([sources(asSwitch(view, PACKET)), ttls(asSwitch(view, PACKET))]).toEqual([['169.254.0.5'], ['a 8']]);
    const unseen = southbound(
      flows.filter(([pipeline, , priority]) => pipeline === 'ingress' || priority === 0),
      { rows },
    );
    expect([sources(asSwitch(unseen, PACKET)), ttls(asSwitch(unseen, PACKET))]).toEqual([['169.254.0.5'], ['a 9']]);
  });
});

describe('what was learned', () => {
  test('static MAC bindings are known', () => {
    const rows = {
      Static_MAC_Binding: [
        {
          _uuid: '00000001-0000-4000-8000-000000000000',
          datapath: routerRow,
          logical_port: 'gw',
          ip: '10.0.0.9',
          mac: '0a:00:00:00:00:99',
          override_dynamic_mac: false,
        },
      ],
    };
    const view = southbound(
      [
        ['ingress', 0, 0, '1', 'outport = "gw"; get_arp(outport, ip4.dst); output;', 'lr'],
        ['egress', 0, 0, '1', 'output;', 'lr'],
      ],
      { rows },
    );
    const packet = PACKET.replace('"a"', '"down"');
    const macs = (left: readonly Left[]): readonly string[] => left.map((each) => formatMac(each.packet[Slot.ethDst]));
    expect(macs(asOvnTrace(view, packet))).toEqual(['00:00:00:00:00:00']);
    expect(macs(asSwitch(view, packet))).toEqual(['0a:00:00:00:00:99']);
  });

  test('a client with affinity goes to the remembered backend', () => {
    const view = switchWith(
      ['ingress', 0, 1, '1', 'reg9[6] = chk_lb_aff(); next;'],
      ['ingress', 1, 2, 'reg9[6] == 1 && reg4 == 10.0.0.2 && reg2[0..15] == 8080', 'next;'],
      [
        'ingress',
        1,
        1,
        '1',
        'commit_lb_aff(vip = "10.0.0.9:80", backend = "10.0.0.2:8080", proto = tcp, timeout = 9);',
      ],
    );
    const memory = new ChassisMemory();
    expect(ports(asSwitch(view, PACKET, { memory }))).toEqual([]);
    expect(ports(asSwitch(view, PACKET, { memory }))).toEqual(['b']);
    const other = PACKET.replace('10.0.0.1 ', '10.0.0.7 ');
    expect(ports(asSwitch(view, other, { memory }))).toEqual([]);
    expect([ports(asOvnTrace(view, PACKET)), ports(asOvnTrace(view, PACKET))]).toEqual([[], []]);
  });

  test('answers go back to the next hop that the connection came from', () => {
    const view = switchWith(
      ['ingress', 0, 1, 'inport == "a"', 'commit_ecmp_nh(ipv6 = false, proto = tcp); next;'],
      ['ingress', 1, 1, 'inport == "b"', 'reg9[5] = chk_ecmp_nh(); next;'],
      ['ingress', 9, 2, 'inport == "b" && reg9[5] == 1', 'outport = "a"; output;'],
      ['ingress', 9, 1, 'inport == "b"', 'outport = "out"; output;'],
    );
    const answer = REPLY.replace('10.0.0.2 ', '10.0.0.9 ');
    const memory = new ChassisMemory();
    expect(ports(asSwitch(view, answer, { memory }))).toEqual(['out']);
    expect(ports(asSwitch(view, PACKET, { memory }))).toEqual(['b']);
    expect(ports(asSwitch(view, answer, { memory }))).toEqual(['a']);
    expect(ports(asOvnTrace(view, PACKET))).toEqual(['b']);
    expect(ports(asOvnTrace(view, answer))).toEqual(['out']);
  });
});

describe('ports', () => {
  test('what a tunnel takes leaves before the egress pipeline', () => {
    const view = southbound([
      ...SILENT,
      OUT,
      ['ingress', 0, 1, '1', 'outport = "c"; output;'],
      ['egress', 0, 1, '1', 'ip.ttl = 9; next;'],
    ]);
    expect(asOvnTrace(view, PACKET).map(({ towards }) => towards)).toEqual([undefined]);
    expect(ttls(asOvnTrace(view, PACKET))).toEqual(['c 9']);
    expect(asSwitch(view, PACKET).map(({ towards }) => towards)).toEqual(['there']);
    expect(ttls(asSwitch(view, PACKET))).toEqual(['c 64']);
  });

  test('a port that is bound nowhere gets nothing', () => {
    const view = southbound([...SILENT, OUT, ['ingress', 0, 1, '1', 'outport = "idle"; output;']]);
    expect(ports(asOvnTrace(view, PACKET))).toEqual(['idle']);
    expect(ports(asSwitch(view, PACKET))).toEqual([]);
  });

  test.each([
    ['of a localport', 'flags[10] = 1;', false],
    ['for this chassis only', 'flags[4] = 1;', false],
    ['for this chassis only, overridden', 'flags[4] = 1; flags[18] = 1;', true],
    ['of anybody', '', true],
  ])('the physical network: traffic %s', (_whose, action, leaves) => {
    const view = southbound([...SILENT, OUT, ['ingress', 0, 1, '1', `${action} outport = "out"; output;`]]);
    expect(ports(asOvnTrace(view, PACKET))).toEqual(['out']);
    expect(ports(asSwitch(view, PACKET))).toEqual(leaves ? ['out'] : []);
  });

  const CHECK: readonly Flow[] = [
    ['ingress', 0, 1, '1', 'reg0[15] = check_in_port_sec(); next;'],
    ['ingress', 1, 1, 'reg0[15] == 1', 'drop;'],
  ];

  test('port security: a network admits all of its addresses', () => {
    const security = '0a:00:00:00:00:01 10.0.0.0/24';
    const view = southbound([...SILENT, TO_B, OUT, ...CHECK], { security });
    expect(ports(asOvnTrace(view, PACKET))).toEqual([]);
    expect(ports(asSwitch(view, PACKET))).toEqual(['b']);
    const foreign = PACKET.replace('10.0.0.1 ', '10.0.1.1 ');
    expect(ports(asSwitch(view, foreign))).toEqual([]);
  });

  test('port security: the unspecified address may look for duplicates', () => {
    const view = southbound([...SILENT, TO_B, OUT, ...CHECK], { security: '0a:00:00:00:00:01 fd00::1' });
    const solicitation =
      'inport == "a" && eth.src == 0a:00:00:00:00:01 && eth.dst == 33:33:ff:00:00:01 && ip6.src == :: && ip6.dst == ff02::1:ff00:1 && ip.ttl == 255 && nd_ns && nd.target == fd00::1';
    expect(ports(asOvnTrace(view, solicitation))).toEqual([]);
    expect(ports(asSwitch(view, solicitation))).toEqual(['b']);
  });
});

describe('look-ups and choices', () => {
  test('a packet larger than the next link is noticed when its size is said', () => {
    const view = switchWith(
      ['ingress', 0, 1, '1', 'reg9[1] = check_pkt_larger(1500); next;'],
      ['ingress', 1, 1, 'reg9[1] == 1', 'drop;'],
    );
    expect(ports(asOvnTrace(view, PACKET))).toEqual(['b']);
    expect(ports(asSwitch(view, PACKET))).toEqual(['b']);
    expect(ports(asSwitch(view, PACKET, { size: 1500 }))).toEqual(['b']);
    expect(ports(asSwitch(view, PACKET, { size: 1501 }))).toEqual([]);
  });

  test('every backend can be asked for', () => {
    const view = switchWith(['ingress', 0, 1, '1', 'ct_lb_mark(backends=10.0.0.2:8080,10.0.0.3:8080);']);
    expect(destinations(asOvnTrace(view, PACKET))).toEqual(['10.0.0.2:8080']);
    expect(destinations(asSwitch(view, PACKET, { choose: () => 1 }))).toEqual(['10.0.0.3:8080']);
  });

  test('a forwarding group sends to one of its ports', () => {
    const view = southbound([...SILENT, OUT, ['ingress', 0, 1, '1', 'fwd_group(childports="a","b");']]);
    expect(ports(asOvnTrace(view, PACKET))).toEqual([]);
    expect(ports(asSwitch(view, PACKET, { choose: () => 1 }))).toEqual(['b']);
  });

  test('reject answers IP packets only', () => {
    const view = southbound([
      ['ingress', 0, 1, '1', 'reject { outport <-> inport; next(pipeline=egress, table=9); };'],
      OUT,
    ]);
    const arp = 'inport == "a" && eth.src == 0a:00:00:00:00:01 && eth.dst == ff:ff:ff:ff:ff:ff && arp && arp.op == 1';
    expect(ports(asOvnTrace(view, arp))).toEqual(['a']);
    expect(ports(asSwitch(view, arp))).toEqual([]);
    expect(ports(asSwitch(view, PACKET))).toEqual(['a']);
  });
});
