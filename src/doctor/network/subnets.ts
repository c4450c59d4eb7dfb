/** Whether the cluster's own subnets keep clear of each other and of the networks of its nodes. */
import { formatAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Node } from '../../kube/model/node.js';
import { MASQUERADE_ANNOTATION, masqueradeSubnets } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { internalSubnets, nodeNetworks, overlaps, USE_WORDS } from './internal-subnets.js';
import type { Subnet } from './internal-subnets.js';
import { INTERNAL_OVERLAP, MASQUERADE_FULL, NODE_NETWORK_OVERLAP } from './subnet-findings.js';
import { attachmentConfig, networkId } from './user-networks.js';
import type { NetworkAttachment } from '../../kube/model/user-defined-network.js';

const NETWORK_ID = 'k8s.ovn.org/network-id';

export const networkSubnets: Analyzer = {
  id: 'network/subnets',
  area: 'network',
  title: "the cluster's own subnets keep clear of each other and of the nodes' networks",
  inputs: ['hosts.configuration', 'kube.network-attachment-definitions', 'kube.nodes', 'nb.Logical_Router_Port'],
  finds: [INTERNAL_OVERLAP, NODE_NETWORK_OVERLAP, MASQUERADE_FULL],
  analyze: async (sight) => {
    // Nodes of the hybrid overlay have a subnet too.
    const nodes = await sight.objects('nodes');
    const attachments = await sight.objects('network-attachment-definitions');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const subnets = await internalSubnets(sight, nodes);
    const members = nodes.filter(isPartOf);
    return [
      ...amongThemselves(subnets),
      ...withNodes(subnets, members),
      ...attachments.flatMap((attachment) => withoutRoom(attachment, members)),
    ];
  },
};

function amongThemselves(subnets: readonly Subnet[]): readonly Finding[] {
  return subnets.flatMap((one, at) =>
    subnets
      .slice(at + 1)
      // Shares of nodes are parts of one subnet, and have an analyzer of their own.
      .filter((other) => other.use !== one.use && overlaps(one.prefix, other.prefix))
      .map((other) =>
        found(
          INTERNAL_OVERLAP,
          { what: USE_WORDS[one.use], subnet: one.text, other: { what: USE_WORDS[other.use], subnet: other.text } },
          {
            object: { kind: 'Subnet', name: `${one.use}-${other.use}` },
            family: one.prefix.family,
            evidence: [one.evidence, other.evidence],
          },
        ),
      ),
  );
}

function withNodes(subnets: readonly Subnet[], nodes: readonly Node[]): readonly Finding[] {
  return nodeNetworks(nodes).flatMap(({ node, prefix, text, evidence }) => {
    const { name } = node.metadata;
    return subnets
      .filter((subnet) => overlaps(subnet.prefix, prefix))
      .map((subnet) =>
        found(
          NODE_NETWORK_OVERLAP,
          { what: USE_WORDS[subnet.use], subnet: subnet.text, node: name, address: text },
          {
            object: { kind: 'Node', name },
            node: name,
            family: prefix.family,
            evidence: [evidence, subnet.evidence],
          },
        ),
      );
  });
}

/** Each primary network takes two addresses behind the ten that are fixed, by its number. */
function withoutRoom(attachment: NetworkAttachment, nodes: readonly Node[]): readonly Finding[] {
  const config = attachmentConfig(attachment);
  const id = networkId(attachment);
  if (typeof config === 'string' || config.role !== 'primary' || id === undefined) return [];
  for (const node of nodes) {
    for (const subnet of masqueradeSubnets(node)) {
      const prefix = parsePrefix(subnet);
      if (prefix === undefined) continue;
      const shift = BigInt((prefix.family === 4 ? 32 : 128) - prefix.length);
      const needs = { family: prefix.family, value: ((prefix.value >> shift) << shift) + 10n + 2n * BigInt(id) };
      if (prefixContains(prefix, needs)) continue;
      const { namespace, name } = attachment.metadata;
      return [
        found(
          MASQUERADE_FULL,
          { network: config.name, id, node: node.metadata.name, subnet, needs: formatAddress(needs) },
          {
            object: { kind: 'NetworkAttachmentDefinition', namespace, name },
            evidence: [
              annotationEvidence('NetworkAttachmentDefinition', attachment, NETWORK_ID),
              annotationEvidence('Node', node, MASQUERADE_ANNOTATION),
            ],
          },
        ),
      ];
    }
  }
  return [];
}
