import type { EndpointSlice } from '../../../kube/model/endpoint-slice.js';
import { qualifiedName } from '../../../kube/model/object-meta.js';
import { isCompleted } from '../../../kube/model/pod.js';
import type { Pod } from '../../../kube/model/pod.js';
import type { Protocol } from '../../../kube/model/protocol.js';
import { targetPortIn } from '../../../kube/model/service.js';
import type { Service, ServicePort } from '../../../kube/model/service.js';
import type { LabelSelector } from '../../../kube/model/selector.js';
import type { World } from '../../../world/world.js';

/** Why a service has nothing to send to, and how to look further. */
export interface EmptyService {
  readonly missing: string;
  readonly hint: string;
}

export interface AskedService {
  readonly namespace: string;
  readonly name: string;
  /** The port as the packet was sent to it; a node port counts, too. */
  readonly port: number | undefined;
  readonly protocol: Protocol | undefined;
  readonly family: 4 | 6;
  /** The node whose load balancer was asked. */
  readonly node: string;
}

/** Names that are listed in full; of more only the number. */
const SHOWN = 4;

function names(pods: readonly Pod[], tell: (pod: Pod) => string = qualifiedName): string {
  const shown = pods.slice(0, SHOWN).map(tell).join(', ');
  return pods.length > SHOWN ? `${shown} and ${pods.length - SHOWN} more` : shown;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/**
 * Why the load balancer of a service has no backend, from the service to its pods: no selector, nothing selected, nothing
 * ready, a port name that no pod has, nothing of the family, nothing on the node, or not in OVN yet. Undefined when there
 * are no objects to look at.
 */
export async function whyNoEndpoints(world: World, asked: AskedService): Promise<EmptyService | undefined> {
  if (!world.kube.available) return undefined;
  const { namespace, name } = asked;
  const service = await world.kube.get('services', namespace, name);
  if (service === undefined) return undefined;
  const slices = (await world.kube.list('endpointslices', { namespace })).items.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels.get('kubernetes.io/service-name') === name,
  );
  if (service.selector.size === 0) {
    const hint = `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`;
    if (readyIn(slices).length > 0) return elsewhere(service, slices, asked, hint);
    return {
      missing: `${qualifiedName(service)} has no selector, and no EndpointSlice written for it has a ready endpoint`,
      hint,
    };
  }
  const selector: LabelSelector = { matchLabels: service.selector, matchExpressions: [] };
  const labels = [...service.selector].map(([key, value]) => `${key}=${value}`).join(',');
  const hint = `kubectl get pods -n ${namespace} -l ${labels} -o wide`;
  const all = (await world.kube.list('pods', { namespace, labelSelector: selector })).items;
  const pods = all.filter((pod) => !isCompleted(pod));
  if (pods.length === 0) {
    const ended =
      all.length === 0
        ? ''
        : `; ${count(all.length, 'pod')} with them ${all.length === 1 ? 'has' : 'have'} run to the end`;
    return { missing: `no pod of namespace ${namespace} has the labels ${labels} that ${name} selects${ended}`, hint };
  }
  const ready = pods.filter((pod) => pod.ready && !pod.metadata.deleting);
  if (ready.length === 0) {
    return {
      missing: `${labels} selects ${count(pods.length, 'pod')}, none of them ready: ${names(pods, unready)}`,
      hint,
    };
  }
  const port = portOf(service, asked);
  if (port !== undefined && typeof port.targetPort === 'string') {
    const named = ready.filter((pod) => targetPortIn(port, pod) !== undefined);
    if (named.length === 0) {
      return {
        missing: `no ready pod of ${name} declares a ${port.protocol} port named ${port.targetPort}: ${names(ready)}`,
        hint: `give a container of them a port with that name, or set targetPort of ${namespace}/${name} to a number`,
      };
    }
  }
  return elsewhere(
    service,
    slices,
    asked,
    `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`,
  );
}

/** There are ready endpoints, but not where or of the kind that the packet needs. */
function elsewhere(
  service: Service,
  slices: readonly EndpointSlice[],
  asked: AskedService,
  hint: string,
): EmptyService {
  const { name, family, node } = asked;
  const ready = readyIn(slices);
  const ofFamily = ready.filter(({ addressType }) => addressType === `IPv${family}`);
  if (ready.length > 0 && ofFamily.length === 0) {
    return { missing: `${name} has no endpoint with an IPv${family} address, only of the other family`, hint };
  }
  const isLocal = service.internalTrafficPolicy === 'Local' || service.externalTrafficPolicy === 'Local';
  const nodes = [...new Set(ofFamily.map((endpoint) => endpoint.node ?? '?'))].sort();
  if (isLocal && !nodes.includes(node)) {
    const policy = service.internalTrafficPolicy === 'Local' ? 'internalTrafficPolicy' : 'externalTrafficPolicy';
    return {
      missing: `${policy} of ${name} is Local and node ${node} has none of its endpoints, which are on ${nodes.join(', ')}`,
      hint,
    };
  }
  if (ready.length === 0) return { missing: `its pods are ready, but no EndpointSlice of ${name} has them`, hint };
  return {
    missing: `${name} has ${count(ofFamily.length, 'ready endpoint')}, but none in OVN's load balancer yet`,
    hint,
  };
}

interface ReadyEndpoint {
  readonly addressType: string;
  readonly node: string | undefined;
}

function readyIn(slices: readonly EndpointSlice[]): readonly ReadyEndpoint[] {
  return slices.flatMap(({ addressType, endpoints }) =>
    endpoints.filter(({ ready }) => ready).map(({ nodeName }) => ({ addressType, node: nodeName })),
  );
}

function portOf({ ports }: Service, { port, protocol }: AskedService): ServicePort | undefined {
  return ports.find(
    (each) => (each.port === port || each.nodePort === port) && (protocol === undefined || each.protocol === protocol),
  );
}

/** `default/sleeper (Pending, main: ImagePullBackOff)`. */
function unready(pod: Pod): string {
  const waiting = pod.containers
    .filter(({ ready }) => !ready)
    .map(
      ({ name, reason, state }) =>
        `${name}: ${reason ?? (state === undefined || state === 'running' ? 'not ready' : state)}`,
    );
  const phase = pod.metadata.deleting ? 'being deleted' : pod.phase === '' ? 'unknown' : pod.phase;
  const where = pod.nodeName === undefined ? ['on no node'] : [];
  return `${qualifiedName(pod)} (${[phase, ...where, ...waiting].join(', ')})`;
}
