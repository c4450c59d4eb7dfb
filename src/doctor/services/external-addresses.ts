/** External addresses of services: whether each has a load balancer, and belongs to one service. */
import { parseAddress } from '../../net/prefix.js';
import type { Service, ServicePort } from '../../kube/model/service.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { familyOf } from '../gateway/families.js';
import { balancersByService, canonical, forProtocol, namespacesElsewhere } from './balancers.js';
import { endpointText } from './endpoints.js';
import { ADDRESS_TWICE, EXTERNAL_VIP_MISSING } from './node-port-findings.js';

interface Claim {
  readonly service: Service;
  readonly port: ServicePort;
  readonly vip: string;
  readonly evidence: Evidence;
}

export const servicesExternalAddresses: Analyzer = {
  id: 'services/external-addresses',
  area: 'services',
  title: 'every external address of a service is its own and has a load balancer',
  inputs: ['kube.namespaces', 'kube.services', 'nb.Load_Balancer'],
  finds: [ADDRESS_TWICE, EXTERNAL_VIP_MISSING],
  analyze: async (sight) => {
    const services = await sight.objects('services');
    const elsewhere = namespacesElsewhere(await sight.objects('namespaces'));
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const external = services.flatMap(externalClaims);
    const findings: Finding[] = [...twice(services, external)];
    for (const { zone, northbound } of await sight.northbounds()) {
      const balancers = balancersByService(northbound);
      for (const { service, port, vip, evidence } of external) {
        const { namespace, name } = service.metadata;
        // Of a family the service does not have there is none, and that has a finding of its own.
        if (elsewhere.has(namespace) || !service.clusterIPs.some((each) => familyOf(each) === vipFamily(vip))) continue;
        const rows = forProtocol(balancers.get(`${namespace}/${name}`) ?? [], port);
        if (rows.some((row) => [...row.map('vips').keys()].some((key) => canonical(key) === vip))) continue;
        const args = { namespace, service: name, zone, vip, protocol: port.protocol };
        const absent = absentRow(zone, 'northbound', 'Load_Balancer', `vips having ${vip} (${port.protocol})`);
        findings.push(
          found(EXTERNAL_VIP_MISSING, args, {
            object: { kind: 'Service', namespace, name },
            zone,
            evidence: [absent, evidence],
          }),
        );
      }
    }
    return findings;
  },
};

const vipFamily = (vip: string): 4 | 6 => (vip.startsWith('[') ? 6 : 4);

function externalClaims(service: Service): readonly Claim[] {
  const addresses = [
    ...service.externalIPs.map((address) => ({ address, field: 'spec.externalIPs' })),
    ...service.ingressIPs.map((address) => ({ address, field: 'status.loadBalancer.ingress' })),
  ].filter(({ address }) => parseAddress(address) !== undefined);
  return addresses.flatMap(({ address, field }) =>
    service.ports.map((port) => {
      const vip = endpointText(address, port.port);
      return { service, port, vip, evidence: fieldEvidence('Service', service, field, `${vip} ${port.protocol}`) };
    }),
  );
}

/** Where another service has the same external address, or has it as its cluster address. */
function twice(services: readonly Service[], external: readonly Claim[]): readonly Finding[] {
  const claims = new Map<string, Claim[]>();
  const cluster = services.flatMap((service) =>
    service.clusterIPs.flatMap((address) =>
      service.ports.map((port): Claim => {
        const vip = endpointText(address, port.port);
        const excerpt = `${vip} ${port.protocol}`;
        return { service, port, vip, evidence: fieldEvidence('Service', service, 'spec.clusterIPs', excerpt) };
      }),
    ),
  );
  for (const claim of [...external, ...cluster]) {
    const key = `${claim.vip} ${claim.port.protocol}`;
    const known = claims.get(key);
    if (known === undefined) claims.set(key, [claim]);
    else if (!known.some(({ service }) => service === claim.service)) known.push(claim);
  }
  return [...claims.values()].flatMap(([first, ...others]): readonly Finding[] => {
    if (first === undefined || others.length === 0) return [];
    const { namespace, name } = first.service.metadata;
    return [
      found(
        ADDRESS_TWICE,
        {
          namespace,
          service: name,
          vip: first.vip,
          protocol: first.port.protocol,
          others: others.map(({ service: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
        },
        {
          object: { kind: 'Service', namespace, name },
          evidence: [first.evidence, ...others.map(({ evidence }) => evidence)],
        },
      ),
    ];
  });
}
