/**
 * The words for the two ends of a path, resolved: who sends, and which pod, node or port is meant to get the packet.
 * `node/NAME` and `port/NAME` are a node and a logical port, unless a namespace of that name has such a pod; what was
 * chosen is then said in the notes.
 */
import { formatAddress } from '../net/prefix.js';
import type { Address, Family } from '../net/prefix.js';
import type { Pod } from '../kube/model/pod.js';
import { DEFAULT_NETWORK } from '../ovnk/network.js';
import { nodeFacts, resolveNode } from '../trace/endpoint/node-endpoint.js';
import type { NodeEndpoint } from '../trace/endpoint/node-endpoint.js';
import { parseObjectName } from '../trace/endpoint/object-name.js';
import type { ObjectName } from '../trace/endpoint/object-name.js';
import { resolvePod, resolvePodTarget } from '../trace/endpoint/pod-endpoint.js';
import { resolvePort } from '../trace/endpoint/port-endpoint.js';
import type { PortEndpoint } from '../trace/endpoint/port-endpoint.js';
import { addressText } from '../trace/path/headers.js';
import type { EndpointSummary } from '../trace/path/path-trace.js';
import { nodeSender, outsideSender, podSender, podSummary, portSender, unreadSender } from '../trace/path/sender.js';
import type { NodeWay, Sender } from '../trace/path/sender.js';
import type { PathsRequest } from '../trace/path/trace-paths.js';
import { kubeObject } from '../world/kube-look-up.js';
import { isUnreadable } from '../world/unreadable.js';
import { isAnyReadable } from '../world/zones.js';
import type { World } from '../world/world.js';
import type { PathQuery } from './path-query.js';
import { whereabouts } from './whereabouts.js';

type Word =
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'port'; readonly name: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string; readonly pod: Pod | undefined };

async function meaningOf(world: World, text: string, query: PathQuery, notes: string[]): Promise<Word> {
  const [, kind, name] = /^(node|port)\/(.+)$/.exec(text) ?? [];
  if ((kind === 'node' || kind === 'port') && name !== undefined) {
    const pod = world.kube.available ? await kubeObject(world, 'pods', kind, name) : undefined;
    if (pod === undefined) return { kind, name };
    notes.push(`${text} is taken for the pod ${name} of namespace ${kind}, not for a ${kind}`);
    return { kind: 'pod', namespace: kind, name, pod };
  }
  const object = parseObjectName(text, query.namespace);
  return { kind: 'pod', ...object, pod: await kubeObject(world, 'pods', object.namespace, object.name) };
}

function hostNetworkNote(pod: Pod, notes: string[]): string | undefined {
  if (!pod.hostNetwork || pod.nodeName === undefined) return undefined;
  notes.push(
    `pod ${pod.metadata.namespace}/${pod.metadata.name} uses the network of node ${pod.nodeName}: the node stands for it`,
  );
  return pod.nodeName;
}

/** Ends by the words for them. A World does not change, and a matrix asks for the same end thousands of times. */
interface Known {
  readonly senders: Map<string, Sender>;
  readonly recipients: Map<string, Recipient>;
}

const known = new WeakMap<World, Known>();

function knownIn(world: World): Known {
  let ends = known.get(world);
  if (ends === undefined) known.set(world, (ends = { senders: new Map(), recipients: new Map() }));
  return ends;
}

const keyOf = (word: string, { namespace = '', network = '' }: PathQuery, to = ''): string =>
  `${to} ${namespace} ${network} ${word}`;

/** Who sends; `to` says which way a node takes. */
export async function senderOf(world: World, query: PathQuery, to: NodeWay): Promise<Sender> {
  const { senders } = knownIn(world);
  const key = keyOf(query.source, query, to);
  const sender = senders.get(key) ?? (await findSender(world, query, to));
  senders.set(key, sender);
  return sender;
}

async function findSender(world: World, query: PathQuery, to: NodeWay): Promise<Sender> {
  const notes: string[] = [];
  const word = await meaningOf(world, query.source, query, notes);
  if (word.kind === 'port') return senderAtPort(world, word.name);
  if (word.kind === 'node') return senderOnNode(world, word.name, to, notes);
  const host = word.pod && hostNetworkNote(word.pod, notes);
  if (host !== undefined) return senderOnNode(world, host, to, notes);
  const sender = await senderInPod(world, objectOf(word), query);
  return notes.length === 0 ? sender : { ...sender, notes: [...notes, ...sender.notes] };
}

async function senderInPod(world: World, name: ObjectName, query: PathQuery): Promise<Sender> {
  try {
    return podSender(await resolvePod(world, name, networkOf(query)));
  } catch (error) {
    if (!isUnreadable(error) || !(await isAnyReadable(world))) throw error;
    // What Kubernetes says about it; when that was what could not be read, it fails again.
    const target = await resolvePodTarget(world, name, networkOf(query));
    const { node, network, pod, notes } = target;
    const text = `pod ${name.namespace}/${name.name}`;
    const families = new Set(target.addresses.keys());
    return unreadSender({ summary: podSummary(target), text, families, node, network, pod, notes }, error);
  }
}

const known4and6: ReadonlySet<Family> = new Set([4, 6]);

async function senderAtPort(world: World, name: string): Promise<Sender> {
  try {
    return portSender(await resolvePort(world, name));
  } catch (error) {
    if (!isUnreadable(error) || !(await isAnyReadable(world))) throw error;
    const summary: EndpointSummary = { kind: 'Port', name, addresses: [] };
    return unreadSender({ ...NOTHING_KNOWN, summary, text: `port ${name}`, families: known4and6 }, error);
  }
}

const NOTHING_KNOWN = { node: '', network: undefined, pod: undefined, notes: [] } as const;

async function senderOnNode(world: World, name: string, to: NodeWay, notes: readonly string[]): Promise<Sender> {
  return onNode(
    world,
    { node: name, network: DEFAULT_NETWORK },
    (node) => nodeSender(node, to, notes),
    async () => {
      const { addresses, masquerade } = await nodeFacts(world, name);
      // Its address towards pods is that of its management port.
      const own = to === 'service' ? [...masquerade.values()].map(formatAddress) : [];
      const summary: EndpointSummary = { kind: 'Node', name, node: name, addresses: own };
      return {
        ...NOTHING_KNOWN,
        summary,
        text: `node ${name}`,
        families: new Set(addresses.keys()),
        node: name,
        notes,
      };
    },
  );
}

/** Somebody outside of the cluster whose packet comes in by the physical network of a node. */
export function senderOutside(world: World, node: string, network: string, address: Address): Promise<Sender> {
  return onNode(
    world,
    { node, network },
    (found) => outsideSender(found, address, []),
    () => {
      const text = formatAddress(address);
      const summary: EndpointSummary = { kind: 'External', addresses: [text] };
      return Promise.resolve({ ...NOTHING_KNOWN, summary, text, families: new Set([address.family]), node });
    },
  );
}

async function onNode(
  world: World,
  at: { readonly node: string; readonly network: string },
  sender: (node: NodeEndpoint) => Sender,
  facts: () => Promise<Omit<Sender, 'departure'>>,
): Promise<Sender> {
  try {
    return sender(await resolveNode(world, at.node, at.network));
  } catch (error) {
    if (!isUnreadable(error) || !(await isAnyReadable(world))) throw error;
    return unreadSender(await facts(), error);
  }
}

/** Who is meant to get the packet. */
export interface Recipient {
  readonly summary: EndpointSummary;
  readonly text: string;
  readonly addresses: ReadonlyMap<Family, Address>;
  readonly network: string | undefined;
  readonly pod: Pod | undefined;
  readonly notes: readonly string[];
  readonly arrived: PathsRequest['arrived'];
  /** Why its address is not known, so that nobody can send to it; the addresses are then unspecified ones. */
  readonly unread?: Error;
}

export async function recipientOf(world: World, query: PathQuery): Promise<Recipient> {
  const { recipients } = knownIn(world);
  const key = keyOf(query.destination, query);
  const recipient = recipients.get(key) ?? (await findRecipient(world, query));
  recipients.set(key, recipient);
  return recipient;
}

async function findRecipient(world: World, query: PathQuery): Promise<Recipient> {
  const notes: string[] = [];
  const word = await meaningOf(world, query.destination, query, notes);
  if (word.kind === 'port') return portRecipient(world, word.name);
  if (word.kind === 'node') return nodeRecipient(world, word.name, notes);
  const host = word.pod && hostNetworkNote(word.pod, notes);
  if (host !== undefined) return nodeRecipient(world, host, notes);
  const target = await resolvePodTarget(world, objectOf(word), networkOf(query));
  const text = `pod ${target.namespace}/${target.name}`;
  return {
    summary: podSummary(target),
    text,
    addresses: target.addresses,
    network: target.network,
    pod: target.pod,
    notes: [...notes, ...target.notes],
    arrived: reaches(target.portName, text),
  };
}

async function portRecipient(world: World, name: string): Promise<Recipient> {
  try {
    return recipientAtPort(await resolvePort(world, name));
  } catch (error) {
    if (!isUnreadable(error) || !(await isAnyReadable(world))) throw error;
    const text = `port ${name}`;
    const addresses = new Map([...known4and6].map((family) => [family, { family, value: 0n }] as const));
    const summary: EndpointSummary = { kind: 'Port', name, addresses: [] };
    const nobody = { network: undefined, pod: undefined, notes: [] };
    return { ...nobody, summary, text, addresses, arrived: () => `it is not known where ${text} is`, unread: error };
  }
}

function recipientAtPort({ port, addresses, notes }: PortEndpoint): Recipient {
  const text = `port ${port.name}`;
  const texts = [...addresses.values()].map(formatAddress);
  const summary: EndpointSummary = { kind: 'Port', name: port.name, addresses: texts };
  return { summary, text, addresses, network: undefined, pod: undefined, notes, arrived: reaches(port.name, text) };
}

async function nodeRecipient(world: World, name: string, notes: readonly string[]): Promise<Recipient> {
  const { addresses } = await nodeFacts(world, name);
  const texts = [...addresses.values()].map(formatAddress);
  return {
    summary: { kind: 'Node', name, node: name, addresses: texts },
    text: `node ${name}`,
    addresses,
    network: undefined,
    pod: undefined,
    notes,
    // From another node a node is reached over the physical network, on the node itself through its management port.
    arrived: (delivery, described) =>
      ((described.kind === 'host' && described.name === name) || described.kind === 'external') &&
      texts.includes(addressText(delivery.packet, 'destination'))
        ? true
        : `${whereabouts(described)} and does not come to node ${name}`,
  };
}

function reaches(portName: string, text: string): PathsRequest['arrived'] {
  return ({ port: { port } }, described) =>
    port?.name === portName || `${whereabouts(described)} and does not come to ${text}`;
}

const objectOf = ({ namespace, name }: Extract<Word, { kind: 'pod' }>): { namespace: string; name: string } => ({
  namespace,
  name,
});

const networkOf = ({ network }: PathQuery): { readonly network?: string } => (network === undefined ? {} : { network });
