/**
 * AdminPolicyBasedExternalRoutes: their status, the routes by source on gateway routers for each pod and static gateway, the
 * state of BFD, and what is left over. Gateways that are pods (dynamic ones) are not compared.
 */
import type { ExternalRoute } from '../../kube/model/egress.js';
import type { Namespace } from '../../kube/model/namespace.js';
import type { Node } from '../../kube/model/node.js';
import type { Pod } from '../../kube/model/pod.js';
import { parseAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { bare, defaultNetworkOf } from '../pods/networked-pods.js';
import { podName, SelectablePods } from '../policies/selected-pods.js';
import { canonical, networkText } from './egress-nodes.js';
import {
  EXTERNAL_GATEWAY_DOWN,
  EXTERNAL_GATEWAY_FAR,
  EXTERNAL_ROUTE_FAILED,
  EXTERNAL_ROUTE_MISSING,
  EXTERNAL_ROUTE_STALE,
  LEGACY_EXTERNAL_GATEWAY,
} from './external-route-findings.js';

const LEGACY = [
  'k8s.ovn.org/routing-external-gws',
  'k8s.ovn.org/routing-namespaces',
  'k8s.ovn.org/hybrid-overlay-external-gw',
];

/** The gateway router of a node and what it routes by source. */
interface Gateway {
  readonly node: string;
  readonly zone: string;
  readonly northbound: Northbound;
  readonly port: string;
  readonly networks: readonly Prefix[];
  readonly routes: readonly Row[];
}

export const egressExternalRoutes: Analyzer = {
  id: 'egress/external-routes',
  area: 'egress',
  title: 'pods with external gateways have routes to them, and the gateways answer',
  inputs: [
    'kube.adminpolicybasedexternalroutes',
    'kube.namespaces',
    'kube.nodes',
    'kube.pods',
    'nb.BFD',
    'nb.Logical_Router',
    'nb.Logical_Router_Port',
    'nb.Logical_Router_Static_Route',
  ],
  finds: [
    EXTERNAL_ROUTE_FAILED,
    EXTERNAL_ROUTE_MISSING,
    EXTERNAL_GATEWAY_DOWN,
    EXTERNAL_GATEWAY_FAR,
    EXTERNAL_ROUTE_STALE,
    LEGACY_EXTERNAL_GATEWAY,
  ],
  analyze: async (sight) => {
    const policies = await sight.objects('adminpolicybasedexternalroutes');
    const namespaces = await sight.objects('namespaces');
    const pods = await sight.objects('pods');
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const selectable = new SelectablePods(pods, namespaces);
    const gateways = (await sight.northbounds()).flatMap(({ zone, northbound }) => gatewaysOf(zone, northbound, nodes));
    const legacy = namespaces.flatMap(legacyOf);
    const isWhole = ['adminpolicybasedexternalroutes', 'pods', 'namespaces'] as const;
    // With gateways that are pods, or annotations of old, routes have other reasons too.
    const isAllKnown =
      isWhole.every((plural) => sight.isWhole(plural)) &&
      legacy.length === 0 &&
      policies.every(({ dynamicNextHops }) => dynamicNextHops === 0);
    const findings = [
      ...legacy,
      ...policies.flatMap((policy) => [
        ...failed(policy),
        ...policy.staticNextHops.flatMap(({ ip, bfd }) => [
          ...missing(policy, ip, selectable, gateways),
          ...(bfd ? down(policy, ip, gateways) : []),
          ...far(policy, ip, gateways),
        ]),
      ]),
      ...(isAllKnown ? leftOver(policies, selectable, gateways) : []),
    ];
    if (policies.length === 0 && findings.length === 0)
      return { skipped: 'there are no AdminPolicyBasedExternalRoutes' };
    return findings;
  },
};

function gatewaysOf(zone: string, northbound: Northbound, nodes: readonly Node[]): readonly Gateway[] {
  const table = northbound.database.table('Logical_Router_Static_Route');
  return nodes.flatMap(({ metadata: { name } }) => {
    const router = northbound.routerNamed(gatewayRouter(DEFAULT_NETWORK, name));
    if (router === undefined) return [];
    const port = `rtoe-${router.string('name')}`;
    const networks = (northbound.routerPort(port)?.strings('networks') ?? []).flatMap(
      (text) => parsePrefix(text) ?? [],
    );
    const routes = router
      .refs('static_routes')
      .flatMap((uuid) => table.get(uuid) ?? [])
      .filter((row) => row.optionalString('policy') === 'src-ip');
    return [{ node: name, zone, northbound, port, networks, routes }];
  });
}

const placeOf = ({ metadata: { name } }: ExternalRoute) => ({
  object: { kind: 'AdminPolicyBasedExternalRoute', name },
});

const hopEvidence = (policy: ExternalRoute): Evidence =>
  fieldEvidence(
    'AdminPolicyBasedExternalRoute',
    policy,
    'spec.nextHops.static',
    policy.staticNextHops.map(({ ip, bfd }) => `${ip}${bfd ? ' (bfdEnabled)' : ''}`).join(', '),
  );

function failed(policy: ExternalRoute): readonly Finding[] {
  if (policy.status !== 'Fail') return [];
  const { name } = policy.metadata;
  const { messages } = policy;
  const evidence = [
    fieldEvidence('AdminPolicyBasedExternalRoute', policy, 'status', `status=Fail messages=${messages.join('; ')}`),
  ] as const;
  return [found(EXTERNAL_ROUTE_FAILED, { name, messages }, { ...placeOf(policy), evidence })];
}

/** Addresses of a pod in the cluster's own network. */
const addressesOf = (pod: Pod): readonly string[] =>
  (defaultNetworkOf(pod)?.addresses ?? []).map((address) => canonical(bare(address)));

const sourceOf = (row: Row): string => canonical(bare(row.string('ip_prefix')));

function missing(
  policy: ExternalRoute,
  hop: string,
  selectable: SelectablePods,
  gateways: readonly Gateway[],
): readonly Finding[] {
  const family = parseAddress(hop)?.family;
  const pods = selectable.networked({ namespaces: policy.namespaceSelector, pods: undefined });
  return gateways.flatMap(({ node, zone, routes }) => {
    const routed = new Set(routes.filter((row) => canonical(row.string('nexthop')) === canonical(hop)).map(sourceOf));
    const without = pods
      .filter((pod) => pod.nodeName === node && pod.phase === 'Running' && defaultNetworkOf(pod)?.role === 'primary')
      .filter((pod) =>
        addressesOf(pod).some((address) => parseAddress(address)?.family === family && !routed.has(address)),
      );
    if (without.length === 0 || family === undefined) return [];
    const router = gatewayRouter(DEFAULT_NETWORK, node);
    const args = { name: policy.metadata.name, pods: without.map(podName), hop, node, zone };
    const addresses = without.flatMap(addressesOf).filter((address) => parseAddress(address)?.family === family);
    const evidence = [
      absentRow(
        zone,
        'northbound',
        'Logical_Router_Static_Route',
        `policy=src-ip nexthop=${hop} and ip_prefix ${addresses.slice(0, 5).join(', ')} on ${router}`,
      ),
      hopEvidence(policy),
    ] as const;
    return [found(EXTERNAL_ROUTE_MISSING, args, { ...placeOf(policy), node, zone, family, evidence })];
  });
}

function down(policy: ExternalRoute, hop: string, gateways: readonly Gateway[]): readonly Finding[] {
  const sessions = gateways.flatMap(({ node, zone, northbound, port }) =>
    northbound.database
      .table('BFD')
      .find('logical_port', port)
      .filter((row) => canonical(row.string('dst_ip')) === canonical(hop) && row.optionalString('status') === 'down')
      .map((row) => ({ node, evidence: rowEvidence(zone, 'northbound', row, ['logical_port', 'dst_ip', 'status']) })),
  );
  const [first, ...more] = sessions;
  if (first === undefined) return [];
  const evidence = [first.evidence, ...more.map((each) => each.evidence), hopEvidence(policy)] as const;
  const args = { name: policy.metadata.name, hop, nodes: sessions.map(({ node }) => node) };
  const family = parseAddress(hop)?.family;
  return [
    found(EXTERNAL_GATEWAY_DOWN, args, { ...placeOf(policy), ...(family === undefined ? {} : { family }), evidence }),
  ];
}

function far(policy: ExternalRoute, hop: string, gateways: readonly Gateway[]): readonly Finding[] {
  const address = parseAddress(hop);
  if (address === undefined) return [];
  const apart = gateways.filter(({ networks }) => {
    const own = networks.filter(({ family }) => family === address.family);
    return own.length > 0 && !own.some((network) => prefixContains(network, address));
  });
  if (apart.length === 0) return [];
  const networks = [
    ...new Set(
      apart.flatMap((each) => each.networks.filter(({ family }) => family === address.family).map(networkText)),
    ),
  ];
  const ports = apart.flatMap(({ northbound, zone, port }) => {
    const row = northbound.routerPort(port);
    return row === undefined ? [] : [rowEvidence(zone, 'northbound', row, ['name', 'networks'])];
  });
  const args = { name: policy.metadata.name, hop, nodes: apart.map(({ node }) => node), networks };
  const evidence = [hopEvidence(policy), ...ports] as const;
  return [found(EXTERNAL_GATEWAY_FAR, args, { ...placeOf(policy), family: address.family, evidence })];
}

/** Routes of single addresses whose pod no policy selects. */
function leftOver(
  policies: readonly ExternalRoute[],
  selectable: SelectablePods,
  gateways: readonly Gateway[],
): readonly Finding[] {
  const owners = new Map(
    selectable.pods
      .filter(({ hostNetwork }) => !hostNetwork)
      .flatMap((pod) => addressesOf(pod).map((address) => [address, pod] as const)),
  );
  return gateways.flatMap(({ node, zone, port, routes }) =>
    routes.flatMap((row) => {
      const prefix = parsePrefix(row.string('ip_prefix'));
      const isSingle = prefix !== undefined && prefix.length === (prefix.family === 4 ? 32 : 128);
      if (!isSingle || row.optionalString('output_port') !== port) return [];
      const address = sourceOf(row);
      const pod = owners.get(address);
      const isAsked =
        pod !== undefined &&
        policies.some(({ namespaceSelector }) =>
          selectable.isChosen(pod, { namespaces: namespaceSelector, pods: undefined }),
        );
      if (isAsked) return [];
      const args = { address, pod: pod && podName(pod), hop: row.string('nexthop'), node, zone };
      const evidence = [
        rowEvidence(zone, 'northbound', row, ['ip_prefix', 'nexthop', 'policy', 'output_port', 'options']),
      ] as const;
      return [found(EXTERNAL_ROUTE_STALE, args, { object: { kind: 'Node', name: node }, node, zone, evidence })];
    }),
  );
}

function legacyOf(namespace: Namespace): readonly Finding[] {
  const { name, annotations } = namespace.metadata;
  const present = LEGACY.filter((annotation) => annotations.has(annotation));
  const [first] = present;
  if (first === undefined) return [];
  const evidence = [
    annotationEvidence('Namespace', namespace, first),
    ...present.slice(1).map((each) => annotationEvidence('Namespace', namespace, each)),
  ] as const;
  return [
    found(
      LEGACY_EXTERNAL_GATEWAY,
      { namespace: name, annotations: present },
      { object: { kind: 'Namespace', name }, evidence },
    ),
  ];
}
