/** Translations of single pods to their node's address, and whether the pods are there. */
import { formatAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import { isCompleted } from '../../kube/model/pod.js';
import { gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK, networkOf } from '../../ovnk/network.js';
import { nodeSubnets } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { STALE_POD_SNAT } from './creation-findings.js';
import { bare, networksOf } from './networked-pods.js';

const OWNER = 'k8s.ovn.org/owner-type';

export const podsStaleSnat: Analyzer = {
  id: 'pods/stale-snat',
  area: 'pods',
  title: 'gateway routers translate only pods that exist',
  inputs: ['kube.nodes', 'kube.pods', 'nb.Logical_Router', 'nb.NAT'],
  finds: [STALE_POD_SNAT],
  analyze: async (sight) => {
    const pods = (await sight.objects('pods')).filter((pod) => !isCompleted(pod));
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const zones = await sight.northbounds();
    if (!sight.isWhole('pods')) return [];
    const alive = new Set(
      pods.flatMap((pod) => [
        ...pod.podIPs.flatMap(normal),
        ...networksOf(pod).flatMap(({ addresses }) => addresses.flatMap(normal)),
      ]),
    );
    const findings: Finding[] = [];
    for (const { zone, northbound } of zones) {
      for (const node of nodes) {
        const { name } = node.metadata;
        const router = northbound.routerNamed(gatewayRouter(DEFAULT_NETWORK, name));
        const read = nodeSubnets(node);
        if (router === undefined || !read.ok) continue;
        const subnets = (read.value?.get(DEFAULT_NETWORK) ?? []).flatMap((text) => parsePrefix(text) ?? []);
        const table = northbound.database.table('NAT');
        for (const row of router.refs('nat').flatMap((uuid) => table.get(uuid) ?? [])) {
          const inside = parsePrefix(row.string('logical_ip'));
          const isPod =
            inside !== undefined &&
            inside.length === (inside.family === 4 ? 32 : 128) &&
            subnets.some((subnet) => prefixContains(subnet, inside));
          // Those of egress IPs have owners, and an analyzer of their own.
          if (!isPod || row.string('type') !== 'snat' || row.map('external_ids').has(OWNER)) continue;
          if (networkOf(row) !== DEFAULT_NETWORK || alive.has(formatAddress(inside))) continue;
          const args = {
            node: name,
            router: router.string('name'),
            address: formatAddress(inside),
            external: row.string('external_ip'),
          };
          findings.push(
            found(STALE_POD_SNAT, args, {
              object: { kind: 'Node', name },
              node: name,
              zone,
              family: inside.family,
              evidence: [
                rowEvidence(zone, 'northbound', row, ['type', 'external_ip', 'logical_ip', 'external_ids']),
                { source: 'Pods', ref: `node ${name}`, excerpt: `none has ${args.address}` },
              ],
            }),
          );
        }
      }
    }
    return findings;
  },
};

function normal(text: string): readonly string[] {
  const prefix = parsePrefix(bare(text));
  return prefix === undefined ? [] : [formatAddress(prefix)];
}
