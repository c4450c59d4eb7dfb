/** Whether the switch and the gateway router of every node have the groups that hold the cluster's load balancers. */
import { gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { gatewayConfig } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { GROUP_NOT_ATTACHED } from './node-port-findings.js';

export const servicesGroups: Analyzer = {
  id: 'services/groups',
  area: 'services',
  title: 'every node has the groups of load balancers that all nodes share',
  inputs: ['kube.nodes', 'nb.Load_Balancer_Group', 'nb.Logical_Router', 'nb.Logical_Switch'],
  finds: [GROUP_NOT_ATTACHED],
  analyze: async (sight) => {
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = [];
    for (const { zone, northbound } of await sight.northbounds()) {
      const groups = northbound.database.table('Load_Balancer_Group');
      for (const node of nodes) {
        const { name } = node.metadata;
        const config = gatewayConfig(node);
        const takesNodePorts = config.ok && config.value?.nodePorts === true;
        const holders = [
          {
            row: northbound.switchNamed(name),
            where: 'The switch',
            wanted: ['clusterLBGroup', 'clusterSwitchLBGroup'],
          },
          {
            row: northbound.routerNamed(gatewayRouter(DEFAULT_NETWORK, name)),
            where: 'The gateway router',
            wanted: ['clusterLBGroup', ...(takesNodePorts ? ['clusterRouterLBGroup'] : [])],
          },
        ];
        for (const { row, where, wanted } of holders) {
          if (row === undefined) continue;
          const has = new Set(row.refs('load_balancer_group'));
          for (const group of wanted.flatMap((each) => groups.find('name', each))) {
            const balancers = group.refs('load_balancer').length;
            // An empty group changes nothing; releases differ in when they attach it.
            if (balancers === 0 || has.has(group.uuid)) continue;
            findings.push(
              found(
                GROUP_NOT_ATTACHED,
                { zone, node: name, group: group.string('name'), where, balancers },
                {
                  object: { kind: 'Node', name },
                  node: name,
                  zone,
                  evidence: [
                    rowEvidence(zone, 'northbound', row, ['name', 'load_balancer_group']),
                    rowEvidence(zone, 'northbound', group, ['name', 'load_balancer']),
                  ],
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
