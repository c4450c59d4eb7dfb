import type { Fault } from '../faults.js';
import { owned, pairs, uuids } from '../small-cluster.js';
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

export const POLICY_FAULTS: readonly Fault[] = [...ROWS];
