import { text } from '../databases/server-faults.js';
import type { Fault } from '../faults.js';
import { nodeIn, pairs, podIn, strings, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';
import { daemonSet, RULES } from '../small-hosts.js';

const settings = (cluster: SmallCluster, members: Readonly<Record<string, string>>): void => {
  cluster.zones['a']!.ovs['Open_vSwitch']!['vswitch']!['external_ids'] = pairs({
    'system-id': 'chassis-a',
    ...members,
  });
};
const interfaces = ({ zones }: SmallCluster) => zones['a']!.ovs['Interface']!;

const replaced =
  (path: string, from: string, to: string) =>
  (cluster: SmallCluster): void => {
    const before = cluster.texts[path] ?? '';
    if (!before.includes(from)) throw new Error(`${path} has no ${from}`);
    text(path, before.replace(from, to))(cluster);
  };

const node = (
  n: string,
  container: string,
  state: Record<string, unknown>,
  ended?: string,
): Record<string, unknown> => ({
  metadata: {
    name: `ovnkube-node-${n}x`,
    namespace: 'ovn-kubernetes',
    ownerReferences: [{ kind: 'DaemonSet', name: 'ovnkube-node', controller: true }],
  },
  spec: { nodeName: n, hostNetwork: true, containers: [{ name: container }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: container,
        ready: false,
        restartCount: 7,
        state,
        ...(ended === undefined ? {} : { lastState: { terminated: { reason: 'Error', message: ended } } }),
      },
    ],
  },
});

const event = (reason: string, involved: Record<string, string>, more: Record<string, unknown> = {}) => ({
  metadata: { name: `${involved['name'] ?? ''}.1`, namespace: 'default' },
  involvedObject: involved,
  type: 'Warning',
  reason,
  message: 'could not be done',
  source: { component: 'ovnk-controlplane' },
  count: 3,
  lastTimestamp: '2026-11-23T05:47:12Z',
  ...more,
});

const request = (name: string, username: string, status: Record<string, unknown>) => ({
  metadata: { name },
  spec: { signerName: 'kubernetes.io/kube-apiserver-client', username, usages: ['client auth'] },
  status,
});

const PATCH = ['name', 'patch-br-int-to-br-ex_a'] as const;

export const HOST_FAULTS: readonly Fault[] = [
  {
    analyzer: 'nodes/coverage',
    name: 'not ready on one of two nodes',
    change: ({ objects }) => {
      const set = daemonSet('ovnkube-node', 2);
      Object.assign(set['status'] as object, { numberReady: 1 });
      objects.daemonsets = [set, { ...daemonSet('unrelated', 2), spec: {}, status: { desiredNumberScheduled: 2 } }];
      objects.pods.push(node('b', 'ovnkube-controller', { running: {} }));
    },
    finds: ['OVN3130=DaemonSet/ovn-kubernetes/ovnkube-node'],
    says: ['ready on 1 of 2 nodes', 'not on b', 'numberReady=1'],
  },
  {
    analyzer: 'nodes/coverage',
    name: 'one node after the other in a rollout',
    change: ({ objects }) => {
      const set = daemonSet('ovnkube-node', 2);
      Object.assign(set['status'] as object, { numberReady: 1, updatedNumberScheduled: 1 });
      objects.daemonsets = [set];
    },
    finds: [],
  },
  {
    analyzer: 'nodes/coverage',
    name: 'a database server that crashes',
    change: ({ objects }) => {
      objects.pods.push(
        node('b', 'nbdb', { waiting: { reason: 'CrashLoopBackOff' } }, 'ovsdb error: /etc/ovn: no space'),
      );
    },
    finds: ['OVN3131=Pod/ovn-kubernetes/ovnkube-node-bx'],
    says: ['CrashLoopBackOff', 'after 7 restarts', 'no space'],
  },
  {
    analyzer: 'nodes/coverage',
    name: 'a container that is being made, and one of somebody else',
    change: ({ objects }) => {
      objects.pods.push(node('b', 'nbdb', { waiting: { reason: 'ContainerCreating' } }));
      objects.pods.push(node('a', 'app', { waiting: { reason: 'CrashLoopBackOff' } }));
    },
    finds: [],
  },
  {
    analyzer: 'nodes/errors',
    name: 'a pod that gets no network, told twice',
    change: (cluster) => {
      Object.assign(podIn(cluster, 'a'), { status: { phase: 'Pending' } });
      const involved = { kind: 'Pod', namespace: 'shop', name: 'web-a' };
      cluster.objects.events = [
        event('ErrorAddingResource', involved, { message: 'no more addresses', lastTimestamp: '2026-11-23T05:50:00Z' }),
        event('ErrorAddingResource', involved),
      ];
    },
    finds: ['OVN3132=Pod/shop/web-a'],
    says: ['no more addresses', '3 times'],
  },
  {
    analyzer: 'nodes/errors',
    name: 'pods that got it after all or are gone, and other events',
    change: ({ objects }) => {
      objects.events = [
        event('ErrorAddingResource', { kind: 'Pod', namespace: 'shop', name: 'web-a' }),
        event('ErrorAddingResource', { kind: 'Pod', namespace: 'shop', name: 'gone' }),
        event('FailedScheduling', { kind: 'Pod', namespace: 'shop', name: 'web-b' }),
      ];
    },
    finds: [],
  },
  {
    analyzer: 'nodes/errors',
    name: 'a node with another chassis than before',
    change: ({ objects }) => {
      objects.events = [event('ErrorMismatchChassis', { kind: 'Node', name: 'a' })];
    },
    finds: ['OVN3132=Node/a'],
  },
  {
    analyzer: 'nodes/errors',
    name: 'a request that nobody decides, one denied, one without a certificate for IPsec',
    change: ({ objects }) => {
      const denied = { conditions: [{ type: 'Denied', reason: 'CSRDenied', message: 'wrong node' }] };
      objects.certificatesigningrequests = [
        request('csr-1', 'system:ovn-node:a', {}),
        request('csr-2', 'system:ovn-node:b', denied),
        request('ipsec-csr-a-1', 'system:serviceaccount:x', { conditions: [{ type: 'Approved', reason: 'ok' }] }),
      ];
    },
    finds: [
      'OVN3133=CertificateSigningRequest/csr-1',
      'OVN3133=CertificateSigningRequest/csr-2',
      'OVN3133=CertificateSigningRequest/ipsec-csr-a-1',
    ],
    says: ['is pending', 'is denied (wrong node)', 'approved, but not signed'],
  },
  {
    analyzer: 'nodes/errors',
    name: 'requests with a certificate, and of others',
    change: ({ objects }) => {
      const issued = { certificate: 'LS0t', conditions: [{ type: 'Approved' }] };
      objects.certificatesigningrequests = [
        request('csr-1', 'system:ovn-node:a', issued),
        request('csr-2', 'system:node:a', {}),
      ];
    },
    finds: [],
  },
  {
    analyzer: 'nodes/bridge',
    name: 'physnet is mapped nowhere',
    change: (cluster) => settings(cluster, { 'ovn-bridge-mappings': 'other:br-x' }),
    finds: ['OVN3140=Node/a'],
    says: ['ovn-bridge-mappings is other:br-x', 'br-ex_a'],
  },
  {
    analyzer: 'nodes/bridge',
    name: 'a network of other nodes is mapped nowhere here',
    change: ({ zones }) => {
      zones['a']!.sb['Port_Binding']!['lan'] = {
        logical_port: 'lan_port',
        type: 'localnet',
        options: pairs({ network_name: 'lan' }),
      };
    },
    finds: [],
  },
  {
    analyzer: 'nodes/bridge',
    name: 'the bridge is gone',
    change: ({ zones }) => {
      delete zones['a']!.ovs['Bridge']!['br-ex'];
    },
    finds: ['OVN3141=Node/a'],
    says: ['no row with name=br-ex'],
  },
  {
    analyzer: 'nodes/bridge',
    name: 'no patch port',
    change: (cluster) => {
      delete interfaces(cluster)['if-patch-in'];
    },
    finds: ['OVN3142=Node/a'],
    says: [PATCH[1]],
  },
  {
    analyzer: 'nodes/bridge',
    name: 'a patch port that was refused',
    change: (cluster) => {
      interfaces(cluster)['if-patch-in']!['ofport'] = -1;
    },
    finds: ['OVN3142=Node/a'],
    says: ['refused', 'ofport=-1'],
  },
  {
    analyzer: 'nodes/bridge',
    name: 'the card is out of the bridge',
    change: ({ zones }) => {
      zones['a']!.ovs['Bridge']!['br-ex']!['ports'] = uuids('port-br-ex', 'port-patch-out');
    },
    finds: ['OVN3143=Node/a'],
    says: ['no network card'],
  },
  {
    analyzer: 'nodes/bridge',
    name: 'no card in local mode, a switch whose database is a file without ports',
    change: (cluster) => {
      const annotation = 'k8s.ovn.org/l3-gateway-config';
      const { annotations } = nodeIn(cluster, 'a');
      annotations[annotation] = (annotations[annotation] ?? '').replace('shared', 'local');
      cluster.zones['a']!.ovs['Bridge']!['br-ex']!['ports'] = uuids('port-br-ex');
      delete interfaces(cluster)['if-patch-in']!['ofport'];
    },
    finds: [],
  },
  {
    analyzer: 'nodes/tunnels',
    name: 'a tunnel with an error',
    change: (cluster) => {
      Object.assign(interfaces(cluster)['if-tunnel']!, {
        ofport: -1,
        error: 'could not open network device ovn-b-0 (File exists)',
      });
    },
    finds: ['OVN3160=Tunnel/a:ovn-b-0'],
    says: ['File exists', '172.18.0.3'],
  },
  {
    analyzer: 'nodes/tunnels',
    name: 'no tunnel to the other',
    change: (cluster) => {
      delete interfaces(cluster)['if-tunnel'];
    },
    finds: ['OVN3161=Tunnel/a:b'],
    says: ['tunnels to nobody', '172.18.0.3'],
  },
  {
    analyzer: 'nodes/tunnels',
    name: 'no tunnel into another transport zone',
    change: (cluster) => {
      delete interfaces(cluster)['if-tunnel'];
      const chassis = cluster.zones['a']!.sb['Chassis']!;
      chassis['uuid-chassis-a']!['transport_zones'] = strings('tz1');
      chassis['uuid-chassis-b']!['transport_zones'] = strings('tz2');
    },
    finds: [],
  },
  {
    analyzer: 'nodes/tunnels',
    name: 'an address of somebody else',
    change: (cluster) => settings(cluster, { 'ovn-encap-ip': '192.0.2.9' }),
    finds: ['OVN3162=Node/a'],
    says: ['192.0.2.9', '172.18.0.2'],
  },
  {
    analyzer: 'nodes/tunnels',
    name: 'no database of Open vSwitch',
    change: ({ zones }) => {
      delete (zones['a'] as { ovs?: unknown }).ovs;
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'nodes/mtu',
    name: 'no room for the tunnel',
    change: replaced('hosts/b/addresses.json', '"mtu":1500', '"mtu":1450'),
    finds: ['OVN3150=Node/b'],
    says: ['whose MTU is 1450', 'it has to be 1478', '[default] mtu=1400'],
  },
  {
    analyzer: 'nodes/mtu',
    name: 'just enough',
    change: replaced('hosts/b/addresses.json', '"mtu":1500', '"mtu":1478'),
    finds: [],
  },
  {
    analyzer: 'nodes/mtu',
    name: 'nobody knows how it is set up, or where the tunnels are',
    change: (cluster) => {
      nodeIn(cluster, 'a').annotations['k8s.ovn.org/node-encap-ips'] = '["192.0.2.1"]';
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'nodes/mtu',
    name: 'no configuration',
    change: (cluster) => {
      cluster.configuration = undefined;
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'nodes/policy-routes',
    name: 'another default for everything',
    change: (cluster) => {
      const rules = [...RULES, { priority: 100, src: 'all', table: '200' }];
      text('hosts/a/rules4.json', JSON.stringify(rules))(cluster);
      const routes = [{ dst: 'default', gateway: '192.0.2.1', dev: 'eth1', table: '200' }];
      text('hosts/a/tables4.json', JSON.stringify(routes))(cluster);
    },
    finds: ['OVN3170=Node/a'],
    says: ['priority 100', '100: from all lookup 200', 'via 192.0.2.1 dev eth1'],
  },
  {
    analyzer: 'nodes/policy-routes',
    name: 'a table without default, a rule for some packets, one after the main table',
    change: (cluster) => {
      const rules = [
        ...RULES,
        { priority: 100, src: 'all', table: '200' },
        { priority: 101, src: 'all', iif: 'eth1', table: '201' },
        { priority: 32900, src: 'all', table: '201' },
        { priority: 102, src: 'all', table: '201', suppress_prefixlen: 0 },
      ];
      text('hosts/a/rules4.json', JSON.stringify(rules))(cluster);
      const routes = [
        { dst: '192.0.2.0/24', dev: 'eth1', table: '200' },
        { dst: 'default', gateway: '192.0.2.1', dev: 'eth1', table: 201 },
      ];
      text('hosts/a/tables4.json', JSON.stringify(routes))(cluster);
    },
    finds: [],
  },
  {
    analyzer: 'nodes/policy-routes',
    name: 'rules that are none',
    change: text('hosts/a/rules6.json', 'BusyBox'),
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'nodes/forwarding',
    name: 'off on the gateway bridge, for one family',
    change: replaced('hosts/a/sysctl.txt', 'ipv6/conf/br-ex/forwarding:1', 'ipv6/conf/br-ex/forwarding:0'),
    finds: ['OVN3180=Node/a'],
    says: ['IPv6', 'br-ex'],
  },
  {
    analyzer: 'nodes/forwarding',
    name: 'off for the whole host and on where it has to be, as with restricted forwarding',
    change: replaced('hosts/a/sysctl.txt', 'ipv4/ip_forward:1', 'ipv4/ip_forward:0'),
    finds: [],
  },
  {
    analyzer: 'nodes/forwarding',
    name: 'a strict filter',
    change: replaced('hosts/b/sysctl.txt', 'ovn-k8s-mp0/rp_filter:2', 'ovn-k8s-mp0/rp_filter:1'),
    finds: ['OVN3181=Node/b'],
    says: ['all 0, ovn-k8s-mp0 1'],
  },
  {
    analyzer: 'nodes/forwarding',
    name: 'nothing of the kernel',
    change: text('hosts/b/sysctl.txt', ''),
    finds: [],
    outcome: 'inconclusive',
  },
];
