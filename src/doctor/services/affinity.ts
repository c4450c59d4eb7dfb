/** Services that keep a client on its endpoint, and whether their load balancers do as they ask. */
import type { Service } from '../../kube/model/service.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { balancersByService, namespacesElsewhere } from './balancers.js';
import { AFFINITY_CLAMPED, AFFINITY_DIFFERS, AFFINITY_PERMANENT } from './policy-findings.js';

/** The longest that OVN keeps a client (ovn-nb(5), option affinity_timeout). */
const LONGEST = 65_535;
/** The longest that Kubernetes lets a service ask for; OVN-Kubernetes takes it for "for ever". */
const FOR_EVER = 86_400;

const COLUMNS = ['name', 'options', 'selection_fields'];

export const servicesAffinity: Analyzer = {
  id: 'services/affinity',
  area: 'services',
  title: 'load balancers keep clients on their endpoint as services ask',
  inputs: ['kube.namespaces', 'kube.services', 'nb.Load_Balancer'],
  finds: [AFFINITY_CLAMPED, AFFINITY_PERMANENT, AFFINITY_DIFFERS],
  analyze: async (sight) => {
    const elsewhere = namespacesElsewhere(await sight.objects('namespaces'));
    const services = (await sight.objects('services')).filter(({ metadata }) => !elsewhere.has(metadata.namespace));
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = [];
    for (const service of services) {
      const { affinitySeconds: seconds } = service;
      if (seconds === undefined || service.headless || seconds <= LONGEST) continue;
      const { namespace, name } = service.metadata;
      const place = {
        object: { kind: 'Service', namespace, name },
        evidence: [fieldEvidence('Service', service, 'spec.sessionAffinityConfig', askedBy(service))] as const,
      };
      findings.push(
        seconds === FOR_EVER
          ? found(AFFINITY_PERMANENT, { namespace, service: name }, place)
          : found(AFFINITY_CLAMPED, { namespace, service: name, seconds }, place),
      );
    }
    for (const { zone, northbound } of await sight.northbounds()) {
      const balancers = balancersByService(northbound);
      for (const service of services) {
        const { namespace, name } = service.metadata;
        for (const row of balancers.get(`${namespace}/${name}`) ?? []) {
          if (kept(row) === wanted(service)) continue;
          findings.push(
            found(
              AFFINITY_DIFFERS,
              {
                namespace,
                service: name,
                zone,
                balancer: row.string('name'),
                wants: wanted(service),
                has: kept(row),
              },
              {
                object: { kind: 'Service', namespace, name },
                zone,
                evidence: [
                  rowEvidence(zone, 'northbound', row, COLUMNS),
                  fieldEvidence('Service', service, 'spec.sessionAffinity', askedBy(service)),
                ],
              },
            ),
          );
        }
      }
    }
    return findings;
  },
};

const askedBy = ({ sessionAffinity, affinitySeconds }: Service): string =>
  affinitySeconds === undefined ? sessionAffinity : `${sessionAffinity}, timeoutSeconds ${String(affinitySeconds)}`;

function wanted({ affinitySeconds: seconds }: Service): string {
  if (seconds === undefined) return 'no affinity';
  return seconds === FOR_EVER ? 'affinity for ever' : `affinity for ${String(seconds)} seconds`;
}

function kept(row: Row): string {
  const seconds = row.map('options').get('affinity_timeout');
  if (seconds !== undefined) return `affinity for ${seconds} seconds`;
  const fields = new Set(row.strings('selection_fields'));
  return fields.has('ip_src') ? 'affinity for ever' : 'no affinity';
}
