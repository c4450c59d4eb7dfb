/**
 * Services that keep connections on the node they came in on (policy Local): nodes where nobody answers then, and balancers
 * of a node that do not keep to it.
 */
import type { EndpointSlice } from '../../kube/model/endpoint-slice.js';
import type { Service } from '../../kube/model/service.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { defaultNetworkOf, isNetworked } from '../pods/networked-pods.js';
import {
  backendsIn,
  BALANCER_COLUMNS,
  balancersByService,
  canonical,
  forProtocol,
  isOfNode,
  namespacesElsewhere,
} from './balancers.js';
import { endpointsOf, endpointText, slicesByService } from './endpoints.js';
import { EXTERNAL_LOCAL_GAPS, INTERNAL_LOCAL_GAPS, LOCAL_BALANCER_DIFFERS } from './policy-findings.js';

export const servicesLocalPolicy: Analyzer = {
  id: 'services/local-policy',
  area: 'services',
  title: 'services with a Local traffic policy have endpoints where their packets arrive',
  inputs: [
    'kube.endpointslices',
    'kube.namespaces',
    'kube.nodes',
    'kube.pods',
    'kube.services',
    'nb.Load_Balancer',
    'nb.Logical_Switch',
  ],
  finds: [EXTERNAL_LOCAL_GAPS, INTERNAL_LOCAL_GAPS, LOCAL_BALANCER_DIFFERS],
  analyze: async (sight) => {
    const elsewhere = namespacesElsewhere(await sight.objects('namespaces'));
    const local = (await sight.objects('services')).filter(
      (service) => !elsewhere.has(service.metadata.namespace) && (isExternal(service) || isInternal(service)),
    );
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (local.length === 0) return { skipped: 'no service has a Local traffic policy' };
    const slices = slicesByService(await sight.objects('endpointslices'));
    const nodes = (await sight.objects('nodes')).filter(isPartOf).map(({ metadata }) => metadata.name);
    const pods = (await sight.objects('pods')).filter(isNetworked);
    // Nobody asks from a node without pods.
    const asking = new Set(
      pods
        .filter((pod) => pod.phase === 'Running' && defaultNetworkOf(pod)?.role === 'primary')
        .map(({ nodeName }) => nodeName),
    );
    const zones = (await sight.northbounds()).map(({ zone, northbound }) => ({
      zone,
      balancers: balancersByService(northbound),
      nodes: nodes.filter((node) => northbound.switchNamed(node) !== undefined),
    }));
    const findings: Finding[] = [];
    for (const service of local) {
      const { namespace, name } = service.metadata;
      const own = slices.get(`${namespace}/${name}`) ?? [];
      const ready = readyByNode(own);
      // Endpoints that are on no node can't be judged, and a service without any is no matter of the policy.
      if (ready === undefined || ready.size === 0) continue;
      const bare = nodes.filter((node) => !ready.has(node));
      const place = { object: { kind: 'Service', namespace, name } };
      const where = fieldEvidence(
        'Service',
        service,
        'EndpointSlices',
        [...ready].map(([node, count]) => `${String(count)} ready on ${node}`).join(', '),
      );
      const policy = (field: 'externalTrafficPolicy' | 'internalTrafficPolicy'): Evidence =>
        fieldEvidence('Service', service, `spec.${field}`, service[field]);
      if (isExternal(service) && bare.length > 0) {
        const evidence = [policy('externalTrafficPolicy'), where] as const;
        const args = { namespace, service: name, nodes: bare, type: service.type };
        findings.push(found(EXTERNAL_LOCAL_GAPS, args, { ...place, evidence }));
      }
      const stranded = bare.filter((node) => asking.has(node));
      if (isInternal(service) && stranded.length > 0) {
        const evidence = [policy('internalTrafficPolicy'), where] as const;
        findings.push(
          found(INTERNAL_LOCAL_GAPS, { namespace, service: name, nodes: stranded }, { ...place, evidence }),
        );
      }
      for (const { zone, balancers, nodes: here } of zones) {
        const rows = balancers.get(`${namespace}/${name}`) ?? [];
        for (const node of here) {
          for (const { row, vip, foreign, missing } of differences(service, own, rows, node)) {
            findings.push(
              found(
                LOCAL_BALANCER_DIFFERS,
                { namespace, service: name, node, zone, vip, foreign, missing },
                {
                  ...place,
                  node,
                  zone,
                  evidence: [rowEvidence(zone, 'northbound', row, BALANCER_COLUMNS), where],
                },
              ),
            );
          }
        }
      }
    }
    return findings;
  },
};

/** Connections from outside stay on their node; only node ports and addresses of load balancers come in that way. */
const isExternal = ({ type, externalTrafficPolicy }: Service): boolean =>
  (type === 'NodePort' || type === 'LoadBalancer') && externalTrafficPolicy === 'Local';

const isInternal = ({ clusterIPs, internalTrafficPolicy }: Service): boolean =>
  clusterIPs.length > 0 && internalTrafficPolicy === 'Local';

/** How many endpoints get connections on each node; undefined where an endpoint does not say its node. */
function readyByNode(slices: readonly EndpointSlice[]): ReadonlyMap<string, number> | undefined {
  const counts = new Map<string, number>();
  const [first] = slices;
  for (const slice of slices) {
    for (const { ready, terminating, nodeName } of slice.endpoints) {
      if (!ready || terminating) continue;
      if (nodeName === undefined) return undefined;
      // Dual-stack services have the same endpoints in slices of both families.
      const one = slice.addressType === first?.addressType ? 1 : 0;
      counts.set(nodeName, (counts.get(nodeName) ?? 0) + one);
    }
  }
  return counts;
}

interface Difference {
  readonly row: Row;
  readonly vip: string;
  readonly foreign: readonly string[];
  readonly missing: readonly string[];
}

/** Where balancers of the node have other endpoints than those on it. */
function differences(
  service: Service,
  slices: readonly EndpointSlice[],
  rows: readonly Row[],
  node: string,
): readonly Difference[] {
  const here = slices.map((slice) => ({
    ...slice,
    endpoints: slice.endpoints.filter(({ nodeName }) => nodeName === node),
  }));
  const scopes = [
    ...(isExternal(service) ? (['node_local_router'] as const) : []),
    ...(isInternal(service) ? (['node_switch', 'node_router+switch'] as const) : []),
  ];
  return service.ports.flatMap((port) =>
    forProtocol(rows, port)
      .filter((row) => isOfNode(row, scopes, node))
      .flatMap((row) => [...row.map('vips')].map(([vip, value]) => ({ row, vip: canonical(vip), value })))
      .flatMap(({ row, vip, value }): readonly Difference[] => {
        const isCluster = service.clusterIPs.some((address) => endpointText(address, port.port) === vip);
        const isLocalRouter = isOfNode(row, ['node_local_router'], node);
        const fits = isLocalRouter
          ? !isCluster && (vip.endsWith(`:${String(port.nodePort)}`) || vip.endsWith(`:${String(port.port)}`))
          : isCluster;
        if (!fits) return [];
        const family = vip.startsWith('[') ? 6 : 4;
        const everywhere = endpointsOf(service, port, family, slices).all;
        const { all, ready } = endpointsOf(service, port, family, here);
        const has = new Set(backendsIn(value));
        // Addresses that stand for the host are no endpoints by themselves.
        const foreign = [...has].filter((text) => everywhere.has(text) && !all.has(text));
        const standsIn = [...has].some((text) => !everywhere.has(text));
        const missing = standsIn ? [] : [...ready].filter((text) => !has.has(text));
        return foreign.length + missing.length > 0 ? [{ row, vip, foreign, missing }] : [];
      }),
  );
}
