/** NetworkPolicies that select nothing, can't hold for what they select, or say what is ignored. */
import type { NetworkPolicy } from '../../kube/model/network-policy.js';
import { parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import {
  BLOCK_OF_PODS,
  PEER_SELECTS_NOTHING,
  RULES_WITHOUT_TYPE,
  SELECTS_HOST_PODS,
  SELECTS_NO_PODS,
} from './no-effect-findings.js';
import { podSubnets } from './pod-subnets.js';
import { choiceOf, effectiveRules, fieldOf, peerText, rulesIn, selectorText, subjectOf } from './policy-words.js';
import { podName, SelectablePods } from './selected-pods.js';

export const policiesNoEffect: Analyzer = {
  id: 'policies/no-effect',
  area: 'policies',
  title: 'every NetworkPolicy has an effect on the pods it means',
  inputs: ['kube.namespaces', 'kube.networkpolicies', 'kube.nodes', 'kube.pods'],
  finds: [SELECTS_NO_PODS, SELECTS_HOST_PODS, BLOCK_OF_PODS, RULES_WITHOUT_TYPE, PEER_SELECTS_NOTHING],
  analyze: async (sight) => {
    const policies = await sight.objects('networkpolicies');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (policies.length === 0) return { skipped: 'there are no NetworkPolicies' };
    const selectable = new SelectablePods(await sight.objects('pods'), await sight.objects('namespaces'));
    const subnets = podSubnets(await sight.objects('nodes'));
    // That nothing is selected is only known when everything is.
    const isWhole = sight.isWhole('pods') && sight.isWhole('namespaces');
    return policies.flatMap((policy) => [
      ...(isWhole ? selectsNothing(policy, selectable) : []),
      ...ignored(policy),
      ...blocksOfPods(policy, subnets),
    ]);
  },
};

const aboutOf = ({ metadata: { namespace, name } }: NetworkPolicy) => ({
  about: { namespace, name },
  object: { kind: 'NetworkPolicy', namespace, name },
});

function selectsNothing(policy: NetworkPolicy, selectable: SelectablePods): readonly Finding[] {
  const { about, object } = aboutOf(policy);
  const selector = selectorText(policy.podSelector);
  const evidence = [fieldEvidence('NetworkPolicy', policy, 'spec.podSelector', selector)] as const;
  const pods = selectable.chosen(subjectOf(policy));
  const findings: Finding[] = [];
  // A policy for everything in a namespace waits for pods to come.
  if (pods.length === 0 && selector !== 'everything')
    findings.push(found(SELECTS_NO_PODS, { ...about, selector }, { object, evidence }));
  const hosted = pods.filter(({ hostNetwork }) => hostNetwork);
  if (hosted.length > 0) {
    const on = hosted.slice(0, 3).map((pod) => fieldEvidence('Pod', pod, 'spec.hostNetwork', 'true'));
    const args = { ...about, pods: hosted.map(podName) };
    findings.push(found(SELECTS_HOST_PODS, args, { object, evidence: [...evidence, ...on] }));
  }
  for (const { direction, index, rule } of effectiveRules(policy)) {
    rule.peers.forEach((peer, at) => {
      const choice = choiceOf(peer, policy.metadata.namespace);
      if (choice === undefined || selectable.chosen(choice).length > 0) return;
      // All of a namespace's pods, or of all namespaces: nobody expects some to be there.
      if (peer.namespaceSelector === undefined && selectorText(peer.podSelector ?? policy.podSelector) === 'everything')
        return;
      const namespaces =
        peer.namespaceSelector !== undefined && selectable.namespacesChosen(peer.namespaceSelector).length === 0;
      const text = peerText(peer);
      const field = `${fieldOf(direction, index)}.${direction === 'Ingress' ? 'from' : 'to'}[${at}]`;
      const args = { ...about, direction, rule: index, peer: text, namespaces };
      findings.push(
        found(PEER_SELECTS_NOTHING, args, { object, evidence: [fieldEvidence('NetworkPolicy', policy, field, text)] }),
      );
    });
  }
  return findings;
}

function ignored(policy: NetworkPolicy): readonly Finding[] {
  const { about, object } = aboutOf(policy);
  return (['Ingress', 'Egress'] as const).flatMap((direction) => {
    const rules = rulesIn(policy, direction).length;
    if (rules === 0 || policy.policyTypes.includes(direction)) return [];
    const evidence = [
      fieldEvidence('NetworkPolicy', policy, 'spec.policyTypes', policy.policyTypes.join(', ')),
      fieldEvidence('NetworkPolicy', policy, `spec.${direction.toLowerCase()}`, `${rules} rules`),
    ] as const;
    return [found(RULES_WITHOUT_TYPE, { ...about, direction, rules, types: policy.policyTypes }, { object, evidence })];
  });
}

function blocksOfPods(policy: NetworkPolicy, subnets: readonly Prefix[]): readonly Finding[] {
  const { about, object } = aboutOf(policy);
  const isOfPods = (cidr: string): boolean => {
    const prefix = parsePrefix(cidr);
    return prefix !== undefined && subnets.some((each) => each.length <= prefix.length && prefixContains(each, prefix));
  };
  return effectiveRules(policy).flatMap(({ direction, index, rule }) => {
    const blocks = rule.peers.flatMap(({ ipBlock }) => ipBlock ?? []);
    const cidrs = blocks.flatMap(({ cidr, except }) => [cidr, ...except]).filter(isOfPods);
    if (cidrs.length === 0) return [];
    const text = rule.peers
      .filter(({ ipBlock }) => ipBlock !== undefined)
      .map(peerText)
      .join(' | ');
    const evidence = [fieldEvidence('NetworkPolicy', policy, fieldOf(direction, index), text)] as const;
    return [found(BLOCK_OF_PODS, { ...about, direction, rule: index, cidrs }, { object, evidence })];
  });
}
