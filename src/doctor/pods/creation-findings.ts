/** Faults of pods that do not come up, of pods with host network, and of what is left of pods on gateway routers. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';

interface AboutPod {
  readonly namespace: string;
  readonly pod: string;
}

const describe = ({ namespace, pod }: AboutPod): Remedy => ({
  text: 'Read all events of the pod.',
  commands: [`kubectl -n ${namespace} describe pod ${pod}`],
});

const remake = ({ namespace, pod }: AboutPod): Remedy => ({
  text: 'Delete the pod; whatever manages it makes another.',
  commands: [`kubectl -n ${namespace} delete pod ${pod}`],
});

const resync = (node: string): Remedy => ({
  text: `Restart the OVN-Kubernetes pod of node ${node}.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${node} -l app=ovnkube-node`],
});

const interfaces = (port: string): readonly string[] => [
  `kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovs-vsctl --columns=name,external_ids,error find Interface external_ids:iface-id=${port}`,
  'kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovn-appctl -t ovn-controller connection-status',
];

export type Hindrance =
  | 'no port'
  | 'no binding'
  | 'other chassis wanted'
  | 'other pod wanted'
  | 'not claimed'
  | 'claimed elsewhere'
  | 'no flows'
  | 'bound since'
  | 'unknown';

const WHY: Readonly<Record<Hindrance, string>> = {
  'no port': 'its node has no logical port of it: ovnkube lags or failed on the pod',
  'no binding': 'northd has made no Port_Binding of its port: it does not run or lags',
  'other chassis wanted': 'its port asks for another chassis than that of its node, which therefore does not claim it',
  'other pod wanted':
    "its port asks for another pod's UID: it is left of a pod of the same name, and the interface does not match it",
  'not claimed':
    'ovn-controller of the node has not claimed its port: it is disconnected or busy, or the interface is not there',
  'claimed elsewhere': 'another node has claimed its port, where an old interface with the same name is left',
  'no flows': 'its port is claimed, but the flows are not installed: ovn-controller is busy',
  'bound since': 'its port is bound by now, so the node was only slow; it is tried again',
  unknown: 'what the databases say about its port is not known',
};

export const BINDING_TIMEOUT = defineFinding<
  AboutPod & { readonly node: string; readonly port: string; readonly why: Hindrance }
>({
  code: 'OVN4020',
  level: 'error',
  title: 'A pod waits in vain for its port to be bound',
  text: ({ namespace, pod, node, why }) =>
    `Pod ${namespace}/${pod} does not start on node ${node}: the wait for its port to be bound timed out, and ${WHY[why]}.`,
  remedy: (args) => [
    {
      text: 'On the node, see the interface and whether ovn-controller is connected.',
      commands: interfaces(args.port),
    },
    ...(args.why === 'no port' || args.why === 'other pod wanted' || args.why === 'other chassis wanted'
      ? [resync(args.node)]
      : []),
    remake(args),
  ],
});

export const SANDBOX_FAILED = defineFinding<AboutPod & { readonly node: string; readonly message: string }>({
  code: 'OVN4021',
  level: 'error',
  title: "A pod's network can not be set up on its node",
  text: ({ namespace, pod, node, message }) =>
    `Pod ${namespace}/${pod} does not start on node ${node}, because setting up its network fails: ${message}`,
  remedy: (args) => [
    describe(args),
    {
      text: `Read what OVN-Kubernetes on node ${args.node} says about the pod.`,
      commands: [`kubectl -n OVN-NAMESPACE logs POD -c ovnkube-controller | grep ${args.namespace}/${args.pod}`],
    },
  ],
});

export const POD_NOT_ADDED = defineFinding<
  AboutPod & { readonly node: string; readonly reason: string; readonly message: string }
>({
  code: 'OVN4022',
  level: 'error',
  title: 'OVN-Kubernetes could not give a pod a network',
  text: ({ namespace, pod, reason, message }) =>
    `Pod ${namespace}/${pod} has no addresses, and OVN-Kubernetes reports ${reason}: ${message}`,
  remedy: (args) => [describe(args), resync(args.node), remake(args)],
});

export const POLICY_OF_HOST_PODS = defineFinding<{
  readonly namespace: string;
  readonly policy: string;
  readonly pods: readonly string[];
}>({
  code: 'OVN4025',
  level: 'warning',
  title: 'A NetworkPolicy selects only pods with host network',
  text: ({ namespace, policy, pods }) =>
    `NetworkPolicy ${namespace}/${policy} selects ${pods.join(', ')}, which use their node's network: OVN does not see their packets, and the ` +
    'policy protects nothing.',
  remedy: ({ namespace, policy }) => [
    {
      text: 'Guard the ports on the nodes themselves, or let the pods have a network of their own.',
      commands: [`kubectl -n ${namespace} describe networkpolicy ${policy}`],
    },
  ],
});

export const PEER_OF_HOST_PODS = defineFinding<{
  readonly namespace: string;
  readonly policy: string;
  readonly rule: string;
  readonly pods: readonly string[];
}>({
  code: 'OVN4026',
  level: 'warning',
  title: "A NetworkPolicy's peer is only pods with host network",
  text: ({ namespace, policy, rule, pods }) =>
    `${rule} of NetworkPolicy ${namespace}/${policy} selects only pods that use their node's network (${pods.slice(0, 3).join(', ')}` +
    `${pods.length > 3 ? ', …' : ''}). Their packets have the node's address, which a selector of pods does not match: the peer lets nothing through.`,
  remedy: ({ namespace, policy }) => [
    {
      text:
        'Name the nodes by ipBlock instead. On OpenShift, traffic of the ingress controller with host network is let in by a ' +
        'namespaceSelector for the label policy-group.network.openshift.io/host-network.',
      commands: ['kubectl get nodes -o wide', `kubectl -n ${namespace} edit networkpolicy ${policy}`],
    },
  ],
});

export const HOST_POD_ADDRESS = defineFinding<
  AboutPod & { readonly node: string; readonly address: string; readonly has: readonly string[] }
>({
  code: 'OVN4027',
  level: 'warning',
  title: 'A pod with host network reports an address that its node does not have',
  text: ({ namespace, pod, node, address, has }) =>
    `Pod ${namespace}/${pod} uses the network of node ${node} and reports ${address}, but the node has ${has.join(', ')}. The node's address ` +
    'changed since the pod started; services still send to the old one.',
  remedy: (args) => [remake(args)],
});

export const STALE_POD_SNAT = defineFinding<{
  readonly node: string;
  readonly router: string;
  readonly address: string;
  readonly external: string;
}>({
  code: 'OVN4030',
  level: 'warning',
  title: "A translation to the node's address is left of a pod that is gone",
  text: ({ node, router, address, external }) =>
    `${router} translates ${address} to ${external}, but no pod on node ${node} has that address. A pod that gets it leaves with an address that ` +
    'may not be meant for it.',
  remedy: ({ node }) => [
    { ...resync(node), text: `Restart the OVN-Kubernetes pod of node ${node}, which removes what belongs to no pod.` },
  ],
});
