import { readConditions } from './condition.js';
import type { Condition } from './condition.js';
import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import { readProtocol } from './protocol.js';
import type { Protocol } from './protocol.js';
import { readOptionalSelector, readSelector } from './selector.js';
import type { LabelSelector } from './selector.js';

/** What an AdminNetworkPolicy applies to: all pods of the namespaces, or the pods selected in them. */
export interface AdminSubject {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector | undefined;
}

/** Who the other end of the traffic is; exactly one member says so. */
export interface AdminPeer {
  readonly namespaces: LabelSelector | undefined;
  readonly pods: { readonly namespaces: LabelSelector; readonly pods: LabelSelector } | undefined;
  readonly nodes: LabelSelector | undefined;
  /** CIDRs, in egress rules only. */
  readonly networks: readonly string[];
  readonly domainNames: readonly string[];
}

/** Exactly one of a number (with an end, for a range) and the name of a container port. */
export interface AdminPort {
  readonly protocol: Protocol;
  readonly port: number | string | undefined;
  readonly endPort: number | undefined;
}

export interface AdminRule {
  readonly name: string;
  /** Allow, Deny or Pass. */
  readonly action: string;
  readonly peers: readonly AdminPeer[];
  /** Empty: every port. */
  readonly ports: readonly AdminPort[];
}

/** An AdminNetworkPolicy, or the BaselineAdminNetworkPolicy (which has no priority). */
export interface AdminNetworkPolicy extends KubeObject {
  readonly priority: number | undefined;
  readonly subject: AdminSubject;
  readonly ingress: readonly AdminRule[];
  readonly egress: readonly AdminRule[];
  /** `Ready-In-Zone-<zone>`, one from each zone. */
  readonly conditions: readonly Condition[];
}

function readPeer(peer: Fields): AdminPeer {
  const pods = peer.optional('pods');
  return {
    namespaces: readOptionalSelector(peer, 'namespaces'),
    pods: pods && {
      namespaces: readSelector(pods.inside('namespaceSelector')),
      pods: readSelector(pods.inside('podSelector')),
    },
    nodes: readOptionalSelector(peer, 'nodes'),
    networks: peer.texts('networks'),
    domainNames: peer.texts('domainNames'),
  };
}

function readPort(port: Fields): AdminPort {
  const range = port.optional('portRange');
  if (range !== undefined) {
    return { protocol: readProtocol(range), port: range.whole('start'), endPort: range.whole('end') };
  }
  const number = port.inside('portNumber');
  return {
    protocol: readProtocol(number),
    port: port.text('namedPort') ?? number.whole('port'),
    endPort: undefined,
  };
}

const readRule =
  (peers: 'from' | 'to') =>
  (rule: Fields): AdminRule => ({
    name: rule.text('name') ?? '',
    action: rule.text('action') ?? '',
    peers: rule.list(peers, readPeer),
    ports: rule.list('ports', readPort),
  });

function readSubject(subject: Fields): AdminSubject {
  const pods = subject.optional('pods');
  if (pods === undefined) return { namespaces: readSelector(subject.inside('namespaces')), pods: undefined };
  return {
    namespaces: readSelector(pods.inside('namespaceSelector')),
    pods: readOptionalSelector(pods, 'podSelector'),
  };
}

export function readAdminNetworkPolicy(object: Fields): AdminNetworkPolicy {
  const spec = object.inside('spec');
  return {
    metadata: readMeta(object),
    priority: spec.whole('priority'),
    subject: readSubject(spec.inside('subject')),
    ingress: spec.list('ingress', readRule('from')),
    egress: spec.list('egress', readRule('to')),
    conditions: readConditions(object),
  };
}
