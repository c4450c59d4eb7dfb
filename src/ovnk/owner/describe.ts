import { unreachable } from '../../base/unreachable.js';
import type { AdminNetworkPolicy } from '../../kube/model/admin-network-policy.js';
import type { EgressFirewall, EgressFirewallRule } from '../../kube/model/egress.js';
import type { NetworkPolicy } from '../../kube/model/network-policy.js';
import type { Pod } from '../../kube/model/pod.js';
import { selects } from '../../kube/model/selector.js';
import { DEFAULT_NETWORK } from '../network.js';
import type { Owner } from '../owner.js';

/** Objects that make a description more telling; each may be missing. */
export interface OwnerFacts {
  readonly networkPolicies?: readonly NetworkPolicy[];
  readonly adminPolicies?: readonly AdminNetworkPolicy[];
  readonly egressFirewalls?: readonly EgressFirewall[];
  /** The pod whose traffic is judged: narrows a default deny to the policies that select it. */
  readonly pod?: Pod;
}

const ruleWords = (rule: number | undefined, direction: string | undefined): string => {
  const way = direction === undefined ? '' : `${direction.toLowerCase()} `;
  return rule === undefined ? (way === '' ? '' : `, ${way.trim()}`) : `, ${way}rule ${rule}`;
};

function firewallTarget(rule: EgressFirewallRule): string {
  const ports = rule.ports.map(({ protocol, port }) => (port === undefined ? protocol : `${protocol} ${port}`));
  const to = rule.cidr ?? rule.dnsName ?? 'selected nodes';
  return `${rule.type} ${to}${ports.length === 0 ? '' : ` ${ports.join(', ')}`}`;
}

function firewall(owner: Owner & { kind: 'EgressFirewall' }, facts: OwnerFacts): string {
  const text = `EgressFirewall ${owner.namespace}/default`;
  if (owner.rule === undefined) return text;
  const object = facts.egressFirewalls?.find(({ metadata }) => metadata.namespace === owner.namespace);
  const rule = object?.rules[owner.rule];
  return `${text}, rule ${owner.rule}${rule === undefined ? '' : ` (${firewallTarget(rule)})`}`;
}

/** Policies because of which pods of the namespace (or the one pod) are isolated in that direction. */
function isolatingPolicies(
  owner: Owner & { kind: 'DefaultDeny' },
  policies: readonly NetworkPolicy[],
  pod?: Pod,
): readonly NetworkPolicy[] {
  return policies.filter(
    (policy) =>
      policy.metadata.namespace === owner.namespace &&
      (owner.direction === undefined || policy.policyTypes.includes(owner.direction)) &&
      (pod === undefined || selects(policy.podSelector, pod.metadata.labels)),
  );
}

function defaultDeny(owner: Owner & { kind: 'DefaultDeny' }, facts: OwnerFacts): string {
  const direction = owner.direction === undefined ? '' : ` (${owner.direction})`;
  const what = owner.exception ? 'ARP and neighbour discovery beside the default deny' : 'default deny';
  const text = `${what}${direction} of namespace ${owner.namespace}`;
  if (owner.exception || facts.networkPolicies === undefined) return text;
  const names = isolatingPolicies(owner, facts.networkPolicies, facts.pod).map(({ metadata }) => metadata.name);
  if (names.length === 0) return text;
  const noun = names.length === 1 ? 'NetworkPolicy' : 'NetworkPolicies';
  return `${text} because of ${noun} ${names.sort().join(', ')}`;
}

function adminPolicy(
  owner: Owner & { kind: 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' },
  facts: OwnerFacts,
): string {
  const text = `${owner.kind} ${owner.name}${ruleWords(owner.rule, owner.direction)}`;
  const baseline = owner.kind === 'BaselineAdminNetworkPolicy';
  const object = facts.adminPolicies?.find(
    ({ metadata, priority }) => metadata.name === owner.name && (priority === undefined) === baseline,
  );
  const rules = owner.direction === 'Ingress' ? object?.ingress : object?.egress;
  const rule = owner.rule === undefined || owner.direction === undefined ? undefined : rules?.[owner.rule];
  if (rule === undefined) return text;
  return `${text} (${rule.name === '' ? rule.action : `${rule.action}, "${rule.name}"`})`;
}

function core(owner: Owner, facts: OwnerFacts): string {
  switch (owner.kind) {
    case 'NetworkPolicy':
      return `NetworkPolicy ${owner.namespace}/${owner.name}${ruleWords(owner.rule, owner.direction)}`;
    case 'DefaultDeny':
      return defaultDeny(owner, facts);
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return adminPolicy(owner, facts);
    case 'EgressFirewall':
      return firewall(owner, facts);
    case 'UDNIsolation':
      return owner.pod === undefined
        ? `isolation of pods with a primary user-defined network (${owner.rule})`
        : `ports that pod ${owner.pod.namespace}/${owner.pod.name} opened on the default network`;
    case 'AdvertisedNetwork':
      return `isolation of advertised networks (${owner.name})`;
    case 'ClusterNetworkConnect':
      return `ClusterNetworkConnect ${owner.name}`;
    case 'Multicast':
      return owner.namespace === undefined
        ? `cluster-wide multicast rule ${owner.rule}${ruleWords(undefined, owner.direction)}`
        : `multicast in namespace ${owner.namespace}${ruleWords(undefined, owner.direction)}`;
    case 'EgressIP':
      return owner.pod === undefined
        ? `EgressIP ${owner.name}`
        : `EgressIP ${owner.name} for pod ${owner.pod.namespace}/${owner.pod.name}`;
    case 'EgressQoS':
      return `EgressQoS ${owner.namespace}/default${ruleWords(owner.rule, undefined)}`;
    case 'NetworkQoS':
      return `NetworkQoS ${owner.namespace}/${owner.name}${ruleWords(owner.rule, undefined)}`;
    case 'EgressService':
    case 'Service':
    case 'Pod':
      return `${owner.kind} ${owner.namespace}/${owner.name}`;
    case 'ExternalGateway':
      return `external gateway of ${owner.pod === undefined ? owner.address : `pod ${owner.pod.namespace}/${owner.pod.name}`}`;
    case 'Namespace':
      return `Namespace ${owner.name}`;
    case 'Node':
      return `node ${owner.name}: ${owner.part}`;
    case 'Infrastructure':
      return owner.part;
    case 'Unrecognised':
      return `a row of ${owner.table} that OVN-Kubernetes does not mark as its own`;
    default:
      return unreachable(owner);
  }
}

/** One phrase for people: the object, its rule, and the network unless it is the default one. */
export function describeOwner(owner: Owner, facts: OwnerFacts = {}): string {
  const text = core(owner, facts);
  return owner.network === DEFAULT_NETWORK ? text : `${text} (network ${owner.network})`;
}
