/** Faults of address ranges: the cluster's own, user-defined networks', the nodes'. */
import { defineFinding } from '../finding.js';

interface Ranges {
  readonly what: string;
  readonly subnet: string;
}

const CHOOSE = {
  text:
    'Choose another range for one of them. Join, transit and masquerade subnets are set in the configuration of OVN-Kubernetes ' +
    '(OpenShift: Network operator, defaultNetwork.ovnKubernetesConfig), in place of SUBNET; those of pods and services only at installation.',
  commands: [
    'kubectl get configmap -n OVN-NAMESPACE ovnkube-config -o yaml',
    `oc patch network.operator cluster --type=merge -p '{"spec":{"defaultNetwork":{"ovnKubernetesConfig":{"ipv4":{"internalJoinSubnet":"SUBNET"}}}}}'`,
  ],
};

export const INTERNAL_OVERLAP = defineFinding<Ranges & { readonly other: Ranges }>({
  code: 'OVN9001',
  level: 'error',
  title: "Two of the cluster's own subnets overlap",
  text: ({ what, subnet, other }) =>
    `${capital(what)} ${subnet} overlaps ${other.what} ${other.subnet}. Packets to addresses in both go one way only, so some of them get lost.`,
  remedy: () => [CHOOSE],
});

export const NODE_NETWORK_OVERLAP = defineFinding<Ranges & { readonly node: string; readonly address: string }>({
  code: 'OVN9002',
  level: 'error',
  title: "One of the cluster's own subnets overlaps a network of a node",
  text: ({ what, subnet, node, address }) =>
    `${capital(what)} ${subnet} overlaps the network of ${address}, an address of node ${node}. What is in both can be reached from hosts or ` +
    'from pods, but not from both, and answers may go astray.',
  remedy: ({ node }) => [
    {
      text: 'See which interface of the node has it.',
      commands: [`kubectl debug node/${node} -it --image=BUSYBOX -- ip a`],
    },
    CHOOSE,
  ],
});

export const MASQUERADE_FULL = defineFinding<{
  readonly network: string;
  readonly id: number;
  readonly node: string;
  readonly subnet: string;
  readonly needs: string;
}>({
  code: 'OVN9003',
  level: 'error',
  title: 'A masquerade subnet has no room for a network',
  text: ({ network, id, node, subnet, needs }) =>
    `The primary network ${network} has the number ${String(id)} and needs the address ${needs} to stand for it on nodes, but the ` +
    `masquerade subnet of node ${node} is ${subnet}. The network does not work there.`,
  remedy: () => [
    {
      text:
        'Widen the masquerade subnet: /17 for IPv4 and /112 for IPv6 have room. On OpenShift it is internalMasqueradeSubnet; else the ' +
        'options --gateway-v4-masquerade-subnet and --gateway-v6-masquerade-subnet. Every node is then started anew.',
      commands: [
        `oc patch network.operator cluster --type=merge -p '{"spec":{"defaultNetwork":{"ovnKubernetesConfig":{"gatewayConfig":{"ipv4":{"internalMasqueradeSubnet":"169.254.0.0/17"}}}}}}'`,
      ],
    },
  ],
});

interface AboutNetwork {
  /** As messages name it. */
  readonly network: string;
}

export const NETWORK_OVERLAPS_CLUSTER = defineFinding<
  AboutNetwork & { readonly subnet: string; readonly other: Ranges }
>({
  code: 'OVN9010',
  level: 'error',
  title: "A user-defined network overlaps one of the cluster's own subnets",
  text: ({ network, subnet, other }) =>
    `${network} has the subnet ${subnet}, which overlaps ${other.what} ${other.subnet}. OVN-Kubernetes refuses such a network, or its pods ` +
    'can not reach what is in both.',
  remedy: () => [RENEW],
});

export const NETWORK_OVERLAPS_NODES = defineFinding<
  AboutNetwork & { readonly subnet: string; readonly node: string; readonly address: string }
>({
  code: 'OVN9011',
  level: 'warning',
  title: 'A user-defined network overlaps a network of a node',
  text: ({ network, subnet, node, address }) =>
    `${network} has the subnet ${subnet}, which overlaps the network of ${address} on node ${node}: its pods can not reach hosts in that ` +
    'network, and take them for pods of their own.',
  remedy: () => [RENEW],
});

export const CONNECTED_NETWORKS_OVERLAP = defineFinding<
  AboutNetwork & { readonly subnet: string; readonly other: string; readonly otherSubnet: string; readonly how: string }
>({
  code: 'OVN9012',
  level: 'error',
  title: 'Two networks that see each other overlap',
  text: ({ network, subnet, other, otherSubnet, how }) =>
    `${network} (${subnet}) and ${other} (${otherSubnet}) overlap, and both are ${how}: an address in both can not be told apart.`,
  remedy: () => [RENEW],
});

/** The subnets of a network can't be changed. */
const RENEW = {
  text: "A network's subnets can not be changed: make another one with a free range, move the pods, and delete this one.",
  commands: [
    'kubectl get userdefinednetworks,clusteruserdefinednetworks -A -o yaml | grep -nE "name:|cidr|subnets|^ +- [0-9a-f]"',
  ],
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
