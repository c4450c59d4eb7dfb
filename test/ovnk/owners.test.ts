import { describe, expect, test } from 'vitest';
import { decodeObject } from '../../src/kube/model/kinds.js';
import type { KubeKinds, Plural } from '../../src/kube/model/kinds.js';
import { Northbound } from '../../src/ovn/northbound/northbound.js';
import { rowsOfHint } from '../../src/ovn/northbound/stage-hint.js';
import { southboundOf } from '../../src/ovn/southbound/southbound.js';
import { databaseFromRows } from '../../src/ovsdb/replica/from-rows.js';
import type { RowsByTable } from '../../src/ovsdb/replica/from-rows.js';
import { describeOwner } from '../../src/ovnk/owner/describe.js';
import { attributionsOf, ownerOf } from '../../src/ovnk/owner/owner-of.js';
import { isUserObject, ownerObject } from '../../src/ovnk/owner.js';
import type { Owner } from '../../src/ovnk/owner.js';
import { networkObject, networkPrefix } from '../../src/ovnk/network.js';

const uuid = (n: number) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;
const map = (pairs: Record<string, string>) => ['map', Object.entries(pairs)];
const ids = (pairs: Record<string, string>) => ({ external_ids: map(pairs) });
const northbound = (rows: unknown) => new Northbound(databaseFromRows('OVN_Northbound', rows as RowsByTable));

/** The owner of the only row of the table. */
function ownerIn(table: string, row: object, more: object = {}): Owner {
  const database = northbound({ [table]: { [uuid(1)]: row }, ...more });
  return ownerOf(database, database.database.table(table).get(uuid(1))!);
}

function object<P extends Plural>(plural: P, value: unknown): KubeKinds[P] {
  const decoded = decodeObject(plural, value, 0);
  if (!decoded.ok) throw new Error(decoded.error.reason);
  return decoded.value;
}

describe('rows of versions before typed owners', () => {
  test.each([
    [
      {
        priority: 1001,
        action: 'allow-related',
        ...ids({ namespace: 'shop', policy: 'web', policy_type: 'Ingress', Ingress_num: '2' }),
      },
      'NetworkPolicy shop/web, ingress rule 2',
    ],
    [
      { priority: 1000, action: 'drop', ...ids({ 'default-deny-policy-type': 'Egress', namespace: 'shop' }) },
      'default deny (Egress) of namespace shop',
    ],
    [{ priority: 9998, action: 'drop', ...ids({ egressFirewall: 'shop' }) }, 'EgressFirewall shop/default, rule 2'],
    [{ priority: 5, action: 'drop' }, 'a row of ACL that OVN-Kubernetes does not mark as its own'],
    [
      { priority: 5, action: 'drop', ...ids({ mine: 'yes' }) },
      'a row of ACL that OVN-Kubernetes does not mark as its own',
    ],
    [
      { priority: 5, action: 'drop', ...ids({ 'k8s.ovn.org/owner-type': 'Tomorrow', 'k8s.ovn.org/name': 'x' }) },
      'a row of ACL that OVN-Kubernetes does not mark as its own',
    ],
  ])('%j', (row, text) => {
    expect(describeOwner(ownerIn('ACL', row))).toBe(text);
  });

  test('an egress IP by its name alone, and the hybrid overlay', () => {
    const policy = (priority: number, name: string) => ownerIn('Logical_Router_Policy', { priority, ...ids({ name }) });
    expect(policy(100, 'eip-1')).toEqual({ kind: 'EgressIP', network: 'default', name: 'eip-1', pod: undefined });
    expect(policy(1002, 'hybrid-subnet-node-1:win-1')).toMatchObject({ kind: 'Node', name: 'node-1' });
    expect(policy(1002, 'hybrid-subnet-node-1-gr')).toMatchObject({ kind: 'Node', name: 'node-1' });
  });
});

describe('typed owners', () => {
  const acl = (pairs: Record<string, string>) =>
    ownerIn('ACL', ids({ 'k8s.ovn.org/owner-controller': 'default-network-controller', ...pairs }));

  test('ports that a pod opened on the default network', () => {
    const owner = acl({
      'k8s.ovn.org/owner-type': 'UDNIsolation',
      'k8s.ovn.org/name': 'OpenPort-blue/b-0',
      direction: 'Ingress',
    });
    expect(describeOwner(owner)).toBe('ports that pod blue/b-0 opened on the default network');
    expect(ownerObject(owner)).toEqual({ kind: 'UDNIsolation', namespace: 'blue', name: 'b-0', direction: 'ingress' });
  });

  test('a rule of a policy on another network', () => {
    const owner = acl({
      'k8s.ovn.org/owner-controller': 'udn-blue_blue-network-controller',
      'k8s.ovn.org/owner-type': 'NetworkPolicy',
      'k8s.ovn.org/name': 'udn-blue:deny',
      direction: 'Egress',
      'gress-index': '3',
    });
    expect(describeOwner(owner)).toBe('NetworkPolicy udn-blue/deny, egress rule 3 (network udn-blue_blue)');
    expect(ownerObject(owner)).toEqual({
      kind: 'NetworkPolicy',
      namespace: 'udn-blue',
      name: 'deny',
      rule: 3,
      direction: 'egress',
    });
    expect(isUserObject(owner)).toBe(true);
  });

  test('plumbing is no user object', () => {
    const owner = acl({ 'k8s.ovn.org/owner-type': 'NetpolDefault', 'k8s.ovn.org/name': 'allow-hairpinning' });
    expect(isUserObject(owner)).toBe(false);
    expect(ownerObject(owner).kind).toBe('Infrastructure');
  });
});

describe('rows that only their place tells apart', () => {
  const router = (name: string, column: string) => ({
    Logical_Router: { [uuid(9)]: { name, [column]: ['uuid', uuid(1)] } },
  });
  const pod = {
    Logical_Switch_Port: {
      [uuid(7)]: {
        name: 'shop_web-0',
        addresses: '0a:58:0a:f4:02:03 10.244.2.3',
        ...ids({ namespace: 'shop', pod: 'true' }),
      },
    },
  };

  test.each([
    ['10.244.2.3', {}, 'Pod shop/web-0'],
    ['10.244.2.4', {}, 'node node-1: source address of 10.244.2.4 outside the cluster'],
    ['10.244.0.0/16', {}, 'node node-1: source address of pod traffic that leaves the cluster'],
    [
      '100.64.0.2',
      { Logical_Router_Port: { [uuid(8)]: { name: 'rtoj-GR_node-1', networks: '100.64.0.2/16' } } },
      'node node-1: source address of service traffic that leaves the cluster',
    ],
  ])('SNAT of %s on a gateway router', (logicalIp, more, text) => {
    const rows = { ...router('GR_node-1', 'nat'), ...pod, ...more };
    expect(
      describeOwner(ownerIn('NAT', { type: 'snat', logical_ip: logicalIp, external_ip: '172.18.0.3' }, rows)),
    ).toBe(text);
  });

  test.each([
    ['GR_node-1', { ip_prefix: '0.0.0.0/0', nexthop: '172.18.0.1' }, 'node node-1: default gateway of the node'],
    [
      'GR_node-1',
      { ip_prefix: '10.244.2.3/32', nexthop: '172.18.0.9', policy: 'src-ip' },
      'external gateway of pod shop/web-0',
    ],
    [
      'GR_node-1',
      { ip_prefix: '10.244.2.9/32', nexthop: '172.18.0.9', policy: 'src-ip' },
      'external gateway of 10.244.2.9',
    ],
    [
      'GR_node-1',
      { ip_prefix: '10.244.0.0/16', nexthop: '100.64.0.1' },
      'route from the gateway router to the pods of the cluster',
    ],
    [
      'ovn_cluster_router',
      { ip_prefix: '10.244.2.0/24', nexthop: '100.64.0.2', policy: 'src-ip' },
      'route of pod traffic that leaves the cluster',
    ],
    [
      'mine',
      { ip_prefix: '10.0.0.0/8', nexthop: '1.1.1.1' },
      'a row of Logical_Router_Static_Route that OVN-Kubernetes does not mark as its own',
    ],
  ])('a route on %s: %j', (name, row, text) => {
    expect(
      describeOwner(ownerIn('Logical_Router_Static_Route', row, { ...router(name, 'static_routes'), ...pod })),
    ).toBe(text);
  });
});

describe('descriptions with the objects at hand', () => {
  const policy = (name: string, app: string, policyTypes: string[]) =>
    object('networkpolicies', {
      metadata: { name, namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app } }, policyTypes },
    });
  const networkPolicies = [
    policy('web-in', 'web', ['Ingress']),
    policy('api-in', 'api', ['Ingress']),
    policy('web-out', 'web', ['Egress']),
  ];
  const deny: Owner = {
    kind: 'DefaultDeny',
    network: 'default',
    namespace: 'shop',
    direction: 'Ingress',
    exception: false,
  };
  const web = object('pods', { metadata: { name: 'web-0', namespace: 'shop', labels: { app: 'web' } } });
  const lone = object('pods', { metadata: { name: 'lone', namespace: 'shop' } });

  test('a default deny names the policies that cause it', () => {
    expect(describeOwner(deny, { networkPolicies })).toBe(
      'default deny (Ingress) of namespace shop because of NetworkPolicies api-in, web-in',
    );
    expect(describeOwner(deny, { networkPolicies, pod: web })).toBe(
      'default deny (Ingress) of namespace shop because of NetworkPolicy web-in',
    );
    expect(describeOwner(deny, { networkPolicies, pod: lone })).toBe('default deny (Ingress) of namespace shop');
    expect(describeOwner(deny)).toBe('default deny (Ingress) of namespace shop');
  });

  test('an egress firewall rule says what it matches, when there is such a rule', () => {
    const egressFirewalls = [
      object('egressfirewalls', {
        metadata: { name: 'default', namespace: 'shop' },
        spec: {
          egress: [
            { type: 'Allow', to: { dnsName: 'a.test' }, ports: [{ protocol: 'UDP', port: 53 }] },
            { type: 'Deny', to: { cidrSelector: '0.0.0.0/0' } },
          ],
        },
      }),
    ];
    const rule = (at: number): Owner => ({ kind: 'EgressFirewall', network: 'default', namespace: 'shop', rule: at });
    expect(describeOwner(rule(0), { egressFirewalls })).toBe(
      'EgressFirewall shop/default, rule 0 (Allow a.test UDP 53)',
    );
    expect(describeOwner(rule(1), { egressFirewalls })).toBe('EgressFirewall shop/default, rule 1 (Deny 0.0.0.0/0)');
    expect(describeOwner(rule(7), { egressFirewalls })).toBe('EgressFirewall shop/default, rule 7');
  });

  test('an admin policy rule says its name and action', () => {
    const adminPolicies = [
      object('adminnetworkpolicies', {
        metadata: { name: 'p' },
        spec: { priority: 1, egress: [{ name: 'deny-metadata', action: 'Deny' }] },
      }),
    ];
    const owner: Owner = { kind: 'AdminNetworkPolicy', network: 'default', name: 'p', direction: 'Egress', rule: 0 };
    expect(describeOwner(owner, { adminPolicies })).toBe('AdminNetworkPolicy p, egress rule 0 (Deny, "deny-metadata")');
    expect(describeOwner({ ...owner, kind: 'BaselineAdminNetworkPolicy' }, { adminPolicies })).toBe(
      'BaselineAdminNetworkPolicy p, egress rule 0',
    );
  });
});

describe('the row behind a flow', () => {
  const twin = '0000000a-1111-4000-8000-000000000000';
  const other = '0000000a-2222-4000-8000-000000000000';
  const firewall = (rule: string) =>
    ids({ 'k8s.ovn.org/owner-type': 'EgressFirewall', 'k8s.ovn.org/name': 'shop', 'rule-index': rule });

  function attribution(stage: string, hint: string, match: string, rows: object) {
    const sb = southboundOf(
      databaseFromRows('OVN_Southbound', {
        Datapath_Binding: { [uuid(1)]: { tunnel_key: 1, external_ids: map({ name: 'n', 'logical-switch': uuid(5) }) } },
        Logical_Flow: {
          [uuid(2)]: {
            logical_datapath: ['uuid', uuid(1)],
            pipeline: 'egress',
            table_id: 4,
            priority: 1,
            match,
            actions: 'next;',
            external_ids: map({ 'stage-name': stage, 'stage-hint': hint }),
          },
        },
      }),
    );
    const [datapath] = sb.datapaths.all();
    const [flow] = sb.flows.flowsOf(datapath!).table('egress', 4);
    return attributionsOf(northbound(rows), flow!).map(({ owner, by }) => `${by} ${describeOwner(owner)}`);
  }

  test('an ambiguous hint keeps every candidate', () => {
    const rows = { ACL: { [twin]: firewall('0'), [other]: firewall('1') } };
    expect(attribution('ls_out_acl_eval', '0000000a', '1', rows)).toEqual([
      'hint EgressFirewall shop/default, rule 0',
      'hint EgressFirewall shop/default, rule 1',
    ]);
  });

  test('rows of tables that make no sense for the stage are not candidates', () => {
    const database = northbound({ ACL: { [twin]: {} }, QoS: { [other]: {} } });
    expect(rowsOfHint(database, 'ls_out_acl_eval', '0000000a').map(({ table }) => table)).toEqual(['ACL']);
    expect(rowsOfHint(database, 'ls_in_qos', '0000000a').map(({ table }) => table)).toEqual(['QoS']);
    expect(rowsOfHint(database, 'lr_in_policy', '0000000a')).toEqual([]);
  });

  test('a load balancer that was replaced is found by its virtual address', () => {
    const rows = {
      Load_Balancer: {
        [uuid(3)]: {
          vips: map({ '[fd00::1]:80': '' }),
          ...ids({ 'k8s.ovn.org/kind': 'Service', 'k8s.ovn.org/owner': 'shop/web' }),
        },
      },
    };
    const match = (port: string) => `ct.new && ip6.dst == fd00::1 && reg1[16..23] == 6 && reg1[0..15] == ${port}`;
    expect(attribution('ls_in_lb', 'ffffffff', match('80'), rows)).toEqual(['vip Service shop/web']);
    expect(attribution('ls_in_lb', 'ffffffff', match('81'), rows)).toEqual([]);
    expect(attribution('ls_in_acl_eval', 'ffffffff', 'ip4', rows)).toEqual([]);
  });
});

test.each([
  ['default', '', undefined],
  ['cluster_udn_blue-net', 'cluster_udn_blue.net_', { kind: 'ClusterUserDefinedNetwork', name: 'blue-net' }],
  ['udn-blue_blue', 'udn.blue_blue_', { kind: 'UserDefinedNetwork', namespace: 'udn-blue', name: 'blue' }],
  ['by_hand_made', 'by_hand_made_', undefined],
])('the network %s', (network, prefix, definedBy) => {
  expect(networkPrefix(network)).toBe(prefix);
  expect(networkObject(network)).toEqual(definedBy);
});
