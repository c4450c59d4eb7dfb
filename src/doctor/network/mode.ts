/** How OVN-Kubernetes is deployed: whether its pods show one shape, and each zone has a name of its own. */
import { detectDeployment } from '../../ovnk/deployment.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { MODE_DOUBT, ZONE_TWICE } from './feature-findings.js';

export const networkMode: Analyzer = {
  id: 'network/mode',
  area: 'network',
  title: 'OVN-Kubernetes is deployed in one shape, with zones of their own names',
  inputs: ['kube.pods', 'nb.NB_Global'],
  finds: [MODE_DOUBT, ZONE_TWICE],
  analyze: async (sight) => {
    const pods = await sight.objects('pods');
    const findings: Finding[] = [];
    const named = new Map<string, { readonly zone: string; readonly evidence: Evidence }[]>();
    for (const { zone, northbound } of await sight.northbounds()) {
      const [global] = [...northbound.database.table('NB_Global').rows()];
      const name = global?.map('options').get('name') ?? global?.string('name') ?? '';
      if (global === undefined || name === '') continue;
      const evidence = rowEvidence(zone, 'northbound', global, ['name', 'options']);
      named.set(name, [...(named.get(name) ?? []), { zone, evidence }]);
    }
    for (const [name, holders] of named) {
      const [first, ...others] = holders;
      if (first === undefined || others.length === 0) continue;
      const args = { name, zones: holders.map(({ zone }) => zone) };
      const evidence = [first.evidence, ...others.map((each) => each.evidence)] as const;
      findings.push(found(ZONE_TWICE, args, { object: { kind: 'Zone', name }, evidence }));
    }
    if (!sight.hasObjects) return findings;
    const deployment = detectDeployment(pods);
    if (!deployment.ok) {
      const reason =
        deployment.error.kind === 'none'
          ? 'no pod of the source has databases'
          : `several namespaces have databases: ${deployment.error.namespaces.join(', ')}`;
      sight.miss({ code: 'network.no-deployment', subject: 'deployment of OVN-Kubernetes', reason });
      return findings;
    }
    const { shape, namespace, doubts } = deployment.value;
    for (const { code, message } of doubts) {
      // One that waits for a node is no fault of the deployment.
      if (code === 'unscheduled') continue;
      const evidence = [{ source: `Pods of namespace ${namespace}`, ref: code, excerpt: message }] as const;
      findings.push(
        found(MODE_DOUBT, { shape, doubt: message }, { object: { kind: 'Namespace', name: namespace }, evidence }),
      );
    }
    return findings;
  },
};
