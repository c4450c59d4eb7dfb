/** Pods that are on a node and do not start: what was reported about them, and how far their port has come. */
import type { KubeEvent } from '../../kube/model/event.js';
import type { Pod } from '../../kube/model/pod.js';
import { podPort } from '../../ovnk/names.js';
import { CHASSIS_ANNOTATION } from '../../ovnk/node-annotations.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import type { SeenZone, Sight } from '../sight.js';
import { BINDING_TIMEOUT, POD_NOT_ADDED, SANDBOX_FAILED } from './creation-findings.js';
import type { Hindrance } from './creation-findings.js';
import { defaultNetworkOf, isNetworked, POD_NETWORKS } from './networked-pods.js';

/** What the CNI plugin of OVN-Kubernetes says when ovn-installed does not appear. */
const TIMEOUT = 'timed out waiting for OVS port binding';
const SANDBOX = 'FailedCreatePodSandBox';
/** Reasons of events that OVN-Kubernetes makes about pods it could not handle. */
const NOT_ADDED = ['ErrorAddingResource', 'ErrorUpdatingResource', 'ErrorAllocatingPod', 'ErrorReconcilingPod'];

export const podsCreation: Analyzer = {
  id: 'pods/creation',
  area: 'pods',
  title: 'no pod is held up by its network',
  inputs: [
    'kube.events',
    'kube.nodes',
    'kube.pods',
    'nb.Logical_Switch',
    'nb.Logical_Switch_Port',
    'sb.Chassis',
    'sb.Port_Binding',
  ],
  finds: [BINDING_TIMEOUT, SANDBOX_FAILED, POD_NOT_ADDED],
  analyze: async (sight) => {
    const waiting = (await sight.objects('pods')).filter(isNetworked).filter((pod) => pod.phase === 'Pending');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (waiting.length === 0) return { skipped: 'no pod on a node waits to be started' };
    const events = (await sight.objects('events')).filter(({ involved }) => involved.kind === 'Pod');
    const findings: Finding[] = [];
    for (const pod of waiting) {
      const { namespace, name } = pod.metadata;
      const own = events.filter(({ involved }) => involved.namespace === namespace && involved.name === name);
      const about = { namespace, pod: name, node: pod.nodeName };
      const place = { object: { kind: 'Pod', namespace, name }, node: pod.nodeName };
      const quote = (event: KubeEvent): Evidence => fieldEvidence('Event', event, event.reason, event.message);
      const notAdded = own.findLast(({ reason }) => NOT_ADDED.includes(reason));
      if (notAdded !== undefined && defaultNetworkOf(pod) === undefined) {
        const { reason, message } = notAdded;
        const evidence = [quote(notAdded), annotationEvidence('Pod', pod, POD_NETWORKS)] as const;
        findings.push(found(POD_NOT_ADDED, { ...about, reason, message }, { ...place, evidence }));
      }
      const timeout = own.findLast(({ message }) => message.includes(TIMEOUT));
      if (timeout !== undefined) {
        const { why, evidence } = await hindranceOf(sight, pod, pod.nodeName);
        const args = { ...about, port: podPort(namespace, name), why };
        findings.push(found(BINDING_TIMEOUT, args, { ...place, evidence: [quote(timeout), ...evidence] }));
        continue;
      }
      const sandbox = own.findLast(({ reason, message }) => reason === SANDBOX && /network|CNI/i.test(message));
      if (sandbox !== undefined) {
        const args = { ...about, message: sandbox.message };
        findings.push(found(SANDBOX_FAILED, args, { ...place, evidence: [quote(sandbox)] }));
      }
    }
    return findings;
  },
};

interface Answer {
  readonly why: Hindrance;
  readonly evidence: readonly Evidence[];
}

/** How far the pod's port has come, from northbound to the chassis. */
async function hindranceOf(sight: Sight, pod: Pod, nodeName: string): Promise<Answer> {
  const zone = await zoneOf(sight, nodeName);
  const node = (await sight.objects('nodes')).find(({ metadata }) => metadata.name === nodeName);
  const northbound = await zone?.northbound();
  if (zone === undefined || northbound === undefined) return { why: 'unknown', evidence: [] };
  const { namespace, name, uid } = pod.metadata;
  const port = podPort(namespace, name);
  const row = northbound.switchPort(port);
  if (row === undefined) {
    return { why: 'no port', evidence: [absentRow(zone.name, 'northbound', 'Logical_Switch_Port', `name=${port}`)] };
  }
  const asks = rowEvidence(zone.name, 'northbound', row, ['name', 'options', 'up']);
  const southbound = await zone.southbound();
  if (southbound === undefined) return { why: 'unknown', evidence: [asks] };
  const [binding] = southbound.table('Port_Binding').find('logical_port', port);
  if (binding === undefined) {
    const absent = absentRow(zone.name, 'southbound', 'Port_Binding', `logical_port=${port}`);
    return { why: 'no binding', evidence: [asks, absent] };
  }
  const columns = ['logical_port', 'chassis', 'requested_chassis', 'up'];
  const evidence = [asks, rowEvidence(zone.name, 'southbound', binding, columns)];
  const chassis = node?.metadata.annotations.get(CHASSIS_ANNOTATION);
  const holder = southbound.table('Chassis').get(binding.ref('chassis') ?? '');
  return { why: judge(row, binding, holder?.string('name'), { node: nodeName, chassis, uid }), evidence };
}

function judge(
  port: Row,
  binding: Row,
  holder: string | undefined,
  {
    node,
    chassis,
    uid,
  }: { readonly node: string; readonly chassis: string | undefined; readonly uid: string | undefined },
): Hindrance {
  if (holder !== undefined) {
    if (chassis !== undefined && holder !== chassis) return 'claimed elsewhere';
    return binding.optionalBoolean('up') === true ? 'bound since' : 'no flows';
  }
  const options = port.map('options');
  const wanted = options.get('requested-chassis');
  if (wanted !== undefined && wanted !== node && wanted !== chassis) return 'other chassis wanted';
  const owner = options.get('iface-id-ver');
  if (owner !== undefined && uid !== undefined && owner !== uid) return 'other pod wanted';
  return 'not claimed';
}

async function zoneOf(sight: Sight, node: string): Promise<SeenZone | undefined> {
  for (const zone of sight.zones) {
    if ((await zone.northbound())?.switchNamed(node) !== undefined) return zone;
  }
  return undefined;
}
