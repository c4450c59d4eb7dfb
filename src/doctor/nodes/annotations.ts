/** What every node must have written on it before pods on it can have a network. */
import {
  CHASSIS_ANNOTATION,
  GATEWAY_ANNOTATION,
  gatewayConfig,
  nodeSubnets,
  SUBNETS_ANNOTATION,
} from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { ANNOTATION_MALFORMED, ANNOTATION_MISSING } from './node-findings.js';

const NEEDED = [
  [SUBNETS_ANNOTATION, 'the cluster manager', 'Pods on the node get no addresses.'],
  [GATEWAY_ANNOTATION, 'ovnkube on the node', 'The node has no gateway router, and pods on it no way out.'],
  [CHASSIS_ANNOTATION, 'ovnkube on the node', 'Other zones do not know where to send packets for its pods.'],
] as const;

export const nodesAnnotations: Analyzer = {
  id: 'nodes/annotations',
  area: 'nodes',
  title: 'every node has its subnet, gateway and chassis written on it',
  inputs: ['kube.nodes'],
  finds: [ANNOTATION_MISSING, ANNOTATION_MALFORMED],
  analyze: async (sight) => {
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    return nodes.flatMap((node): readonly Finding[] => {
      const name = node.metadata.name;
      const place = (annotation: string) => ({
        object: { kind: 'Node', name },
        node: name,
        evidence: [annotationEvidence('Node', node, annotation)] as const,
      });
      const subnets = nodeSubnets(node);
      const gateway = gatewayConfig(node);
      const noDefault = subnets.ok && subnets.value !== undefined && !subnets.value.has('default');
      const missing = NEEDED.filter(
        ([annotation]) =>
          !node.metadata.annotations.has(annotation) || (annotation === SUBNETS_ANNOTATION && noDefault),
      ).map(([annotation, writer, effect]) =>
        found(ANNOTATION_MISSING, { node: name, annotation, writer, effect }, place(annotation)),
      );
      const malformed = (
        [
          [SUBNETS_ANNOTATION, subnets],
          [GATEWAY_ANNOTATION, gateway],
        ] as const
      ).flatMap(([annotation, read]) =>
        read.ok ? [] : [found(ANNOTATION_MALFORMED, { node: name, annotation, reason: read.error }, place(annotation))],
      );
      return [...missing, ...malformed];
    });
  },
};
