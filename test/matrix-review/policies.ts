/** What the policies in the recorded objects say of one connection, by the rules of the Kubernetes documentation. */
import { adminPolicies, baselinePolicies, egressFirewalls, networkPolicies, nodes, selects } from './objects.js';
import type { AdminPeer, AdminPolicy, AdminPort, PolicyPeer, PolicyRule } from './objects.js';
import { isInside } from './parties.js';
import type { Family, Party } from './parties.js';

export interface Socket {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly port?: number;
}

type Direction = 'ingress' | 'egress';

/** Who denies the connection; undefined when nobody does. */
export function deniedBy(from: Party, to: Party, socket: Socket, family: Family): string | undefined {
  return (
    sideDenies('egress', from, to, socket, family) ??
    firewallDenies(from, to, socket, family) ??
    sideDenies('ingress', to, from, socket, family)
  );
}

/** What the policies that select `subject` say of traffic with `peer`; policies select pods only. */
function sideDenies(
  direction: Direction,
  subject: Party,
  peer: Party,
  socket: Socket,
  family: Family,
): string | undefined {
  if (subject.kind === 'host') return undefined;
  // Nothing keeps a node from its own pods.
  if (direction === 'ingress' && peer.kind === 'host' && peer.node === subject.node) return undefined;
  const admin = adminSays(adminPolicies, direction, subject, peer, socket, family);
  if (admin === 'Deny') return 'AdminNetworkPolicy';
  if (admin === 'Allow') return undefined;
  const policies = networkPolicies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === subject.namespace &&
      selects(spec.podSelector, subject.labels) &&
      spec.policyTypes.some((type) => type.toLowerCase() === direction),
  );
  if (policies.length > 0) {
    const target = direction === 'ingress' ? subject : peer;
    const allowed = policies.some(({ spec }) =>
      (spec[direction] ?? []).some((rule) => allows(rule, direction, subject, peer, target, socket, family)),
    );
    return allowed ? undefined : 'NetworkPolicy';
  }
  const baseline = adminSays(baselinePolicies, direction, subject, peer, socket, family);
  return baseline === 'Deny' ? 'BaselineAdminNetworkPolicy' : undefined;
}

function allows(
  rule: PolicyRule,
  direction: Direction,
  subject: Party,
  peer: Party,
  target: Party,
  socket: Socket,
  family: Family,
): boolean {
  const peers = (direction === 'ingress' ? rule.from : rule.to) ?? [];
  if (peers.length > 0 && !peers.some((each) => isPeer(each, subject, peer, family))) return false;
  const { ports = [] } = rule;
  if (ports.length === 0) return true;
  return ports.some(({ protocol = 'TCP', port, endPort }) => {
    if (protocol.toLowerCase() !== socket.protocol || socket.port === undefined) return false;
    if (port === undefined) return true;
    const number = typeof port === 'number' ? port : target.namedPorts.get(port);
    if (number === undefined) return false;
    return socket.port >= number && socket.port <= (endPort ?? number);
  });
}

/** A block means addresses, also those of pods; selectors mean pods, never a node. */
function isPeer(
  { ipBlock, podSelector, namespaceSelector }: PolicyPeer,
  subject: Party,
  peer: Party,
  family: Family,
): boolean {
  if (ipBlock !== undefined) {
    const address = peer.addresses[family];
    return isInside(address, ipBlock.cidr) && !(ipBlock.except ?? []).some((except) => isInside(address, except));
  }
  if (peer.kind === 'host') return false;
  const inNamespace =
    namespaceSelector === undefined
      ? peer.namespace === subject.namespace
      : selects(namespaceSelector, peer.namespaceLabels);
  return inNamespace && selects(podSelector ?? {}, peer.labels);
}

/** The first rule that matches; there is one policy of each kind, so no order between policies. */
function adminSays(
  policies: readonly AdminPolicy[],
  direction: Direction,
  subject: Party,
  peer: Party,
  socket: Socket,
  family: Family,
): 'Allow' | 'Deny' | 'Pass' | undefined {
  for (const { spec } of policies) {
    if (!selects(spec.subject.namespaces ?? {}, subject.namespaceLabels)) continue;
    for (const { action, from, to, ports } of spec[direction] ?? []) {
      const peers = (direction === 'ingress' ? from : to) ?? [];
      if (!peers.some((each) => isAdminPeer(each, peer, family))) continue;
      if (ports !== undefined && !ports.some((each) => isAdminPort(each, socket))) continue;
      return action;
    }
  }
  return undefined;
}

function isAdminPeer({ namespaces, pods, nodes: wanted, networks }: AdminPeer, peer: Party, family: Family): boolean {
  if (networks !== undefined) return networks.some((cidr) => isInside(peer.addresses[family], cidr));
  if (wanted !== undefined) return peer.kind === 'host' && selects(wanted, labelsOfNode(peer.node));
  if (peer.kind === 'host') return false;
  if (namespaces !== undefined) return selects(namespaces, peer.namespaceLabels);
  return (
    pods !== undefined &&
    selects(pods.namespaceSelector, peer.namespaceLabels) &&
    selects(pods.podSelector, peer.labels)
  );
}

function isAdminPort({ portNumber, portRange }: AdminPort, { protocol, port = -1 }: Socket): boolean {
  if (portNumber !== undefined) return portNumber.protocol.toLowerCase() === protocol && portNumber.port === port;
  if (portRange === undefined) return false;
  return portRange.protocol.toLowerCase() === protocol && port >= portRange.start && port <= portRange.end;
}

const labelsOfNode = (name: string) => nodes.find(({ metadata }) => metadata.name === name)?.metadata.labels ?? {};

/** An egress firewall judges what leaves the pods of its namespace for anything that is no pod of the cluster. */
function firewallDenies(from: Party, to: Party, { protocol, port }: Socket, family: Family): string | undefined {
  if (from.kind === 'host' || to.kind === 'pod') return undefined;
  const firewall = egressFirewalls.find(({ metadata }) => metadata.namespace === from.namespace);
  for (const { type, to: target, ports } of firewall?.spec.egress ?? []) {
    const { cidrSelector, nodeSelector } = target;
    // No name in the recorded firewall means a node.
    const isMeant =
      (cidrSelector !== undefined && isInside(to.addresses[family], cidrSelector)) ||
      (nodeSelector !== undefined && selects(nodeSelector, labelsOfNode(to.node)));
    if (!isMeant) continue;
    if (ports !== undefined && !ports.some((each) => each.port === port && each.protocol.toLowerCase() === protocol)) {
      continue;
    }
    return type === 'Deny' ? 'EgressFirewall' : undefined;
  }
  return undefined;
}
