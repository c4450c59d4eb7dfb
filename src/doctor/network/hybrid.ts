/** The hybrid overlay: nodes that are reached over VXLAN, most of them Windows, and the ways of the other nodes to them. */
import { formatAddress, parsePrefix } from '../../net/prefix.js';
import type { Node } from '../../kube/model/node.js';
import { clusterRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { nodeSubnets } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { bare, defaultNetworkOf, isNetworked, POD_NETWORKS } from '../pods/networked-pods.js';
import {
  HYBRID_ADDRESS_TAKEN,
  HYBRID_GATEWAY_MISSING,
  HYBRID_POLICY_MISSING,
  HYBRID_SUBNET_MISSING,
} from './feature-findings.js';
import { HYBRID_SUBNET_ANNOTATION } from './internal-subnets.js';

const GATEWAY = [
  'k8s.ovn.org/hybrid-overlay-distributed-router-gateway-mac',
  'k8s.ovn.org/hybrid-overlay-distributed-router-gateway-ip',
] as const;

export const networkHybrid: Analyzer = {
  id: 'network/hybrid',
  area: 'network',
  title: 'nodes of the hybrid overlay are reached by all others',
  inputs: ['kube.nodes', 'kube.pods', 'nb.Logical_Router', 'nb.Logical_Router_Policy'],
  finds: [HYBRID_SUBNET_MISSING, HYBRID_GATEWAY_MISSING, HYBRID_ADDRESS_TAKEN, HYBRID_POLICY_MISSING],
  analyze: async (sight) => {
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const remote = nodes.filter((node) => !isPartOf(node));
    const members = nodes.filter(isPartOf);
    // Excluded nodes alone may be left to another network altogether.
    const isOn =
      remote.some((node) => node.metadata.annotations.has(HYBRID_SUBNET_ANNOTATION)) ||
      members.some((node) => node.metadata.annotations.has(GATEWAY[0]));
    if (!isOn || remote.length === 0) return { skipped: 'there is no hybrid overlay' };
    const pods = (await sight.objects('pods')).filter(isNetworked);
    const findings: Finding[] = remote
      .filter((node) => !node.metadata.annotations.has(HYBRID_SUBNET_ANNOTATION))
      .map((node) => {
        const { name } = node.metadata;
        const evidence = [annotationEvidence('Node', node, HYBRID_SUBNET_ANNOTATION)] as const;
        return found(HYBRID_SUBNET_MISSING, { node: name }, { object: { kind: 'Node', name }, node: name, evidence });
      });
    for (const node of members) {
      const { name } = node.metadata;
      const place = { object: { kind: 'Node', name }, node: name };
      const lacking = GATEWAY.filter((annotation) => !node.metadata.annotations.has(annotation));
      const [first, ...more] = lacking.map((annotation) => annotationEvidence('Node', node, annotation));
      if (first !== undefined) {
        const args = { node: name, missing: lacking };
        findings.push(found(HYBRID_GATEWAY_MISSING, args, { ...place, evidence: [first, ...more] }));
      }
      const reserved = new Set(thirdAddresses(node));
      for (const pod of pods.filter(({ nodeName }) => nodeName === name)) {
        const address = defaultNetworkOf(pod)
          ?.addresses.map(bare)
          .find((each) => reserved.has(each));
        if (address === undefined) continue;
        const { namespace, name: podName } = pod.metadata;
        findings.push(
          found(
            HYBRID_ADDRESS_TAKEN,
            { namespace, pod: podName, node: name, address },
            {
              object: { kind: 'Pod', namespace, name: podName },
              node: name,
              evidence: [annotationEvidence('Pod', pod, POD_NETWORKS)],
            },
          ),
        );
      }
    }
    for (const { zone, northbound } of await sight.northbounds()) {
      const router = northbound.routerNamed(clusterRouter(DEFAULT_NETWORK));
      const table = northbound.database.table('Logical_Router_Policy');
      const names = (router?.refs('policies') ?? []).map(
        (uuid) => table.get(uuid)?.map('external_ids').get('name') ?? '',
      );
      for (const { metadata } of members) {
        const { name } = metadata;
        // Without gateway there is no policy either, and that is said already.
        const isHere = northbound.routerNamed(`GR_${name}`) !== undefined;
        if (router === undefined || !isHere || GATEWAY.some((annotation) => !metadata.annotations.has(annotation)))
          continue;
        const wanted = `hybrid-subnet-${name}`;
        if (names.some((each) => each === wanted || each.startsWith(`${wanted}:`))) continue;
        const evidence = [
          absentRow(zone, 'northbound', 'Logical_Router_Policy', `external_ids:name=${wanted}`),
        ] as const;
        findings.push(
          found(
            HYBRID_POLICY_MISSING,
            { node: name, zone },
            { object: { kind: 'Node', name }, node: name, zone, evidence },
          ),
        );
      }
    }
    return findings;
  },
};

/** The address of the hybrid overlay in a node's subnets. */
function thirdAddresses(node: Node): readonly string[] {
  const read = nodeSubnets(node);
  return (read.ok ? (read.value?.get(DEFAULT_NETWORK) ?? []) : []).flatMap((text) => {
    const prefix = parsePrefix(text);
    if (prefix === undefined || prefix.family === 6) return [];
    const shift = BigInt(32 - prefix.length);
    return [formatAddress({ family: 4, value: ((prefix.value >> shift) << shift) + 3n })];
  });
}
