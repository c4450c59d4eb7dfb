/** AdminNetworkPolicies and the BaselineAdminNetworkPolicy: their numbers, their state in each zone, their rows. */
import type { AdminNetworkPolicy, AdminPeer, AdminRule } from '../../kube/model/admin-network-policy.js';
import type { Node } from '../../kube/model/node.js';
import { selects } from '../../kube/model/selector.js';
import { parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import {
  ADMIN_NOT_READY,
  ADMIN_ROWS_MISSING,
  ADMIN_ROWS_STALE,
  ADMIN_SELECTS_NOTHING,
  BASELINE_NOT_DEFAULT,
  EQUAL_PRIORITIES,
  NETWORKS_OF_PODS,
  PRIORITY_UNSUPPORTED,
} from './admin-findings.js';
import { podSubnets } from './pod-subnets.js';
import { policyZones } from './policy-zone.js';
import type { PolicyZone } from './policy-zone.js';
import { selectorText } from './policy-words.js';
import { peerChoice, SelectablePods, subjectChoice } from './selected-pods.js';
import type { PodChoice } from './selected-pods.js';

/** Highest priority that OVN-Kubernetes implements (its types/const.go). */
const LAST_PRIORITY = 99;
const READY = 'Ready-In-Zone-';

type AdminKind = 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';

interface Admin {
  readonly kind: AdminKind;
  readonly policy: AdminNetworkPolicy;
}

export const policiesAdmin: Analyzer = {
  id: 'policies/admin',
  area: 'policies',
  title: 'admin policies have priorities of their own, are ready and have their rows in every zone',
  inputs: [
    'kube.adminnetworkpolicies',
    'kube.baselineadminnetworkpolicies',
    'kube.namespaces',
    'kube.nodes',
    'kube.pods',
    'nb.ACL',
    'nb.Logical_Switch',
    'nb.Port_Group',
  ],
  finds: [
    EQUAL_PRIORITIES,
    PRIORITY_UNSUPPORTED,
    ADMIN_NOT_READY,
    ADMIN_ROWS_MISSING,
    ADMIN_ROWS_STALE,
    BASELINE_NOT_DEFAULT,
    ADMIN_SELECTS_NOTHING,
    NETWORKS_OF_PODS,
  ],
  analyze: async (sight) => {
    const anps = await sight.objects('adminnetworkpolicies');
    const banps = await sight.objects('baselineadminnetworkpolicies');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const all: readonly Admin[] = [
      ...anps.map((policy) => ({ kind: 'AdminNetworkPolicy' as const, policy })),
      ...banps.map((policy) => ({ kind: 'BaselineAdminNetworkPolicy' as const, policy })),
    ];
    const findings = [...priorities(anps), ...banps.filter((each) => each.metadata.name !== 'default').map(notDefault)];
    findings.push(...all.flatMap(notReady));
    for (const zone of await policyZones(sight)) {
      for (const each of all) if (isImplemented(each)) findings.push(...rowsOf(zone, each));
      findings.push(
        ...leftOver(zone, all, {
          AdminNetworkPolicy: sight.isWhole('adminnetworkpolicies'),
          BaselineAdminNetworkPolicy: sight.isWhole('baselineadminnetworkpolicies'),
        }),
      );
    }
    if (all.length === 0) return findings.length > 0 ? findings : { skipped: 'there are no admin policies' };
    const selectable = new SelectablePods(await sight.objects('pods'), await sight.objects('namespaces'));
    const nodes = await sight.objects('nodes');
    const isWhole = sight.isWhole('pods') && sight.isWhole('namespaces') && sight.isWhole('nodes');
    const subnets = podSubnets(nodes);
    return [
      ...findings,
      ...all.flatMap((each) => [
        ...(isWhole ? selectsNothing(each, selectable, nodes) : []),
        ...networksOf(each, subnets),
      ]),
    ];
  },
};

const nameOf = ({ kind, policy }: Admin) => ({ kind, name: policy.metadata.name });

function isImplemented({ kind, policy: { metadata, priority } }: Admin): boolean {
  return kind === 'AdminNetworkPolicy' ? (priority ?? 0) <= LAST_PRIORITY : metadata.name === 'default';
}

function priorities(anps: readonly AdminNetworkPolicy[]): readonly Finding[] {
  const byPriority = new Map<number | undefined, AdminNetworkPolicy[]>();
  for (const each of anps) byPriority.set(each.priority, [...(byPriority.get(each.priority) ?? []), each]);
  const findings: Finding[] = [];
  for (const [priority, policies] of byPriority) {
    if (priority === undefined) continue;
    const evidence = policies.map((each) =>
      fieldEvidence('AdminNetworkPolicy', each, 'spec.priority', String(priority)),
    );
    const names = policies.map(({ metadata }) => metadata.name).sort();
    const [first] = evidence;
    if (first === undefined) continue;
    if (priority > LAST_PRIORITY) {
      for (const policy of policies) {
        const { name } = policy.metadata;
        const own = fieldEvidence('AdminNetworkPolicy', policy, 'spec.priority', String(priority));
        const object = { kind: 'AdminNetworkPolicy', name };
        findings.push(found(PRIORITY_UNSUPPORTED, { name, priority }, { object, evidence: [own] }));
      }
    } else if (policies.length > 1) {
      const object = { kind: 'AdminNetworkPolicy', name: names[0] ?? '' };
      findings.push(found(EQUAL_PRIORITIES, { names, priority }, { object, evidence: [first, ...evidence.slice(1)] }));
    }
  }
  return findings;
}

function notDefault(policy: AdminNetworkPolicy): Finding {
  const { name } = policy.metadata;
  const evidence = [fieldEvidence('BaselineAdminNetworkPolicy', policy, 'metadata.name', name)] as const;
  return found(BASELINE_NOT_DEFAULT, { name }, { object: { kind: 'BaselineAdminNetworkPolicy', name }, evidence });
}

function notReady(admin: Admin): readonly Finding[] {
  const { kind, policy } = admin;
  return policy.conditions
    .filter(({ type, status }) => type.startsWith(READY) && status !== 'True')
    .map(({ type, status, reason, message }) => {
      const zone = type.slice(READY.length);
      const excerpt = `status=${status} reason=${reason} message=${message}`;
      const evidence = [fieldEvidence(kind, policy, `status.conditions ${type}`, excerpt)] as const;
      return found(
        ADMIN_NOT_READY,
        { ...nameOf(admin), zone, reason, message },
        { object: nameOf(admin), zone, evidence },
      );
    });
}

const rulesWithDirection = ({ policy }: Admin) =>
  (
    [
      ['Ingress', policy.ingress],
      ['Egress', policy.egress],
    ] as const
  ).flatMap(([direction, rules]) => rules.map((rule, index) => ({ direction, index, rule })));

/** A rule for names alone has no rows yet: OVN-Kubernetes does not implement them. */
const hasRows = (rule: AdminRule): boolean => rule.peers.some(({ domainNames }) => domainNames.length === 0);

function rowsOf(zone: PolicyZone, admin: Admin): readonly Finding[] {
  const { kind, policy } = admin;
  const { name } = policy.metadata;
  const place = { object: nameOf(admin), zone: zone.zone };
  const spec = fieldEvidence(
    kind,
    policy,
    'spec',
    `ingress rules=${policy.ingress.length} egress rules=${policy.egress.length} priority=${policy.priority ?? 'none'}`,
  );
  const group = zone.group(kind, DEFAULT_NETWORK, name);
  const missing = (what: string, table: string, wanted: string): Finding =>
    found(
      ADMIN_ROWS_MISSING,
      { ...nameOf(admin), zone: zone.zone, what },
      {
        ...place,
        evidence: [absentRow(zone.zone, 'northbound', table, wanted), spec],
      },
    );
  if (group === undefined) return [missing('port group', 'Port_Group', `owner ${kind} ${name}`)];
  const rows = zone.rulesOf(group.row);
  const rules = rulesWithDirection(admin);
  const idOf = (row: (typeof rows)[number]): string => {
    const ids = row.map('external_ids');
    return `${ids.get('direction') ?? ''} ${ids.get('gress-index') ?? ''}`;
  };
  const present = new Set(rows.map(idOf));
  const wanted = new Set(rules.map(({ direction, index }) => `${direction} ${index}`));
  return [
    ...rules
      .filter(({ direction, index, rule }) => hasRows(rule) && !present.has(`${direction} ${index}`))
      .map(({ direction, index }) =>
        missing(
          `ACL for ${direction.toLowerCase()} rule ${index}`,
          'ACL',
          `direction=${direction} gress-index=${index} in ${group.row.string('name')}`,
        ),
      ),
    ...rows
      .filter((row) => row.map('external_ids').has('gress-index') && !wanted.has(idOf(row)))
      .map((row) =>
        found(
          ADMIN_ROWS_STALE,
          { ...nameOf(admin), zone: zone.zone, what: `a rule (${idOf(row)})` },
          {
            ...place,
            evidence: [rowEvidence(zone.zone, 'northbound', row, ['match', 'action', 'external_ids']), spec],
          },
        ),
      ),
  ];
}

function leftOver(
  zone: PolicyZone,
  all: readonly Admin[],
  isWhole: Readonly<Record<AdminKind, boolean>>,
): readonly Finding[] {
  return zone.groups.flatMap(({ row, type, name, network }) => {
    if (type !== 'AdminNetworkPolicy' && type !== 'BaselineAdminNetworkPolicy') return [];
    const exists = all.some((each) => each.kind === type && each.policy.metadata.name === name);
    if (exists || !isWhole[type] || network !== DEFAULT_NETWORK || row.refs('ports').length === 0) return [];
    const args = { kind: type, name, zone: zone.zone, what: 'the port group' };
    const evidence = [rowEvidence(zone.zone, 'northbound', row, ['name', 'ports', 'acls', 'external_ids'])] as const;
    return [found(ADMIN_ROWS_STALE, args, { object: { kind: type, name }, zone: zone.zone, evidence })];
  });
}

const choiceText = ({ namespaces, pods }: PodChoice): string =>
  `namespaces: ${'name' in namespaces ? namespaces.name : selectorText(namespaces)}${pods === undefined ? '' : `; pods: ${selectorText(pods)}`}`;

function selectsNothing(admin: Admin, selectable: SelectablePods, nodes: readonly Node[]): readonly Finding[] {
  const { kind, policy } = admin;
  const report = (what: string, field: string, selector: string): Finding => {
    const evidence = [fieldEvidence(kind, policy, field, selector)] as const;
    return found(ADMIN_SELECTS_NOTHING, { ...nameOf(admin), what, selector }, { object: nameOf(admin), evidence });
  };
  const subject = subjectChoice(policy.subject);
  const findings: Finding[] = [];
  if (selectable.chosen(subject).length === 0)
    findings.push(report('The subject', 'spec.subject', choiceText(subject)));
  for (const { direction, index, rule } of rulesWithDirection(admin)) {
    rule.peers.forEach((peer: AdminPeer, at) => {
      const what = `A peer of ${direction.toLowerCase()} rule ${index}`;
      const field = `spec.${direction.toLowerCase()}[${index}].${direction === 'Ingress' ? 'from' : 'to'}[${at}]`;
      const choice = peerChoice(peer);
      if (choice !== undefined && selectable.chosen(choice).length === 0)
        findings.push(report(what, field, choiceText(choice)));
      const on = peer.nodes;
      if (on !== undefined && !nodes.some(({ metadata }) => selects(on, metadata.labels)))
        findings.push(report(what, field, `nodes: ${selectorText(on)}`));
    });
  }
  return findings;
}

function networksOf(admin: Admin, subnets: readonly Prefix[]): readonly Finding[] {
  const { kind, policy } = admin;
  return rulesWithDirection(admin).flatMap(({ direction, index, rule }) => {
    const networks = rule.peers.flatMap((peer) => peer.networks);
    const cidrs = networks.filter((cidr) => {
      const prefix = parsePrefix(cidr);
      return prefix && subnets.some((each) => each.length <= prefix.length && prefixContains(each, prefix));
    });
    if (cidrs.length === 0) return [];
    const what = `${direction} rule ${index}`;
    const evidence = [
      fieldEvidence(kind, policy, `spec.${direction.toLowerCase()}[${index}]`, networks.join(', ')),
    ] as const;
    return [found(NETWORKS_OF_PODS, { ...nameOf(admin), what, cidrs }, { object: nameOf(admin), evidence })];
  });
}
