/** EgressFirewalls against the ACLs on their namespace's port group, the addresses of their DNS names, and their status. */
import type { EgressFirewall, EgressFirewallRule } from '../../kube/model/egress.js';
import type { Node } from '../../kube/model/node.js';
import { selects } from '../../kube/model/selector.js';
import { formatAddress, parsePrefix } from '../../net/prefix.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import {
  FIREWALL_NAME_EMPTY,
  FIREWALL_NOT_APPLIED,
  FIREWALL_NOT_DEFAULT,
  FIREWALL_ROWS_STALE,
  FIREWALL_RULE_DIFFERS,
  FIREWALL_RULE_MISSING,
} from './firewall-findings.js';
import { destinationText, ruleText } from './firewall-words.js';
import { podSubnets } from './pod-subnets.js';
import { policyZones } from './policy-zone.js';
import type { PolicyGroup, PolicyZone } from './policy-zone.js';

const APPLIED = 'EgressFirewall Rules applied';

export const policiesFirewallRows: Analyzer = {
  id: 'policies/firewall-rows',
  area: 'policies',
  title: 'every EgressFirewall has its rules in every zone, and none are left over',
  inputs: [
    'kube.egressfirewalls',
    'kube.namespaces',
    'kube.nodes',
    'nb.ACL',
    'nb.Address_Set',
    'nb.Logical_Switch',
    'nb.Port_Group',
  ],
  finds: [
    FIREWALL_NOT_DEFAULT,
    FIREWALL_RULE_MISSING,
    FIREWALL_ROWS_STALE,
    FIREWALL_RULE_DIFFERS,
    FIREWALL_NOT_APPLIED,
    FIREWALL_NAME_EMPTY,
  ],
  analyze: async (sight) => {
    const firewalls = await sight.objects('egressfirewalls');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const namespaces = await sight.objects('namespaces');
    const nodes = await sight.objects('nodes');
    const families = new Set(podSubnets(nodes).map(({ family }) => family));
    const findings = firewalls.flatMap(stateOf);
    for (const zone of await policyZones(sight)) {
      for (const namespace of namespaces) {
        const network = zone.networkOf(namespace);
        const { name } = namespace.metadata;
        const group = network && zone.group('Namespace', network, name);
        if (!group) continue;
        const firewall = firewalls.find(({ metadata }) => metadata.namespace === name && metadata.name === 'default');
        if (firewall === undefined && !sight.isWhole('egressfirewalls')) continue;
        const isExpected = (rule: EgressFirewallRule): boolean => hasRow(rule, families, nodes);
        findings.push(...rowsOf(zone, group, firewall, isExpected));
        if (firewall !== undefined) findings.push(...namesOf(zone, firewall, group.network));
      }
    }
    return findings;
  },
};

function stateOf(firewall: EgressFirewall): readonly Finding[] {
  const { namespace, name } = firewall.metadata;
  const object = { kind: 'EgressFirewall', namespace, name };
  if (name !== 'default') {
    const evidence = [fieldEvidence('EgressFirewall', firewall, 'metadata.name', name)] as const;
    return [found(FIREWALL_NOT_DEFAULT, { namespace, name }, { object, evidence })];
  }
  const { status, messages } = firewall;
  // Nothing stands there until every zone has reported.
  if (status === '' || status === APPLIED) return [];
  const evidence = [
    fieldEvidence('EgressFirewall', firewall, 'status.status', status),
    fieldEvidence('EgressFirewall', firewall, 'status.messages', messages.join('; ') || 'none'),
  ] as const;
  return [found(FIREWALL_NOT_APPLIED, { namespace, status, messages }, { object, evidence })];
}

/** A rule for addresses that the cluster can't have, or for no node, has no ACL. */
function hasRow(
  { cidr, nodeSelector }: EgressFirewallRule,
  families: ReadonlySet<number>,
  nodes: readonly Node[],
): boolean {
  if (cidr !== undefined) return families.has(parsePrefix(cidr)?.family ?? 0);
  return nodeSelector === undefined || nodes.some(({ metadata }) => selects(nodeSelector, metadata.labels));
}

const isFirewallRule = (row: Row): boolean =>
  row.map('external_ids').get('k8s.ovn.org/owner-type') === 'EgressFirewall';

const indexOf = (row: Row): number => Number(row.map('external_ids').get('rule-index') ?? NaN);

function rowsOf(
  zone: PolicyZone,
  group: PolicyGroup,
  firewall: EgressFirewall | undefined,
  isExpected: (rule: EgressFirewallRule) => boolean,
): readonly Finding[] {
  const namespace = group.name;
  const rows = zone.rulesOf(group.row).filter(isFirewallRule);
  const place = { object: { kind: 'EgressFirewall', namespace, name: 'default' }, zone: zone.zone };
  const about = { namespace, zone: zone.zone };
  const rowOf = (row: Row): Evidence =>
    rowEvidence(zone.zone, 'northbound', row, ['match', 'action', 'priority', 'external_ids']);
  const spec = (index: number, rule: EgressFirewallRule): readonly Evidence[] =>
    firewall === undefined ? [] : [fieldEvidence('EgressFirewall', firewall, `spec.egress[${index}]`, ruleText(rule))];
  const findings: Finding[] = [];
  (firewall?.rules ?? []).forEach((rule, index) => {
    const row = rows.find((each) => indexOf(each) === index);
    if (row === undefined) {
      if (!isExpected(rule)) return;
      const absent = absentRow(zone.zone, 'northbound', 'ACL', `owner EgressFirewall ${namespace} rule-index=${index}`);
      const args = { ...about, rule: index, to: destinationText(rule) };
      findings.push(found(FIREWALL_RULE_MISSING, args, { ...place, evidence: [absent, ...spec(index, rule)] }));
      return;
    }
    const has = `${row.string('action') === 'allow' ? 'Allow' : 'Deny'} ${row.string('match')}`;
    const isSame = (row.string('action') === 'allow') === (rule.type === 'Allow') && isTo(row.string('match'), rule);
    if (isSame) return;
    const args = { ...about, rule: index, wanted: ruleText(rule), has };
    findings.push(found(FIREWALL_RULE_DIFFERS, args, { ...place, evidence: [rowOf(row), ...spec(index, rule)] }));
  });
  for (const row of rows) {
    const index = indexOf(row);
    if (Number.isNaN(index) || index < (firewall?.rules.length ?? 0)) continue;
    const args = { ...about, rule: index, match: row.string('match') };
    const objects =
      firewall === undefined
        ? []
        : [fieldEvidence('EgressFirewall', firewall, 'spec.egress', `${firewall.rules.length} rules`)];
    findings.push(found(FIREWALL_ROWS_STALE, args, { ...place, evidence: [rowOf(row), ...objects] }));
  }
  return findings;
}

/** Whether a match is for the rule's CIDR; of names and nodes the addresses are not compared. */
function isTo(match: string, { cidr }: EgressFirewallRule): boolean {
  const wanted = cidr === undefined ? undefined : parsePrefix(cidr);
  if (wanted === undefined) return true;
  const [, text = ''] = /\bip[46]\.dst == ([0-9a-fA-F.:/]+)/.exec(match) ?? [];
  const has = parsePrefix(text);
  return has !== undefined && has.length === wanted.length && formatAddress(has) === formatAddress(wanted);
}

function namesOf(zone: PolicyZone, firewall: EgressFirewall, network: string): readonly Finding[] {
  const { namespace } = firewall.metadata;
  return firewall.rules.flatMap((rule, index) => {
    const { dnsName, type } = rule;
    if (dnsName === undefined) return [];
    const sets = zone.northbound.database
      .table('Address_Set')
      .findPair('external_ids', 'k8s.ovn.org/name', dnsName.toLowerCase())
      .filter((row) => {
        const ids = row.map('external_ids');
        return (
          ids.get('k8s.ovn.org/owner-type') === 'EgressFirewallDNS' &&
          (ids.get('k8s.ovn.org/owner-controller') ?? network).startsWith(network)
        );
      });
    // Without its sets the rule refers to what is not there, which is another finding.
    if (sets.length === 0 || sets.some((row) => row.strings('addresses').length > 0)) return [];
    const evidence = [
      fieldEvidence('EgressFirewall', firewall, `spec.egress[${index}]`, ruleText(rule)),
      ...sets.map((row) => rowEvidence(zone.zone, 'northbound', row, ['name', 'addresses', 'external_ids'])),
    ] as const;
    const place = { object: { kind: 'EgressFirewall', namespace, name: 'default' }, zone: zone.zone, evidence };
    return [found(FIREWALL_NAME_EMPTY, { namespace, rule: index, dnsName, zone: zone.zone, type }, place)];
  });
}
