import type { AdminPeer, AdminPort } from '../../../kube/model/admin-network-policy.js';
import type { EgressFirewallRule } from '../../../kube/model/egress.js';
import type { PolicyPeer, PolicyPort } from '../../../kube/model/network-policy.js';
import type { Protocol } from '../../../kube/model/protocol.js';
import type { LabelSelector } from '../../../kube/model/selector.js';
import { labelSelectorText } from '../../../kube/model/selector-text.js';
import type { Owner } from '../../../ovnk/owner.js';
import { unlessUnreadable } from '../../../world/unreadable.js';
import type { World } from '../../../world/world.js';

/** Ports that a rule speaks of. */
export interface PortSpec {
  readonly protocol: Protocol;
  /** A number, the name of a container port, or absent for all ports of the protocol. */
  readonly port: number | string | undefined;
  readonly endPort: number | undefined;
}

/** One of the ends that a rule speaks of. */
export type PeerSpec =
  | {
      readonly kind: 'pods';
      /** The one namespace, by name, or those selected. */
      readonly namespaces: string | LabelSelector;
      /** Undefined: all pods of them. */
      readonly pods: LabelSelector | undefined;
    }
  | { readonly kind: 'block'; readonly cidr: string; readonly except: readonly string[] }
  | { readonly kind: 'nodes'; readonly selector: LabelSelector }
  | { readonly kind: 'name'; readonly name: string };

/** A rule of a policy or firewall, in the same shape for all of them. */
export interface RuleSpec {
  /** Empty: everybody. */
  readonly peers: readonly PeerSpec[];
  /** Empty: every port. */
  readonly ports: readonly PortSpec[];
}

/** The rule behind an owner as its object has it; undefined when there is no such object to read, or no such rule in it. */
export async function ruleSpecOf(world: World, owner: Owner): Promise<RuleSpec | undefined> {
  return world.kube.available ? unlessUnreadable(() => ruleOf(world, owner)) : undefined;
}

async function ruleOf(world: World, owner: Owner): Promise<RuleSpec | undefined> {
  switch (owner.kind) {
    case 'NetworkPolicy': {
      if (owner.rule === undefined) return undefined;
      const policy = await world.kube.get('networkpolicies', owner.namespace, owner.name);
      const rule = (owner.direction === 'Egress' ? policy?.egress : policy?.ingress)?.[owner.rule];
      return (
        rule && { peers: rule.peers.map((peer) => policyPeer(peer, owner.namespace)), ports: rule.ports.map(port) }
      );
    }
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy': {
      if (owner.rule === undefined) return undefined;
      const plural = owner.kind === 'AdminNetworkPolicy' ? 'adminnetworkpolicies' : 'baselineadminnetworkpolicies';
      const policy = await world.kube.get(plural, '', owner.name);
      const rule = (owner.direction === 'Egress' ? policy?.egress : policy?.ingress)?.[owner.rule];
      return rule && { peers: rule.peers.flatMap(adminPeers), ports: rule.ports.map(port) };
    }
    case 'EgressFirewall': {
      if (owner.rule === undefined) return undefined;
      const firewall = await world.kube.get('egressfirewalls', owner.namespace, 'default');
      const rule = firewall?.rules[owner.rule];
      return (
        rule && { peers: [firewallPeer(rule)], ports: rule.ports.map((each) => ({ ...each, endPort: undefined })) }
      );
    }
    default:
      return undefined;
  }
}

const port = ({ protocol, port: number, endPort }: PolicyPort | AdminPort): PortSpec => ({
  protocol,
  port: number,
  endPort,
});

function policyPeer({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, home: string): PeerSpec {
  if (ipBlock !== undefined) return { kind: 'block', ...ipBlock };
  return { kind: 'pods', namespaces: namespaceSelector ?? home, pods: podSelector };
}

function adminPeers({ namespaces, pods, nodes, networks, domainNames }: AdminPeer): readonly PeerSpec[] {
  if (namespaces !== undefined) return [{ kind: 'pods', namespaces, pods: undefined }];
  if (pods !== undefined) return [{ kind: 'pods', ...pods }];
  if (nodes !== undefined) return [{ kind: 'nodes', selector: nodes }];
  return [
    ...networks.map((cidr) => ({ kind: 'block' as const, cidr, except: [] })),
    ...domainNames.map((name) => ({ kind: 'name' as const, name })),
  ];
}

function firewallPeer({ cidr, dnsName, nodeSelector }: EgressFirewallRule): PeerSpec {
  if (nodeSelector !== undefined) return { kind: 'nodes', selector: nodeSelector };
  return cidr === undefined ? { kind: 'name', name: dnsName ?? '' } : { kind: 'block', cidr, except: [] };
}

/** `TCP 8080, 8443, UDP 53`; `every port` for none. */
export function portWords(ports: readonly PortSpec[]): string {
  if (ports.length === 0) return 'every port';
  let before: Protocol | undefined;
  const words = ports.map(({ protocol, port: number, endPort }) => {
    const range = number === undefined ? 'every port' : `${number}${endPort === undefined ? '' : `-${endPort}`}`;
    const text = protocol === before ? range : `${protocol} ${range}`;
    before = protocol;
    return text;
  });
  return words.join(', ');
}

const selected = (selector: LabelSelector): string => labelSelectorText(selector) ?? 'an unknown selector';

/** `pods app=client of namespace shop`, `10.0.0.0/8 except 10.9.0.0/16`. */
export function peerWords(peer: PeerSpec): string {
  switch (peer.kind) {
    case 'pods': {
      const labels = peer.pods === undefined ? '' : selected(peer.pods);
      const pods = labels === '' ? 'every pod' : `pods ${labels}`;
      if (typeof peer.namespaces === 'string') return `${pods} of namespace ${peer.namespaces}`;
      const namespaces = selected(peer.namespaces);
      return namespaces === '' ? `${pods} of any namespace` : `${pods} of namespaces ${namespaces}`;
    }
    case 'block':
      return peer.except.length === 0 ? peer.cidr : `${peer.cidr} except ${peer.except.join(', ')}`;
    case 'nodes': {
      const labels = selected(peer.selector);
      return labels === '' ? 'every node' : `nodes ${labels}`;
    }
    case 'name':
      return peer.name;
  }
}
