/**
 * The way of pods to the nodes of their egress IPs (OVN-Kubernetes' egressip.go): a policy of priority 100 in the pod's zone
 * with a next hop for each node, one translation on each of these, the exceptions for traffic inside the cluster, and on egress
 * nodes the route that takes in what comes from others. Addresses on secondary interfaces are another check's.
 */
import type { Node } from '../../kube/model/node.js';
import { formatAddress, parseAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Family } from '../../net/prefix.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { clusterRouter, gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { ownerOf } from '../../ovnk/owner/owner-of.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { familyWord } from '../gateway/families.js';
import { podName, SelectablePods } from '../policies/selected-pods.js';
import { canonical, holds, primaryNetworks, transitAddresses } from './egress-nodes.js';
import {
  CATCH_ALL_MISSING,
  EGRESS_NAT_MISSING,
  EGRESS_NAT_TWICE,
  NO_REROUTE_MISSING,
  REROUTE_DIFFERS,
  REROUTE_MISSING,
  STALE_REROUTE,
} from './routing-findings.js';
import { assignmentText, servedAddresses } from './served-pods.js';
import type { ServedAddress } from './served-pods.js';

const REROUTE = 100;
/** Policies that every zone with a reroute has, for each family. */
const EXCEPTIONS = ['EIP-No-Reroute-Pod-To-Pod', 'EIP-No-Reroute-Pod-To-Join', 'EIP-No-Reroute-Pod-To-Node'];

interface ZoneRows {
  readonly zone: string;
  readonly northbound: Northbound;
  /** Of the cluster router. */
  readonly policies: readonly Row[];
}

export const egressRouting: Analyzer = {
  id: 'egress/routing',
  area: 'egress',
  title: 'pods with an egress IP are routed to its nodes and translated there, once',
  inputs: [
    'kube.egressips',
    'kube.namespaces',
    'kube.nodes',
    'kube.pods',
    'nb.Logical_Router',
    'nb.Logical_Router_Policy',
    'nb.Logical_Router_Port',
    'nb.Logical_Router_Static_Route',
    'nb.Logical_Switch',
    'nb.NAT',
  ],
  finds: [
    REROUTE_MISSING,
    REROUTE_DIFFERS,
    EGRESS_NAT_MISSING,
    EGRESS_NAT_TWICE,
    STALE_REROUTE,
    NO_REROUTE_MISSING,
    CATCH_ALL_MISSING,
  ],
  analyze: async (sight) => {
    const egressIPs = await sight.objects('egressips');
    const nodes = await sight.objects('nodes');
    const selectable = new SelectablePods(await sight.objects('pods'), await sight.objects('namespaces'));
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const zones = (await sight.northbounds()).map(({ zone, northbound }): ZoneRows => {
      const table = northbound.database.table('Logical_Router_Policy');
      const router = northbound.routerNamed(clusterRouter(DEFAULT_NETWORK));
      return { zone, northbound, policies: (router?.refs('policies') ?? []).flatMap((uuid) => table.get(uuid) ?? []) };
    });
    const served = servedAddresses(egressIPs, selectable);
    const routes = new Routes(zones, nodes);
    return [
      ...served.flatMap((each) => [...routes.policyOf(each), ...routes.translationsOf(each)]),
      ...zones.flatMap((zone) => exceptionsOf(zone)),
      ...(sight.isWhole('egressips') && sight.isWhole('pods') && sight.isWhole('namespaces')
        ? zones.flatMap((zone) =>
            leftOver(
              zone,
              egressIPs.map(({ metadata }) => metadata.name),
              selectable,
              served,
            ),
          )
        : []),
    ];
  },
};

class Routes {
  readonly #zones: readonly ZoneRows[];
  readonly #nodes: ReadonlyMap<string, Node>;

  constructor(zones: readonly ZoneRows[], nodes: readonly Node[]) {
    this.#zones = zones;
    this.#nodes = new Map(nodes.map((node) => [node.metadata.name, node]));
  }

  /** The policy in the pod's own zone. */
  policyOf(served: ServedAddress): readonly Finding[] {
    const { egressIP, pod, address, family } = served;
    const zone = this.#zones.find(({ northbound }) => northbound.switchNamed(pod.nodeName) !== undefined);
    const hops = zone && this.#hopsOf(served, zone);
    if (zone === undefined || hops === undefined || hops.length === 0) return [];
    const wanted = `ip${family}.src == ${address}`;
    const rows = zone.policies.filter(
      (row) =>
        row.integer('priority') === REROUTE && row.string('match') === wanted && row.string('action') === 'reroute',
    );
    const has = [...new Set(rows.flatMap((row) => [...row.strings('nexthops'), row.string('nexthop')]))]
      .filter((text) => text !== '')
      .map(canonical)
      .sort();
    if (has.length === hops.length && has.every((hop, at) => hop === hops[at])) return [];
    const args = { name: egressIP.metadata.name, pod: podName(pod), zone: zone.zone, address, hops };
    const place = { object: { kind: 'EgressIP', name: args.name }, zone: zone.zone, family };
    if (rows.length === 0) {
      const absent = absentRow(
        zone.zone,
        'northbound',
        'Logical_Router_Policy',
        `priority=${REROUTE} and match "${wanted}"`,
      );
      return [found(REROUTE_MISSING, args, { ...place, evidence: [absent, statusOf(served)] })];
    }
    const evidence = [
      statusOf(served),
      ...rows.map((row) =>
        rowEvidence(zone.zone, 'northbound', row, ['priority', 'match', 'action', 'nexthops', 'external_ids']),
      ),
    ] as const;
    return [found(REROUTE_DIFFERS, { ...args, has }, { ...place, evidence })];
  }

  /** One row on the gateway router of each node that holds an address of the pod's family. */
  translationsOf(served: ServedAddress): readonly Finding[] {
    const { egressIP, pod, address, family } = served;
    const findings: Finding[] = [];
    for (const { node, egressIP: held } of egressIP.assignments) {
      const zone = this.#zones.find(({ northbound }) => northbound.routerNamed(gatewayRouter(DEFAULT_NETWORK, node)));
      if (zone === undefined || !this.#isOnUplink(node, held) || familyOf(held) !== family) continue;
      const all = this.#zones.flatMap((each) =>
        translations(each, address, held).map(([row, router]) => ({ ...each, row, router })),
      );
      const own = all.filter(({ router }) => router === gatewayRouter(DEFAULT_NETWORK, node));
      const args = { name: egressIP.metadata.name, pod: podName(pod), zone: zone.zone, address, egressIP: held };
      const place = { object: { kind: 'EgressIP', name: args.name }, node, zone: zone.zone, family };
      if (own.length === 0) {
        const absent = absentRow(
          zone.zone,
          'northbound',
          'NAT',
          `external_ip=${held} and logical_ip=${address} on ${gatewayRouter(DEFAULT_NETWORK, node)}`,
        );
        findings.push(found(EGRESS_NAT_MISSING, { ...args, node }, { ...place, evidence: [absent, statusOf(served)] }));
      }
      if (all.length > 1) {
        const evidence = [
          statusOf(served),
          ...all.map((each) =>
            rowEvidence(each.zone, 'northbound', each.row, [
              'external_ip',
              'logical_ip',
              'logical_port',
              'external_ids',
            ]),
          ),
        ] as const;
        const nodes = all.map(({ router }) => router);
        findings.push(found(EGRESS_NAT_TWICE, { ...args, nodes }, { ...place, evidence }));
      }
      if (node !== pod.nodeName) findings.push(...this.#catchAll(served, node, zone));
    }
    return findings;
  }

  /** What comes over the transit switch is taken to the node's own gateway router by its source. */
  #catchAll({ pod, address, egressIP, family }: ServedAddress, node: string, zone: ZoneRows): readonly Finding[] {
    const { northbound } = zone;
    // Where both nodes are of one zone the pod's own route is there.
    if (northbound.switchNamed(pod.nodeName) !== undefined) return [];
    const join = joinAddress(northbound, node, family);
    const target = parseAddress(address);
    const router = northbound.routerNamed(clusterRouter(DEFAULT_NETWORK));
    if (join === undefined || target === undefined || router === undefined) return [];
    const table = northbound.database.table('Logical_Router_Static_Route');
    const has = router.refs('static_routes').some((uuid) => {
      const row = table.get(uuid);
      if (row?.optionalString('policy') !== 'src-ip' || canonical(row.string('nexthop')) !== join) return false;
      const prefix = parsePrefix(row.string('ip_prefix'));
      return prefix !== undefined && prefixContains(prefix, target);
    });
    if (has) return [];
    const wanted = `policy=src-ip, ip_prefix around ${address}, nexthop=${join} on ${clusterRouter(DEFAULT_NETWORK)}`;
    const evidence = [
      absentRow(zone.zone, 'northbound', 'Logical_Router_Static_Route', wanted),
      fieldEvidence('EgressIP', egressIP, 'status.items', assignmentText(egressIP)),
    ] as const;
    const args = { zone: zone.zone, node, address, pod: podName(pod) };
    const object = { kind: 'EgressIP', name: egressIP.metadata.name };
    return [found(CATCH_ALL_MISSING, args, { object, node, zone: zone.zone, family, evidence })];
  }

  /** undefined when one of them can't be told. */
  #hopsOf({ egressIP, family }: ServedAddress, zone: ZoneRows): readonly string[] | undefined {
    const hops = new Set<string>();
    for (const { node, egressIP: held } of egressIP.assignments) {
      if (familyOf(held) !== family) continue;
      const holder = this.#nodes.get(node);
      if (holder === undefined || !this.#isOnUplink(node, held)) return undefined;
      const transit = transitAddresses(holder).find((each) => each.family === family);
      const hop = joinAddress(zone.northbound, node, family) ?? (transit && formatAddress(transit));
      if (hop === undefined) return undefined;
      hops.add(hop);
    }
    return [...hops].sort();
  }

  #isOnUplink(node: string, address: string): boolean {
    const holder = this.#nodes.get(node);
    return holder !== undefined && holds(primaryNetworks(holder), address);
  }
}

const familyOf = (text: string): Family | undefined => parseAddress(text)?.family;

const statusOf = ({ egressIP }: ServedAddress): Evidence =>
  fieldEvidence('EgressIP', egressIP, 'status.items', assignmentText(egressIP));

/** The address of a node's gateway router on the switch that joins it to the cluster router; of nodes of the zone. */
function joinAddress(northbound: Northbound, node: string, family: Family): string | undefined {
  const port = northbound.routerPort(`rtoj-${gatewayRouter(DEFAULT_NETWORK, node)}`);
  for (const text of port?.strings('networks') ?? []) {
    const prefix = parsePrefix(text);
    if (prefix?.family === family) return formatAddress(prefix);
  }
  return undefined;
}

function translations({ northbound }: ZoneRows, address: string, held: string): readonly (readonly [Row, string])[] {
  return northbound.database
    .table('NAT')
    .find('external_ip', held)
    .filter((row) => canonical(row.string('logical_ip')) === address)
    .flatMap((row) => northbound.parentsOf(row).map((router) => [row, router.string('name')] as const));
}

function exceptionsOf({ zone, policies }: ZoneRows): readonly Finding[] {
  const idsOf = (row: Row) => row.map('external_ids');
  const reroutes = policies.filter(
    (row) => row.integer('priority') === REROUTE && idsOf(row).get('k8s.ovn.org/owner-type') === 'EgressIP',
  );
  return ([4, 6] as const).flatMap((family) => {
    const [example] = reroutes.filter((row) => row.string('match').startsWith(`ip${family}.`));
    if (example === undefined) return [];
    const absent = EXCEPTIONS.filter(
      (name) =>
        !policies.some(
          (row) =>
            idsOf(row).get('k8s.ovn.org/name') === name && (idsOf(row).get('ip-family') ?? '').endsWith(String(family)),
        ),
    );
    return absent.map((rule) => {
      const evidence = [
        absentRow(zone, 'northbound', 'Logical_Router_Policy', `priority=102 and name ${rule}, family ip${family}`),
        rowEvidence(zone, 'northbound', example, ['priority', 'match', 'nexthops', 'external_ids']),
      ] as const;
      const args = { zone, rule, family: familyWord(family) };
      return found(NO_REROUTE_MISSING, args, { object: { kind: 'Zone', name: zone }, zone, family, evidence });
    });
  });
}

/** Policies of EgressIPs that are gone, or that do not serve the pod. */
function leftOver(
  { zone, northbound, policies }: ZoneRows,
  names: readonly string[],
  selectable: SelectablePods,
  served: readonly ServedAddress[],
): readonly Finding[] {
  return policies.flatMap((row) => {
    const owner = row.integer('priority') === REROUTE ? ownerOf(northbound, row) : undefined;
    if (owner?.kind !== 'EgressIP' || owner.pod === undefined) return [];
    const pod = `${owner.pod.namespace}/${owner.pod.name}`;
    const known = selectable.pods.find((each) => podName(each) === pod);
    const why = !names.includes(owner.name)
      ? 'which does not exist'
      : known === undefined
        ? 'but the pod does not exist'
        : undefined;
    if (
      why === undefined ||
      served.some((each) => each.egressIP.metadata.name === owner.name && podName(each.pod) === pod)
    )
      return [];
    const address = /== ([\da-f.:]+)/.exec(row.string('match'))?.[1] ?? '';
    const evidence = [
      rowEvidence(zone, 'northbound', row, ['priority', 'match', 'action', 'nexthops', 'external_ids']),
    ] as const;
    const args = { name: owner.name, pod, zone, address, why };
    return [found(STALE_REROUTE, args, { object: { kind: 'EgressIP', name: owner.name }, zone, evidence })];
  });
}
