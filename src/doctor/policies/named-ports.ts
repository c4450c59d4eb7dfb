/**
 * Ports of NetworkPolicies given by name. OVN-Kubernetes reads such a port as none (gress_policy.go, addPortPolicy): alone it
 * lets its rule match the whole protocol, beside numbers it is left out. What matters is told by the ACL.
 */
import type { NetworkPolicy, PolicyDirection, PolicyRule } from '../../kube/model/network-policy.js';
import type { Pod } from '../../kube/model/pod.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import {
  NAMED_PORT_DIFFERS,
  NAMED_PORT_IGNORED,
  NAMED_PORT_OPENS_ALL,
  NAMED_PORT_UNKNOWN,
} from './named-port-findings.js';
import { policyZones } from './policy-zone.js';
import type { PolicyZone } from './policy-zone.js';
import { choiceOf, effectiveRules, fieldOf, subjectOf } from './policy-words.js';
import { podName, SelectablePods } from './selected-pods.js';

export const policiesNamedPorts: Analyzer = {
  id: 'policies/named-ports',
  area: 'policies',
  title: 'no NetworkPolicy relies on the name of a port',
  inputs: ['kube.namespaces', 'kube.networkpolicies', 'kube.pods', 'nb.ACL', 'nb.Logical_Switch', 'nb.Port_Group'],
  finds: [NAMED_PORT_OPENS_ALL, NAMED_PORT_IGNORED, NAMED_PORT_UNKNOWN, NAMED_PORT_DIFFERS],
  analyze: async (sight) => {
    const policies = await sight.objects('networkpolicies');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const named = policies.filter((policy) => effectiveRules(policy).some(({ rule }) => namesIn(rule).length > 0));
    if (named.length === 0) return { skipped: 'no NetworkPolicy names a port' };
    const pods = await sight.objects('pods');
    const namespaces = await sight.objects('namespaces');
    const selectable = new SelectablePods(pods, namespaces);
    const zones = await policyZones(sight);
    return named.flatMap((policy) => {
      const namespace = namespaces.find(({ metadata }) => metadata.name === policy.metadata.namespace);
      const rows = (direction: PolicyDirection, rule: number): readonly (readonly [PolicyZone, Row])[] =>
        zones.flatMap((zone) => {
          const network = namespace && zone.networkOf(namespace);
          const { metadata } = policy;
          const group = network && zone.group('NetworkPolicy', network, `${metadata.namespace}:${metadata.name}`);
          const own = group ? zone.rulesOf(group.row) : [];
          return own
            .filter((row) => {
              const ids = row.map('external_ids');
              return ids.get('direction') === direction && ids.get('gress-index') === String(rule);
            })
            .map((row) => [zone, row] as const);
        });
      return ofPolicy(policy, selectable, rows);
    });
  },
};

const namesIn = (rule: PolicyRule) =>
  rule.ports.flatMap(({ port, protocol }) => (typeof port === 'string' ? [{ port, protocol }] : []));

function ofPolicy(
  policy: NetworkPolicy,
  selectable: SelectablePods,
  rows: (direction: PolicyDirection, rule: number) => readonly (readonly [PolicyZone, Row])[],
): readonly Finding[] {
  const { namespace, name } = policy.metadata;
  const object = { kind: 'NetworkPolicy', namespace, name };
  return effectiveRules(policy).flatMap(({ direction, index, rule }) =>
    namesIn(rule).flatMap(({ port, protocol }) => {
      const about = { namespace, name, direction, rule: index, port, protocol };
      const spec = fieldEvidence(
        'NetworkPolicy',
        policy,
        `${fieldOf(direction, index)}.ports`,
        `port: ${port}, protocol: ${protocol}`,
      );
      const pods = podsAt(policy, direction, rule, selectable);
      const resolved = pods.map((pod) => ({ pod, number: numberOf(pod, port, protocol) }));
      const numbers = [...new Set(resolved.flatMap((each) => each.number ?? []))].sort((a, b) => a - b);
      const declared = resolved
        .filter((each) => each.number !== undefined)
        .slice(0, 3)
        .map(({ pod }) => portEvidence(pod));
      const findings: Finding[] = [];
      const own = rows(direction, index).filter(([, row]) =>
        new RegExp(`\\b${protocol.toLowerCase()}\\b`).test(row.string('match')),
      );
      const open = own.find(([, row]) => !/\b(?:tcp|udp|sctp)\.dst\b/.test(row.string('match')));
      const acl = ([zone, row]: readonly [PolicyZone, Row]): Evidence =>
        rowEvidence(zone.zone, 'northbound', row, ['match', 'action', 'external_ids']);
      if (open !== undefined) {
        const args = { ...about, numbers, match: open[1].string('match') };
        findings.push(found(NAMED_PORT_OPENS_ALL, args, { object, evidence: [spec, acl(open), ...declared] }));
      } else {
        const [first] = own;
        const left = first === undefined ? [] : numbers.filter((number) => !allows(first[1].string('match'), number));
        if (first !== undefined && left.length > 0) {
          const evidence = [spec, acl(first), ...declared] as const;
          findings.push(found(NAMED_PORT_IGNORED, { ...about, numbers: left }, { object, evidence }));
        }
      }
      if (numbers.length > 1) {
        const texts = numbers.map((number) => {
          const [example] = resolved.filter((each) => each.number === number);
          return `${number} in ${example === undefined ? '' : podName(example.pod)}`;
        });
        findings.push(
          found(NAMED_PORT_DIFFERS, { ...about, resolved: texts }, { object, evidence: [spec, ...declared] }),
        );
      }
      if (numbers.length === 0 && pods.length > 0) {
        const evidence = [spec, ...pods.slice(0, 3).map(portEvidence)] as const;
        findings.push(found(NAMED_PORT_UNKNOWN, { ...about, pods: pods.map(podName) }, { object, evidence }));
      }
      return findings;
    }),
  );
}

/** The pods that have the port: those the policy is for, or those it lets them reach. */
function podsAt(
  policy: NetworkPolicy,
  direction: PolicyDirection,
  rule: PolicyRule,
  selectable: SelectablePods,
): readonly Pod[] {
  if (direction === 'Ingress') return selectable.networked(subjectOf(policy));
  return rule.peers.flatMap((peer) => {
    const choice = choiceOf(peer, policy.metadata.namespace);
    return choice === undefined ? [] : selectable.networked(choice);
  });
}

const numberOf = (pod: Pod, port: string, protocol: string): number | undefined =>
  pod.ports.find((each) => each.name === port && each.protocol === protocol)?.port;

const portEvidence = (pod: Pod): Evidence =>
  fieldEvidence(
    'Pod',
    pod,
    'spec.containers[].ports',
    pod.ports.map(({ name, port, protocol }) => `${name ?? '(no name)'}: ${port}/${protocol}`).join(', ') || 'none',
  );

/** Whether a match of OVN-Kubernetes lets the destination port pass: `tcp.dst==80`, `tcp.dst=={80,443}`, `80<=tcp.dst<=90`. */
function allows(match: string, port: number): boolean {
  for (const [, one, several] of match.matchAll(/\.dst ?== ?(?:(\d+)|\{([\d, ]+)\})/g)) {
    if ((one ?? several ?? '').split(',').some((text) => Number(text) === port)) return true;
  }
  for (const [, from, to] of match.matchAll(/(\d+)<=\w+\.dst<=(\d+)/g)) {
    if (Number(from) <= port && port <= Number(to)) return true;
  }
  return false;
}
