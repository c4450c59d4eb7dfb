/**
 * Rows of policies in one zone, found by who owns them (external_ids of OVN-Kubernetes' DbObjectIDs), and which network the
 * policies of a namespace are made for.
 *
 * In: a northbound database. Out: port groups by owner, their rules, the switch that tells whether a node is of the zone.
 * It must not know what policies should have.
 */
import type { Namespace } from '../../kube/model/namespace.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { DEFAULT_NETWORK, networkOf } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Sight } from '../sight.js';

const PRIMARY_LABEL = 'k8s.ovn.org/primary-user-defined-network';

/** A port group that OVN-Kubernetes made, with what its ids say. */
export interface PolicyGroup {
  readonly row: Row;
  /** NetworkPolicy, NetpolNamespace, AdminNetworkPolicy, Namespace, … */
  readonly type: string;
  readonly name: string;
  readonly network: string;
  readonly direction: string | undefined;
}

export class PolicyZone {
  readonly zone: string;
  readonly northbound: Northbound;
  readonly groups: readonly PolicyGroup[];
  readonly #byOwner = new Map<string, PolicyGroup>();
  readonly #primary: ReadonlySet<string>;

  constructor(zone: string, northbound: Northbound) {
    this.zone = zone;
    this.northbound = northbound;
    this.groups = [...northbound.database.table('Port_Group').rows()].flatMap((row) => {
      const ids = row.map('external_ids');
      const type = ids.get('k8s.ovn.org/owner-type');
      const name = ids.get('k8s.ovn.org/name') ?? '';
      return type === undefined ? [] : [{ row, type, name, network: networkOf(row), direction: ids.get('direction') }];
    });
    for (const group of this.groups) {
      this.#byOwner.set(keyOf(group.type, group.network, group.name, group.direction), group);
    }
    const primary = new Set([DEFAULT_NETWORK]);
    for (const row of northbound.database.table('Logical_Switch').rows()) {
      if (row.map('external_ids').get('k8s.ovn.org/role') === 'primary') primary.add(networkOf(row));
    }
    this.#primary = primary;
  }

  group(type: string, network: string, name: string, direction?: string): PolicyGroup | undefined {
    return this.#byOwner.get(keyOf(type, network, name, direction));
  }

  /** Whether NetworkPolicies are made for the network: to secondary ones only MultiNetworkPolicies apply. */
  isPrimary(network: string): boolean {
    return this.#primary.has(network);
  }

  /** The network that the policies of a namespace are for; undefined when this zone does not have it. */
  networkOf(namespace: Namespace): string | undefined {
    const { name, labels } = namespace.metadata;
    if (!labels.has(PRIMARY_LABEL)) return DEFAULT_NETWORK;
    return [...this.#primary].find(
      (network) => network !== DEFAULT_NETWORK && this.group('Namespace', network, name) !== undefined,
    );
  }

  /** The rules of a port group; a reference to a row that is not there is passed over. */
  rulesOf(group: Row): readonly Row[] {
    const table = this.northbound.database.table('ACL');
    return group.refs('acls').flatMap((uuid) => table.get(uuid) ?? []);
  }

  hasNode(node: string): boolean {
    return this.northbound.switchNamed(node) !== undefined;
  }
}

const keyOf = (type: string, network: string, name: string, direction: string | undefined): string =>
  [type, network, name, direction ?? ''].join('\n');

/** The zones whose rows tell whose they are; for others a gap is noted. */
export async function policyZones(sight: Sight): Promise<readonly PolicyZone[]> {
  const zones = (await sight.northbounds()).map(({ zone, northbound }) => new PolicyZone(zone, northbound));
  return zones.filter(({ zone, groups }) => {
    if (groups.length > 0) return true;
    const reason = 'no port group there says whose it is: OVN-Kubernetes did not write it, or an old version did';
    sight.miss({ code: 'policies.no-owners', subject: `rows of policies of zone ${zone}`, reason });
    return false;
  });
}
