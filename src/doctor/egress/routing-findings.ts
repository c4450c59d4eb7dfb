/** Faults of the rows that carry packets from pods to the nodes that hold their egress IPs. */
import { defineFinding } from '../finding.js';
import { rewriteRows } from '../policies/restart.js';

interface Served {
  readonly name: string;
  readonly pod: string;
  readonly zone: string;
  readonly address: string;
}

const look = (name: string): readonly string[] => [`kubectl get egressip ${name} -o yaml`];

export const REROUTE_MISSING = defineFinding<Served & { readonly hops: readonly string[] }>({
  code: 'OVN7030',
  level: 'error',
  title: 'A pod is not routed to the node of its egress IP',
  text: ({ name, pod, zone, address, hops }) =>
    `Zone ${zone} has no policy that routes ${address} of pod ${pod} to ${hops.join(', ')} for EgressIP ${name}: it leaves with the address of its ` +
    'node.',
  remedy: ({ name, zone }) => rewriteRows(zone, look(name)),
});

export const REROUTE_DIFFERS = defineFinding<
  Served & { readonly hops: readonly string[]; readonly has: readonly string[] }
>({
  code: 'OVN7031',
  level: 'error',
  title: 'A pod is routed elsewhere than to the node of its egress IP',
  text: ({ name, pod, zone, address, hops, has }) =>
    `Zone ${zone} routes ${address} of pod ${pod} to ${has.join(', ') || 'nowhere'}; for EgressIP ${name} it should be ${hops.join(', ')}.`,
  remedy: ({ name, zone }) => rewriteRows(zone, look(name)),
});

export const EGRESS_NAT_MISSING = defineFinding<Served & { readonly egressIP: string; readonly node: string }>({
  code: 'OVN7032',
  level: 'error',
  title: 'A pod is not translated to its egress IP',
  text: ({ name, pod, zone, address, egressIP, node }) =>
    `The gateway router of node ${node} in zone ${zone} does not translate ${address} of pod ${pod} to ${egressIP} of EgressIP ${name}: it leaves ` +
    'with the address of that node.',
  remedy: ({ name, zone }) => rewriteRows(zone, look(name)),
});

export const EGRESS_NAT_TWICE = defineFinding<
  Served & { readonly egressIP: string; readonly nodes: readonly string[] }
>({
  code: 'OVN7033',
  level: 'error',
  title: 'A pod is translated to one egress IP more than once',
  text: ({ name, pod, address, egressIP, nodes }) =>
    `${address} of pod ${pod} is translated to ${egressIP} of EgressIP ${name} by ${nodes.join(' and ')}: one of these rows is left over, and answers ` +
    'may reach the wrong node.',
  remedy: ({ name, zone }) => rewriteRows(zone, look(name)),
});

export const STALE_REROUTE = defineFinding<Served & { readonly why: string }>({
  code: 'OVN7034',
  level: 'error',
  title: 'A route to the node of an egress IP is left over',
  text: ({ name, pod, zone, why }) =>
    `Zone ${zone} still routes pod ${pod} for EgressIP ${name}, ${why}. Its packets go to a node that may drop them, and a later pod with the ` +
    'address would follow.',
  remedy: ({ name, zone }) => rewriteRows(zone, look(name)),
});

export const NO_REROUTE_MISSING = defineFinding<{
  readonly zone: string;
  readonly rule: string;
  readonly family: string;
}>({
  code: 'OVN7035',
  level: 'error',
  title: 'Pods with an egress IP are cut off from the cluster',
  text: ({ zone, rule, family }) =>
    `Zone ${zone} routes pods for their egress IPs, but lacks the policy ${rule} (${family}) that keeps traffic inside the cluster on its way.`,
  remedy: ({ zone }) => rewriteRows(zone, ['kubectl get egressips']),
});

export const CATCH_ALL_MISSING = defineFinding<{
  readonly zone: string;
  readonly node: string;
  readonly address: string;
  readonly pod: string;
}>({
  code: 'OVN7036',
  level: 'error',
  title: 'Pods of other nodes do not get through an egress node',
  text: ({ zone, node, address, pod }) =>
    `The cluster router of zone ${zone} has no route by source for ${address} of pod ${pod} to the gateway router of ${node}: what comes from other ` +
    'nodes for an egress IP held there is dropped or goes astray.',
  remedy: ({ zone }) => rewriteRows(zone, ['kubectl get egressips']),
});
