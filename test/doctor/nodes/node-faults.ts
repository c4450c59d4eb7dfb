import type { Fault } from '../faults.js';
import { crashed } from '../gateway/gateway-faults.js';
import { nodeIn, pairs, strings, uuids } from '../small-cluster.js';

export const NODE_FAULTS: readonly Fault[] = [
  {
    analyzer: 'nodes/ovnkube',
    name: 'in CrashLoopBackOff',
    change: crashed('F0101 ovnkube.go:1] panic: something else'),
    finds: ['OVN3101=Node/a'],
    says: ['waiting (CrashLoopBackOff), after 12 restarts', 'panic: something else'],
  },
  {
    analyzer: 'nodes/ovnkube',
    name: 'a node without a pod of it',
    change: ({ objects }) => {
      objects.pods = objects.pods.filter((pod) => (pod['metadata'] as { name: string }).name !== 'ovnkube-node-b');
    },
    finds: ['OVN3102=Node/b'],
  },
  {
    analyzer: 'nodes/ovnkube',
    name: 'no pod of it anywhere',
    change: ({ objects }) => {
      objects.pods = [];
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'nodes/annotations',
    name: 'no chassis id',
    change: (cluster) => {
      delete nodeIn(cluster, 'a').annotations['k8s.ovn.org/node-chassis-id'];
    },
    finds: ['OVN3110=Node/a'],
    says: ['k8s.ovn.org/node-chassis-id', 'not set'],
  },
  {
    analyzer: 'nodes/annotations',
    name: 'a subnet that is no JSON',
    change: (cluster) => {
      nodeIn(cluster, 'b').annotations['k8s.ovn.org/node-subnets'] = '{"default"';
    },
    finds: ['OVN3111=Node/b'],
    says: ['is not JSON'],
  },
  {
    analyzer: 'nodes/annotations',
    name: 'a Windows node has none of them',
    change: ({ objects }) => {
      objects.nodes.push({ metadata: { name: 'w', labels: { 'kubernetes.io/os': 'windows' } } });
    },
    finds: [],
  },
  {
    analyzer: 'nodes/subnets',
    name: "the switch has another node's subnet",
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Switch']!['ls-node']!['other_config'] = pairs({
        subnet: '10.244.9.0/24',
        ipv6_prefix: 'fd00:10:244:1::',
      });
    },
    finds: ['OVN3112=Node/a'],
    says: ['10.244.1.0/24', '10.244.9.0/24'],
  },
  {
    analyzer: 'nodes/subnets',
    name: 'two nodes overlap, and the routes are those of before',
    change: (cluster) => {
      nodeIn(cluster, 'b').annotations['k8s.ovn.org/node-subnets'] = JSON.stringify({
        default: ['10.244.1.128/25', 'fd00:10:244:2::/64'],
      });
      cluster.zones['b']!.nb['Logical_Switch']!['ls-node']!['other_config'] = pairs({
        subnet: '10.244.1.128/25',
        ipv6_prefix: 'fd00:10:244:2::',
      });
    },
    finds: ['OVN3113=Node/a', 'OVN3125=Node/b'],
    says: ['10.244.1.128/25'],
  },
  {
    analyzer: 'nodes/subnets',
    name: 'a route to another node is missing',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Router']!['lr-cluster']!['static_routes'] = uuids('route-other-4');
    },
    finds: ['OVN3125=Node/b'],
    says: ['fd00:10:244:2::/64'],
  },
  {
    analyzer: 'nodes/chassis',
    name: 'a zone does not know another node',
    change: ({ zones }) => {
      delete zones['a']!.sb['Chassis']!['uuid-chassis-b'];
    },
    finds: ['OVN3120=Node/b'],
    says: ['no tunnel from a to b'],
  },
  {
    analyzer: 'nodes/chassis',
    name: 'a cloned node',
    change: (cluster) => {
      nodeIn(cluster, 'b').annotations['k8s.ovn.org/node-chassis-id'] = 'chassis-a';
      nodeIn(cluster, 'b').annotations['k8s.ovn.org/node-encap-ips'] = '["172.18.0.2"]';
    },
    finds: ['OVN3121=Node/a'],
    says: ['Nodes a and b'],
  },
  {
    analyzer: 'nodes/chassis',
    name: 'a node that is gone',
    change: ({ zones }) => {
      zones['a']!.sb['Chassis']!['old'] = { name: 'chassis-old', hostname: 'gone' };
    },
    finds: ['OVN3123=Chassis/gone'],
  },
  {
    analyzer: 'nodes/chassis',
    name: 'another tunnel address',
    change: ({ zones }) => {
      zones['a']!.sb['Encap']!['encap-b'] = { type: 'geneve', ip: '192.0.2.3', chassis_name: 'chassis-b' };
    },
    finds: ['OVN3124=Node/b'],
    says: ['192.0.2.3', '172.18.0.3'],
  },
  {
    analyzer: 'nodes/chassis',
    name: 'several tunnel addresses',
    change: (cluster) => {
      nodeIn(cluster, 'b').annotations['k8s.ovn.org/node-encap-ips'] = '["172.18.0.3","172.18.1.3"]';
      for (const zone of Object.values(cluster.zones)) {
        zone.sb['Encap']!['more'] = { type: 'geneve', ip: '172.18.1.3' };
        zone.sb['Chassis']!['uuid-chassis-b']!['encaps'] = uuids('encap-b', 'more');
        zone.sb['Chassis']!['uuid-chassis-b']!['transport_zones'] = strings();
      }
    },
    finds: [],
  },
];
