/** Faults of egress IPs and of the translation of pods' addresses to their node's. */
import { defineFinding } from '../finding.js';
import { familyWord } from '../gateway/families.js';
import type { Family } from '../gateway/families.js';

interface AboutEgressIp {
  readonly name: string;
}

export const EGRESS_IP_UNASSIGNED = defineFinding<
  AboutEgressIp & { readonly addresses: readonly string[]; readonly why: string }
>({
  code: 'OVN7001',
  level: 'error',
  title: 'An EgressIP has no node for any of its addresses',
  text: ({ name, addresses, why }) =>
    `No node holds ${addresses.join(', ')} of EgressIP ${name}: ${why}. The pods it selects leave with their node's address, or not at all.`,
  remedy: ({ name }) => [
    {
      text: 'Read why: the events name nodes that were tried and what spoke against them.',
      commands: [`kubectl describe egressip ${name}`, 'kubectl get nodes -l k8s.ovn.org/egress-assignable'],
    },
    {
      text: 'Let a node hold it that has the subnet of the address on its uplink, in place of NODE.',
      commands: ['kubectl label node NODE k8s.ovn.org/egress-assignable='],
    },
  ],
});

export const EGRESS_IP_PARTLY_UNASSIGNED = defineFinding<
  AboutEgressIp & { readonly addresses: readonly string[]; readonly assigned: readonly string[]; readonly why: string }
>({
  code: 'OVN7002',
  level: 'warning',
  title: 'An EgressIP has no node for some of its addresses',
  text: ({ name, addresses, assigned, why }) =>
    `No node holds ${addresses.join(', ')} of EgressIP ${name}: ${why}. Only ${assigned.join(', ')} is used. Each address of an EgressIP ` +
    'needs a node of its own.',
  remedy: ({ name }) => [
    {
      text: 'Read why, and label another node whose uplink has the subnet of the address, in place of NODE.',
      commands: [`kubectl describe egressip ${name}`, 'kubectl label node NODE k8s.ovn.org/egress-assignable='],
    },
  ],
});

export const EGRESS_NODE_UNFIT = defineFinding<
  AboutEgressIp & { readonly address: string; readonly node: string; readonly why: string }
>({
  code: 'OVN7003',
  level: 'error',
  title: 'An egress IP is assigned to a node that should not hold it',
  text: ({ name, address, node, why }) =>
    `${address} of EgressIP ${name} is assigned to node ${node}, which ${why}. It should have moved to another node: the cluster ` +
    'manager does not run, or has no other node to give it to.',
  remedy: ({ name }) => [
    {
      text: 'See what the cluster manager says.',
      commands: [
        `kubectl describe egressip ${name}`,
        'kubectl get pods -A | grep -E "ovnkube-(control-plane|cluster-manager|master)"',
      ],
    },
  ],
});

export const STALE_EGRESS_NAT = defineFinding<
  AboutEgressIp & { readonly node: string; readonly address: string; readonly pod: string; readonly why: string }
>({
  code: 'OVN7004',
  level: 'error',
  title: 'A translation to an egress IP is left over',
  text: ({ name, node, address, pod, why }) =>
    `The gateway router of node ${node} translates ${pod} to ${address} for EgressIP ${name}, ${why}. The pod leaves with an address ` +
    'that is not its own, and that another node may hold.',
  remedy: ({ node }) => [
    {
      text: `Restart the OVN-Kubernetes pod of node ${node}, which removes what is left over.`,
      commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${node} -l app=ovnkube-node`],
    },
  ],
});

export const NODE_SNAT_MISSING = defineFinding<{
  readonly node: string;
  readonly router: string;
  readonly family: Family;
  readonly subnet: string;
}>({
  code: 'OVN7010',
  level: 'error',
  title: "Pods' addresses are not translated to their node's",
  text: ({ node, router, family, subnet }) =>
    `${router} has no translation (SNAT) of ${subnet}, nor of any pod in it: pods of node ${node} leave over ${familyWord(family)} with ` +
    'their own addresses, which nothing outside can answer, unless they are advertised.',
  remedy: ({ node }) => [
    {
      text: `Restart the OVN-Kubernetes pod of node ${node}, which writes its gateway router anew.`,
      commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${node} -l app=ovnkube-node`],
    },
  ],
});
