/** Whether each gateway router translates its node's pods to the node's address: all together, or each pod by itself. */
import { parsePrefix, prefixContains } from '../../net/prefix.js';
import { gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { gatewayConfig, nodeSubnets, SUBNETS_ANNOTATION } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { NODE_SNAT_MISSING } from './egress-findings.js';

export const egressNodeSnat: Analyzer = {
  id: 'egress/node-snat',
  area: 'egress',
  title: "every gateway router translates pods' addresses to its node's",
  inputs: ['kube.nodes', 'nb.Logical_Router', 'nb.Logical_Switch', 'nb.NAT'],
  finds: [NODE_SNAT_MISSING],
  analyze: async (sight) => {
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = [];
    for (const { zone, northbound } of await sight.northbounds()) {
      for (const node of nodes) {
        const name = node.metadata.name;
        const router = northbound.routerNamed(gatewayRouter(DEFAULT_NETWORK, name));
        const config = gatewayConfig(node);
        const subnets = nodeSubnets(node);
        const ports = northbound.switchNamed(name)?.refs('ports').length ?? 0;
        // Of a node without pods nothing has to be translated where each pod has its own row.
        if (router === undefined || !config.ok || config.value?.mode === 'disabled' || !subnets.ok || ports === 0)
          continue;
        const table = northbound.database.table('NAT');
        const translated = router
          .refs('nat')
          .flatMap((uuid) => table.get(uuid) ?? [])
          .filter((row) => row.string('type') === 'snat')
          .flatMap((row) => parsePrefix(row.string('logical_ip')) ?? []);
        for (const subnet of subnets.value?.get(DEFAULT_NETWORK) ?? []) {
          const prefix = parsePrefix(subnet);
          if (prefix === undefined) continue;
          if (translated.some((each) => prefixContains(each, prefix) || prefixContains(prefix, each))) continue;
          const routerName = router.string('name');
          findings.push(
            found(
              NODE_SNAT_MISSING,
              { node: name, router: routerName, family: prefix.family, subnet },
              {
                object: { kind: 'Node', name },
                node: name,
                zone,
                family: prefix.family,
                evidence: [
                  absentRow(
                    zone,
                    'northbound',
                    'NAT',
                    `type=snat and logical_ip in or around ${subnet} on ${routerName}`,
                  ),
                  annotationEvidence('Node', node, SUBNETS_ANNOTATION),
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
