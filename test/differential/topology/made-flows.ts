/**
 * Logical flows that no northd writes: random matches and actions of the whole language in random tables, so that what
 * northd never says, or says in one way only, is compared as well. Some of them make no sense and must be passed over alike.
 *
 * Input: the draft and the southbound database as northd left it; output: rows for Logical_Flow, as columns and values.
 */
import type { Southbound } from '../../../src/ovn/southbound/southbound.js';
import type { Random } from '../random.js';
import type { Draft } from './draft.js';
import { quoted } from './draft.js';

/** Commands of ovn-sbctl that write the flows. */
export function madeFlows(draft: Draft, southbound: Southbound): string[][] {
  const { random } = draft;
  const datapaths = [...southbound.datapaths.all()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Array.from({ length: random.between(30, 90) }, (_, i) => {
    const datapath = random.pick(datapaths);
    const pipeline = random.chance(0.75) ? 'ingress' : 'egress';
    const table = random.between(0, pipeline === 'ingress' ? (datapath.kind === 'router' ? 18 : 25) : 8);
    const ports = Array.from(southbound.ports.of(datapath), ({ name }) => name).sort();
    const words = new Words(draft, ports, table);
    return [
      'create',
      'Logical_Flow',
      `logical_datapath=${datapath.uuid}`,
      `pipeline=${pipeline}`,
      `table_id=${table}`,
      // Equal ones now and then: who wins is known.
      `priority=${random.chance(0.2) ? random.pick([50, 100]) : random.between(1, 65000)}`,
      `match=${quoted(words.match(2))}`,
      `actions=${quoted(words.actions(2))}`,
      `external_ids:stage-name=made_${pipeline}_${table}`,
      `external_ids:source=${quoted(`made-up:${i}`)}`,
    ];
  });
}

const BINARY = [
  'ip4',
  'ip6',
  'ip',
  'tcp',
  'udp',
  'sctp',
  'icmp4',
  'icmp6',
  'arp',
  'nd',
  'nd_ns',
  'nd_na',
  'igmp',
  'eth.bcast',
];
const MORE_BINARY = [
  'ip.is_frag',
  'ip.later_frag',
  'ip.first_frag',
  'ct.est',
  'ct.new',
  'ct.rpl',
  'ct.inv',
  'ct.trk',
  'ct.dnat',
];
const BITS = [
  'flags.loopback',
  'reg0[3]',
  'reg9[6]',
  'eth.dst[40]',
  'vlan.present',
  'ip4.mcast',
  'ip6.mcast',
  'ct_mark.blocked',
];
const FIELDS: readonly (readonly [field: string, bits: number])[] = [
  ['ip.ttl', 8],
  ['ip.proto', 8],
  ['ip.dscp', 6],
  ['ip.ecn', 2],
  ['ip.frag', 2],
  ['tcp.src', 16],
  ['tcp.dst', 16],
  ['tcp.flags', 12],
  ['udp.dst', 16],
  ['sctp.dst', 16],
  ['icmp4.type', 8],
  ['icmp6.code', 8],
  ['arp.op', 16],
  ['eth.type', 16],
  ['vlan.vid', 12],
  ['vlan.pcp', 3],
  ['pkt.mark', 32],
  ['ct_mark', 32],
  ['ct_label', 96],
  ['ct_state', 8],
  ['ip6.label', 20],
  ['reg0', 32],
  ['reg3', 32],
  ['reg8', 32],
  ['reg9', 32],
  ['xreg0', 64],
  ['xreg4', 64],
  ['xxreg1', 128],
  ['flags', 16],
];
/** What may be written. */
const WRITABLE: readonly (readonly [field: string, bits: number])[] = [
  ...FIELDS.filter(([field]) => /^(?:ip\.dscp|ip\.ecn|tcp\.(?:src|dst)|udp|sctp|vlan|pkt|.*reg|flags)/.test(field)),
  ['reg1', 32],
  ['reg2', 32],
  ['xreg1', 64],
  ['xxreg0', 128],
  ['ip4.src', 32],
  ['ip4.dst', 32],
  ['ip6.src', 128],
  ['ip6.dst', 128],
  ['eth.src', 48],
  ['eth.dst', 48],
  ['arp.tpa', 32],
  ['arp.sha', 48],
  ['icmp4.type', 8],
];

class Words {
  readonly #draft: Draft;
  readonly #random: Random;
  readonly #ports: readonly string[];
  readonly #table: number;

  constructor(draft: Draft, ports: readonly string[], table: number) {
    this.#draft = draft;
    this.#random = draft.random;
    this.#ports = ports;
    this.#table = table;
  }

  match(depth: number): string {
    const random = this.#random;
    if (depth === 0 || random.chance(0.4)) return this.#atom();
    const parts = Array.from({ length: random.between(2, 3) }, () => {
      const part = this.match(depth - 1);
      return part.includes('&&') || part.includes('||') ? `${random.chance(0.2) ? '!' : ''}(${part})` : part;
    });
    return parts.join(random.chance(0.55) ? ' && ' : ' || ');
  }

  #atom(): string {
    const random = this.#random;
    const bit = (): string =>
      `${random.chance(0.25) ? '!' : ''}${random.pick([...BINARY, ...BINARY, ...MORE_BINARY, ...BITS])}`;
    const [v4, v6] = [random.pick(this.#draft.v4), random.pick(this.#draft.v6)];
    const sets = this.#draft.addressSets;
    const op = random.pick(['==', '==', '!=']);
    const side = random.pick(['src', 'dst']);
    return random.weighted<() => string>([
      [10, bit],
      [2, () => '1'],
      [0.3, () => '0'],
      [3, () => `ip4.${side} ${op} ${v4}${random.chance(0.4) ? `/${random.between(8, 31)}` : ''}`],
      [2, () => `ip6.${side} ${op} ${v6}${random.chance(0.4) ? `/${random.between(16, 127)}` : ''}`],
      [1, () => `ip4.${side} ${op} {${random.some(this.#draft.v4, 3).join(', ')}}`],
      [1, () => `eth.${side} ${op} ${random.pick(this.#draft.macs)}`],
      [3, () => `${random.pick(['inport', 'outport'])} ${op} ${this.#port()}`],
      [1, () => `inport ${op} {${this.#port()}, ${this.#port()}}`],
      [1, () => (sets.length > 0 ? this.#inSet(random.pick(sets), side, op) : bit())],
      [0.5, () => `${random.chance(0.3) ? '!' : ''}is_chassis_resident(${this.#port()})`],
      [4, () => this.#comparison()],
    ])();
  }

  #inSet(set: string, side: string, op: string): string {
    return `ip${set.startsWith('4') ? '4' : '6'}.${side} ${op} $${set.slice(1)}`;
  }

  #comparison(): string {
    const random = this.#random;
    const [field, bits] = random.pick(FIELDS);
    const value = (): string =>
      String(random.pick([0, 1, 2, 3, 6, 17, 58, 64, 80, 8080, 0x800]) % 2 ** Math.min(bits, 30));
    return random.weighted<() => string>([
      [4, () => `${field} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${value()}`],
      [1, () => `${field} == {${value()}, ${value()}}`],
      [1, () => `0 ${random.pick(['<', '<='])} ${field} <= ${value()}`],
      [1, () => this.#part(field, bits) + ` == ${random.below(2)}`],
      [1, () => `${field} == ${random.below(2)}/${random.pick([1, 3])}`],
      [1, () => (bits > 1 ? `${field}[${random.below(bits)}]` : field)],
    ])();
  }

  #part(field: string, bits: number): string {
    const low = this.#random.below(bits);
    const high = this.#random.between(low, bits - 1);
    return `${field}[${low}..${high}]`;
  }

  #port(): string {
    const { places } = this.#draft;
    const known = this.#ports.length > 0 && this.#random.chance(0.9);
    return quoted(known ? this.#random.pick(this.#ports) : this.#random.pick(places).port);
  }

  actions(depth: number): string {
    const random = this.#random;
    const statements = Array.from({ length: random.between(0, 4) }, () => this.#statement(depth));
    return [...statements, random.chance(0.9) ? this.#end() : ''].join(' ').trim() || 'drop;';
  }

  #end(): string {
    const random = this.#random;
    return random.weighted<() => string>([
      [12, () => 'next;'],
      [1, () => `next(${random.between(this.#table + 1, 26)});`],
      [0.5, () => `next(pipeline=egress, table=${random.between(0, 7)});`],
      [2, () => `outport = ${this.#port()}; ${random.chance(0.4) ? 'flags.loopback = 1; ' : ''}output;`],
      [1, () => 'outport = inport; flags.loopback = 1; output;'],
      [1, () => `outport = "${random.pick(['_MC_flood', '_MC_unknown', '_MC_flood_l2', '_MC_nothing'])}"; output;`],
      [1, () => 'drop;'],
    ])();
  }

  #statement(depth: number): string {
    const random = this.#random;
    const { v4, v6, macs } = this.#draft;
    const [four, six, mac] = [random.pick(v4), random.pick(v6), random.pick(macs)];
    const bit = `reg${random.between(0, 9)}[${random.below(32)}]`;
    const register = (): string => `reg${random.between(0, 9)}`;
    const body = (): string => (depth > 0 ? `{ ${this.actions(depth - 1)} }` : '{ next; }');
    return random.weighted<() => string>([
      [4, () => this.#load()],
      [4, () => this.#move()],
      // What a pop of another size shows is whatever the stack of ovn-trace holds.
      [1, () => this.#kept()],
      [1, () => 'ip.ttl--;'],
      [2, () => `clone ${body()};`],
      [
        3,
        () =>
          `${random.pick(['arp', 'nd_ns', 'nd_na', 'icmp4', 'icmp4_error', 'icmp6', 'icmp6_error', 'tcp_reset', 'sctp_abort', 'reject'])} ${body()};`,
      ],
      [1, () => random.pick(['ct_next;', 'ct_clear;', 'ct_commit;', 'ct_dnat;', 'ct_snat;', 'ct_commit_nat;'])],
      [1, () => random.pick(['ct_dnat_in_czone;', 'ct_snat_in_czone;', 'ct_snat_to_vip;', 'ct_lb;', 'ct_lb_mark;'])],
      [
        1,
        () =>
          `${random.pick(['ct_dnat', 'ct_snat', 'ct_dnat_in_czone', 'ct_snat_in_czone'])}(${this.#nat(four, six)});`,
      ],
      [
        1,
        () => `ct_commit { ct_mark = ${random.below(9)}; ct_label[${random.below(32)}..100] = ${random.below(2)}; };`,
      ],
      [
        1,
        () => random.pick(['ct_commit(ct_mark=1);', 'ct_commit(ct_label=1/3);', 'ct_commit { ct_mark.blocked = 1; };']),
      ],
      [2, () => `${random.pick(['ct_lb', 'ct_lb_mark'])}(${this.#backends(random.chance(0.3))});`],
      [
        2,
        () =>
          random.pick([
            `get_arp(outport, ${random.pick(['ip4.dst', 'reg0', 'arp.spa'])});`,
            'get_nd(outport, ip6.dst);',
            'get_nd(inport, xxreg0);',
          ]),
      ],
      [
        1,
        () =>
          random.pick([
            'put_arp(inport, arp.spa, arp.sha);',
            'put_nd(inport, ip6.src, nd.sll);',
            'put_nd(inport, nd.target, nd.tll);',
          ]),
      ],
      [
        1,
        () =>
          `${bit} = ${random.pick(['lookup_arp(inport, arp.spa, arp.sha)', 'lookup_nd(inport, ip6.src, nd.sll)', 'lookup_arp_ip(inport, arp.spa)', 'lookup_nd_ip(inport, nd.target)', 'lookup_arp(outport, ip4.dst, eth.src)'])};`,
      ],
      [
        1,
        () =>
          random.pick([
            `${bit} = lookup_fdb(inport, eth.src);`,
            'put_fdb(inport, eth.src);',
            'outport = get_fdb(eth.dst);',
          ]),
      ],
      [
        1,
        () =>
          `${bit} = ${random.pick(['check_in_port_sec()', 'check_out_port_sec()', 'chk_lb_hairpin()', 'chk_lb_hairpin_reply()', 'dns_lookup()', `check_pkt_larger(${random.between(60, 9000)})`, 'chk_ecmp_nh()', 'chk_ecmp_nh_mac()', 'chk_lb_aff()'])};`,
      ],
      [
        1,
        () =>
          `${bit} = put_dhcp_opts(offerip = ${four}, router = ${four}, lease_time = ${random.below(9999)}, dns_server = {${four}, 8.8.8.8});`,
      ],
      [1, () => `${bit} = put_dhcpv6_opts(ia_addr = ${six}, server_id = ${mac}, domain_search = "a.example");`],
      [
        1,
        () =>
          `log(name="l${random.below(9)}", verdict=${random.pick(['allow', 'drop', 'reject'])}, severity=${random.pick(['alert', 'info'])}, meter="m");`,
      ],
      [1, () => `set_queue(${random.below(70000)});`],
      [
        1,
        () =>
          random.pick([
            'set_meter(100);',
            'set_meter(100, 1000);',
            'igmp;',
            'handle_dhcpv6_reply;',
            'handle_bfd_msg();',
          ]),
      ],
      [
        1,
        () =>
          `${random.pick(['bind_vport', 'handle_svc_check'])}(${random.pick([this.#port(), 'inport'])}${random.chance(0.5) ? ', inport' : ''});`,
      ],
      [
        1,
        () =>
          `${register()}[0..15] = select(1${random.chance(0.5) ? '=20' : ''}, 2${random.chance(0.3) ? ', 7=5' : ''});`,
      ],
      [
        1,
        () => `fwd_group(${random.chance(0.5) ? 'liveness="true", ' : ''}childports=${this.#port()}, ${this.#port()});`,
      ],
      [
        1,
        () => `trigger_event(event = "empty_lb_backends", vip = "${four}:80", protocol = "tcp", load_balancer = "x");`,
      ],
      [1, () => `commit_ecmp_nh(ipv6 = ${random.pick(['true', 'false'])}, proto = tcp);`],
      [1, () => `commit_lb_aff(vip = "${four}:80", backend = "${random.pick(v4)}:8080", proto = tcp, timeout = 30);`],
      [
        1,
        () =>
          `sample(probability=${random.below(65536)},collector_set=1,obs_domain=2,obs_point=${random.pick(['$cookie', '7'])});`,
      ],
      // Mistakes, and words of later releases.
      [
        0.5,
        () =>
          random.pick([
            'nothing;',
            'reg0 = ;',
            'ip.proto = 6;',
            'ct_commit_to_zone(dnat);',
            'mac_cache_use;',
            'next',
            'ip4.src = ip6.src;',
            'flood_remote;',
            'inport = 3;',
            'ct_next(dnat);',
          ]),
      ],
    ])();
  }

  #kept(): string {
    const random = this.#random;
    const [field, bits] = random.pick(WRITABLE);
    const [other] = random.pick(WRITABLE.filter(([, size]) => size === bits));
    return `push(${field}); pop(${other});`;
  }

  #load(): string {
    const random = this.#random;
    const [field, bits] = random.pick(WRITABLE);
    const low = random.chance(0.4) ? random.below(bits) : undefined;
    const size = low === undefined ? bits : random.between(1, bits - low);
    const target = low === undefined ? field : size === 1 ? `${field}[${low}]` : `${field}[${low}..${low + size - 1}]`;
    return `${target} = ${random.below(2 ** Math.min(size, 24))};`;
  }

  /** Fields of one size, or parts of them; sizes that differ are a mistake. */
  #move(): string {
    const random = this.#random;
    const sign = random.pick(['=', '<->']);
    const [field, bits] = random.pick(WRITABLE);
    const alike = WRITABLE.filter(([, size]) => size >= bits);
    const [other, size] = random.pick(alike);
    const low = random.below(size - bits + 1);
    return `${field} ${sign} ${size === bits ? other : `${other}[${low}..${low + bits - 1}]`};`;
  }

  #nat(four: string, six: string): string {
    const address = this.#random.chance(0.7) ? four : six;
    return this.#random.chance(0.3) ? `${address},1000-2000` : address;
  }

  #backends(six: boolean): string {
    const random = this.#random;
    const { v4, v6 } = this.#draft;
    const addresses = random.some(six ? v6 : v4, random.between(1, 3));
    const withPort = random.chance(0.7);
    const backends = addresses.map((address) => (withPort ? (six ? `[${address}]:8080` : `${address}:8080`) : address));
    const more = [random.chance(0.2) ? '; hash_fields="ip_src,ip_dst"' : '', random.chance(0.2) ? '; skip_snat' : ''];
    return `backends=${backends.join(',')}${more.join('')}`;
  }
}
