/** Whether user-defined networks keep clear of the cluster's subnets, of nodes, and of networks that they are joined with. */
import { parsePrefix } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import type { Sight } from '../sight.js';
import { internalSubnets, nodeNetworks, overlaps, USE_WORDS } from './internal-subnets.js';
import type { Use } from './internal-subnets.js';
import { CONNECTED_NETWORKS_OVERLAP, NETWORK_OVERLAPS_CLUSTER, NETWORK_OVERLAPS_NODES } from './subnet-findings.js';
import { networkId, userNetworks } from './user-networks.js';
import type { UserNetwork } from './user-networks.js';

/** A pod with a secondary network has the cluster's own beside it: only what it reaches there must be free. */
const SECONDARY_AVOIDS: readonly Use[] = ['pods', 'services'];

export const networkOverlaps: Analyzer = {
  id: 'network/overlaps',
  area: 'network',
  title: 'user-defined networks have address ranges of their own',
  inputs: [
    'hosts.configuration',
    'kube.clusteruserdefinednetworks',
    'kube.network-attachment-definitions',
    'kube.nodes',
    'kube.userdefinednetworks',
    'nb.Logical_Router_Port',
  ],
  finds: [NETWORK_OVERLAPS_CLUSTER, NETWORK_OVERLAPS_NODES, CONNECTED_NETWORKS_OVERLAP],
  analyze: async (sight) => {
    const networks = (await userNetworks(sight)).map((network) => ({ network, ranges: rangesOf(network) }));
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (networks.length === 0) return { skipped: 'there are no user-defined networks' };
    const nodes = await sight.objects('nodes');
    const subnets = await internalSubnets(sight, nodes);
    const hosts = nodeNetworks(nodes.filter(isPartOf));
    const findings: Finding[] = [];
    for (const { network, ranges } of networks) {
      const { words, object, shape } = network;
      for (const { prefix, text, evidence } of ranges) {
        const place = { object, family: prefix.family };
        const reported = new Set<Use>();
        for (const subnet of subnets) {
          if (shape.role !== 'Primary' && !SECONDARY_AVOIDS.includes(subnet.use)) continue;
          // One node's share says as much as all of them.
          if (reported.has(subnet.use) || !overlaps(prefix, subnet.prefix)) continue;
          reported.add(subnet.use);
          const other = { what: USE_WORDS[subnet.use], subnet: subnet.text };
          findings.push(
            found(
              NETWORK_OVERLAPS_CLUSTER,
              { network: words, subnet: text, other },
              { ...place, evidence: [evidence, subnet.evidence] },
            ),
          );
        }
        // A localnet is meant to be a network that hosts are in.
        const host = shape.topology === 'Localnet' ? undefined : hosts.find((each) => overlaps(prefix, each.prefix));
        if (host !== undefined) {
          const args = { network: words, subnet: text, node: host.node.metadata.name, address: host.text };
          findings.push(found(NETWORK_OVERLAPS_NODES, args, { ...place, evidence: [evidence, host.evidence] }));
        }
      }
    }
    for (const { how, members, evidence: why } of await joined(sight)) {
      const together = networks.filter(({ network }) => members.has(network.network));
      for (const [at, one] of together.entries()) {
        for (const other of together.slice(at + 1)) {
          const [a, b] =
            one.ranges
              .flatMap((x) => other.ranges.map((y) => [x, y] as const))
              .find(([x, y]) => overlaps(x.prefix, y.prefix)) ?? [];
          if (a === undefined || b === undefined) continue;
          const { words, object } = one.network;
          findings.push(
            found(
              CONNECTED_NETWORKS_OVERLAP,
              { network: words, subnet: a.text, other: other.network.words, otherSubnet: b.text, how },
              { object, family: a.prefix.family, evidence: [a.evidence, b.evidence, why] },
            ),
          );
        }
      }
    }
    return findings;
  },
};

interface Range {
  readonly prefix: Prefix;
  readonly text: string;
  readonly evidence: Evidence;
}

const rangesOf = ({ kind, source, shape }: UserNetwork): readonly Range[] =>
  shape.subnets.flatMap((text) => {
    const prefix = parsePrefix(text);
    return prefix === undefined ? [] : [{ prefix, text, evidence: fieldEvidence(kind, source, 'subnets', text) }];
  });

/** Networks that see each other: joined by a ClusterNetworkConnect, or advertised to the same routers. */
async function joined(
  sight: Sight,
): Promise<readonly { readonly how: string; readonly members: ReadonlySet<string>; readonly evidence: Evidence }[]> {
  const attachments = await sight.objects('network-attachment-definitions');
  const nameOf = (attachment: (typeof attachments)[number]): string | undefined =>
    attachment.metadata.annotations.get('k8s.ovn.org/network-name');
  const groups = new Map<
    string,
    { readonly how: string; readonly members: Set<string>; readonly evidence: Evidence }
  >();
  const join = (how: string, network: string | undefined, evidence: Evidence): void => {
    if (network === undefined) return;
    const group = groups.get(how) ?? { how, members: new Set<string>(), evidence };
    group.members.add(network);
    groups.set(how, group);
  };
  for (const attachment of attachments) {
    for (const name of namesIn(attachment.metadata.annotations.get(ADVERTISEMENTS))) {
      const evidence = annotationEvidence('NetworkAttachmentDefinition', attachment, ADVERTISEMENTS);
      join(`advertised by RouteAdvertisements ${name}`, nameOf(attachment), evidence);
    }
  }
  for (const { zone, northbound } of await sight.northbounds()) {
    for (const row of northbound.database.table('Logical_Router_Port').rows()) {
      const ids = row.map('external_ids');
      const id = ids.get('network-id');
      if (ids.get('k8s.ovn.org/owner-type') !== 'ClusterNetworkConnect' || id === undefined) continue;
      const attachment = attachments.find((each) => networkId(each) === Number(id));
      const how = `connected by ClusterNetworkConnect ${ids.get('k8s.ovn.org/name') ?? ''}`;
      if (attachment !== undefined)
        join(how, nameOf(attachment), rowEvidence(zone, 'northbound', row, ['name', 'external_ids']));
    }
  }
  return [...groups.values()];
}

/** On attachments of advertised networks: a JSON list of the objects that do it. */
const ADVERTISEMENTS = 'k8s.ovn.org/route-advertisements';

function namesIn(text: string | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
