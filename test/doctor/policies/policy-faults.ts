import type { Fault } from '../faults.js';
import { owned, pairs, podIn, strings, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const fault =
  (analyzer: string) =>
  (name: string, change: Fault['change'], finds: readonly string[], says: Fault['says'] = []): Fault => ({
    analyzer,
    name,
    change,
    finds,
    says,
  });

const nb = (cluster: SmallCluster, zone = 'a') => cluster.zones[zone]!.nb;

const rows = fault('policies/network-policies');

const ROWS: readonly Fault[] = [
  rows(
    'a zone without the port group',
    (cluster) => {
      delete nb(cluster)['Port_Group']!['pg-web'];
    },
    ['OVN6001=NetworkPolicy/shop/allow-web'],
    ['Zone a', 'owner NetworkPolicy shop:allow-web'],
  ),
  rows(
    'the drop of the namespace is not there',
    (cluster) => {
      nb(cluster)['Port_Group']!['pg-deny']!['acls'] = uuids();
    },
    ['OVN6002=Namespace/shop'],
    ['passes all the same', 'allow-web'],
  ),
  rows(
    'a rule has no ACL',
    (cluster) => {
      nb(cluster)['Port_Group']!['pg-web']!['acls'] = uuids();
    },
    ['OVN6003=NetworkPolicy/shop/allow-web'],
    ['ingress rule 0', 'over tcp'],
  ),
  rows(
    'a rule of two protocols has the ACL of one',
    ({ objects }) => {
      (objects.networkpolicies[0]!['spec'] as { ingress: unknown[] }).ingress = [
        { ports: [{ port: 8080 }, { port: 53, protocol: 'UDP' }] },
      ];
    },
    ['OVN6003=NetworkPolicy/shop/allow-web', 'OVN6003=NetworkPolicy/shop/allow-web'],
    ['over udp'],
  ),
  rows(
    'the policy is gone',
    ({ objects }) => {
      objects.networkpolicies = [];
    },
    [
      'OVN6004=Namespace/shop',
      'OVN6004=Namespace/shop',
      'OVN6004=NetworkPolicy/shop/allow-web',
      'OVN6004=NetworkPolicy/shop/allow-web',
    ],
    ['which does not exist', 'holds 1 pod'],
  ),
  rows(
    'the policy lost its rule',
    ({ objects }) => {
      (objects.networkpolicies[0]!['spec'] as { ingress: unknown[] }).ingress = [];
    },
    ['OVN6005=NetworkPolicy/shop/allow-web', 'OVN6005=NetworkPolicy/shop/allow-web'],
    ['tcp.dst==8080'],
  ),
  rows(
    'groups without pods are harmless',
    (cluster) => {
      nb(cluster)['Port_Group']!['pg-old'] = { name: 'pgold', external_ids: owned('NetworkPolicy', 'shop:old') };
    },
    [],
  ),
  {
    analyzer: 'policies/network-policies',
    name: 'rows that do not say whose they are',
    change: (cluster) => {
      for (const zone of ['a', 'b']) {
        for (const row of Object.values(nb(cluster, zone)['Port_Group']!)) row['external_ids'] = pairs({});
      }
    },
    finds: [],
    outcome: 'inconclusive',
  },
];

const members = fault('policies/members');

const MEMBERS: readonly Fault[] = [
  members(
    'a pod is in no group',
    (cluster) => {
      const groups = nb(cluster)['Port_Group']!;
      for (const group of Object.values(groups)) group['ports'] = uuids();
    },
    ['OVN6010=Namespace/shop', 'OVN6010=Namespace/shop', 'OVN6010=NetworkPolicy/shop/allow-web'],
    ['shop/web-a', 'its rules do not hold for that pod', 'the ingress isolation of namespace shop'],
  ),
  members(
    'a pod that is not selected any more',
    (cluster) => {
      (podIn(cluster, 'a')['metadata'] as { labels: unknown }).labels = { app: 'other' };
    },
    [
      'OVN6011=Namespace/shop',
      'OVN6011=NetworkPolicy/shop/allow-web',
      ...Array<string>(4).fill('OVN6013=Address_Set/shop_LS{ML:{app: web,},}'),
    ],
    ['10.244.1.5 (shop/web-a)', 'app=other', 'NP:shop:allow-web:Ingress:0'],
  ),
  members(
    'an address is missing, one is of no pod, that of the node is right',
    (cluster) => {
      const set = nb(cluster)['Address_Set']!['as-web']!;
      set['addresses'] = strings('10.244.1.5', '10.244.1.2', '10.244.1.77', '172.18.0.2');
    },
    ['OVN6012=Address_Set/shop_LS{ML:{app: web,},}', 'OVN6013=Address_Set/shop_LS{ML:{app: web,},}'],
    ['10.244.2.5 (shop/web-b)', '10.244.1.77 (of no pod)'],
  ),
  members(
    'the subject and a peer of an admin policy',
    (cluster) => {
      cluster.objects.adminnetworkpolicies.push({
        metadata: { name: 'guard' },
        spec: {
          priority: 5,
          subject: { namespaces: {} },
          ingress: [{ action: 'Deny', from: [{ pods: { namespaceSelector: {}, podSelector: {} } }] }],
        },
      });
      nb(cluster)['Port_Group']!['pg-anp'] = { name: 'pganp', external_ids: owned('AdminNetworkPolicy', 'guard') };
      nb(cluster)['Address_Set']!['as-anp'] = {
        name: 'aanp',
        addresses: strings('10.244.1.5', '203.0.113.0/24'),
        external_ids: owned('AdminNetworkPolicy', 'guard', {
          direction: 'Ingress',
          'gress-index': '0',
          'ip-family': 'v4',
        }),
      };
    },
    ['OVN6010=AdminNetworkPolicy/guard', 'OVN6012=AdminNetworkPolicy/guard'],
    ['ingress rule 0 of AdminNetworkPolicy guard', 'no rule'],
  ),
  members(
    'a pod that comes up may not be in them yet',
    (cluster) => {
      (podIn(cluster, 'a')['status'] as { phase: string }).phase = 'Pending';
      for (const group of Object.values(nb(cluster)['Port_Group']!)) group['ports'] = uuids();
    },
    [],
  ),
  {
    analyzer: 'policies/members',
    name: 'a selector that is not understood',
    change: (cluster) => {
      nb(cluster)['Address_Set']!['as-web']!['external_ids'] = owned('PodSelector', 'shop_LS{NEW}', {
        'ip-family': 'v4',
      });
    },
    finds: [],
    outcome: 'inconclusive',
  },
];

export const POLICY_FAULTS: readonly Fault[] = [...ROWS, ...MEMBERS];
