/**
 * Load balancers against services and their EndpointSlices, for the cluster addresses in the cluster's own network. Services of
 * namespaces with a network of their own have balancers of that network, whose endpoints are not in these slices.
 */
import { parseAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { EndpointSlice } from '../../kube/model/endpoint-slice.js';
import type { Service } from '../../kube/model/service.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { masqueradeSubnets } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import type { Prefix } from '../../net/prefix.js';
import { BALANCER_COLUMNS, balancersByService, canonical, namespacesElsewhere } from './balancers.js';
import { endpointsOf, endpointText, slicesByService } from './endpoints.js';
import {
  BALANCER_NOT_ATTACHED,
  BALANCER_WITHOUT_SERVICE,
  MISSING_BACKEND,
  STALE_BACKEND,
  VIP_MISSING,
} from './service-findings.js';

export const servicesLoadBalancers: Analyzer = {
  id: 'services/load-balancers',
  area: 'services',
  title: 'every service has its load balancers, with its endpoints',
  inputs: [
    'kube.endpointslices',
    'kube.namespaces',
    'kube.nodes',
    'kube.services',
    'nb.Load_Balancer',
    'nb.Load_Balancer_Group',
    'nb.Logical_Router',
    'nb.Logical_Switch',
  ],
  finds: [VIP_MISSING, STALE_BACKEND, MISSING_BACKEND, BALANCER_WITHOUT_SERVICE, BALANCER_NOT_ATTACHED],
  analyze: async (sight) => {
    const services = await sight.objects('services');
    const slices = slicesByService(await sight.objects('endpointslices'));
    const namespaces = await sight.objects('namespaces');
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const elsewhere = namespacesElsewhere(namespaces);
    // A router sends to endpoints on its own host by an address that stands for it.
    const standIns = nodes.flatMap(masqueradeSubnets).flatMap((subnet) => parsePrefix(subnet) ?? []);
    const findings: Finding[] = [];
    for (const { zone, northbound } of await sight.northbounds()) {
      const balancers = balancersByService(northbound);
      for (const service of services) {
        const { namespace, name } = service.metadata;
        if (elsewhere.has(namespace) || service.headless || service.type === 'ExternalName') continue;
        const key = `${namespace}/${name}`;
        findings.push(...judge(zone, service, slices.get(key) ?? [], balancers.get(key) ?? [], standIns));
      }
      const known = new Set(services.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
      for (const [owner, rows] of balancers) {
        const [namespace = '', service = ''] = owner.split('/');
        const place = { object: { kind: 'Service', namespace, name: service }, zone };
        for (const row of rows) {
          const args = { namespace, service, zone, balancer: row.string('name') };
          const evidence = [rowEvidence(zone, 'northbound', row, BALANCER_COLUMNS)] as const;
          if (!known.has(owner)) {
            if (sight.isWhole('services')) findings.push(found(BALANCER_WITHOUT_SERVICE, args, { ...place, evidence }));
          } else if (!isAttached(northbound, row)) {
            findings.push(found(BALANCER_NOT_ATTACHED, args, { ...place, evidence }));
          }
        }
      }
    }
    return findings;
  },
};

function isAttached({ database }: Northbound, row: Row): boolean {
  return (['Load_Balancer_Group', 'Logical_Switch', 'Logical_Router'] as const).some(
    (table) => database.table(table).find('load_balancer', row.uuid).length > 0,
  );
}

function judge(
  zone: string,
  service: Service,
  slices: readonly EndpointSlice[],
  balancers: readonly Row[],
  standIns: readonly Prefix[],
): readonly Finding[] {
  const { namespace, name } = service.metadata;
  const about = { namespace, service: name, zone };
  const place = { object: { kind: 'Service', namespace, name }, zone };
  const findings: Finding[] = [];
  for (const address of service.clusterIPs) {
    const family = parseAddress(address)?.family;
    if (family === undefined) continue;
    for (const port of service.ports) {
      const vip = endpointText(address, port.port);
      const rows = balancers.filter(
        (row) =>
          (row.optionalString('protocol') ?? 'tcp').toUpperCase() === port.protocol &&
          [...row.map('vips').keys()].some((key) => canonical(key) === vip),
      );
      const spec = fieldEvidence('Service', service, 'spec', `${vip} ${port.protocol}`);
      const [first, ...more] = rows.map((row) => rowEvidence(zone, 'northbound', row, BALANCER_COLUMNS));
      if (first === undefined) {
        const absent = absentRow(zone, 'northbound', 'Load_Balancer', `vips having ${vip} (${port.protocol})`);
        findings.push(
          found(VIP_MISSING, { ...about, vip, protocol: port.protocol }, { ...place, evidence: [absent, spec] }),
        );
        continue;
      }
      const backends = new Set(
        rows.flatMap((row) =>
          [...row.map('vips')].flatMap(([key, value]) =>
            canonical(key) === vip
              ? value
                  .split(',')
                  .filter((text) => text !== '')
                  .map(canonical)
              : [],
          ),
        ),
      );
      const { all, ready } = endpointsOf(service, port, family, slices);
      const isStandIn = (text: string): boolean => {
        const own = parsePrefix(text.replace(/^\[|\]?:\d+$/g, ''));
        return own !== undefined && standIns.some((subnet) => prefixContains(subnet, own));
      };
      const stale = [...backends].filter((text) => !text.includes('^') && !all.has(text) && !isStandIn(text));
      const endpoints = fieldEvidence(
        'Service',
        service,
        'EndpointSlices',
        all.size === 0
          ? 'no endpoint'
          : [...all].map((text) => `${text}${ready.has(text) ? '' : ' (not ready)'}`).join(', '),
      );
      const evidence = [first, ...more, endpoints] as const;
      if (stale.length > 0)
        findings.push(found(STALE_BACKEND, { ...about, vip, backends: stale }, { ...place, evidence }));
      // With the local policy a balancer has the endpoints of its own node only, and stand-ins replace some.
      if (service.internalTrafficPolicy === 'Local' || [...backends].some(isStandIn)) continue;
      const missing = [...ready].filter((text) => !backends.has(text));
      if (missing.length > 0) {
        findings.push(found(MISSING_BACKEND, { ...about, vip, backends: missing }, { ...place, evidence }));
      }
    }
  }
  return findings;
}
