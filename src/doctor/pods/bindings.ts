/** Whether the ports of running pods are bound where the pods are. */
import { podPort } from '../../ovnk/names.js';
import { CHASSIS_ANNOTATION } from '../../ovnk/node-annotations.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { defaultNetworkOf, isNetworked } from './networked-pods.js';
import { BOUND_ELSEWHERE, PORT_NOT_BOUND } from './pod-findings.js';

const COLUMNS = ['logical_port', 'chassis', 'requested_chassis', 'up'];

export const podsBindings: Analyzer = {
  id: 'pods/bindings',
  area: 'pods',
  title: "every running pod's port is bound on the pod's node",
  inputs: ['kube.nodes', 'kube.pods', 'sb.Chassis', 'sb.Port_Binding'],
  finds: [PORT_NOT_BOUND, BOUND_ELSEWHERE],
  analyze: async (sight) => {
    const pods = (await sight.objects('pods')).filter(isNetworked).filter((pod) => pod.phase === 'Running');
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const chassisOf = new Map(
      nodes.map(({ metadata }) => [metadata.name, metadata.annotations.get(CHASSIS_ANNOTATION)] as const),
    );
    const findings: Finding[] = [];
    const seen = new Set<string>();
    for (const zone of sight.zones) {
      const southbound = await zone.southbound();
      if (southbound === undefined) continue;
      const chassis = southbound.table('Chassis');
      // The zone's own nodes: their chassis are here and are not remote.
      const own = new Set(
        [...chassisOf].flatMap(([node, name]) => {
          const [row] = name === undefined ? [] : chassis.find('name', name);
          return row === undefined || row.map('other_config').get('is-remote') === 'true' ? [] : [node];
        }),
      );
      for (const pod of pods) {
        if (!own.has(pod.nodeName)) continue;
        seen.add(pod.nodeName);
        if (defaultNetworkOf(pod) === undefined) continue;
        const { namespace, name } = pod.metadata;
        const port = podPort(namespace, name);
        const [row] = southbound.table('Port_Binding').find('logical_port', port);
        const place = { object: { kind: 'Pod', namespace, name }, node: pod.nodeName, zone: zone.name };
        const running = fieldEvidence('Pod', pod, 'status.phase', `${pod.phase} on node ${pod.nodeName}`);
        const claimed = row?.ref('chassis');
        const why = troubleOf(row);
        if (why !== undefined) {
          const binding =
            row === undefined
              ? absentRow(zone.name, 'southbound', 'Port_Binding', `logical_port=${port}`)
              : rowEvidence(zone.name, 'southbound', row, COLUMNS);
          const args = { namespace, pod: name, zone: zone.name, port, why };
          findings.push(found(PORT_NOT_BOUND, args, { ...place, evidence: [binding, running] }));
          continue;
        }
        const holder = chassis.get(claimed ?? '');
        if (row === undefined || holder === undefined || holder.string('name') === chassisOf.get(pod.nodeName))
          continue;
        const chassisNode = holder.string('hostname') || holder.string('name');
        findings.push(
          found(
            BOUND_ELSEWHERE,
            { namespace, pod: name, port, node: pod.nodeName, chassisNode },
            {
              ...place,
              evidence: [
                rowEvidence(zone.name, 'southbound', row, COLUMNS),
                rowEvidence(zone.name, 'southbound', holder, ['name', 'hostname']),
                running,
              ],
            },
          ),
        );
      }
    }
    for (const node of new Set(pods.map(({ nodeName }) => nodeName))) {
      if (seen.has(node)) continue;
      const reason = 'no southbound database of the source has its chassis as its own';
      sight.miss({ code: 'pods.no-zone', subject: `bindings of pods on node ${node}`, reason });
    }
    return findings;
  },
};

function troubleOf(binding: Row | undefined): 'no binding' | 'no chassis' | 'not up' | undefined {
  if (binding === undefined) return 'no binding';
  if (binding.ref('chassis') === undefined) return 'no chassis';
  return binding.optionalBoolean('up') === false ? 'not up' : undefined;
}
