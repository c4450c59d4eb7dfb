import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import { readProtocol } from './protocol.js';
import type { Protocol } from './protocol.js';
import { readOptionalSelector, readSelector } from './selector.js';
import type { LabelSelector } from './selector.js';

export type PolicyDirection = 'Ingress' | 'Egress';

export interface PolicyPort {
  readonly protocol: Protocol;
  /** A number, the name of a container port, or absent for every port of the protocol. */
  readonly port: number | string | undefined;
  readonly endPort: number | undefined;
}

export interface PolicyPeer {
  readonly podSelector: LabelSelector | undefined;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly ipBlock: { readonly cidr: string; readonly except: readonly string[] } | undefined;
}

export interface PolicyRule {
  /** Empty: every peer. */
  readonly peers: readonly PolicyPeer[];
  /** Empty: every port. */
  readonly ports: readonly PolicyPort[];
}

export interface NetworkPolicy extends KubeObject {
  readonly podSelector: LabelSelector;
  /** As the API defaults them when absent: Ingress always, Egress when the policy has egress rules. */
  readonly policyTypes: readonly PolicyDirection[];
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
}

function readPeer(peer: Fields): PolicyPeer {
  const ipBlock = peer.optional('ipBlock');
  return {
    podSelector: readOptionalSelector(peer, 'podSelector'),
    namespaceSelector: readOptionalSelector(peer, 'namespaceSelector'),
    ipBlock: ipBlock && { cidr: ipBlock.required('cidr'), except: ipBlock.texts('except') },
  };
}

const readRule =
  (peers: 'from' | 'to') =>
  (rule: Fields): PolicyRule => ({
    peers: rule.list(peers, readPeer),
    ports: rule.list('ports', (port) => ({
      protocol: readProtocol(port),
      port: port.wholeOrText('port'),
      endPort: port.whole('endPort'),
    })),
  });

export function readNetworkPolicy(object: Fields): NetworkPolicy {
  const spec = object.inside('spec');
  const egress = spec.list('egress', readRule('to'));
  const types = spec.texts('policyTypes').filter((type) => type === 'Ingress' || type === 'Egress');
  const defaults: readonly PolicyDirection[] = egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return {
    metadata: readMeta(object),
    podSelector: readSelector(spec.inside('podSelector')),
    policyTypes: types.length > 0 ? types : defaults,
    ingress: spec.list('ingress', readRule('from')),
    egress,
  };
}
