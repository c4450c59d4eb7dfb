/** Whether what a service promises in each address family is there. */
import { parseAddress } from '../../net/prefix.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { familyWord } from '../gateway/families.js';
import type { Family } from '../gateway/families.js';
import { slicesByService } from './endpoints.js';
import { EXTERNAL_FAMILY, FAMILY_WITHOUT_ENDPOINTS } from './policy-findings.js';

export const servicesFamilies: Analyzer = {
  id: 'services/families',
  area: 'services',
  title: 'services have endpoints in every address family that they have addresses of',
  inputs: ['kube.endpointslices', 'kube.services'],
  finds: [FAMILY_WITHOUT_ENDPOINTS, EXTERNAL_FAMILY],
  analyze: async (sight) => {
    const services = await sight.objects('services');
    const slices = slicesByService(await sight.objects('endpointslices'));
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const whole = sight.isWhole('endpointslices');
    const findings: Finding[] = [];
    for (const service of services) {
      const { namespace, name } = service.metadata;
      const place = { object: { kind: 'Service', namespace, name } };
      const own = service.clusterIPs.flatMap((address) => {
        const family = parseAddress(address)?.family;
        return family === undefined ? [] : [{ address, family }];
      });
      const has = [...new Set(own.map(({ family }) => family))].sort();
      const addresses = fieldEvidence('Service', service, 'spec.clusterIPs', service.clusterIPs.join(', '));
      if (has.length === 2 && whole) {
        const ready = (family: Family): number =>
          (slices.get(`${namespace}/${name}`) ?? [])
            .filter(({ addressType }) => addressType === familyWord(family))
            .flatMap(({ endpoints }) => endpoints)
            .filter((endpoint) => endpoint.ready && !endpoint.terminating).length;
        for (const { address, family } of own) {
          const other = family === 4 ? 6 : 4;
          if (ready(family) > 0 || ready(other) === 0) continue;
          const args = { namespace, service: name, family, other, address, count: ready(other) } as const;
          const excerpt = `ready endpoints: ${String(ready(4))} of IPv4, ${String(ready(6))} of IPv6`;
          const evidence = [fieldEvidence('Service', service, 'EndpointSlices', excerpt), addresses] as const;
          findings.push(found(FAMILY_WITHOUT_ENDPOINTS, args, { ...place, family, evidence }));
        }
      }
      for (const address of [...service.externalIPs, ...service.ingressIPs]) {
        const family = parseAddress(address)?.family;
        if (family === undefined || has.length === 0 || has.includes(family)) continue;
        const field = service.externalIPs.includes(address) ? 'spec.externalIPs' : 'status.loadBalancer.ingress';
        const evidence = [fieldEvidence('Service', service, field, address), addresses] as const;
        const args = { namespace, service: name, address, family, has };
        findings.push(found(EXTERNAL_FAMILY, args, { ...place, family, evidence }));
      }
    }
    return findings;
  },
};
