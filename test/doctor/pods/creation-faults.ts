import type { Fault } from '../faults.js';
import { pairs, podIn, strings, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

type Json = Record<string, unknown>;

const event = (reason: string, message: string, name = 'web-a'): Json => ({
  metadata: { name: `${name}.1`, namespace: 'shop' },
  type: 'Warning',
  reason,
  message,
  involvedObject: { kind: 'Pod', namespace: 'shop', name },
});

const TIMEOUT = event(
  'FailedCreatePodSandBox',
  'failed to setup network for sandbox: timed out waiting for OVS port binding (ovn-installed) for 0a:58:0a:f4:01:05 [10.244.1.5/24]',
);

/** `web-a` waits, with these events, in zone `a` as changed. */
const waits =
  (events: readonly Json[], change: (zone: SmallCluster['zones'][string], pod: Json) => void = () => undefined) =>
  (cluster: SmallCluster): void => {
    const pod = podIn(cluster, 'a');
    (pod['status'] as Json)['phase'] = 'Pending';
    cluster.more.events = [...events];
    change(cluster.zones['a']!, pod);
  };

const binding = ({ sb }: SmallCluster['zones'][string]) => sb['Port_Binding']!['pb-pod']!;
const port = ({ nb }: SmallCluster['zones'][string]) => nb['Logical_Switch_Port']!['lsp-pod']!;

const creation = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'pods/creation', ...fault });

const timeout = (name: string, change: (zone: SmallCluster['zones'][string], pod: Json) => void, says: string): Fault =>
  creation({ name, change: waits([TIMEOUT], change), finds: ['OVN4020=Pod/shop/web-a'], says: [says] });

const host = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'pods/host-network', ...fault });
const snat = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'pods/stale-snat', ...fault });

const policy = (spec: Json): Json => ({ metadata: { name: 'guard', namespace: 'shop' }, spec });

const hostPod = (address = '172.18.0.2'): Json => ({
  metadata: { name: 'agent', namespace: 'shop', labels: { app: 'agent' } },
  spec: { nodeName: 'a', hostNetwork: true, containers: [{ name: 'c' }] },
  status: { phase: 'Running', podIPs: [{ ip: address }] },
});

const translated = (cluster: SmallCluster, address: string, ids: Record<string, string> = {}): void => {
  const { nb } = cluster.zones['a']!;
  nb['NAT']!['nat-pod'] = { type: 'snat', external_ip: '172.18.0.2', logical_ip: address, external_ids: pairs(ids) };
  nb['Logical_Router']!['lr-gateway']!['nat'] = uuids('nat-4', 'nat-6', 'nat-pod');
};

export const CREATION_FAULTS: readonly Fault[] = [
  timeout(
    'no port',
    ({ nb }) => {
      delete nb['Logical_Switch_Port']!['lsp-pod'];
    },
    'no logical port',
  ),
  timeout(
    'no binding',
    ({ sb }) => {
      delete sb['Port_Binding']!['pb-pod'];
    },
    'no Port_Binding',
  ),
  timeout(
    'a port for another chassis',
    (zone) => {
      binding(zone)['chassis'] = strings();
      port(zone)['options'] = pairs({ 'requested-chassis': 'b', 'iface-id-ver': 'uid-web-a' });
    },
    'asks for another chassis',
  ),
  timeout(
    'a port for an older pod of that name',
    (zone) => {
      binding(zone)['chassis'] = strings();
      port(zone)['options'] = pairs({ 'requested-chassis': 'a', 'iface-id-ver': 'uid-older' });
    },
    "another pod's UID",
  ),
  timeout(
    'nobody claims it',
    (zone) => {
      binding(zone)['chassis'] = strings();
    },
    'has not claimed',
  ),
  timeout(
    'claimed elsewhere',
    (zone) => {
      binding(zone)['chassis'] = ['uuid', 'uuid-chassis-b'];
    },
    'another node has claimed',
  ),
  timeout(
    'claimed without flows',
    (zone) => {
      binding(zone)['up'] = false;
    },
    'flows are not installed',
  ),
  timeout('bound since', () => undefined, 'bound by now'),
  creation({
    name: 'another failure of the network',
    change: waits([event('FailedCreatePodSandBox', 'failed to setup network for sandbox "1": no space left')]),
    finds: ['OVN4021=Pod/shop/web-a'],
    says: ['no space left'],
  }),
  creation({
    name: 'OVN-Kubernetes could not add it',
    change: waits([event('ErrorAllocatingPod', 'no more addresses')], (_zone, pod) => {
      (pod['metadata'] as { annotations: Json }).annotations = {};
    }),
    finds: ['OVN4022=Pod/shop/web-a'],
    says: ['no more addresses', 'ErrorAllocatingPod'],
  }),
  creation({
    name: 'it could not at first, but has addresses by now',
    change: waits([event('ErrorAddingResource', 'try again')]),
    finds: [],
  }),
  creation({
    name: 'a failure that is not about the network, and one of another pod',
    change: waits([
      event('FailedCreatePodSandBox', 'image cannot be pulled'),
      event('FailedCreatePodSandBox', TIMEOUT['message'] as string, 'web-b'),
    ]),
    finds: [],
  }),
  host({
    name: 'a policy for pods with host network',
    change: ({ objects, more }) => {
      objects.pods.push(hostPod());
      more.networkpolicies = [policy({ podSelector: { matchLabels: { app: 'agent' } }, policyTypes: ['Ingress'] })];
    },
    finds: ['OVN4025=NetworkPolicy/shop/guard'],
    says: ['shop/agent'],
  }),
  host({
    name: 'a policy whose peer has host network',
    change: ({ objects, more }) => {
      objects.pods.push(hostPod());
      more.networkpolicies = [
        policy({
          podSelector: {},
          ingress: [
            {
              from: [
                { podSelector: { matchLabels: { app: 'web' } } },
                { namespaceSelector: {}, podSelector: { matchLabels: { app: 'agent' } } },
                { ipBlock: { cidr: '10.0.0.0/8' } },
              ],
            },
          ],
        }),
      ];
    },
    finds: ['OVN4026=NetworkPolicy/shop/guard'],
    says: ['spec.ingress[0].from[1]'],
  }),
  host({
    name: 'an address that the node had before',
    change: ({ objects }) => {
      objects.pods.push(hostPod('172.18.0.99'));
    },
    finds: ['OVN4027=Pod/shop/agent'],
    says: ['172.18.0.99', '172.18.0.2'],
  }),
  host({
    name: 'policies that also reach other pods',
    change: ({ objects, more }) => {
      objects.pods.push(hostPod());
      more.networkpolicies = [policy({ podSelector: {}, egress: [{ to: [{ namespaceSelector: {} }] }] })];
    },
    finds: [],
  }),
  host({
    name: 'a peer that also selects the namespace of the hosts',
    change: ({ objects, more }) => {
      objects.pods.push(hostPod());
      objects.namespaces.push({ metadata: { name: 'ovn-host-network' } });
      const from = [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'agent' } } }];
      more.networkpolicies = [policy({ podSelector: {}, ingress: [{ from }] })];
    },
    finds: [],
  }),
  snat({
    name: 'a translation of a pod that is gone',
    change: (cluster) => {
      translated(cluster, '10.244.1.77');
    },
    finds: ['OVN4030=Node/a'],
    says: ['10.244.1.77'],
  }),
  snat({
    name: 'a translation of a pod that is there',
    change: (cluster) => {
      translated(cluster, '10.244.1.5');
    },
    finds: [],
  }),
  snat({
    name: 'a translation to an egress IP',
    change: (cluster) => {
      translated(cluster, '10.244.1.77', { 'k8s.ovn.org/owner-type': 'EgressIP' });
    },
    finds: [],
  }),
];
