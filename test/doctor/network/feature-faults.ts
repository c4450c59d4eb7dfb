import type { Fault } from '../faults.js';
import { changeGateway, nodeIn, ovnkubeObject, pairs, podIn, strings, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

type Json = Record<string, unknown>;

const of = (analyzer: string) => (fault: Omit<Fault, 'analyzer'>) => ({ analyzer, ...fault });
const multicast = of('network/multicast');
const hybrid = of('network/hybrid');
const offload = of('network/offload');
const answers = of('network/dns-dhcp');
const mode = of('network/mode');

const rule = (type: string, direction: string, match: string, name = 'shop') => ({
  match,
  external_ids: pairs({ 'k8s.ovn.org/owner-type': type, 'k8s.ovn.org/name': name, direction }),
});

/** Multicast as it should be for the namespace `shop`. */
function multicastOn(cluster: SmallCluster): void {
  (cluster.objects.namespaces[0]!['metadata'] as Json)['annotations'] = { 'k8s.ovn.org/multicast-enabled': 'true' };
  for (const { nb } of Object.values(cluster.zones)) {
    nb['ACL']!['mc-deny'] = rule('MulticastCluster', 'Ingress', 'ip4.mcast || mldv1', '');
    nb['ACL']!['mc-out'] = rule('MulticastNS', 'Egress', 'inport == @pg1 && (ip4.mcast || ip6.dst[120..127] == 0xff)');
    nb['ACL']!['mc-in'] = rule('MulticastNS', 'Ingress', 'outport == @pg1 && (ip4.src == $a1 && ip4.mcast || mldv1)');
    const { 'ls-node': node } = nb['Logical_Switch']!;
    node!['other_config'] = pairs({ mcast_snoop: 'true', mcast_querier: 'true' });
    nb['Logical_Router']!['lr-cluster']!['options'] = pairs({ mcast_relay: 'true' });
  }
}

const MAC = 'k8s.ovn.org/hybrid-overlay-distributed-router-gateway-mac';
const IP = 'k8s.ovn.org/hybrid-overlay-distributed-router-gateway-ip';

/** A Windows node, and both others on their way to it. */
function hybridOn(cluster: SmallCluster): void {
  cluster.objects.nodes.push({
    metadata: {
      name: 'win',
      labels: { 'kubernetes.io/os': 'windows' },
      annotations: { 'k8s.ovn.org/hybrid-overlay-node-subnet': '10.132.0.0/24' },
    },
  });
  for (const node of ['a', 'b'] as const) {
    Object.assign(nodeIn(cluster, node).annotations, { [MAC]: '0a:58:0a:f4:01:03', [IP]: '10.244.1.3' });
    const { nb } = cluster.zones[node]!;
    nb['Logical_Router_Policy'] = { hybrid: { external_ids: pairs({ name: `hybrid-subnet-${node}:win` }) } };
    nb['Logical_Router']!['lr-cluster']!['policies'] = uuids('hybrid');
  }
}

const annotations = (cluster: SmallCluster): Record<string, string> =>
  (podIn(cluster, 'a')['metadata'] as { annotations: Record<string, string> }).annotations;

const hardware = (cluster: SmallCluster): void => {
  cluster.zones['a']!.ovs = {
    Open_vSwitch: { ovs: { external_ids: pairs({ hostname: 'a' }), other_config: pairs({ 'hw-offload': 'true' }) } },
  };
};

const machine = (cluster: SmallCluster): void => {
  annotations(cluster)['kubevirt.io/allow-pod-bridge-network-live-migration'] = '';
};

const named = (cluster: SmallCluster, records: Record<string, string>): void => {
  const { nb } = cluster.zones['a']!;
  nb['DNS'] = { dns: { records: pairs(records) } };
  nb['Logical_Switch']!['ls-node']!['dns_records'] = uuids('dns');
};

export const FEATURE_FAULTS: readonly Fault[] = [
  multicast({ name: 'multicast as it should be', change: multicastOn, finds: [] }),
  multicast({
    name: 'no rule for what comes in',
    change: (cluster) => {
      multicastOn(cluster);
      delete cluster.zones['a']!.nb['ACL']!['mc-in'];
    },
    finds: ['OVN9060=Namespace/shop'],
    says: ['(Ingress)'],
  }),
  multicast({
    name: 'a namespace without pods in the zone needs no rules there',
    change: (cluster) => {
      multicastOn(cluster);
      cluster.objects.pods = cluster.objects.pods.filter((pod) => pod !== podIn(cluster, 'a'));
      delete cluster.zones['a']!.nb['ACL']!['mc-in'];
    },
    finds: [],
  }),
  multicast({
    name: 'rules of a namespace that has it off',
    change: (cluster) => {
      multicastOn(cluster);
      cluster.zones['b']!.nb['ACL']!['mc-old'] = rule('MulticastNS', 'Ingress', 'ip4.mcast || mldv1', 'gone');
    },
    finds: ['OVN9061=Namespace/gone'],
  }),
  multicast({
    name: 'a switch that does not snoop, a router that does not relay',
    change: (cluster) => {
      multicastOn(cluster);
      cluster.zones['a']!.nb['Logical_Switch']!['ls-node']!['other_config'] = pairs({ mcast_querier: 'true' });
      cluster.zones['b']!.nb['Logical_Router']!['lr-cluster']!['options'] = pairs({});
    },
    finds: ['OVN9062=Logical_Router/ovn_cluster_router', 'OVN9062=Logical_Switch/a'],
    says: ['mcast_snoop=true', 'mcast_relay=true'],
  }),
  multicast({
    name: 'the cluster does not have multicast',
    change: (cluster) => {
      multicastOn(cluster);
      for (const { nb } of Object.values(cluster.zones)) {
        for (const each of ['mc-deny', 'mc-in', 'mc-out']) Reflect.deleteProperty(nb['ACL']!, each);
      }
    },
    finds: ['OVN9063=Namespace/shop'],
  }),
  multicast({
    name: 'a rule of one family',
    change: (cluster) => {
      multicastOn(cluster);
      cluster.zones['a']!.nb['ACL']!['mc-in']!['match'] = 'outport == @pg1 && ip4.src == $a1 && ip4.mcast';
    },
    finds: ['OVN9064=Namespace/shop'],
    says: ['ingress rule', 'IPv6'],
  }),
  hybrid({ name: 'a hybrid overlay that works', change: hybridOn, finds: [] }),
  hybrid({
    name: 'a Windows node without subnet',
    change: (cluster) => {
      hybridOn(cluster);
      (cluster.objects.nodes[2]!['metadata'] as Json)['annotations'] = {};
    },
    finds: ['OVN9040=Node/win'],
  }),
  hybrid({
    name: 'a node without gateway',
    change: (cluster) => {
      hybridOn(cluster);
      const node = nodeIn(cluster, 'b');
      node.annotations = Object.fromEntries(Object.entries(node.annotations).filter(([key]) => key !== MAC));
    },
    finds: ['OVN9041=Node/b'],
    says: ['gateway-mac'],
  }),
  hybrid({
    name: 'a pod with the third address',
    change: (cluster) => {
      hybridOn(cluster);
      const own = annotations(cluster);
      own['k8s.ovn.org/pod-networks'] = own['k8s.ovn.org/pod-networks']!.replace('10.244.1.5', '10.244.1.3');
    },
    finds: ['OVN9042=Pod/shop/web-a'],
    says: ['10.244.1.3'],
  }),
  hybrid({
    name: 'no policy on the router',
    change: (cluster) => {
      hybridOn(cluster);
      cluster.zones['a']!.nb['Logical_Router']!['lr-cluster']!['policies'] = strings();
    },
    finds: ['OVN9043=Node/a'],
    says: ['hybrid-subnet-a'],
  }),
  hybrid({
    name: 'a node that is left to another network',
    change: (cluster) => {
      hybridOn(cluster);
      for (const node of cluster.objects.nodes) {
        const metadata = node['metadata'] as { annotations: Record<string, string> };
        const others = Object.entries(metadata.annotations).filter(([key]) => !key.includes('hybrid-overlay'));
        metadata.annotations = Object.fromEntries(others);
      }
    },
    finds: [],
    outcome: 'skipped',
  }),
  offload({
    name: 'no MTU of the gateway',
    change: (cluster) => {
      nodeIn(cluster, 'a').annotations['k8s.ovn.org/gateway-mtu-support'] = 'false';
    },
    finds: ['OVN9050=Node/a'],
  }),
  offload({
    name: 'offload and the local gateway mode',
    change: (cluster) => {
      hardware(cluster);
      changeGateway(cluster, 'a', { mode: 'local' });
    },
    finds: ['OVN9051=Node/a'],
    says: ['hw-offload=true'],
  }),
  offload({ name: 'offload and the shared gateway mode', change: hardware, finds: [] }),
  offload({
    name: 'a DPU that failed',
    change: (cluster) => {
      annotations(cluster)['k8s.ovn.org/dpu.connection-status'] =
        '{"default":{"Status":"Error","Reason":"no representor"},"other":{"Status":"Ready"}}';
    },
    finds: ['OVN9052=Pod/shop/web-a'],
    says: ['no representor'],
  }),
  answers({
    name: 'a virtual machine without DHCP',
    change: (cluster) => {
      machine(cluster);
      cluster.zones['a']!.nb['Logical_Switch_Port']!['lsp-pod']!['dhcpv4_options'] = ['uuid', 'dhcp-4'];
    },
    finds: ['OVN9070=Pod/shop/web-a'],
    says: ['no DHCP options for IPv6'],
  }),
  answers({
    name: 'a virtual machine with DHCP',
    change: (cluster) => {
      machine(cluster);
      Object.assign(cluster.zones['a']!.nb['Logical_Switch_Port']!['lsp-pod']!, {
        dhcpv4_options: ['uuid', 'dhcp-4'],
        dhcpv6_options: ['uuid', 'dhcp-6'],
      });
    },
    finds: [],
  }),
  answers({
    name: 'names in the database',
    change: (cluster) => {
      named(cluster, { 'db.example': '10.244.1.9' });
    },
    finds: ['OVN9071=Logical_Switch/a'],
    says: ['db.example'],
  }),
  answers({
    name: 'a row without names',
    change: (cluster) => {
      named(cluster, {});
    },
    finds: [],
  }),
  mode({
    name: 'databases on nodes and in a pod for several',
    change: ({ objects }) => {
      objects.pods.push({
        metadata: { name: 'ovnkube-db-0', namespace: 'ovn-kubernetes', labels: { name: 'ovnkube-db' } },
        spec: { nodeName: 'b', hostNetwork: true, containers: [{ name: 'nb-ovsdb' }, { name: 'sb-ovsdb' }] },
        status: { phase: 'Running' },
      });
    },
    finds: ['OVN9080=Namespace/ovn-kubernetes'],
    says: ['ovnkube-db-0'],
  }),
  mode({
    name: 'two zones of one name',
    change: ({ zones }) => {
      zones['b']!.nb['NB_Global']!['global']!['name'] = 'a';
    },
    finds: ['OVN9081=Zone/a'],
    says: ['a and b both'],
  }),
  mode({
    name: 'no pods with databases',
    change: ({ objects }) => {
      const names = ['a', 'b'].map((node) => (ovnkubeObject(node as 'a' | 'b')['metadata'] as { name: string }).name);
      objects.pods = objects.pods.filter((pod) => !names.includes((pod['metadata'] as { name: string }).name));
    },
    finds: [],
    outcome: 'inconclusive',
  }),
];
