import type { NetworkPolicy, PolicyDirection, PolicyPeer, PolicyRule } from '../../kube/model/network-policy.js';
import { labelSelectorText } from '../../kube/model/selector-text.js';
import type { LabelSelector } from '../../kube/model/selector.js';
import type { PodChoice } from './selected-pods.js';

/** Rules of the directions that the policy's types name, with their place in the object; others have no effect. */
export function effectiveRules(
  policy: NetworkPolicy,
): readonly { readonly direction: PolicyDirection; readonly index: number; readonly rule: PolicyRule }[] {
  return (['Ingress', 'Egress'] as const)
    .filter((direction) => policy.policyTypes.includes(direction))
    .flatMap((direction) => rulesIn(policy, direction).map((rule, index) => ({ direction, index, rule })));
}

export const rulesIn = (policy: NetworkPolicy, direction: PolicyDirection): readonly PolicyRule[] =>
  direction === 'Ingress' ? policy.ingress : policy.egress;

export const fieldOf = (direction: PolicyDirection, index: number): string =>
  `spec.${direction.toLowerCase()}[${index}]`;

export const subjectOf = ({ metadata, podSelector }: NetworkPolicy): PodChoice => ({
  namespaces: { name: metadata.namespace },
  pods: podSelector,
});

/** The pods that a peer means; undefined for addresses. */
export function choiceOf(peer: PolicyPeer, namespace: string): PodChoice | undefined {
  if (peer.ipBlock !== undefined) return undefined;
  return { namespaces: peer.namespaceSelector ?? { name: namespace }, pods: peer.podSelector };
}

export const selectorText = (selector: LabelSelector): string => labelSelectorText(selector) || 'everything';

export function peerText(peer: PolicyPeer): string {
  const parts = [
    ...(peer.namespaceSelector === undefined ? [] : [`namespaceSelector: ${selectorText(peer.namespaceSelector)}`]),
    ...(peer.podSelector === undefined ? [] : [`podSelector: ${selectorText(peer.podSelector)}`]),
    ...(peer.ipBlock === undefined
      ? []
      : [
          `ipBlock: ${peer.ipBlock.cidr}${peer.ipBlock.except.length === 0 ? '' : ` except ${peer.ipBlock.except.join(', ')}`}`,
        ]),
  ];
  return parts.join('; ');
}
