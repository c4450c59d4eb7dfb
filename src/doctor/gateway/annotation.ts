/** What OVN-Kubernetes took over from the host when it started: next hops and addresses of the node's gateway. */
import { formatAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import { GATEWAY_ANNOTATION, gatewayConfig, masqueradeSubnets } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { gatewayCluster } from './cluster.js';
import { familyOf } from './families.js';
import type { Family } from './families.js';
import { familyGateways } from './host-gateways.js';
import type { Gateway } from './host-gateways.js';
import { parseRoutes } from './ip-route.js';
import { NO_NEXT_HOP, STALE_NEXT_HOP } from './ovn-findings.js';
import { GATEWAY_ADDRESS_MISSING } from './startup-findings.js';
import type { Sight } from '../sight.js';

export const gatewayAnnotation: Analyzer = {
  id: 'gateway/annotation',
  area: 'gateway',
  title: 'OVN-Kubernetes knows the gateway of each family on every node',
  inputs: ['hosts.configuration', 'kube.nodes'],
  finds: [NO_NEXT_HOP, GATEWAY_ADDRESS_MISSING],
  analyze: async (sight) => {
    const cluster = await gatewayCluster(sight);
    if (cluster === undefined) return sight.hasObjects ? [] : { skipped: 'the source has no nodes' };
    const findings: Finding[] = [];
    for (const node of cluster.nodes) {
      const name = node.metadata.name;
      const config = gatewayConfig(node);
      // Absent and malformed annotations are another analyzer's.
      if (!config.ok || config.value === undefined || config.value.mode === 'disabled') continue;
      const { mode, bridge, addresses, nextHops } = config.value;
      const place = (family: Family) => ({
        object: { kind: 'Node', name },
        node: name,
        family,
        evidence: [annotationEvidence('Node', node, GATEWAY_ANNOTATION)] as const,
      });
      for (const family of cluster.families) {
        if (!nextHops.some((hop) => familyOf(hop) === family)) {
          findings.push(found(NO_NEXT_HOP, { node: name, family, mode, bridge }, place(family)));
        }
        if (!addresses.some((address) => familyOf(address) === family)) {
          findings.push(found(GATEWAY_ADDRESS_MISSING, { node: name, pod: undefined, family, bridge }, place(family)));
        }
      }
    }
    return findings;
  },
};

export const gatewayStale: Analyzer = {
  id: 'gateway/stale',
  area: 'gateway',
  title: "OVN-Kubernetes' next hops are the hosts' default gateways",
  inputs: ['hosts.configuration', 'hosts.routes', 'kube.nodes'],
  finds: [STALE_NEXT_HOP],
  analyze: async (sight) => {
    const cluster = await gatewayCluster(sight);
    if (cluster === undefined) return sight.hasObjects ? [] : { skipped: 'the source has no nodes' };
    const findings: Finding[] = [];
    for (const node of cluster.nodes) {
      const name = node.metadata.name;
      const config = gatewayConfig(node);
      if (!config.ok || config.value === undefined) continue;
      const { bridge, nextHops } = config.value;
      const masquerade = masqueradeSubnets(node).flatMap((subnet) => parsePrefix(subnet) ?? []);
      for (const family of cluster.families) {
        const own = nextHops.filter((hop) => familyOf(hop) === family);
        const isPlaceholder = (hop: string): boolean => {
          const address = parsePrefix(hop);
          return address !== undefined && masquerade.some((subnet) => prefixContains(subnet, address));
        };
        if (own.length === 0 || own.every(isPlaceholder)) continue;
        const gateway = await hostGateway(sight, name, family, cluster.gatewayInterface?.value ?? bridge);
        if (gateway === undefined || own.some((hop) => sameAddress(hop, gateway.address))) continue;
        findings.push(
          found(
            STALE_NEXT_HOP,
            { node: name, family, nextHops: own, gateway: gateway.address, interface: gateway.interface },
            {
              object: { kind: 'Node', name },
              node: name,
              family,
              evidence: [
                annotationEvidence('Node', node, GATEWAY_ANNOTATION),
                { source: gateway.from, ref: `table ${gateway.route.table}`, excerpt: gateway.route.line },
              ],
            },
          ),
        );
      }
    }
    return findings;
  },
};

async function hostGateway(
  sight: Sight,
  node: string,
  family: Family,
  wanted: string,
): Promise<(Gateway & { readonly from: string }) | undefined> {
  const text = await sight.hostText(node, family === 4 ? 'routes4' : 'routes6');
  const routes = text && parseRoutes(text.text, family);
  if (text === undefined || routes?.ok !== true) return undefined;
  const gateways = familyGateways(routes.value);
  const gateway = wanted === '' ? gateways.first : gateways.on(wanted);
  return gateway && { ...gateway, from: text.from };
}

/** The same address, however it is written. */
export function sameAddress(a: string, b: string): boolean {
  const [left, right] = [parsePrefix(a), parsePrefix(b)];
  return left === undefined || right === undefined ? a === b : formatAddress(left) === formatAddress(right);
}
