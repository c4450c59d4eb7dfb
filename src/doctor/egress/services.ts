/**
 * EgressServices: their service, their host, and the policies of priority 101 that route endpoints there, in the zones of the
 * host and of each endpoint (egressservice_zone_service.go).
 */
import type { EgressService } from '../../kube/model/egress.js';
import type { EndpointSlice } from '../../kube/model/endpoint-slice.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import { parseAddress, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { clusterRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { podSubnets } from '../policies/pod-subnets.js';
import { selectorText } from '../policies/policy-words.js';
import { canonical } from './egress-nodes.js';
import {
  EGRESS_SERVICE_NODE_UNLABELLED,
  EGRESS_SERVICE_ROUTE_MISSING,
  EGRESS_SERVICE_ROUTE_STALE,
  EGRESS_SERVICE_WITHOUT_ADDRESS,
  EGRESS_SERVICE_WITHOUT_HOST,
  EGRESS_SERVICE_WITHOUT_SERVICE,
} from './service-findings.js';

const REROUTE = 101;
/** `status.host` of one that every node sends for. */
const ALL = 'ALL';

interface ZonePolicies {
  readonly zone: string;
  readonly northbound: Northbound;
  readonly rows: readonly Row[];
}

export const egressServices: Analyzer = {
  id: 'egress/services',
  area: 'egress',
  title: 'every EgressService has its service, its host and its routes',
  inputs: [
    'kube.egressservices',
    'kube.endpointslices',
    'kube.nodes',
    'kube.services',
    'nb.Logical_Router',
    'nb.Logical_Router_Policy',
    'nb.Logical_Switch',
  ],
  finds: [
    EGRESS_SERVICE_WITHOUT_HOST,
    EGRESS_SERVICE_WITHOUT_SERVICE,
    EGRESS_SERVICE_WITHOUT_ADDRESS,
    EGRESS_SERVICE_NODE_UNLABELLED,
    EGRESS_SERVICE_ROUTE_MISSING,
    EGRESS_SERVICE_ROUTE_STALE,
  ],
  analyze: async (sight) => {
    const egressServices = await sight.objects('egressservices');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const zones = (await sight.northbounds()).map(({ zone, northbound }): ZonePolicies => {
      const table = northbound.database.table('Logical_Router_Policy');
      const router = northbound.routerNamed(clusterRouter(DEFAULT_NETWORK));
      const rows = (router?.refs('policies') ?? []).flatMap((uuid) => table.get(uuid) ?? []);
      return { zone, northbound, rows: rows.filter((row) => row.integer('priority') === REROUTE) };
    });
    const stale = sight.isWhole('egressservices') ? zones.flatMap((zone) => leftOver(zone, egressServices)) : [];
    if (egressServices.length === 0) return stale.length > 0 ? stale : { skipped: 'there are no EgressServices' };
    const services = await sight.objects('services');
    const nodes = await sight.objects('nodes');
    const slices = await sight.objects('endpointslices');
    const subnets = podSubnets(nodes);
    const findings: Finding[] = [...stale];
    for (const egressService of egressServices) {
      const { namespace, name } = egressService.metadata;
      const about = { namespace, name };
      const place = { object: { kind: 'EgressService', ...about } };
      const status = fieldEvidence('EgressService', egressService, 'status.host', egressService.host || 'not set');
      const service = services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
      if (service?.type !== 'LoadBalancer') {
        if (service === undefined && !sight.isWhole('services')) continue;
        const why = service === undefined ? 'there is none' : `it is of type ${service.type}`;
        const evidence = [
          status,
          ...(service === undefined ? [] : [fieldEvidence('Service', service, 'spec.type', service.type)]),
        ] as const;
        findings.push(found(EGRESS_SERVICE_WITHOUT_SERVICE, { ...about, why }, { ...place, evidence }));
        continue;
      }
      if (egressService.sourceIPBy === 'LoadBalancerIP' && service.ingressIPs.length === 0) {
        const evidence = [fieldEvidence('Service', service, 'status.loadBalancer.ingress', 'none'), status] as const;
        findings.push(found(EGRESS_SERVICE_WITHOUT_ADDRESS, about, { ...place, evidence }));
        continue;
      }
      const host = egressService.host ?? '';
      if (host === '') {
        const selector =
          egressService.nodeSelector === undefined ? 'every node' : selectorText(egressService.nodeSelector);
        const evidence = [
          status,
          fieldEvidence('EgressService', egressService, 'spec.nodeSelector', selector),
        ] as const;
        findings.push(found(EGRESS_SERVICE_WITHOUT_HOST, { ...about, selector }, { ...place, evidence }));
        continue;
      }
      if (host === ALL) continue;
      const label = `egress-service.k8s.ovn.org/${namespace}-${name}`;
      const node = nodes.find(({ metadata }) => metadata.name === host);
      if (node !== undefined && !node.metadata.labels.has(label)) {
        const labels = [...node.metadata.labels.keys()].join(', ') || 'none';
        const evidence = [status, fieldEvidence('Node', node, 'metadata.labels', labels)] as const;
        findings.push(
          found(EGRESS_SERVICE_NODE_UNLABELLED, { ...about, node: host, label }, { ...place, node: host, evidence }),
        );
      }
      findings.push(...routesOf(egressService, host, endpointsOf(slices, about, subnets), zones, status));
    }
    return findings;
  },
};

interface PodEndpoint {
  readonly address: string;
  readonly nodeName: string;
}

/** Endpoints that are pods with addresses of their own. */
function endpointsOf(
  slices: readonly EndpointSlice[],
  { namespace, name }: { readonly namespace: string; readonly name: string },
  subnets: readonly Prefix[],
): readonly PodEndpoint[] {
  return slices
    .filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels.get('kubernetes.io/service-name') === name,
    )
    .flatMap(({ endpoints }) => endpoints.filter(({ ready, terminating }) => ready && !terminating))
    .flatMap(({ addresses, nodeName }) =>
      addresses.flatMap((text) => {
        const address = parseAddress(text);
        if (address === undefined || nodeName === undefined) return [];
        return subnets.some((subnet) => prefixContains(subnet, address))
          ? [{ address: canonical(text), nodeName }]
          : [];
      }),
    );
}

function routesOf(
  egressService: EgressService,
  host: string,
  endpoints: readonly PodEndpoint[],
  zones: readonly ZonePolicies[],
  status: Evidence,
): readonly Finding[] {
  const { namespace, name } = egressService.metadata;
  return zones.flatMap(({ zone, northbound, rows }) => {
    const isHere = (node: string): boolean => northbound.switchNamed(node) !== undefined;
    const routed = new Set(rows.map((row) => canonical(/^ip[46]\.src == (\S+)$/.exec(row.string('match'))?.[1] ?? '')));
    const addresses = endpoints
      .filter(({ address, nodeName }) => (isHere(host) || isHere(nodeName)) && !routed.has(address))
      .map(({ address }) => address);
    if (addresses.length === 0) return [];
    const wanted = `priority=${REROUTE} and match on the source ${addresses.join(', ')}`;
    const evidence = [absentRow(zone, 'northbound', 'Logical_Router_Policy', wanted), status] as const;
    const args = { namespace, name, zone, addresses, host };
    return [
      found(EGRESS_SERVICE_ROUTE_MISSING, args, { object: { kind: 'EgressService', namespace, name }, zone, evidence }),
    ];
  });
}

function leftOver({ zone, rows }: ZonePolicies, egressServices: readonly EgressService[]): readonly Finding[] {
  const names = new Set(egressServices.map(qualifiedName));
  return rows.flatMap((row) => {
    // `:ic` marks rows for endpoints of other zones.
    const owner = row.map('external_ids').get('EgressSVC')?.replace(/:ic$/, '');
    if (owner === undefined || names.has(owner)) return [];
    const [namespace = '', name = ''] = owner.split('/');
    const evidence = [rowEvidence(zone, 'northbound', row, ['priority', 'match', 'nexthops', 'external_ids'])] as const;
    const args = { namespace, name, zone, match: row.string('match') };
    return [
      found(EGRESS_SERVICE_ROUTE_STALE, args, { object: { kind: 'EgressService', namespace, name }, zone, evidence }),
    ];
  });
}
