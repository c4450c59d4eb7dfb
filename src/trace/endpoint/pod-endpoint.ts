/**
 * A pod as the start or end of a trace: where it runs, which logical port is its own, and the addresses it uses.
 *
 * In: a World and a name. Out: a PodEndpoint, or an OvnctlError that says what the pod is instead. What had to be
 * decided or does not fit together is said in `notes`, never passed over. It must not know flows or verdicts.
 */
import { InputError, UsageError } from '../../base/errors.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';
import { formatAddress, parsePrefix } from '../../net/prefix.js';
import type { Family, Prefix } from '../../net/prefix.js';
import { parseMac } from '../../net/mac.js';
import { portAddresses } from '../../ovn/northbound/northbound.js';
import type { Port } from '../../ovn/southbound/ports.js';
import { podPort } from '../../ovnk/names.js';
import { DEFAULT_NETWORK, networkOf } from '../../ovnk/network.js';
import type { PodNetwork } from '../../ovnk/pod-networks.js';
import { podNetworks, primaryNetwork } from '../../ovnk/pod-networks.js';
import { whenHeld } from '../../ovsdb/replica/not-held.js';
import { kubeList, kubeObject } from '../../world/kube-look-up.js';
import type { World, Zone } from '../../world/world.js';
import { unlessUnreadable } from '../../world/unreadable.js';
import { unreadZone, zoneOfChassis, zoneOfNode } from '../../world/zones.js';
import type { ObjectName } from './object-name.js';
import { objectNotFound } from './object-name.js';

export interface PodEndpoint {
  readonly kind: 'Pod';
  readonly namespace: string;
  readonly name: string;
  readonly pod: Pod;
  readonly node: string;
  readonly zone: Zone;
  /** `default` or the name of a user-defined network. */
  readonly network: string;
  /** The pod's logical port in the zone's southbound database; its datapath is the switch. */
  readonly port: Port;
  readonly mac: bigint;
  /** The address of each family that the pod has, with its prefix length. */
  readonly addresses: ReadonlyMap<Family, Prefix>;
  /** The network as the pod's annotation has it: gateways and routes. */
  readonly annotation: PodNetwork;
  readonly notes: readonly string[];
}

const PRIMARY_UDN_LABEL = 'k8s.ovn.org/primary-user-defined-network';

/** KubeVirt's label on the pod that a virtual machine runs in; while it is moved to another node there are two. */
const VIRTUAL_MACHINE_LABEL = 'vm.kubevirt.io/name';

interface FoundPod {
  readonly pod: Pod;
  readonly notes: readonly string[];
}

/** The pod of that name, or of the virtual machine; NotFoundError with the nearest names when there is neither. */
async function findPod(world: World, name: ObjectName): Promise<FoundPod> {
  const pod = await kubeObject(world, 'pods', name.namespace, name.name);
  if (pod !== undefined) return { pod, notes: [] };
  const launchers = (await kubeList(world, 'pods', { namespace: name.namespace })).filter(
    (each) => each.metadata.labels.get(VIRTUAL_MACHINE_LABEL) === name.name && !isCompleted(each),
  );
  const [only, second] = launchers;
  if (only === undefined) throw await objectNotFound(world, 'Pod', name);
  const machine = `virtual machine ${name.namespace}/${name.name}`;
  if (second !== undefined) {
    const places = launchers.map((each) => `${qualifiedName(each)} on node ${each.nodeName ?? '?'}`).sort();
    throw new UsageError('endpoint.migrating', `${machine} is in ${launchers.length} pods: it is being moved`, {
      hints: [`Name the pod that is meant: ${places.join(', ')}.`],
    });
  }
  return { pod: only, notes: [`${machine} runs in pod ${qualifiedName(only)}, which is taken for it`] };
}

/** Throws unless the pod is on OVN's network and somewhere at all. */
function requireTraceable(pod: Pod): asserts pod is Pod & { readonly nodeName: string } {
  if (pod.nodeName === undefined) {
    throw new UsageError(
      'endpoint.not-scheduled',
      `pod ${qualifiedName(pod)} runs on no node (phase ${pod.phase || 'unknown'})`,
      {
        hints: [`See why with: kubectl describe pod -n ${pod.metadata.namespace} ${pod.metadata.name}`],
      },
    );
  }
  if (pod.hostNetwork) {
    const addresses = pod.podIPs.length === 0 ? '' : ` (${pod.podIPs.join(', ')})`;
    throw new UsageError(
      'endpoint.host-network',
      `pod ${qualifiedName(pod)} uses the network of node ${pod.nodeName}${addresses} and has no port in OVN; tracing from or to host-network pods is not supported yet`,
    );
  }
}

/** That a port is absent from a damaged database says nothing about the cluster. */
function requireWholeDatabase(world: World, zone: Zone, portName: string): void {
  const lost = world.coverage.gaps().filter(({ subject }) => subject === `southbound database of zone ${zone.name}`);
  if (lost.length === 0) return;
  throw new InputError(
    'snapshot.damaged',
    `port ${portName} is not in what could be read of the southbound database of zone ${zone.name}, which is damaged`,
    { hints: lost.map(({ reason }) => reason) },
  );
}

function networksOf(pod: Pod): readonly PodNetwork[] {
  const networks = podNetworks(pod);
  if (!networks.ok) throw new InputError('endpoint.annotation', `pod ${qualifiedName(pod)}: ${networks.error}`);
  if (networks.value === undefined || networks.value.length === 0) {
    throw new UsageError(
      'endpoint.no-network',
      `pod ${qualifiedName(pod)} has no network yet: OVN-Kubernetes has not written its annotation k8s.ovn.org/pod-networks`,
      { hints: [`Look for an event at the pod: kubectl get events -n ${pod.metadata.namespace}`] },
    );
  }
  return networks.value;
}

/** The network that `wanted` names (attachment, or its last part), else the pod's primary one. */
function chooseNetwork(pod: Pod, networks: readonly PodNetwork[], wanted: string | undefined): PodNetwork {
  const choices = networks.map(({ attachment, role }) => `${attachment} (${role})`).join(', ');
  if (wanted !== undefined) {
    const found = networks.filter(
      ({ attachment }) =>
        attachment === wanted || attachment.endsWith(`/${wanted}`) || attachment.replace('/', '_') === wanted,
    );
    const [only, second] = found;
    if (only !== undefined && second === undefined) return only;
    throw new UsageError('endpoint.network', `pod ${qualifiedName(pod)} has no network "${wanted}"; it has ${choices}`);
  }
  const primary = primaryNetwork(networks);
  if (primary === undefined) {
    throw new UsageError('endpoint.network', `pod ${qualifiedName(pod)} has no primary network; it has ${choices}`, {
      hints: ['Choose one with --network.'],
    });
  }
  return primary;
}

async function zoneOfPod(world: World, pod: Pod & { readonly nodeName: string }): Promise<Zone> {
  const zone = await zoneOfNode(world, pod.nodeName);
  if (zone !== undefined) return zone;
  const node = await kubeObject(world, 'nodes', '', pod.nodeName);
  const chassis = node?.metadata.annotations.get('k8s.ovn.org/node-chassis-id');
  const byChassis = chassis === undefined ? undefined : await zoneOfChassis(world, chassis);
  if (byChassis !== undefined) return byChassis;
  const unread = await unreadZone(world);
  if (unread !== undefined) throw unread;
  const zones = world.zones.map(({ name }) => name).join(', ');
  throw new InputError(
    'snapshot.no-zone',
    `${world.source.path} has no databases for node ${pod.nodeName}, where pod ${qualifiedName(pod)} runs`,
    { hints: [zones === '' ? 'It has no databases at all.' : `It has those of: ${zones}.`] },
  );
}

function addressesOf(pod: Pod, network: PodNetwork): ReadonlyMap<Family, Prefix> {
  const addresses = new Map<Family, Prefix>();
  for (const text of network.addresses) {
    const prefix = parsePrefix(text);
    if (prefix === undefined) {
      throw new InputError(
        'endpoint.annotation',
        `pod ${qualifiedName(pod)}: "${text}" in its annotation is not an address`,
      );
    }
    if (!addresses.has(prefix.family)) addresses.set(prefix.family, prefix);
  }
  return addresses;
}

/** What the databases and the annotation say differently about the pod's port. */
function disagreements(pod: Pod, network: PodNetwork, port: Port, addresses: ReadonlyMap<Family, Prefix>): string[] {
  const notes: string[] = [];
  const configured = portAddresses(port.row.strings('mac'));
  const used = [network.mac.toLowerCase(), ...[...addresses.values()].map(formatAddress)].sort();
  const known = configured
    .flatMap(({ mac, ips }) => [mac.toLowerCase(), ...ips.map((ip) => ip.split('/')[0] ?? ip)])
    .sort();
  if (known.length > 0 && known.join() !== used.join()) {
    notes.push(
      `pod ${qualifiedName(pod)} has ${used.join(', ')} in its annotation but its port ${port.name} has ${known.join(', ')}: taking the annotation`,
    );
  }
  if (network.attachment === 'default' && network.role === 'primary' && pod.podIPs.length > 0) {
    const status = pod.podIPs
      .map((text) => parsePrefix(text))
      .flatMap((ip) => (ip === undefined ? [] : formatAddress(ip)));
    const mine = [...addresses.values()].map(formatAddress);
    if (status.sort().join() !== mine.sort().join()) {
      notes.push(
        `pod ${qualifiedName(pod)} reports ${status.join(', ')} in its status but has ${mine.join(', ')} in its annotation`,
      );
    }
  }
  if (port.type === '' && port.row.ref('chassis') === undefined) {
    notes.push(`port ${port.name} of pod ${qualifiedName(pod)} is bound to no chassis: its node has not plugged it in`);
  }
  return notes;
}

async function isPrimaryUdnNamespace(world: World, namespace: string): Promise<boolean> {
  // For a note only.
  const object = await unlessUnreadable(() => kubeObject(world, 'namespaces', '', namespace));
  return object?.metadata.labels.has(PRIMARY_UDN_LABEL) ?? false;
}

/** What Kubernetes says about a pod's place in the network, before any database is asked. */
interface PodFacts {
  readonly pod: Pod & { readonly nodeName: string };
  readonly annotation: PodNetwork;
  readonly addresses: ReadonlyMap<Family, Prefix>;
  readonly portName: string;
  readonly notes: readonly string[];
}

interface NetworkChoice {
  /** `default`, `NAMESPACE/NAME` of the attachment, or its bare name; the pod's primary network when not given. */
  readonly network?: string | undefined;
}

async function podFacts(world: World, name: ObjectName, options: NetworkChoice): Promise<PodFacts> {
  const { pod, notes: found } = await findPod(world, name);
  requireTraceable(pod);
  const annotation = chooseNetwork(pod, networksOf(pod), options.network);
  const notes = [...found];
  if (
    annotation.attachment === 'default' &&
    annotation.role === 'primary' &&
    (await isPrimaryUdnNamespace(world, name.namespace))
  ) {
    notes.push(
      `namespace ${name.namespace} asks for a primary user-defined network, but pod ${qualifiedName(pod)} is on the default one`,
    );
  }
  if (isCompleted(pod))
    notes.push(`pod ${qualifiedName(pod)} has finished (${pod.phase}): its addresses are free for others`);
  else if (pod.phase !== 'Running')
    notes.push(`pod ${qualifiedName(pod)} is not running (phase ${pod.phase || 'unknown'})`);
  const addresses = addressesOf(pod, annotation);
  const portName = podPort(pod.metadata.namespace, pod.metadata.name, annotation.attachment);
  return { pod, annotation, addresses, portName, notes };
}

/**
 * Resolves a pod on one of its networks.
 * Throws NotFoundError (no such pod), UsageError (not on OVN's network, no such network), InputError (no databases),
 * AccessError and UnavailableError (its zone can't be read).
 */
export async function resolvePod(world: World, name: ObjectName, options: NetworkChoice = {}): Promise<PodEndpoint> {
  const { pod, annotation, addresses, portName, notes } = await podFacts(world, name, options);
  const zone = await zoneOfPod(world, pod);
  const port = (await zone.southbound()).ports.named(portName);
  if (port === undefined) {
    requireWholeDatabase(world, zone, portName);
    const why = isCompleted(pod) ? `, which has finished (${pod.phase})` : '';
    throw new UsageError(
      'endpoint.no-port',
      `OVN has no port ${portName} in zone ${zone.name} for pod ${qualifiedName(pod)}${why}`,
    );
  }
  const mac = parseMac(annotation.mac);
  if (mac === undefined) {
    throw new InputError(
      'endpoint.annotation',
      `pod ${qualifiedName(pod)}: "${annotation.mac}" in its annotation is no MAC address`,
    );
  }
  return {
    kind: 'Pod',
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    pod,
    node: pod.nodeName,
    zone,
    network: networkOf(port.row),
    port,
    mac,
    addresses,
    annotation,
    notes: [...notes, ...disagreements(pod, annotation, port, addresses)],
  };
}

/** What is known of a pod that a packet is sent to. */
export type PodTarget = Pick<PodEndpoint, 'namespace' | 'name' | 'pod' | 'node' | 'network' | 'addresses' | 'notes'> & {
  readonly portName: string;
};

/** Like `resolvePod`, for a pod that only has to be recognised: where its zone can't be read, its annotation will do. */
export async function resolvePodTarget(
  world: World,
  name: ObjectName,
  options: NetworkChoice = {},
): Promise<PodTarget> {
  const read = await unlessUnreadable(() => whenHeld(() => resolvePod(world, name, options)));
  if (read !== undefined) return { ...read, portName: read.port.name };
  const { pod, annotation, ...facts } = await podFacts(world, name, options);
  const { attachment } = annotation;
  const note = `the databases of node ${pod.nodeName}, where pod ${qualifiedName(pod)} runs, can't be read`;
  return {
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    pod,
    node: pod.nodeName,
    network: attachment === 'default' ? DEFAULT_NETWORK : attachment.replace('/', '_'),
    ...facts,
    notes: [...facts.notes, note],
  };
}
