/** Port groups and address sets of policies: exactly the pods that the selectors mean. */
import type { AdminNetworkPolicy } from '../../kube/model/admin-network-policy.js';
import type { NetworkPolicy } from '../../kube/model/network-policy.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';
import { formatAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import { DEFAULT_NETWORK, networkOf } from '../../ovnk/network.js';
import { podOfPort } from '../../ovnk/pod-of-port.js';
import { parsePodSelectorName } from '../../ovnk/pod-selector-name.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding, ObjectName } from '../finding.js';
import { bare, defaultNetworkOf, isNetworked, POD_NETWORKS } from '../pods/networked-pods.js';
import type { Sight } from '../sight.js';
import { ADDRESSES_MISSING, ADDRESSES_STALE, POD_IN_WRONG_GROUP, POD_NOT_IN_GROUP } from './member-findings.js';
import { podSubnets } from './pod-subnets.js';
import { policyZones } from './policy-zone.js';
import type { PolicyGroup, PolicyZone } from './policy-zone.js';
import { peerChoice, podName, SelectablePods, subjectChoice } from './selected-pods.js';
import type { PodChoice } from './selected-pods.js';

export const policiesMembers: Analyzer = {
  id: 'policies/members',
  area: 'policies',
  title: 'port groups and address sets hold exactly the selected pods',
  inputs: [
    'kube.adminnetworkpolicies',
    'kube.baselineadminnetworkpolicies',
    'kube.namespaces',
    'kube.networkpolicies',
    'kube.nodes',
    'kube.pods',
    'nb.ACL',
    'nb.Address_Set',
    'nb.Logical_Switch',
    'nb.Logical_Switch_Port',
    'nb.Port_Group',
  ],
  finds: [POD_NOT_IN_GROUP, POD_IN_WRONG_GROUP, ADDRESSES_MISSING, ADDRESSES_STALE],
  analyze: async (sight) => {
    const pods = await sight.objects('pods');
    const namespaces = await sight.objects('namespaces');
    const policies = await sight.objects('networkpolicies');
    const admin = [
      ...(await sight.objects('adminnetworkpolicies')).map((policy) => ['AdminNetworkPolicy', policy] as const),
      ...(await sight.objects('baselineadminnetworkpolicies')).map(
        (policy) => ['BaselineAdminNetworkPolicy', policy] as const,
      ),
    ];
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    // Labels of a pod or namespace that is not known decide as well.
    if (!sight.isWhole('pods') || !sight.isWhole('namespaces')) return [];
    const selectable = new SelectablePods(pods, namespaces);
    const subnets = podSubnets(nodes);
    const members = new Members(
      selectable,
      policies,
      new Map(admin.map(([kind, each]) => [`${kind} ${each.metadata.name}`, each])),
    );
    return (await policyZones(sight)).flatMap((zone) => [
      ...groupsOf(zone, members),
      ...setsOf(sight, zone, members, subnets),
    ]);
  },
};

/** What a group or set should hold. */
interface Wanted {
  readonly what: string;
  readonly object: ObjectName;
  readonly isMember: (pod: Pod) => boolean;
  readonly look: readonly string[];
}

class Members {
  readonly selectable: SelectablePods;
  readonly #policies: readonly NetworkPolicy[];
  readonly #admin: ReadonlyMap<string, AdminNetworkPolicy>;

  constructor(
    selectable: SelectablePods,
    policies: readonly NetworkPolicy[],
    admin: ReadonlyMap<string, AdminNetworkPolicy>,
  ) {
    this.selectable = selectable;
    this.#policies = policies;
    this.#admin = admin;
  }

  /** undefined for groups of other things and of policies that do not exist. */
  ofGroup(zone: PolicyZone, { type, name, network, direction }: PolicyGroup): Wanted | undefined {
    const [namespace = '', policyName = ''] = name.split(':');
    const selectedBy = (policies: readonly NetworkPolicy[]) => (pod: Pod) =>
      policies.some(({ podSelector }) => this.#isChosen(pod, { namespaces: { name: namespace }, pods: podSelector }));
    const listPods = [`kubectl -n ${namespace} get pods --show-labels`];
    switch (type) {
      case 'Namespace':
        return {
          what: `namespace ${name}`,
          object: { kind: 'Namespace', name },
          isMember: ({ metadata }) => metadata.namespace === name,
          look: listPods,
        };
      case 'NetworkPolicy': {
        const policies = this.#policies.filter(
          ({ metadata }) => metadata.namespace === namespace && metadata.name === policyName,
        );
        if (policies.length === 0 || !zone.isPrimary(network)) return undefined;
        return {
          what: `NetworkPolicy ${namespace}/${policyName}`,
          object: { kind: type, namespace, name: policyName },
          isMember: selectedBy(policies),
          look: [`kubectl -n ${namespace} get networkpolicy ${policyName} -o yaml`, ...listPods],
        };
      }
      case 'NetpolNamespace': {
        const policies = this.#policies.filter(
          ({ metadata, policyTypes }) =>
            metadata.namespace === namespace && policyTypes.some((each) => each === direction),
        );
        if (policies.length === 0 || !zone.isPrimary(network)) return undefined;
        return {
          what: `the ${(direction ?? '').toLowerCase()} isolation of namespace ${namespace}`,
          object: { kind: 'Namespace', name: namespace },
          isMember: selectedBy(policies),
          look: [`kubectl -n ${namespace} get networkpolicies`, ...listPods],
        };
      }
      case 'AdminNetworkPolicy':
      case 'BaselineAdminNetworkPolicy': {
        const policy = this.#admin.get(`${type} ${name}`);
        if (policy === undefined || network !== DEFAULT_NETWORK) return undefined;
        const choice = subjectChoice(policy.subject);
        return {
          what: `${type} ${name}`,
          object: { kind: type, name },
          isMember: (pod) => this.#isChosen(pod, choice),
          look: [`kubectl get ${type.toLowerCase()} ${name} -o yaml`],
        };
      }
      default:
        return undefined;
    }
  }

  /** undefined for sets of other things; an error text where the selector can't be read. */
  ofSet(row: Row): Wanted | string | undefined {
    const ids = row.map('external_ids');
    const type = ids.get('k8s.ovn.org/owner-type');
    const name = ids.get('k8s.ovn.org/name') ?? '';
    if (networkOf(row) !== DEFAULT_NETWORK) return undefined;
    if (type === 'PodSelector') {
      const choice = parsePodSelectorName(name);
      if (!choice.ok) return choice.error;
      const isMember = (pod: Pod) => this.#isChosen(pod, choice.value);
      const { namespaces } = choice.value;
      const look =
        'name' in namespaces
          ? `kubectl -n ${namespaces.name} get pods -o wide --show-labels`
          : 'kubectl get pods -A -o wide --show-labels';
      return { what: `selector ${name}`, object: { kind: 'Address_Set', name }, isMember, look: [look] };
    }
    if (type !== 'AdminNetworkPolicy' && type !== 'BaselineAdminNetworkPolicy') return undefined;
    const policy = this.#admin.get(`${type} ${name}`);
    const direction = ids.get('direction') ?? '';
    const index = Number(ids.get('gress-index') ?? NaN);
    const rule = (direction === 'Ingress' ? policy?.ingress : policy?.egress)?.[index];
    if (rule === undefined) return undefined;
    const choices = rule.peers.flatMap((peer) => peerChoice(peer) ?? []);
    return {
      what: `${direction.toLowerCase()} rule ${index} of ${type} ${name}`,
      object: { kind: type, name },
      isMember: (pod) => choices.some((choice) => this.#isChosen(pod, choice)),
      look: [`kubectl get ${type.toLowerCase()} ${name} -o yaml`],
    };
  }

  #isChosen(pod: Pod, choice: PodChoice): boolean {
    return this.selectable.isChosen(pod, choice);
  }
}

function groupsOf(zone: PolicyZone, members: Members): readonly Finding[] {
  const byName = new Map(members.selectable.pods.map((pod) => [podName(pod), pod]));
  const ports = [...zone.northbound.database.table('Logical_Switch_Port').rows()].flatMap((row) => {
    const owner = podOfPort(row);
    const pod = owner && byName.get(`${owner.namespace}/${owner.name}`);
    return pod === undefined ? [] : [{ row, pod, network: networkOf(row) }];
  });
  const byUuid = new Map(ports.map((port) => [port.row.uuid, port]));
  return zone.groups.flatMap((group) => {
    const wanted = members.ofGroup(zone, group);
    if (wanted === undefined) return [];
    const held = new Set(group.row.refs('ports'));
    // Ports of other zones are in some groups and not in others.
    const missing = ports.filter(
      ({ row, pod, network }) =>
        network === group.network &&
        row.string('type') !== 'remote' &&
        !held.has(row.uuid) &&
        isSettled(pod) &&
        (group.type === 'Namespace' || network !== DEFAULT_NETWORK || defaultNetworkOf(pod)?.role === 'primary') &&
        wanted.isMember(pod),
    );
    const extra = [...held].flatMap((uuid) => byUuid.get(uuid) ?? []).filter(({ pod }) => !wanted.isMember(pod));
    const evidence = (
      rows: readonly { readonly row: Row; readonly pod: Pod }[],
    ): readonly [Evidence, ...Evidence[]] => [
      rowEvidence(zone.zone, 'northbound', group.row, ['name', 'ports', 'external_ids']),
      ...rows
        .slice(0, 3)
        .map(({ row }) => rowEvidence(zone.zone, 'northbound', row, ['_uuid', 'name', 'external_ids'].slice(1))),
      ...rows.slice(0, 3).map(({ pod }) => labelEvidence(pod)),
    ];
    const { what, object, look } = wanted;
    const said = (rows: readonly { readonly pod: Pod }[]) => ({
      what,
      look,
      zone: zone.zone,
      pods: rows.map(({ pod }) => podName(pod)).sort(),
    });
    const findings: Finding[] = [];
    const place = { object, zone: zone.zone };
    if (missing.length > 0)
      findings.push(found(POD_NOT_IN_GROUP, said(missing), { ...place, evidence: evidence(missing) }));
    if (extra.length > 0)
      findings.push(found(POD_IN_WRONG_GROUP, said(extra), { ...place, evidence: evidence(extra) }));
    return findings;
  });
}

/** Pods that come up or go are in groups and sets a moment later than they should. */
const isSettled = (pod: Pod): boolean => isNetworked(pod) && pod.phase === 'Running' && pod.podIPs.length > 0;

const labelEvidence = (pod: Pod): Evidence => ({
  source: `Pod ${podName(pod)}`,
  ref: 'metadata.labels',
  excerpt: [...pod.metadata.labels].map(([key, value]) => `${key}=${value}`).join(', ') || 'none',
});

function setsOf(sight: Sight, zone: PolicyZone, members: Members, subnets: readonly Prefix[]): readonly Finding[] {
  const owners = new Map<string, Pod[]>();
  for (const pod of members.selectable.pods) {
    if (pod.hostNetwork || isCompleted(pod)) continue;
    for (const address of defaultNetworkOf(pod)?.addresses ?? []) {
      const key = canonical(bare(address));
      owners.set(key, [...(owners.get(key) ?? []), pod]);
    }
  }
  const findings: Finding[] = [];
  for (const row of zone.northbound.database.table('Address_Set').rows()) {
    const wanted = members.ofSet(row);
    if (wanted === undefined) continue;
    if (typeof wanted === 'string') {
      const subject = `address set ${row.string('name')} of zone ${zone.zone}`;
      sight.miss({ code: 'policies.selector', subject, reason: `its selector is ${wanted}` });
      continue;
    }
    const family = row.map('external_ids').get('ip-family') === 'v6' ? 6 : 4;
    const held = new Set(row.strings('addresses').map(canonical));
    const missing = [...owners].flatMap(([address, pods]) =>
      !held.has(address) && parsePrefix(address)?.family === family
        ? pods
            .filter((pod) => isSettled(pod) && defaultNetworkOf(pod)?.role === 'primary' && wanted.isMember(pod))
            .map((pod) => ({ address, pod }))
        : [],
    );
    const stale = [...held].flatMap((address) => {
      if (address.includes('/') || !isPodAddress(address, subnets)) return [];
      const pods = owners.get(address) ?? [];
      return pods.some((pod) => wanted.isMember(pod)) ? [] : [{ address, pod: pods[0] }];
    });
    const place = { object: wanted.object, zone: zone.zone };
    const set = rowEvidence(zone.zone, 'northbound', row, ['name', 'addresses', 'external_ids']);
    const said = (entries: readonly { readonly address: string; readonly pod: Pod | undefined }[]) => ({
      what: wanted.what,
      zone: zone.zone,
      look: wanted.look,
      addresses: entries
        .map(({ address, pod }) => `${address} (${pod === undefined ? 'of no pod' : podName(pod)})`)
        .sort(),
      users: usersOf(zone, row.string('name')),
    });
    const evidence = (pods: readonly (Pod | undefined)[]): readonly [Evidence, ...Evidence[]] => [
      set,
      ...pods
        .slice(0, 3)
        .flatMap((pod) =>
          pod === undefined ? [] : [annotationEvidence('Pod', pod, POD_NETWORKS), labelEvidence(pod)],
        ),
    ];
    if (missing.length > 0)
      findings.push(
        found(ADDRESSES_MISSING, said(missing), { ...place, evidence: evidence(missing.map(({ pod }) => pod)) }),
      );
    if (stale.length > 0)
      findings.push(found(ADDRESSES_STALE, said(stale), { ...place, evidence: evidence(stale.map(({ pod }) => pod)) }));
  }
  return findings;
}

/** Whether a pod may have the address: the first of a node's subnet are its router's and its own. */
function isPodAddress(text: string, subnets: readonly Prefix[]): boolean {
  const address = parsePrefix(text);
  if (address === undefined) return false;
  const subnet = subnets.find((each) => prefixContains(each, address));
  return subnet !== undefined && address.value - subnet.value > 3n;
}

/** Owners of the rules that refer to the set. */
function usersOf(zone: PolicyZone, set: string): readonly string[] {
  const users = new Set<string>();
  const wanted = new RegExp(`\\$${set}\\b`);
  for (const row of zone.northbound.database.table('ACL').rows()) {
    if (wanted.test(row.string('match'))) users.add(row.string('name') || `ACL ${row.uuid.slice(0, 8)}`);
  }
  return [...users].sort();
}

function canonical(text: string): string {
  const prefix = text.includes('/') ? undefined : parsePrefix(text);
  return prefix === undefined ? text : formatAddress(prefix);
}
