/** Why an egress IP has no node, and what else is wrong with the addresses and pods of EgressIPs. */
import { defineFinding } from '../finding.js';

interface AboutEgressIp {
  readonly name: string;
}

export const EGRESS_IP_OF_HOST = defineFinding<AboutEgressIp & { readonly address: string; readonly node: string }>({
  code: 'OVN7020',
  level: 'error',
  title: 'An egress IP is the address of a node',
  text: ({ name, address, node }) =>
    `${address} of EgressIP ${name} is an address of node ${node} itself: it is not assigned to any node.`,
  remedy: ({ name }) => [
    { text: 'Choose an address that nothing else has.', commands: [`kubectl edit egressip ${name}`] },
  ],
});

export const EGRESS_IP_TWICE = defineFinding<
  AboutEgressIp & { readonly address: string; readonly others: readonly string[] }
>({
  code: 'OVN7021',
  level: 'error',
  title: 'Several EgressIPs want the same address',
  text: ({ name, address, others }) =>
    `${address} of EgressIP ${name} is also asked for by ${others.join(', ')}: only the first to get it has it.`,
  remedy: ({ name, others }) => [
    {
      text: 'Give each its own address, or select all the pods in one EgressIP.',
      commands: [name, ...others].map((each) => `kubectl edit egressip ${each}`),
    },
  ],
});

export const EGRESS_IP_NOWHERE = defineFinding<
  AboutEgressIp & {
    readonly address: string;
    readonly networks: readonly string[];
    /** Nodes that have the network and may not hold it, with the reason. */
    readonly almost: readonly string[];
  }
>({
  code: 'OVN7022',
  level: 'error',
  title: 'An egress IP is in no network of the nodes that may hold it',
  text: ({ name, address, networks, almost }) =>
    `${address} of EgressIP ${name} is in none of ${networks.length === 0 ? 'the networks of assignable nodes: there is no such node' : networks.join(', ')}${almost.length === 0 ? '' : `. It would fit ${almost.join(', ')}`}.`,
  remedy: ({ name, almost }) => [
    almost.length === 0
      ? {
          text: 'Choose an address in a network of the nodes, or give a node an interface in its network.',
          commands: [`kubectl edit egressip ${name}`],
        }
      : {
          text: 'Label a node that has the network, and see that it is ready.',
          commands: almost.map(
            (each) => `kubectl label node ${each.split(' ')[0] ?? ''} k8s.ovn.org/egress-assignable=`,
          ),
        },
  ],
});

export const POD_OF_TWO_EGRESS_IPS = defineFinding<{ readonly pod: string; readonly names: readonly string[] }>({
  code: 'OVN7023',
  level: 'warning',
  title: 'Several EgressIPs select a pod',
  text: ({ pod, names }) =>
    `Pod ${pod} is selected by EgressIPs ${names.join(', ')}: which of them it leaves with is undefined.`,
  remedy: ({ names }) => [
    {
      text: 'Narrow the selectors so that one is left.',
      commands: names.map((name) => `kubectl edit egressip ${name}`),
    },
  ],
});

export const TOO_FEW_EGRESS_NODES = defineFinding<
  AboutEgressIp & { readonly addresses: number; readonly nodes: readonly string[] }
>({
  code: 'OVN7024',
  level: 'warning',
  title: 'An EgressIP has more addresses than nodes may hold',
  text: ({ name, addresses, nodes }) =>
    `EgressIP ${name} has ${addresses} addresses and each needs a node of its own; only ${nodes.join(', ') || 'none'} may hold one of them.`,
  remedy: ({ name }) => [
    {
      text: 'Label another node with the network in place of NODE, or take an address out.',
      commands: ['kubectl label node NODE k8s.ovn.org/egress-assignable=', `kubectl edit egressip ${name}`],
    },
  ],
});
