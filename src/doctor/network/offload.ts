/** Hardware offload and DPUs: what they can not do together with the rest, and what they report. */
import { Fields } from '../../kube/model/fields.js';
import type { Pod } from '../../kube/model/pod.js';
import { GATEWAY_ANNOTATION, gatewayConfig } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { isNetworked } from '../pods/networked-pods.js';
import { DPU_FAILED, GATEWAY_MTU_OFF, OFFLOAD_LOCAL_GATEWAY } from './feature-findings.js';

const MTU_SUPPORT = 'k8s.ovn.org/gateway-mtu-support';
const DPU_STATUS = 'k8s.ovn.org/dpu.connection-status';

export const networkOffload: Analyzer = {
  id: 'network/offload',
  area: 'network',
  title: 'hardware offload goes together with the rest, and DPUs connect their pods',
  inputs: ['kube.nodes', 'kube.pods', 'ovs.Open_vSwitch'],
  finds: [GATEWAY_MTU_OFF, OFFLOAD_LOCAL_GATEWAY, DPU_FAILED],
  analyze: async (sight) => {
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    const pods = (await sight.objects('pods')).filter(isNetworked);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = nodes
      .filter((node) => node.metadata.annotations.get(MTU_SUPPORT) === 'false')
      .map((node) => {
        const { name } = node.metadata;
        const evidence = [annotationEvidence('Node', node, MTU_SUPPORT)] as const;
        return found(GATEWAY_MTU_OFF, { node: name }, { object: { kind: 'Node', name }, node: name, evidence });
      });
    for (const zone of sight.zones) {
      const database = await zone.openVSwitch();
      const [global] = [...(database?.table('Open_vSwitch').rows() ?? [])];
      const host = global?.map('external_ids').get('hostname');
      if (global?.map('other_config').get('hw-offload') !== 'true' || host === undefined) continue;
      const node = nodes.find(({ metadata }) => metadata.name === host || metadata.name === zone.name);
      const config = node && gatewayConfig(node);
      if (node === undefined || config?.ok !== true || config.value?.mode !== 'local') continue;
      const { name } = node.metadata;
      findings.push(
        found(
          OFFLOAD_LOCAL_GATEWAY,
          { node: name, zone: zone.name },
          {
            object: { kind: 'Node', name },
            node: name,
            zone: zone.name,
            evidence: [
              {
                source: `Open vSwitch of zone ${zone.name}`,
                ref: `Open_vSwitch ${global.uuid}`,
                excerpt: 'other_config:hw-offload=true',
              },
              annotationEvidence('Node', node, GATEWAY_ANNOTATION),
            ],
          },
        ),
      );
    }
    return [...findings, ...pods.flatMap(failures)];
  },
};

function failures(pod: Pod): readonly Finding[] {
  const text = pod.metadata.annotations.get(DPU_STATUS);
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const fields = Fields.of(value);
  const { namespace, name } = pod.metadata;
  return Object.keys(value ?? {}).flatMap((network): readonly Finding[] => {
    const status = fields.inside(network);
    if (status.text('Status') !== 'Error') return [];
    const args = { namespace, pod: name, network, reason: status.text('Reason') ?? '' };
    const evidence = [annotationEvidence('Pod', pod, DPU_STATUS)] as const;
    return [found(DPU_FAILED, args, { object: { kind: 'Pod', namespace, name }, evidence })];
  });
}
