/** NetworkPolicies against the port groups and ACLs that stand for them in each zone. */
import type { NetworkPolicy, PolicyDirection, PolicyRule } from '../../kube/model/network-policy.js';
import type { Namespace } from '../../kube/model/namespace.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import {
  DEFAULT_DENY_MISSING,
  POLICY_RULE_MISSING,
  POLICY_WITHOUT_GROUP,
  STALE_POLICY_ROWS,
  STALE_POLICY_RULE,
} from './network-policy-findings.js';
import { policyZones } from './policy-zone.js';
import type { PolicyGroup, PolicyZone } from './policy-zone.js';

const DIRECTIONS: readonly PolicyDirection[] = ['Ingress', 'Egress'];

export const policiesNetworkPolicies: Analyzer = {
  id: 'policies/network-policies',
  area: 'policies',
  title: 'every NetworkPolicy has its rules in every zone, and none are left over',
  inputs: ['kube.namespaces', 'kube.networkpolicies', 'nb.ACL', 'nb.Logical_Switch', 'nb.Port_Group'],
  finds: [POLICY_WITHOUT_GROUP, DEFAULT_DENY_MISSING, POLICY_RULE_MISSING, STALE_POLICY_ROWS, STALE_POLICY_RULE],
  analyze: async (sight) => {
    const policies = (await sight.objects('networkpolicies')).filter(({ metadata }) => !metadata.deleting);
    const namespaces = await sight.objects('namespaces');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = [];
    for (const zone of await policyZones(sight)) {
      for (const policy of policies) {
        const namespace = namespaces.find(({ metadata }) => metadata.name === policy.metadata.namespace);
        const network = namespace && zone.networkOf(namespace);
        if (network !== undefined) findings.push(...ofPolicy(zone, policy, network));
      }
      for (const namespace of namespaces) findings.push(...ofNamespace(zone, namespace, policies));
      if (sight.isWhole('networkpolicies')) findings.push(...leftOver(zone, policies));
    }
    return findings;
  },
};

const specText = ({ podSelector, policyTypes, ingress, egress }: NetworkPolicy): string =>
  `policyTypes=[${policyTypes.join(', ')}] ingress rules=${ingress.length} egress rules=${egress.length} podSelector labels={${[...podSelector.matchLabels].map(([key, value]) => `${key}: ${value}`).join(', ')}}`;

const rulesOf = (policy: NetworkPolicy, direction: PolicyDirection): readonly PolicyRule[] =>
  policy.policyTypes.includes(direction) ? (direction === 'Ingress' ? policy.ingress : policy.egress) : [];

/** What an ACL of a policy says of itself. */
const idsOf = (row: Row) => {
  const ids = row.map('external_ids');
  return {
    direction: ids.get('direction'),
    rule: Number(ids.get('gress-index') ?? NaN),
    protocol: ids.get('port-policy-protocol'),
    block: ids.get('ip-block-index'),
  };
};

function ofPolicy(zone: PolicyZone, policy: NetworkPolicy, network: string): readonly Finding[] {
  const { namespace, name } = policy.metadata;
  const about = { namespace, name, zone: zone.zone };
  const place = { object: { kind: 'NetworkPolicy', namespace, name }, zone: zone.zone };
  const spec = fieldEvidence('NetworkPolicy', policy, 'spec', specText(policy));
  const group = zone.group('NetworkPolicy', network, `${namespace}:${name}`);
  if (group === undefined) {
    const absent = absentRow(zone.zone, 'northbound', 'Port_Group', `owner NetworkPolicy ${namespace}:${name}`);
    return [found(POLICY_WITHOUT_GROUP, about, { ...place, evidence: [absent, spec] })];
  }
  const findings: Finding[] = [];
  const rows = zone.rulesOf(group.row);
  for (const direction of DIRECTIONS) {
    const rules = rulesOf(policy, direction);
    rules.forEach((rule, index) => {
      const own = rows.filter((row) => idsOf(row).direction === direction && idsOf(row).rule === index);
      for (const what of missingOf(rule, own)) {
        const evidence = [
          absentRow(
            zone.zone,
            'northbound',
            'ACL',
            `direction=${direction} gress-index=${index} in ${group.row.string('name')}`,
          ),
          rowEvidence(zone.zone, 'northbound', group.row, ['name', 'acls', 'external_ids']),
          spec,
        ] as const;
        findings.push(found(POLICY_RULE_MISSING, { ...about, direction, rule: index, what }, { ...place, evidence }));
      }
    });
    for (const row of rows) {
      const ids = idsOf(row);
      if (ids.direction !== direction || Number.isNaN(ids.rule) || ids.rule < rules.length) continue;
      const evidence = [
        rowEvidence(zone.zone, 'northbound', row, ['match', 'action', 'priority', 'external_ids']),
        spec,
      ] as const;
      const args = { ...about, direction, rule: ids.rule, match: row.string('match') };
      findings.push(found(STALE_POLICY_RULE, args, { ...place, evidence }));
    }
  }
  return findings;
}

/** The parts of a rule that no ACL stands for: one for each protocol, and peers given by selectors apart from ipBlocks. */
function missingOf(rule: PolicyRule, rows: readonly Row[]): readonly string[] {
  const protocols =
    rule.ports.length === 0 ? ['None'] : [...new Set(rule.ports.map(({ protocol }) => protocol.toLowerCase()))];
  // Before the typed ids there was one ACL for each port: only whether there is one at all can be told.
  const typed = rows.filter((row) => idsOf(row).protocol !== undefined);
  if (rows.length > 0 && typed.length === 0) return [];
  const bySelector = rule.peers.length === 0 || rule.peers.some(({ ipBlock }) => ipBlock === undefined);
  return protocols.flatMap((protocol) => {
    const own = typed.filter((row) => idsOf(row).protocol === protocol);
    const words = protocol === 'None' ? '' : ` over ${protocol}`;
    if (own.length === 0) return [`the traffic${words}`];
    // -1 stands for selectors and for all peers; blocks of a family that the cluster lacks have no ACL.
    const hasSelectors = own.some((row) => idsOf(row).block === '-1' || idsOf(row).block === undefined);
    return bySelector && !hasSelectors ? [`the selected peers${words}`] : [];
  });
}

function ofNamespace(zone: PolicyZone, namespace: Namespace, policies: readonly NetworkPolicy[]): readonly Finding[] {
  const { name } = namespace.metadata;
  const network = zone.networkOf(namespace);
  if (network === undefined) return [];
  return DIRECTIONS.flatMap((direction) => {
    const asking = policies.filter(
      ({ metadata, policyTypes }) => metadata.namespace === name && policyTypes.includes(direction),
    );
    // Where no policy has its group, that is the finding.
    if (!asking.some((each) => zone.group('NetworkPolicy', network, `${name}:${each.metadata.name}`))) return [];
    const group = zone.group('NetpolNamespace', network, name, direction);
    const drops = group && zone.rulesOf(group.row).some((row) => row.string('action') === 'drop');
    if (drops === true) return [];
    const args = { namespace: name, direction, zone: zone.zone, policies: asking.map(({ metadata }) => metadata.name) };
    const wanted = `action=drop and owner NetpolNamespace ${name} ${direction}`;
    const evidence = [
      absentRow(zone.zone, 'northbound', 'ACL', wanted),
      ...(group === undefined ? [] : [rowEvidence(zone.zone, 'northbound', group.row, ['name', 'acls', 'ports'])]),
      ...asking.map((policy) => fieldEvidence('NetworkPolicy', policy, 'spec', specText(policy))),
    ] as const;
    return [found(DEFAULT_DENY_MISSING, args, { object: { kind: 'Namespace', name }, zone: zone.zone, evidence })];
  });
}

/** Groups of policies that do not exist, as far as they hold pods: an empty one does nothing. */
function leftOver(zone: PolicyZone, policies: readonly NetworkPolicy[]): readonly Finding[] {
  const names = new Set(policies.map(qualifiedName));
  return zone.groups.flatMap((group: PolicyGroup) => {
    if (!zone.isPrimary(group.network)) return [];
    const [namespace = '', name = ''] = group.name.split(':');
    const isStale =
      group.type === 'NetworkPolicy'
        ? !names.has(`${namespace}/${name}`)
        : group.type === 'NetpolNamespace' &&
          !policies.some(
            ({ metadata, policyTypes }) =>
              metadata.namespace === namespace && policyTypes.some((direction) => direction === group.direction),
          );
    const ports = group.row.refs('ports').length;
    if (!isStale || ports === 0) return [];
    const object = name === '' ? { kind: 'Namespace', name: namespace } : { kind: 'NetworkPolicy', namespace, name };
    const rules = zone.rulesOf(group.row);
    const evidence = [
      rowEvidence(zone.zone, 'northbound', group.row, ['name', 'ports', 'external_ids']),
      ...rules.map((row) => rowEvidence(zone.zone, 'northbound', row, ['match', 'action', 'priority'])),
    ] as const;
    return [
      found(STALE_POLICY_ROWS, { namespace, name, zone: zone.zone, ports }, { object, zone: zone.zone, evidence }),
    ];
  });
}
