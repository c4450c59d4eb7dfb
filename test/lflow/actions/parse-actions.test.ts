import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/lflow/actions/ast.js';
import { formatActions } from '../../../src/lflow/actions/format-actions.js';
import { parseActions } from '../../../src/lflow/actions/parse-actions.js';
import { renderDiagnostic } from '../../../src/lflow/diagnostic.js';
import { printExpr } from '../../../src/lflow/expr/print.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';

function parse(text: string, release: OvnRelease = '26.03') {
  return parseActions(text, { symbols: symbolTable(release), release, pipeline: 'ingress', table: 10 });
}

function actionsOf(text: string): readonly Action[] {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value.actions;
}

function format(actions: readonly Action[], release: OvnRelease = '26.03'): string {
  return formatActions(actions, { pipeline: 'ingress', table: 10, release });
}

function prerequisitesOf(text: string, release: OvnRelease = '26.03'): string | undefined {
  const parsed = parse(text, release);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value.prerequisites && printExpr(parsed.value.prerequisites);
}

function mistakeIn(text: string) {
  const parsed = parse(text);
  if (parsed.ok) throw new Error(`${text} parses`);
  return parsed.error;
}

/** One of every kind and variant, in canonical form. */
const STATEMENTS = [
  'output;',
  'next;',
  'next(3);',
  'next(pipeline=egress, table=5);',
  'clone { reg0 = 1; output; };',
  'tcp.dst = 80;',
  'vlan.tci[13..15] = 2;',
  'inport = "";',
  'outport = inport;',
  'reg0 <-> reg1;',
  'push(xxreg1[10..20]);',
  'pop(xxreg0[0..47]);',
  'ip.ttl--;',
  'ct_next(snat);',
  'ct_commit;',
  'ct_commit { ct_mark.blocked = 1; ct_label = 1/1; };',
  'ct_commit(ct_mark=0x1/0x1, ct_label=0x2);',
  'ct_dnat(192.168.1.2,1-3000);',
  'ct_snat_in_czone(fd11::2);',
  'ct_commit_nat(dnat);',
  'ct_commit_to_zone(snat);',
  'ct_lb;',
  'ct_lb_mark(backends=10.0.0.1:80,[fd00::1]:80; hash_fields="ip_src"; skip_snat);',
  'ct_lb_mark_local(backends="lsp1":[fd0f::2]:80);',
  'ct_clear;',
  'ct_snat_to_vip;',
  'reg1[0..7] = ct_state_save();',
  'xxreg1 = ct_ip6_dst();',
  'arp { eth.dst = ff:ff:ff:ff:ff:ff; output; };',
  'nd_na { drop; };',
  'reject { tcp.dst = 1; };',
  'icmp4 { icmp4.frag_mtu = 1500; output; };',
  'get_nd(outport, xxreg0);',
  'put_arp(inport, arp.spa, arp.sha);',
  'reg0[0] = lookup_nd(inport, nd.target, nd.tll);',
  'reg0[0] = lookup_arp_ip(inport, reg1);',
  'outport = get_fdb(eth.dst);',
  'reg1 = get_remote_fdb(eth.dst);',
  'reg0[1] = lookup_fdb(inport, eth.src);',
  'put_fdb(inport, eth.src);',
  'reg0[1] = dns_lookup();',
  'reg0[1] = check_pkt_larger(1500);',
  'reg0[1] = chk_lb_hairpin_reply();',
  'reg0[1] = check_out_port_sec();',
  'reg0[1] = chk_ecmp_nh_mac();',
  'reg0[1] = chk_lb_aff();',
  'reg0 = select(1=50, 2=100);',
  'reg0 = select(values=(1=50, 2=100); hash_fields="ip_src,ip_dst");',
  'reg1[0] = put_dhcp_opts(offerip = 1.2.3.4, dns_server = {8.8.8.8, 7.7.7.7}, domain_name = "a.b");',
  'reg1[0] = put_dhcpv6_opts(ia_addr = ae70::4);',
  'reg1[0] = put_nd_ra_opts(addr_mode = "slaac", prefix = aef0::/64, slla = ae:01:02:03:04:05);',
  'reg9[7] = dhcp_relay_req_chk(192.168.1.1, 172.16.1.1);',
  'set_queue(61440);',
  'set_meter(100, 1000);',
  'igmp;',
  'handle_dhcpv6_reply;',
  'handle_bfd_msg();',
  'mac_cache_use;',
  'flood_remote;',
  'mirror("lsp1");',
  'bind_vport("lsp1", inport);',
  'handle_svc_check(inport);',
  'fwd_group(liveness="true", childports="eth0", "lsp1");',
  'trigger_event(event = "empty_lb_backends", vip = "10.0.0.1:80", protocol = "tcp", load_balancer = "12345678-abcd-9876-fedc-11119f8e7d6c");',
  'commit_ecmp_nh(ipv6 = true, proto = udp);',
  'commit_lb_aff(vip = "[::1]:8080", backend = "[::2]:8080", proto = tcp, timeout = 30);',
  'commit_lb_aff(vip = "[::1]", backend = "[::2]", timeout = 30);',
  'commit_lb_aff(vip = "172.16.0.123", backend = "10.0.0.3", timeout = 30);',
  'sample(probability=100,collector_set=200,obs_domain=10,obs_point=$cookie);',
  'sample(probability=10,collector_set=0,obs_domain=0,obs_point=ct_label.obs_point_id);',
  'log(name="a \\"b\\"", verdict=pass, severity=info, meter="m");',
] as const;

describe('parseActions', () => {
  test.each(STATEMENTS)('%s is its own canonical form', (statement) => {
    expect(format(actionsOf(statement))).toBe(statement);
  });

  test('a span covers the statement without its semicolon, in bodies too', () => {
    const text = 'reg0 = 1;  clone { ip.ttl--; /* now */ output ; };';
    const [load, clone] = actionsOf(text);
    const body = clone?.kind === 'clone' ? clone.body : [];
    const texts = [load!, clone!, ...body].map(({ span }) => text.slice(span.start, span.end));
    expect(texts).toEqual(['reg0 = 1', 'clone { ip.ttl--; /* now */ output ; }', 'ip.ttl--', 'output']);
  });

  test('nothing, drop and an empty body all mean the empty list', () => {
    expect(actionsOf('')).toEqual([]);
    expect(actionsOf(' drop; ')).toEqual([]);
    expect(actionsOf('/* drop */')).toEqual([]);
    expect(actionsOf('arp { }; arp { drop; };').map((action) => action.kind === 'nested' && action.body)).toEqual([
      [],
      [],
    ]);
  });

  test('numbers keep all their bits and a family', () => {
    expect(actionsOf('ct_dnat(fd00::ffff:ffff:ffff, 80-90);')).toMatchObject([
      {
        address: { family: 6, value: 0xfd000000000000000000ffffffffffffn },
        portRange: { low: 80, high: 90 },
      },
    ]);
    expect(actionsOf('commit_lb_aff(vip = "10.0.0.1:80", backend = "10.0.0.2", timeout = 9);')).toMatchObject([
      { vip: { family: 4, value: 0x0a000001n }, vipPort: 80, backend: { value: 0x0a000002n }, timeout: 9 },
    ]);
  });

  test('next is absolute in the tree and relative in print', () => {
    const next = actionsOf('next;');
    expect(next).toMatchObject([{ pipeline: 'ingress', table: 11 }]);
    expect(formatActions(next, { pipeline: 'ingress', table: 4, release: '26.03' })).toBe('next(11);');
    expect(formatActions(next, { pipeline: 'egress', table: 10, release: '26.03' })).toBe(
      'next(pipeline=ingress, table=11);',
    );
  });

  test('display names replace every quoted string that is a port', () => {
    const portName = (name: string) => (name === 'a' ? 'A (web)' : name);
    const context = { pipeline: 'ingress', table: 0, release: '26.03', portName } as const;
    expect(formatActions(actionsOf('outport = "a"; clone { inport = "b"; mirror("a"); };'), context)).toBe(
      'outport = "A (web)"; clone { inport = "b"; mirror("A (web)"); };',
    );
  });

  test('a release prints the conntrack zone as soon as it knows it', () => {
    const actions = actionsOf('ct_next; ct_commit_nat;');
    expect(format(actions, '23.03.1')).toBe('ct_next; ct_commit_nat;');
    expect(format(actions, '23.09')).toBe('ct_next; ct_commit_nat(dnat);');
    expect(format(actions, '24.03')).toBe('ct_next(dnat); ct_commit_nat(dnat);');
  });
});

describe('prerequisites', () => {
  test.each([
    ['clone { ip.ttl--; }; tcp.dst = 1;', 'ip && ip.proto == 0x6 && (eth.type == 0x800 || eth.type == 0x86dd)'],
    ['reject { ip.ttl--; };', 'ip'],
    ['icmp4 { tcp.dst = 1; };', 'ip4'],
    ['ct_commit { ct_mark = 1; };', 'ip'],
    ['ct_clear; ct_snat_to_vip; output;', undefined],
    ['reg0[0] = dns_lookup();', 'udp'],
    // The body of a clone inside a generator is still about the generated packet.
    ['arp { clone { ip.ttl--; }; };', 'ip'],
  ])('%s requires %s', (text, expected) => {
    expect(prerequisitesOf(text)).toBe(expected);
  });

  test('arp and nd_ns take packets of either family since 25.03', () => {
    expect(prerequisitesOf('arp { };', '24.09')).toBe('ip4');
    expect(prerequisitesOf('nd_ns { };', '24.09')).toBe('ip6');
    expect(prerequisitesOf('arp { };', '25.03')).toBe('ip');
    expect(prerequisitesOf('nd_ns { };', '25.03')).toBe('ip');
  });

  test('inner requirements stand before outer ones', () => {
    expect(prerequisitesOf('ip.ttl--; clone { ct_commit_nat; arp.op = 1; };')).toBe('ip && eth.type == 0x806 && ip');
  });
});

describe('mistakes', () => {
  test.each([
    ['outptu;', 'outptu', 'unknown-name', 'did you mean output?'],
    ['ct_comit { };', 'ct_comit', 'unknown-name', 'did you mean ct_commit?'],
    [
      'next; lookup_arp(inport, reg0, eth.src);',
      'lookup_arp',
      'unknown-name',
      'lookup_arp gives a result: FIELD = lookup_arp(…);',
    ],
    ['reg0;', 'reg0', 'unknown-name', 'reg0 is a field: assign to it with `=` or `<->`'],
    ['ct_mark = 1;', 'ct_mark', 'not-modifiable', 'ct_mark is assigned inside `ct_commit { }`'],
    ['reg0 = reg1[0..10];', 'reg1[0..10]', 'type', undefined],
    ['ct_commit { reg0 = 1; };', 'reg0', 'not-modifiable', undefined],
    ['reg0 = ^node;', '^node', 'template', undefined],
    ['set_queue(70000);', '70000', 'action', undefined],
    ['reg0 = 1', '', 'syntax', undefined],
    ['log(verdict=drop, severity=bad);', 'bad', 'syntax', undefined],
    ['output; $x;', '$x', 'syntax', undefined],
  ])('%s points at %s', (text, place, code, help) => {
    const mistake = mistakeIn(text);
    expect(text.slice(mistake.span.start, mistake.span.end)).toBe(place);
    expect({ code: mistake.code, help: mistake.help }).toEqual({ code, help });
  });

  test('is shown with its place', () => {
    const text = 'ip.ttl--; outptu; next;';
    expect(renderDiagnostic(text, mistakeIn(text)).split('\n')).toEqual([
      "Syntax error at `outptu' expecting action.",
      '  ip.ttl--; outptu; next;',
      '            ^^^^^^',
      '  help: did you mean output?',
    ]);
  });

  test('nesting ends at 32 lists', () => {
    const nested = (depth: number) => 'clone { '.repeat(depth) + 'output; ' + '}; '.repeat(depth);
    expect(parse(nested(31)).ok).toBe(true);
    expect(mistakeIn(nested(32))).toMatchObject({
      code: 'nesting',
      message: 'maximum depth of nested actions reached',
    });
    expect(mistakeIn('clone { '.repeat(20_000))).toMatchObject({ code: 'nesting' });
  });

  test('tables are limited only where limits are given', () => {
    const environment = { symbols: symbolTable('26.03'), release: '26.03', pipeline: 'ingress', table: 10 } as const;
    const tables = { ingress: 11, egress: 3 };
    expect(parseActions('next(200);', environment).ok).toBe(true);
    expect(parseActions('next(10);', { ...environment, tables }).ok).toBe(true);
    expect(parseActions('next;', { ...environment, tables })).toMatchObject({
      error: { message: '"next" action cannot advance beyond table 10.' },
    });
    expect(parseActions('next(pipeline=egress, table=3);', { ...environment, tables })).toMatchObject({
      error: { message: '"next" action cannot advance beyond table 2.' },
    });
  });

  test('DHCP options are checked only where the tables are given', () => {
    const environment = { symbols: symbolTable('26.03'), release: '26.03', pipeline: 'ingress', table: 10 } as const;
    const text = 'reg0[0] = put_dhcp_opts(offerip = 1.2.3.4, nosuch = 1);';
    const dhcpOptions = new Map([['offerip', { code: 0, type: 'ipv4' }]]);
    expect(parseActions(text, environment).ok).toBe(true);
    expect(parseActions(text, { ...environment, dhcpOptions })).toMatchObject({
      error: { code: 'unknown-name', message: "Syntax error at `nosuch' expecting DHCPv4 option name." },
    });
  });
});

describe('properties', () => {
  const statement = fc.constantFrom(...STATEMENTS);
  const list = fc.array(statement, { maxLength: 6 }).map((statements) => statements.join(' '));
  const nested = fc
    .tuple(fc.constantFrom('clone', 'arp', 'icmp6', 'reject'), list, list)
    .map(([name, inside, after]) => `${name} { ${inside || 'drop;'} }; ${after}`.trim());

  test('a canonical list is what it prints as', () => {
    fc.assert(
      fc.property(nested, (text) => {
        expect(format(actionsOf(text))).toBe(text);
      }),
    );
  });

  /** A list with a piece cut out, doubled, or replaced by noise. */
  const mutated = fc
    .tuple(
      nested,
      fc.nat(),
      fc.nat(12),
      fc.oneof(fc.string(), fc.constantFrom('', '{', '}', '(', ')', ';', '=', '[', '..', '"')),
    )
    .map(([text, at, length, noise]) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + noise + text.slice(start + length);
    });

  test('any text gives actions or one diagnostic inside of it, and what parses is stable', () => {
    let parsable = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: mutated }, fc.string()), (text) => {
        const parsed = parse(text);
        if (!parsed.ok) {
          const { start, end } = parsed.error.span;
          expect(start >= 0 && start <= end && end <= text.length).toBe(true);
          expect(parsed.error.message).not.toBe('');
          return;
        }
        parsable += 1;
        const canonical = format(parsed.value.actions);
        expect(format(actionsOf(canonical))).toBe(canonical);
      }),
      { numRuns: 5000 },
    );
    expect(parsable).toBeGreaterThan(50);
  });
});
