import type { Fault } from '../faults.js';
import { pairs, podAddresses, podIn, podObject, strings } from '../small-cluster.js';

const status = (pod: Record<string, unknown>): Record<string, unknown> => pod['status'] as Record<string, unknown>;
const metadata = (pod: Record<string, unknown>) =>
  pod['metadata'] as { name: string; annotations: Record<string, string>; deletionTimestamp?: string };

export const POD_FAULTS: readonly Fault[] = [
  {
    analyzer: 'pods/ports',
    name: 'a pod without port',
    change: ({ zones }) => {
      delete zones['a']!.nb['Logical_Switch_Port']!['lsp-pod'];
    },
    finds: ['OVN4001=Pod/shop/web-a'],
    says: ['no logical port shop_web-a'],
  },
  {
    analyzer: 'pods/ports',
    name: 'a port without pod',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Switch_Port']!['old'] = {
        name: 'shop_old',
        addresses: '0a:58:0a:f4:01:09 10.244.1.9',
        external_ids: pairs({ namespace: 'shop', pod: 'true' }),
      };
    },
    finds: ['OVN4002=Pod/shop/old'],
  },
  {
    analyzer: 'pods/ports',
    name: 'the port of a pod that has ended',
    change: (cluster) => {
      status(podIn(cluster, 'a'))['phase'] = 'Succeeded';
    },
    finds: ['OVN4002=Pod/shop/web-a'],
  },
  {
    analyzer: 'pods/ports',
    name: 'another address in the port',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Switch_Port']!['lsp-pod']!['addresses'] = strings('0a:58:0a:f4:01:05 10.244.1.99');
    },
    finds: ['OVN4003=Pod/shop/web-a'],
    says: ['10.244.1.99', '10.244.1.5'],
  },
  {
    analyzer: 'pods/ports',
    name: 'no addresses',
    change: (cluster) => {
      const pod = podIn(cluster, 'a');
      metadata(pod).annotations = {};
      status(pod)['phase'] = 'Pending';
    },
    finds: ['OVN4004=Pod/shop/web-a'],
  },
  {
    analyzer: 'pods/ports',
    name: 'other addresses in the status',
    change: (cluster) => {
      status(podIn(cluster, 'a'))['podIPs'] = [{ ip: '10.244.1.77' }];
    },
    finds: ['OVN4005=Pod/shop/web-a'],
    says: ['10.244.1.77'],
  },
  {
    analyzer: 'pods/ports',
    name: 'a pod that is being deleted may have lost its port',
    change: (cluster) => {
      metadata(podIn(cluster, 'a')).deletionTimestamp = '2026-01-01T00:00:00Z';
      delete cluster.zones['a']!.nb['Logical_Switch_Port']!['lsp-pod'];
    },
    finds: [],
  },
  {
    analyzer: 'pods/ports',
    name: "the node's zone is not there",
    change: ({ zones }) => {
      delete zones['a'];
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'pods/bindings',
    name: 'nobody has claimed the port',
    change: ({ zones }) => {
      zones['a']!.sb['Port_Binding']!['pb-pod']!['chassis'] = strings();
    },
    finds: ['OVN4007=Pod/shop/web-a'],
    says: ['no ovn-controller has claimed it'],
  },
  {
    analyzer: 'pods/bindings',
    name: 'northd has not made the binding',
    change: ({ zones }) => {
      delete zones['a']!.sb['Port_Binding']!['pb-pod'];
    },
    finds: ['OVN4007=Pod/shop/web-a'],
    says: ['northd', 'no row with logical_port=shop_web-a'],
  },
  {
    analyzer: 'pods/bindings',
    name: 'claimed, but not up',
    change: ({ zones }) => {
      zones['a']!.sb['Port_Binding']!['pb-pod']!['up'] = false;
    },
    finds: ['OVN4007=Pod/shop/web-a'],
    says: ['its flows are not installed'],
  },
  {
    analyzer: 'pods/bindings',
    name: 'claimed by another node',
    change: ({ zones }) => {
      zones['a']!.sb['Port_Binding']!['pb-pod']!['chassis'] = ['uuid', 'uuid-chassis-b'];
    },
    finds: ['OVN4008=Pod/shop/web-a'],
    says: ['claimed by b'],
  },
  {
    analyzer: 'pods/bindings',
    name: 'a pod that does not run yet',
    change: (cluster) => {
      status(podIn(cluster, 'a'))['phase'] = 'Pending';
      cluster.zones['a']!.sb['Port_Binding']!['pb-pod']!['chassis'] = strings();
    },
    finds: [],
  },
  {
    analyzer: 'pods/bindings',
    name: "the node's zone is not there",
    change: ({ zones }) => {
      delete zones['b'];
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'pods/duplicates',
    name: 'the same addresses twice',
    change: ({ objects }) => {
      const twin = podObject('a');
      metadata(twin).name = 'twin';
      objects.pods.push(twin);
    },
    finds: ['OVN4010=Pod/shop/web-a', 'OVN4010=Pod/shop/web-a', 'OVN4010=Pod/shop/web-a'],
    says: [podAddresses('a').ip4, podAddresses('a').ip6, podAddresses('a').mac, 'shop/twin'],
  },
  {
    analyzer: 'pods/duplicates',
    name: 'the same address in another network',
    change: (cluster) => {
      const pod = podIn(cluster, 'b');
      const { annotations } = metadata(pod);
      const networks = JSON.parse(annotations['k8s.ovn.org/pod-networks']!) as Record<string, unknown>;
      networks['shop/lan'] = { ip_addresses: [`${podAddresses('a').ip4}/24`], mac_address: podAddresses('a').mac };
      annotations['k8s.ovn.org/pod-networks'] = JSON.stringify(networks);
    },
    finds: [],
  },
];
