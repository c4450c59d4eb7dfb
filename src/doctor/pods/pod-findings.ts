/** Faults of pods' logical ports. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';

interface AboutPod {
  readonly namespace: string;
  readonly pod: string;
}

const remake = ({ namespace, pod }: AboutPod): Remedy => ({
  text: 'Delete the pod; whatever manages it makes another, which gets a new port.',
  commands: [`kubectl -n ${namespace} delete pod ${pod}`],
});

const resync = (zone: string): Remedy => ({
  text: `Restart the OVN-Kubernetes pod of zone ${zone}: it removes what belongs to no pod and adds what is missing.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${zone} -l app=ovnkube-node`],
});

export const POD_WITHOUT_PORT = defineFinding<AboutPod & { readonly zone: string; readonly port: string }>({
  code: 'OVN4001',
  level: 'error',
  title: 'A pod has no logical port',
  text: ({ namespace, pod, zone, port }) =>
    `Pod ${namespace}/${pod} has addresses, but zone ${zone} has no logical port ${port}. Nothing is sent to the pod or taken from it.`,
  remedy: (args) => [resync(args.zone), remake(args)],
});

export const PORT_WITHOUT_POD = defineFinding<AboutPod & { readonly zone: string; readonly port: string }>({
  code: 'OVN4002',
  level: 'warning',
  title: 'A logical port belongs to no pod',
  text: ({ namespace, pod, zone, port }) =>
    `Zone ${zone} has the logical port ${port}, but there is no pod ${namespace}/${pod} that runs. Its addresses may be given to ` +
    'another pod, which then has them twice, with the policies of the old one.',
  remedy: ({ zone }) => [resync(zone)],
});

export const ADDRESSES_DIFFER = defineFinding<
  AboutPod & { readonly zone: string; readonly port: string; readonly has: string; readonly should: string }
>({
  code: 'OVN4003',
  level: 'error',
  title: 'A logical port has other addresses than its pod',
  text: ({ namespace, pod, port, has, should }) =>
    `Pod ${namespace}/${pod} was given ${should}, but its logical port ${port} has ${has || 'none'}. What the pod sends is dropped ` +
    'by port security, and what is sent to it goes elsewhere.',
  remedy: (args) => [remake(args), resync(args.zone)],
});

export const POD_WITHOUT_ADDRESSES = defineFinding<AboutPod & { readonly node: string }>({
  code: 'OVN4004',
  level: 'warning',
  title: 'A pod on a node has no addresses from OVN-Kubernetes',
  text: ({ namespace, pod, node }) =>
    `Pod ${namespace}/${pod} is on node ${node}, but OVN-Kubernetes has written no addresses on it (annotation pod-networks). It ` +
    'stays in ContainerCreating until it has.',
  remedy: ({ namespace, pod }) => [
    {
      text: 'Read the events of the pod: a full subnet, a network that is not there, or a controller that does not answer.',
      commands: [`kubectl -n ${namespace} describe pod ${pod}`],
    },
  ],
});

export const STATUS_DIFFERS = defineFinding<AboutPod & { readonly status: string; readonly annotated: string }>({
  code: 'OVN4005',
  level: 'error',
  title: 'A pod reports other addresses than it was given',
  text: ({ namespace, pod, status, annotated }) =>
    `Pod ${namespace}/${pod} reports ${status}, but OVN-Kubernetes gave it ${annotated}. Services and policies use the one, the ` +
    'network the other.',
  remedy: (args) => [remake(args)],
});

export const PORT_NOT_BOUND = defineFinding<
  AboutPod & { readonly zone: string; readonly port: string; readonly why: 'no binding' | 'no chassis' | 'not up' }
>({
  code: 'OVN4007',
  level: 'error',
  title: "A running pod's port is not bound",
  text: ({ namespace, pod, zone, port, why }) =>
    `Pod ${namespace}/${pod} runs, but its port ${port} is not bound in zone ${zone}: ` +
    {
      'no binding': 'northd has made no Port_Binding of it yet, so it does not run or lags.',
      'no chassis': 'no ovn-controller has claimed it; the interface is missing on the node, or has another iface-id.',
      'not up': 'it is claimed, but its flows are not installed.',
    }[why],
  remedy: (args) => [
    {
      text: 'See whether northd and ovn-controller of that node work, and whether the interface is there.',
      commands: [
        'kubectl -n OVN-NAMESPACE exec POD -c northd -- ovn-appctl -t ovn-northd status',
        'kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovn-appctl -t ovn-controller connection-status',
        `kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovs-vsctl --columns=name,external_ids,error find Interface external_ids:iface-id=${args.port}`,
      ],
    },
    remake(args),
  ],
});

export const BOUND_ELSEWHERE = defineFinding<
  AboutPod & { readonly port: string; readonly node: string; readonly chassisNode: string }
>({
  code: 'OVN4008',
  level: 'error',
  title: "A pod's port is bound on another node",
  text: ({ namespace, pod, port, node, chassisNode }) =>
    `Pod ${namespace}/${pod} is on node ${node}, but its port ${port} is claimed by ${chassisNode}. Packets for the pod go there.`,
  remedy: (args) => [
    {
      text: `An old interface with the same iface-id is left on ${args.chassisNode}; find it and remove it.`,
      commands: [
        `kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovs-vsctl --columns=name,external_ids find Interface external_ids:iface-id=${args.port}`,
      ],
    },
    remake(args),
  ],
});

export const DUPLICATE_ADDRESS = defineFinding<
  AboutPod & { readonly what: 'IP' | 'MAC'; readonly address: string; readonly others: readonly string[] }
>({
  code: 'OVN4010',
  level: 'error',
  title: 'Two pods have the same address',
  text: ({ namespace, pod, what, address, others }) =>
    `Pod ${namespace}/${pod} and ${others.join(', ')} have the same ${what} address ${address}. Which of them gets a packet is chance.`,
  remedy: (args) => [
    remake(args),
    {
      text: 'If it comes back, read what the allocator says on the node.',
      commands: ['kubectl -n OVN-NAMESPACE logs POD -c ovnkube-controller | grep -i alloc'],
    },
  ],
});
