import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../src/trace/path/path-trace.js';
import { effectsOf } from '../../../src/view/path/stage-effects.js';

const owner = { kind: 'NetworkPolicy', namespace: 'a', name: 'p', text: 'NetworkPolicy a/p' } as const;

function stage(name: string, actions: string, rest: Partial<Stage> = {}): Stage {
  const pipeline = name.includes('_in_') ? 'ingress' : 'egress';
  return { pipeline, table: 1, name, priority: 100, match: '1', actions, ...rest };
}

const told = (...stages: Stage[]): string[] => effectsOf(stages).map(({ text }) => text);

describe('access control', () => {
  it.each([
    ['ls_in_acl_eval', 'reg8[16] = 1; next;', 'allowed by'],
    ['ls_out_acl_eval', 'reg8[16] = 1; reg0[1] = 1; next;', 'allowed by'],
    ['ls_in_acl_after_lb_eval', 'reg8[17] = 1; ct_commit { ct_mark.blocked = 1; }; next;', 'dropped by'],
    ['ls_in_acl_eval', 'reg8[18] = 1; next;', 'rejected by'],
    ['ls_out_acl_eval', 'next;', 'passed on by'],
    // Up to OVN 23.03 the ACL acts by itself.
    ['ls_in_acl', 'reg0[1] = 1; next;', 'allowed by'],
    ['ls_out_acl', '/* drop */', 'dropped by'],
    ['ls_out_acl', 'ct_commit { ct_mark.blocked = 1; }; drop;', 'dropped by'],
    ['ls_in_acl', 'reg0 = 0; reject { /* eth.dst <-> eth.src; */ outport <-> inport; };', 'rejected by'],
  ])('%s { %s }', (name, actions, verdict) => {
    expect(told(stage(name, actions, { owner }))).toEqual([`${verdict} NetworkPolicy a/p`]);
  });

  it('is not told of stages that stand for nobody', () => {
    expect(told(stage('ls_in_acl_eval', 'reg8[16] = 1; next;'))).toEqual([]);
    expect(told(stage('ls_in_acl_action', 'next;', { owner }))).toEqual([]);
    expect(told(stage('ls_in_acl_hint', 'reg0[7] = 1; next;', { owner }))).toEqual([]);
  });
});

describe('routing', () => {
  const to = (match: string, actions: string): Stage => stage('lr_in_ip_routing', actions, { match });

  it.each([
    [
      'reg7 == 0 && ip4.dst == 10.244.0.0/24',
      'ip.ttl--; reg0 = 100.88.0.3; next;',
      'route to 10.244.0.0/24 via 100.88.0.3',
    ],
    ['reg7 == 0 && ip4.src == 10.244.2.0/24', 'reg0 = 100.64.0.2; next;', 'route from 10.244.2.0/24 via 100.64.0.2'],
    ['ip4.dst == 10.244.2.0/24', 'reg0 = ip4.dst; next;', 'route to 10.244.2.0/24 directly'],
    ['ip6.dst == fd00:10:244:3::/64', 'xxreg0 = ip6.dst; next;', 'route to fd00:10:244:3::/64 directly'],
    ['ip6.dst == ::/0', 'xxreg0 = fd98::2; xxreg1 = fd98::1; next;', 'route to ::/0 via fd98::2'],
  ])('%s', (match, actions, text) => {
    expect(told(to(match, actions))).toEqual([text]);
  });

  it('says the member of an equal-cost set with its route', () => {
    const set = to('ip4.src == 10.244.2.9/32', 'reg8[0..15] = 2; reg8[16..31] = select(1, 2);');
    const member = stage('lr_in_ip_routing_ecmp', 'reg0 = 172.18.0.201; reg5 = 172.18.0.3; next;');
    expect(told(set, member)).toEqual(['route from 10.244.2.9/32 via 172.18.0.201 (equal cost)']);
    expect(told(set, stage('lr_in_ip_routing_ecmp', 'next;'))).toEqual(['route from 10.244.2.9/32']);
  });

  it('tells only the policy that overrules a route', () => {
    const route = to('ip4.dst == 0.0.0.0/0', 'reg0 = 172.18.0.1; next;');
    const policy = stage('lr_in_policy', 'reg0 = 10.244.2.2; reg5 = 10.244.2.1; next;', { owner });
    expect(told(route, policy)).toEqual(['rerouted via 10.244.2.2 by NetworkPolicy a/p']);
    expect(told(route, stage('lr_in_policy', 'reg8[0..15] = 0; next;'))).toEqual(['route to 0.0.0.0/0 via 172.18.0.1']);
    expect(told(route, stage('lr_in_policy', 'drop;'))).toEqual(['dropped by a routing policy']);
  });

  it('is not told where no route was found', () => {
    expect(told(stage('lr_in_ip_routing', 'drop;', { match: '1' }))).toEqual([]);
    expect(told({ pipeline: 'ingress', table: 16, name: 'lr_in_ip_routing' })).toEqual([]);
  });
});

it('tells of marks', () => {
  expect(told(stage('ls_out_qos', 'set_meter(20000, 1000); ip.dscp = 20; next;', { owner }))).toEqual([
    'dscp 20 by NetworkPolicy a/p',
  ]);
  expect(told(stage('ls_in_qos_mark', 'next;', { owner }))).toEqual([]);
});
