/** EgressQoS objects against the QoS rows on the switches of nodes (egressqos.go): the first rule has priority 1000. */
import type { EgressQoS, EgressQoSRule } from '../../kube/model/egress.js';
import { parsePrefix } from '../../net/prefix.js';
import { networkOf, DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { podSubnets } from '../policies/pod-subnets.js';
import { QOS_MARK_DIFFERS, QOS_NOT_DEFAULT, QOS_NOT_READY, QOS_RULE_MISSING, QOS_RULE_STALE } from './qos-findings.js';

const FIRST_PRIORITY = 1000;
const READY = 'Ready-In-Zone-';

export const egressQos: Analyzer = {
  id: 'egress/qos',
  area: 'egress',
  title: 'every EgressQoS marks on every node what it says',
  inputs: ['kube.egressqoses', 'kube.nodes', 'nb.Logical_Switch', 'nb.QoS'],
  finds: [QOS_NOT_DEFAULT, QOS_RULE_MISSING, QOS_RULE_STALE, QOS_MARK_DIFFERS, QOS_NOT_READY],
  analyze: async (sight) => {
    const all = await sight.objects('egressqoses');
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const families = new Set(podSubnets(nodes).map(({ family }) => family));
    const findings = all.flatMap(stateOf);
    const objects = all.filter(({ metadata }) => metadata.name === 'default');
    for (const { zone, northbound } of await sight.northbounds()) {
      const table = northbound.database.table('QoS');
      for (const { metadata } of nodes) {
        const node = metadata.name;
        const logicalSwitch = northbound.switchNamed(node);
        if (logicalSwitch === undefined) continue;
        const rows = logicalSwitch
          .refs('qos_rules')
          .flatMap((uuid) => table.get(uuid) ?? [])
          .filter(isEgressQos);
        const at = { zone, node };
        for (const object of objects) findings.push(...rulesOf(object, rows, at, families));
        if (sight.isWhole('egressqoses')) findings.push(...leftOver(objects, rows, at));
      }
    }
    return all.length === 0 && findings.length === 0 ? { skipped: 'there are no EgressQoS objects' } : findings;
  },
};

const isEgressQos = (row: Row): boolean =>
  row.map('external_ids').get('k8s.ovn.org/owner-type') === 'EgressQoS' && networkOf(row) === DEFAULT_NETWORK;

const namespaceOf = (row: Row): string => row.map('external_ids').get('k8s.ovn.org/name') ?? '';

const COLUMNS = ['priority', 'match', 'action', 'external_ids'];

const ruleText = ({ dscp, dstCIDR }: EgressQoSRule): string => `dscp ${dscp ?? 'none'} to ${dstCIDR ?? 'everything'}`;

function stateOf(object: EgressQoS): readonly Finding[] {
  const { namespace, name } = object.metadata;
  const place = { object: { kind: 'EgressQoS', namespace, name } };
  if (name !== 'default') {
    const evidence = [fieldEvidence('EgressQoS', object, 'metadata.name', name)] as const;
    return [found(QOS_NOT_DEFAULT, { namespace, name }, { ...place, evidence })];
  }
  return object.conditions
    .filter(({ type, status }) => type.startsWith(READY) && status !== 'True')
    .map(({ type, status, message }) => {
      const zone = type.slice(READY.length);
      const evidence = [
        fieldEvidence('EgressQoS', object, `status.conditions ${type}`, `status=${status} message=${message}`),
      ] as const;
      return found(QOS_NOT_READY, { namespace, zone, message }, { ...place, zone, evidence });
    });
}

interface At {
  readonly zone: string;
  readonly node: string;
}

function rulesOf(object: EgressQoS, rows: readonly Row[], at: At, families: ReadonlySet<number>): readonly Finding[] {
  const { namespace, name } = object.metadata;
  const place = { object: { kind: 'EgressQoS', namespace, name }, ...at };
  return object.rules.flatMap((rule, index) => {
    const { dscp = 0, dstCIDR } = rule;
    // A rule for addresses that the cluster can't have has no row.
    if (dstCIDR !== undefined && !families.has(parsePrefix(dstCIDR)?.family ?? 0)) return [];
    const priority = FIRST_PRIORITY - index;
    const row = rows.find((each) => namespaceOf(each) === namespace && each.integer('priority') === priority);
    const spec = fieldEvidence('EgressQoS', object, `spec.egress[${index}]`, ruleText(rule));
    const about = { namespace, rule: index, ...at, dscp };
    if (row === undefined) {
      const wanted = `owner EgressQoS ${namespace} and priority=${priority} on switch ${at.node}`;
      const evidence = [absentRow(at.zone, 'northbound', 'QoS', wanted), spec] as const;
      return [found(QOS_RULE_MISSING, about, { ...place, evidence })];
    }
    const has = row.map('action').get('dscp') ?? 'nothing';
    if (has === String(dscp)) return [];
    const evidence = [rowEvidence(at.zone, 'northbound', row, COLUMNS), spec] as const;
    return [found(QOS_MARK_DIFFERS, { ...about, has }, { ...place, evidence })];
  });
}

function leftOver(objects: readonly EgressQoS[], rows: readonly Row[], at: At): readonly Finding[] {
  return rows.flatMap((row) => {
    const namespace = namespaceOf(row);
    const object = objects.find(({ metadata }) => metadata.namespace === namespace);
    const rule = FIRST_PRIORITY - row.integer('priority');
    if (rule < (object?.rules.length ?? 0)) return [];
    const evidence = [rowEvidence(at.zone, 'northbound', row, COLUMNS)] as const;
    const args = { namespace, rule, ...at, match: row.string('match') };
    return [
      found(QOS_RULE_STALE, args, { object: { kind: 'EgressQoS', namespace, name: 'default' }, ...at, evidence }),
    ];
  });
}
