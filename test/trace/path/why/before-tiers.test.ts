/** Access control as it was up to OVN 23.03: no tiers, a rule acts where it is matched. Databases and objects are made up. */
import { describe, expect, test } from 'vitest';
import type { RowsByTable } from '../../../../src/ovsdb/replica/from-rows.js';
import type { Cause } from '../../../../src/trace/path/path-trace.js';
import { tracePodToPod } from '../../../../src/usecase/trace-path.js';
import { builtWorld } from '../../../world/built-world.js';

const uuid = (number: number): string => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
const map = (of: Record<string, string>): unknown => ['map', Object.entries(of)];

const SWITCH = uuid(1);
const CHASSIS = uuid(2);
const ALLOW = uuid(11);
const DENY = uuid(12);
const PODS = [
  { name: 'client', ip: '10.0.0.5', mac: '0a:58:0a:00:00:05', labels: { app: 'client' } },
  { name: 'stranger', ip: '10.0.0.6', mac: '0a:58:0a:00:00:06', labels: { app: 'stranger' } },
  { name: 'server', ip: '10.0.0.7', mac: '0a:58:0a:00:00:07', labels: { app: 'server' } },
] as const;

type Flow = readonly [pipeline: string, table: number, stage: string, priority: number, match: string, actions: string];
const FLOWS: readonly (readonly [...Flow, hint?: string])[] = [
  ['ingress', 0, 'ls_in_check_port_sec', 50, '1', 'next;'],
  ...PODS.map(
    ({ name, mac }) =>
      ['ingress', 1, 'ls_in_l2_lkup', 50, `eth.dst == ${mac}`, `outport = "n_${name}"; output;`] as const,
  ),
  ['egress', 0, 'ls_out_acl_hint', 0, '1', 'reg0[7] = 1; reg0[9] = 1; next;'],
  [
    ...[
      'egress',
      1,
      'ls_out_acl',
      2001,
      'reg0[7] == 1 && (ip4.src == {$a1} && outport == @pg && tcp && tcp.dst == 80)',
    ],
    ...['reg0[1] = 1; next;', ALLOW.slice(0, 8)],
  ] as never,
  ['egress', 1, 'ls_out_acl', 2000, 'reg0[9] == 1 && (outport == @pg)', '/* drop */', DENY.slice(0, 8)],
  ['egress', 1, 'ls_out_acl', 0, '1', 'next;'],
  ['egress', 2, 'ls_out_check_port_sec', 0, '1', 'output;'],
];

const sb: unknown = {
  SB_Global: { [uuid(9)]: { options: map({ northd_internal_version: '23.03.1-20.27.0-70.6' }) } },
  Chassis: { [CHASSIS]: { name: 'chassis-a', hostname: 'a' } },
  Datapath_Binding: { [SWITCH]: { tunnel_key: 1, external_ids: map({ name: 'a', 'logical-switch': SWITCH }) } },
  Port_Binding: Object.fromEntries(
    PODS.map(({ name, ip, mac }, at) => [
      uuid(20 + at),
      {
        logical_port: `n_${name}`,
        datapath: ['uuid', SWITCH],
        tunnel_key: 2 + at,
        mac: `${mac} ${ip}`,
        chassis: ['uuid', CHASSIS],
        external_ids: map({ namespace: 'n', pod: 'true' }),
      },
    ]),
  ),
  Address_Set: { [uuid(30)]: { name: 'a1', addresses: '10.0.0.5' } },
  Port_Group: { [uuid(31)]: { name: '1_pg', ports: 'n_server' } },
  Logical_Flow: Object.fromEntries(
    FLOWS.map(([pipeline, table, stage, priority, match, actions, hint], at) => [
      uuid(100 + at),
      {
        logical_datapath: ['uuid', SWITCH],
        pipeline,
        table_id: table,
        priority,
        match,
        actions,
        external_ids: map({ 'stage-name': stage, ...(hint === undefined ? {} : { 'stage-hint': hint }) }),
      },
    ]),
  ),
};

const acl = (type: string, name: string, more: Record<string, string>): unknown => ({
  external_ids: map({ 'k8s.ovn.org/owner-type': type, 'k8s.ovn.org/name': name, direction: 'Ingress', ...more }),
});
const nb: unknown = {
  ACL: {
    [ALLOW]: acl('NetworkPolicy', 'n:allow-client', { 'gress-index': '0' }),
    [DENY]: acl('NetpolNamespace', 'n', { type: 'defaultDeny' }),
  },
};

const world = builtWorld(
  { a: { nb: nb as RowsByTable, sb: sb as RowsByTable } },
  {
    namespaces: [{ metadata: { name: 'n' } }],
    pods: PODS.map(({ name, ip, mac, labels }) => ({
      metadata: {
        name,
        namespace: 'n',
        labels,
        annotations: {
          'k8s.ovn.org/pod-networks': JSON.stringify({
            default: { ip_addresses: [`${ip}/24`], mac_address: mac, gateway_ips: ['10.0.0.1'], role: 'primary' },
          }),
        },
      },
      spec: { nodeName: 'a' },
      status: { phase: 'Running', podIPs: [{ ip }] },
    })),
    networkpolicies: [
      {
        metadata: { name: 'allow-client', namespace: 'n' },
        spec: {
          podSelector: { matchLabels: { app: 'server' } },
          policyTypes: ['Ingress'],
          ingress: [
            { from: [{ podSelector: { matchLabels: { app: 'client' } } }], ports: [{ protocol: 'TCP', port: 80 }] },
          ],
        },
      },
    ],
  },
);

async function causeOf(source: string, port: string): Promise<Cause | undefined> {
  const query = { source, destination: 'n/server', port, family: '4', reply: false } as const;
  return (await tracePodToPod(world, query)).paths[0]?.cause;
}

describe('before tiers', () => {
  test('what is allowed passes', async () => {
    expect(await causeOf('n/client', '80')).toBeUndefined();
  });

  test('a wrong label', async () => {
    const cause = await causeOf('n/stranger', '80');
    expect(cause?.chain?.map(({ text }) => text)).toEqual([
      'NetworkPolicy n/allow-client: no rule matches',
      'default deny of n',
    ]);
    expect(cause?.closest?.mismatches.map(({ text }) => text)).toEqual([
      'allows pods app=client of namespace n, pod n/stranger has app=stranger',
    ]);
    expect(cause?.remedy?.command).toBe('kubectl label pod -n n stranger app=client --overwrite');
  });

  test('a wrong label and a wrong port are one new rule', async () => {
    const cause = await causeOf('n/stranger', '81');
    expect(cause?.closest?.mismatches.map(({ what }) => what)).toEqual(['port', 'labels']);
    expect(cause?.remedy?.command).toBe(
      `kubectl patch networkpolicy -n n allow-client --type=json -p '[{"op":"add","path":"/spec/ingress/-","value":{"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"n"}},"podSelector":{"matchLabels":{"app":"stranger"}}}],"ports":[{"protocol":"TCP","port":81}]}}]'`,
    );
  });
});
