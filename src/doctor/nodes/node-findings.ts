/** Faults of nodes: what OVN-Kubernetes has written on them, their chassis and their subnets. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';

const restartNode = (node: string): Remedy => ({
  text: `Restart the OVN-Kubernetes pod of node ${node}; it writes what belongs to the node anew.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${node} -l app=ovnkube-node`],
});

export const OVNKUBE_NOT_RUNNING = defineFinding<{
  readonly node: string;
  readonly pod: string;
  readonly namespace: string;
  readonly container: string;
  readonly state: string;
  readonly restarts: number;
}>({
  code: 'OVN3101',
  level: 'error',
  title: 'ovnkube does not run on a node',
  text: ({ node, pod, container, state, restarts }) =>
    `Container ${container} of ${pod} on node ${node} is ${state}, after ${restarts} restarts. Nothing that changes in the ` +
    'cluster reaches the node, and new pods on it get no network.',
  remedy: ({ namespace, pod, container }) => [
    {
      text: 'Read its last words, before the pod is made anew.',
      commands: [
        `kubectl -n ${namespace} logs ${pod} -c ${container} --previous | tail -n 50`,
        `kubectl -n ${namespace} logs ${pod} -c ${container} --previous | ovnctl doctor gateway --from -`,
      ],
    },
  ],
});

export const NO_OVNKUBE = defineFinding<{ readonly node: string }>({
  code: 'OVN3102',
  level: 'error',
  title: 'A node has no pod of ovnkube',
  text: ({ node }) => `Other nodes have a pod of ovnkube, node ${node} has none: pods on it get no network.`,
  remedy: ({ node }) => [
    {
      text: 'See why the DaemonSet has none there: taints, a selector, an image that cannot be pulled.',
      commands: ['kubectl get daemonset -A | grep ovnkube', `kubectl describe node ${node}`],
    },
  ],
});

export const ANNOTATION_MISSING = defineFinding<{
  readonly node: string;
  readonly annotation: string;
  readonly writer: string;
  readonly effect: string;
}>({
  code: 'OVN3110',
  level: 'error',
  title: 'A node lacks an annotation that OVN-Kubernetes needs',
  text: ({ node, annotation, writer, effect }) =>
    `Node ${node} has no annotation ${annotation}, which ${writer} writes. ${effect}`,
  remedy: ({ node, writer }) => [
    writer === 'ovnkube on the node'
      ? restartNode(node)
      : {
          text: 'Look at the cluster manager: whether it runs, has a leader, and has subnets left to give.',
          commands: [
            'kubectl get pods -A | grep -E "ovnkube-(control-plane|cluster-manager|master)"',
            `kubectl get events -A --field-selector involvedObject.name=${node}`,
          ],
        },
  ],
});

export const ANNOTATION_MALFORMED = defineFinding<{
  readonly node: string;
  readonly annotation: string;
  readonly reason: string;
}>({
  code: 'OVN3111',
  level: 'error',
  title: "A node's annotation can't be read",
  text: ({ node, annotation, reason }) =>
    `The annotation ${annotation} of node ${node} can't be read (${reason}); OVN-Kubernetes can't read it either.`,
  remedy: ({ node, annotation }) => [
    {
      text: 'Remove it; whoever wrote it in OVN-Kubernetes writes it again when restarted.',
      commands: [`kubectl annotate node ${node} ${annotation}-`],
    },
    restartNode(node),
  ],
});

export const SUBNET_DIFFERS = defineFinding<{
  readonly node: string;
  readonly annotated: readonly string[];
  readonly has: readonly string[];
}>({
  code: 'OVN3112',
  level: 'error',
  title: "A node's switch has another subnet than the node was given",
  text: ({ node, annotated, has }) =>
    `Node ${node} was given ${annotated.join(', ')}, but its switch has ${has.join(', ') || 'none'}. Pods get addresses that ` +
    'other nodes send elsewhere.',
  remedy: ({ node }) => [restartNode(node)],
});

export const SUBNETS_OVERLAP = defineFinding<{
  readonly node: string;
  readonly other: string;
  readonly subnet: string;
  readonly otherSubnet: string;
}>({
  code: 'OVN3113',
  level: 'error',
  title: 'Two nodes have overlapping pod subnets',
  text: ({ node, other, subnet, otherSubnet }) =>
    `Node ${node} has ${subnet} and node ${other} has ${otherSubnet}: the same addresses exist on both, and which pod answers ` +
    'depends on where the packet comes from.',
  remedy: ({ node }) => [
    {
      text: `Drain one of them, take its subnet away and let the cluster manager give it another; its pods are made anew.`,
      commands: [
        `kubectl drain ${node} --ignore-daemonsets`,
        `kubectl annotate node ${node} k8s.ovn.org/node-subnets-`,
      ],
    },
    restartNode(node),
  ],
});

export const CHASSIS_MISSING = defineFinding<{
  readonly node: string;
  readonly zone: string;
  readonly chassis: string;
}>({
  code: 'OVN3120',
  level: 'error',
  title: "A zone does not know a node's chassis",
  text: ({ node, zone, chassis }) =>
    zone === node
      ? `The southbound database of zone ${zone} has no chassis ${chassis}, which is its own node's: ovn-controller on the node has ` +
        'not registered, so no port of it is bound.'
      : `Zone ${zone} has no chassis ${chassis} of node ${node}: there is no tunnel from ${zone} to ${node}, and pods of the two do ` +
        'not reach each other.',
  remedy: ({ node, zone }) => [
    {
      text: 'See what ovn-controller says, and which chassis it calls itself.',
      commands: [
        'kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovn-appctl -t ovn-controller connection-status',
        'kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovs-vsctl get Open_vSwitch . external_ids:system-id',
      ],
    },
    restartNode(zone === node ? node : zone),
  ],
});

export const CHASSIS_DUPLICATE = defineFinding<{
  readonly node: string;
  readonly others: readonly string[];
  readonly chassis: string;
}>({
  code: 'OVN3121',
  level: 'error',
  title: 'Nodes have the same chassis id',
  text: ({ node, others, chassis }) =>
    `Nodes ${[node, ...others].join(' and ')} all call themselves chassis ${chassis}, as machines cloned from one image do. Ports ` +
    'and tunnels of one are taken for those of the other.',
  remedy: ({ others }) => [
    {
      text: 'Give the cloned node an id of its own, remove the annotation that keeps the old one, and restart its pod.',
      commands: others.flatMap((node) => [
        `# on node ${node}: rm /etc/openvswitch/system-id.conf; ovs-vsctl set Open_vSwitch . external_ids:system-id=$(uuidgen)`,
        `kubectl annotate node ${node} k8s.ovn.org/node-chassis-id-`,
      ]),
    },
    ...others.map(restartNode),
  ],
});

export const CHASSIS_STALE = defineFinding<{
  readonly chassis: string;
  readonly hostname: string;
  readonly zone: string;
}>({
  code: 'OVN3123',
  level: 'warning',
  title: 'A chassis of a node that does not exist',
  text: ({ chassis, hostname, zone }) =>
    `Zone ${zone} has chassis ${chassis} of ${hostname}, but no node is called so or has that id. Tunnels to it stay, and ports ` +
    'that ask for it are never bound.',
  remedy: ({ chassis }) => [
    {
      text: 'If the node is gone for good, remove the chassis.',
      commands: [`kubectl -n OVN-NAMESPACE exec POD -c sbdb -- ovn-sbctl chassis-del ${chassis}`],
    },
  ],
});

export const ENCAP_DIFFERS = defineFinding<{
  readonly node: string;
  readonly zone: string;
  readonly has: readonly string[];
  readonly annotated: readonly string[];
}>({
  code: 'OVN3124',
  level: 'error',
  title: "A zone sends to another tunnel address than the node's",
  text: ({ node, zone, has, annotated }) =>
    `Zone ${zone} sends packets for node ${node} to ${has.join(', ') || 'nowhere'}, but the node takes them on ${annotated.join(', ')}. ` +
    'They are lost.',
  remedy: ({ node }) => [
    {
      text: 'See which address the node uses; it must be one of its own.',
      commands: [
        'kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovs-vsctl get Open_vSwitch . external_ids:ovn-encap-ip',
      ],
    },
    restartNode(node),
  ],
});

export const ROUTE_MISSING = defineFinding<{ readonly node: string; readonly zone: string; readonly subnet: string }>({
  code: 'OVN3125',
  level: 'error',
  title: "A zone has no route to another node's pods",
  text: ({ node, zone, subnet }) =>
    `The cluster router of zone ${zone} has no route to ${subnet}, the pods of node ${node}. Pods of ${zone} don't reach them.`,
  remedy: ({ zone }) => [restartNode(zone)],
});
