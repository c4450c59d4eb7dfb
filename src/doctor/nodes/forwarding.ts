/** Whether the kernel of every host forwards what passes it on the interfaces of the network. */
import { gatewayConfig } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { gatewayCluster } from '../gateway/cluster.js';
import { FORWARDING_OFF, STRICT_FILTER } from './host-findings.js';

/** The host's port of the cluster's own network. */
const MANAGEMENT = 'ovn-k8s-mp0';
const STRICT = 1;

export const nodesForwarding: Analyzer = {
  id: 'nodes/forwarding',
  area: 'nodes',
  title: 'every host forwards packets on the interfaces of the network',
  inputs: ['hosts.configuration', 'hosts.sysctl', 'kube.nodes'],
  finds: [FORWARDING_OFF, STRICT_FILTER],
  analyze: async (sight) => {
    const cluster = await gatewayCluster(sight);
    if (cluster === undefined) return sight.hasObjects ? [] : { skipped: 'the source has no nodes' };
    const findings: Finding[] = [];
    for (const object of cluster.nodes) {
      const node = object.metadata.name;
      const text = await sight.hostText(node, 'sysctl');
      if (text === undefined) continue;
      const settings = parseSettings(text.text);
      if (settings.size === 0) {
        sight.miss({ code: 'host.format', subject: text.from, reason: 'it has no settings of the kernel' });
        continue;
      }
      const config = gatewayConfig(object);
      const bridge = config.ok ? config.value?.bridge : undefined;
      const place = { object: { kind: 'Node', name: node }, node };
      for (const device of bridge === undefined || bridge === '' ? [MANAGEMENT] : [bridge, MANAGEMENT]) {
        for (const family of cluster.families) {
          const key = `ipv${String(family)}/conf/${device}/forwarding`;
          if (settings.get(key) !== 0) continue;
          const evidence = [textEvidence(text, key, '0')] as const;
          findings.push(found(FORWARDING_OFF, { node, family, device }, { ...place, family, evidence }));
        }
      }
      // The kernel takes the larger of the two: 0 is off, 1 strict, 2 loose.
      const [all, own] = ['all', MANAGEMENT].map((name) => settings.get(`ipv4/conf/${name}/rp_filter`));
      if (all === undefined || own === undefined || Math.max(all, own) !== STRICT) continue;
      const evidence = [textEvidence(text, 'rp_filter', `all ${String(all)}, ${MANAGEMENT} ${String(own)}`)] as const;
      findings.push(found(STRICT_FILTER, { node, device: MANAGEMENT }, { ...place, evidence }));
    }
    return findings;
  },
};

/** Lines of a path and its value, whole numbers only. */
function parseSettings(text: string): ReadonlyMap<string, number> {
  const lines = [...text.matchAll(/^(ipv[46]\/[^:\n]+):(\d+)$/gm)];
  return new Map(lines.map(([, path = '', value = '']) => [path, Number(value)]));
}
