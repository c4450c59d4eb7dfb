import type { Fault } from '../faults.js';
import { nodeIn, nodeIp4, pairs, strings, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const egressIp =
  (addresses: readonly string[], items: readonly (readonly [node: string, address: string])[]) =>
  ({ objects }: SmallCluster): void => {
    objects.egressips.push({
      metadata: { name: 'eip' },
      spec: { egressIPs: addresses, namespaceSelector: {} },
      status: { items: items.map(([node, egressIP]) => ({ node, egressIP })) },
    });
  };

const nat = ({ zones }: SmallCluster): void => {
  const { nb } = zones['a']!;
  nb['NAT']!['nat-egress'] = {
    type: 'snat',
    external_ip: '172.18.0.100',
    logical_ip: '10.244.1.5',
    external_ids: pairs({ 'k8s.ovn.org/owner-type': 'EgressIP', 'k8s.ovn.org/name': 'eip_shop/web-a' }),
  };
  nb['Logical_Router']!['lr-gateway']!['nat'] = uuids('nat-4', 'nat-6', 'nat-egress');
};

const both =
  (...changes: readonly Fault['change'][]): Fault['change'] =>
  (cluster) => {
    for (const change of changes) change(cluster);
  };

const fault = (name: string, change: Fault['change'], finds: readonly string[], says: Fault['says'] = []): Fault => ({
  analyzer: 'egress/egress-ips',
  name,
  change,
  finds,
  says,
});

export const EGRESS_FAULTS: readonly Fault[] = [
  fault(
    'no node may hold it',
    (cluster) => {
      for (const node of ['a', 'b'] as const) delete nodeIn(cluster, node).labels['k8s.ovn.org/egress-assignable'];
      egressIp(['172.18.0.100'], [])(cluster);
    },
    ['OVN7001=EgressIP/eip'],
    ['no node has the label'],
  ),
  fault(
    'one of two addresses has no node',
    egressIp(['172.18.0.100', 'fc00:f853:ccd:e793::64'], [['a', '172.18.0.100']]),
    ['OVN7002=EgressIP/eip'],
    ['fc00:f853:ccd:e793::64'],
  ),
  fault(
    'held by a node that is gone',
    egressIp(['172.18.0.100'], [['gone', '172.18.0.100']]),
    ['OVN7003=EgressIP/eip'],
    ['does not exist'],
  ),
  fault(
    'held by a node without the label',
    (cluster) => {
      delete nodeIn(cluster, 'a').labels['k8s.ovn.org/egress-assignable'];
      egressIp(['172.18.0.100'], [['a', '172.18.0.100']])(cluster);
    },
    ['OVN7003=EgressIP/eip'],
    ['has no label'],
  ),
  fault(
    'a translation on the wrong node',
    both(nat, egressIp(['172.18.0.100'], [['b', '172.18.0.100']])),
    ['OVN7004=EgressIP/eip'],
    ['not assigned to a', 'shop/web-a'],
  ),
  fault('a translation of an EgressIP that is gone', nat, ['OVN7004=EgressIP/eip'], ['which does not exist']),
  fault('all is well', both(nat, egressIp(['172.18.0.100'], [['a', '172.18.0.100']])), []),
  {
    analyzer: 'egress/node-snat',
    name: 'one family is not translated',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Router']!['lr-gateway']!['nat'] = uuids('nat-4');
    },
    finds: ['OVN7010=Node/a'],
    says: ['fd00:10:244:1::/64', 'IPv6'],
  },
  {
    analyzer: 'egress/node-snat',
    name: 'each pod by itself',
    change: ({ zones }) => {
      const { nb } = zones['a']!;
      nb['NAT'] = {
        one: { type: 'snat', external_ip: nodeIp4('a'), logical_ip: '10.244.1.5' },
        two: { type: 'snat', external_ip: 'fc00:f853:ccd:e793::2', logical_ip: 'fd00:10:244:1::5' },
      };
      nb['Logical_Router']!['lr-gateway']!['nat'] = uuids('one', 'two');
    },
    finds: [],
  },
  {
    analyzer: 'egress/node-snat',
    name: 'a node without pods',
    change: ({ zones }) => {
      const { nb } = zones['a']!;
      nb['Logical_Router']!['lr-gateway']!['nat'] = strings();
      nb['Logical_Switch']!['ls-node']!['ports'] = strings();
    },
    finds: [],
  },
];
