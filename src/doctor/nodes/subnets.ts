/** The pod subnets of nodes: as given, as their switches have them, and as other zones reach them. */
import { parsePrefix, prefixContains } from '../../net/prefix.js';
import { clusterRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { nodeSubnets, SUBNETS_ANNOTATION } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { ROUTE_MISSING, SUBNET_DIFFERS, SUBNETS_OVERLAP } from './node-findings.js';

export const nodesSubnets: Analyzer = {
  id: 'nodes/subnets',
  area: 'nodes',
  title: "every node's pod subnet is its own, on its switch, and known to the other zones",
  inputs: ['kube.nodes', 'nb.Logical_Router', 'nb.Logical_Router_Static_Route', 'nb.Logical_Switch'],
  finds: [SUBNET_DIFFERS, SUBNETS_OVERLAP, ROUTE_MISSING],
  analyze: async (sight) => {
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const zones = await sight.northbounds();
    const given = nodes.flatMap((node) => {
      const read = nodeSubnets(node);
      const subnets = read.ok ? read.value?.get(DEFAULT_NETWORK) : undefined;
      return subnets === undefined ? [] : [{ node, name: node.metadata.name, subnets }];
    });
    const findings: Finding[] = [];
    for (const [at, { node, name, subnets }] of given.entries()) {
      for (const other of given.slice(at + 1)) {
        const [subnet, otherSubnet] = overlap(subnets, other.subnets) ?? [];
        if (subnet === undefined || otherSubnet === undefined) continue;
        findings.push(
          found(
            SUBNETS_OVERLAP,
            { node: name, other: other.name, subnet, otherSubnet },
            {
              object: { kind: 'Node', name },
              node: name,
              evidence: [
                annotationEvidence('Node', node, SUBNETS_ANNOTATION),
                annotationEvidence('Node', other.node, SUBNETS_ANNOTATION),
              ],
            },
          ),
        );
      }
    }
    for (const { zone, northbound } of zones) {
      const router = northbound.routerNamed(clusterRouter(DEFAULT_NETWORK));
      const table = northbound.database.table('Logical_Router_Static_Route');
      const prefixes = new Set(
        (router?.refs('static_routes') ?? []).flatMap((uuid) => canonical(table.get(uuid)?.string('ip_prefix') ?? '')),
      );
      for (const { node, name, subnets } of given) {
        const place = { object: { kind: 'Node', name }, node: name, zone };
        const annotation = annotationEvidence('Node', node, SUBNETS_ANNOTATION);
        const own = northbound.switchNamed(name);
        if (own !== undefined) {
          const config = own.map('other_config');
          const has = [config.get('subnet'), config.get('ipv6_prefix')].flatMap((text) => text ?? []);
          const known = new Set(has.flatMap((text) => networkText(text)));
          if (subnets.flatMap(networkText).some((text) => !known.has(text))) {
            const evidence = [annotation, rowEvidence(zone, 'northbound', own, ['name', 'other_config'])] as const;
            findings.push(found(SUBNET_DIFFERS, { node: name, annotated: subnets, has }, { ...place, evidence }));
          }
          continue;
        }
        if (router === undefined) continue;
        for (const subnet of subnets.filter((each) => !canonical(each).some((text) => prefixes.has(text)))) {
          const absent = absentRow(zone, 'northbound', 'Logical_Router_Static_Route', `ip_prefix=${subnet}`);
          findings.push(
            found(ROUTE_MISSING, { node: name, zone, subnet }, { ...place, evidence: [absent, annotation] }),
          );
        }
      }
    }
    return findings;
  },
};

/** A prefix in one notation, whatever way it was written. */
function canonical(text: string): readonly string[] {
  const prefix = parsePrefix(text);
  return prefix === undefined ? [] : [`${prefix.family}/${prefix.value}/${prefix.length}`];
}

/** The network part alone: a switch has the IPv6 prefix without its length. */
function networkText(text: string): readonly string[] {
  const prefix = parsePrefix(text);
  return prefix === undefined ? [] : [`${prefix.family}/${prefix.value}`];
}

function overlap(left: readonly string[], right: readonly string[]): readonly [string, string] | undefined {
  for (const a of left) {
    for (const b of right) {
      const [x, y] = [parsePrefix(a), parsePrefix(b)];
      if (x === undefined || y === undefined) continue;
      if (prefixContains(x, y) || prefixContains(y, x)) return [a, b];
    }
  }
  return undefined;
}
