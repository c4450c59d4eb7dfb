/**
 * Does a packet arrive, by which way, and if not, what stopped it: one function for each kind of question.
 *
 * Input: a World and a query in the user's words; output: a PathTrace, or an OvnctlError about the words. It must not
 * know flags or formats.
 */
import { NotFoundError, UsageError } from '../base/errors.js';
import { formatAddress } from '../net/prefix.js';
import { resolveExternal } from '../trace/endpoint/external-endpoint.js';
import { parseObjectName } from '../trace/endpoint/object-name.js';
import { resolveService } from '../trace/endpoint/service-endpoint.js';
import type { ServiceBackend, ServiceEndpoint, ServiceVip, VipKind } from '../trace/endpoint/service-endpoint.js';
import { DEFAULT_NETWORK } from '../ovnk/network.js';
import { isAddressee } from '../trace/path/arrival.js';
import { addressText } from '../trace/path/headers.js';
import type { Delivery, EndpointSummary, PathTrace, Protocol } from '../trace/path/path-trace.js';
import { unreadSender } from '../trace/path/sender.js';
import type { Sender } from '../trace/path/sender.js';
import type { PathsRequest } from '../trace/path/trace-paths.js';
import { kubeList } from '../world/kube-look-up.js';
import type { World } from '../world/world.js';
import { answerPath } from './answer-path.js';
import type { Target } from './answer-path.js';
import { recipientOf, senderOf, senderOutside } from './path-ends.js';
import type { Recipient } from './path-ends.js';
import { familiesOf, portNumberOf, settled } from './path-query.js';
import type { PathQuery, SettledQuery } from './path-query.js';
import { whereabouts } from './whereabouts.js';

export type { PathQuery } from './path-query.js';

export async function tracePodToPod(world: World, asked: PathQuery): Promise<PathTrace> {
  const query = settled(asked);
  const first = await senderOf(world, query, 'pod');
  const recipient = await recipientOf(world, query);
  const found = recipient.summary.kind === 'Node' ? await senderOf(world, query, 'host') : first;
  const sender = recipient.unread === undefined ? found : unreadSender(found, recipient.unread);
  const port = portNumberOf(query);
  const targets = familiesOf(query).flatMap((family): Target[] => {
    const address = recipient.addresses.get(family);
    return address === undefined ? [] : [{ sender, address: { family, value: address.value }, port }];
  });
  return answerPath(world, query, {
    source: sender.summary,
    destination: recipient.summary,
    wanted: recipient.text,
    targets,
    pods: recipient.pod === undefined ? [] : [recipient.pod],
    notes: [...sender.notes, ...recipient.notes, ...differentNetworks(sender, recipient)],
    arrived: recipient.arrived,
  });
}

export async function tracePodToService(world: World, asked: PathQuery): Promise<PathTrace> {
  const first = await senderOf(world, asked, 'service');
  const service = await serviceOf(world, asked);
  const kind = asked.via ?? 'clusterIP';
  if (service.service.headless && asked.via === undefined) return traceHeadless(world, asked, service);
  const isLocal = kind === 'clusterIP' && service.service.internalTrafficPolicy === 'Local';
  const sender = isLocal ? await senderOf(world, asked, 'local-service') : first;
  const vips = oneNodeOf(vipsOf(service, kind, asked), sender.node);
  const targets = vips.map(({ address, port }) => ({ sender, address, port }));
  return answerPath(world, withProtocol(asked, service), {
    source: sender.summary,
    ...serviceQuestion(service, vips, kind),
    targets,
    pods: [],
    notes: [...sender.notes, ...service.notes],
  });
}

/** A headless service has no address of its own: its name gives the client the addresses of the endpoints that are ready. */
async function traceHeadless(world: World, asked: PathQuery, service: ServiceEndpoint): Promise<PathTrace> {
  const sender = await senderOf(world, asked, 'pod');
  const toHost = await senderOf(world, asked, 'host');
  const text = `service ${service.namespace}/${service.name}`;
  const families = familiesOf(asked);
  const ready = service.backends.filter(({ address, ready: isReady }) => isReady && families.includes(address.family));
  if (ready.length === 0) {
    throw new NotFoundError('trace.no-endpoints', `${text} is headless and has no endpoint that is ready`);
  }
  return answerPath(world, withProtocol(asked, service), {
    source: sender.summary,
    ...serviceQuestion(service, [], 'clusterIP'),
    // The name gives addresses of pods also to those who are on another network, where they lead somewhere else.
    arrived: (delivery, described) =>
      isAddressee(delivery) ||
      (described.kind !== 'pod' &&
        ready.some((each) => each.host !== undefined && isBackend([each], delivery, described))) ||
      `${whereabouts(described)} and does not come to an endpoint of ${text}`,
    targets: ready.map(({ address, port, host }) => ({ sender: host === undefined ? sender : toHost, address, port })),
    pods: [],
    notes: [
      ...sender.notes,
      ...service.notes,
      `${text} is headless: its name means its endpoints, and each one is followed on its own port`,
    ],
  });
}

export async function tracePodToExternal(world: World, asked: PathQuery): Promise<PathTrace> {
  const query = settled(asked);
  const sender = await senderOf(world, query, 'host');
  const external = await resolveExternal(world, query.destination);
  const { family } = external.address;
  if (query.family !== 'both' && query.family !== String(family)) {
    throw new UsageError(
      'trace.family',
      `${query.destination} is an IPv${family} address, but --family asks for ${query.family}`,
    );
  }
  return answerPath(world, query, {
    source: sender.summary,
    destination: { kind: 'External', addresses: [formatAddress(external.address)] },
    wanted: query.destination,
    targets: [{ sender, address: external.address, port: portNumberOf(query) }],
    pods: [],
    notes: [...sender.notes, ...external.notes],
    arrived: (delivery, described) =>
      described.kind === 'external' ||
      described.kind === 'host' ||
      isAddressee(delivery) ||
      `${whereabouts(described)}, which does not have the address ${query.destination}`,
  });
}

/**
 * A packet from outside to a service, coming in by the physical network of a node: to its load-balancer address, an
 * external IP, a node port, or its cluster address (for networks that route it to the nodes).
 */
export async function traceExternalToService(world: World, asked: PathQuery): Promise<PathTrace> {
  const external = await resolveExternal(world, asked.source);
  const { family } = external.address;
  const query: PathQuery = { ...asked, family: family === 4 ? '4' : '6' };
  const service = await serviceOf(world, query);
  const kind = query.via ?? usualWayIn(service);
  const vips = vipsOf(service, kind, query);
  const targets: Target[] = [];
  for (const name of await nodeNames(world, query)) {
    const sender = await senderOutside(world, name, service.network, external.address);
    for (const { address, port, node } of vips) {
      if (node === undefined || node === name) targets.push({ sender, address, port, entry: name });
    }
  }
  return answerPath(world, withProtocol(query, service), {
    source: { kind: 'External', addresses: [formatAddress(external.address)] },
    ...serviceQuestion(service, vips, kind),
    targets,
    pods: [],
    notes: [...external.notes, ...service.notes],
  });
}

async function serviceOf(world: World, query: PathQuery): Promise<ServiceEndpoint> {
  if (query.protocol === 'icmp') {
    throw new UsageError('trace.protocol', 'a service has ports: trace it with tcp, udp or sctp');
  }
  const protocol = query.protocol === undefined ? undefined : SERVICE_PROTOCOLS[query.protocol];
  const name = parseObjectName(query.destination, query.namespace);
  return resolveService(world, name, {
    port: query.port,
    isByNode: query.via === 'nodePort',
    ...(protocol === undefined ? {} : { protocol }),
  });
}

const SERVICE_PROTOCOLS = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const;

const withProtocol = (query: PathQuery, { port }: ServiceEndpoint): SettledQuery => ({
  ...query,
  protocol: port.protocol.toLowerCase() as Protocol,
});

function serviceQuestion(service: ServiceEndpoint, vips: readonly ServiceVip[], kind: VipKind) {
  const { namespace, name } = service;
  const wanted = `service ${namespace}/${name}`;
  const addresses = [...new Set(vips.map(({ address }) => formatAddress(address)))];
  const destination: EndpointSummary = { kind: 'Service', namespace, name, addresses };
  const arrived: PathsRequest['arrived'] = (delivery, described) =>
    isAddressee(delivery) ||
    ((described.kind === 'external' || described.kind === 'host') &&
      isBackend(service.backends, delivery, described)) ||
    unserved(described, wanted, kind);
  return { destination, wanted, arrived, service };
}

function isBackend(
  backends: readonly ServiceBackend[],
  delivery: Parameters<PathsRequest['arrived']>[0],
  { name }: Delivery,
): boolean {
  const destination = addressText(delivery.packet, 'destination');
  return backends.some(
    ({ address, host }) =>
      formatAddress(address) === destination ||
      (host?.alias !== undefined && host.node === name && formatAddress(host.alias) === destination),
  );
}

/** A packet for a service that left OVN without a backend: hosts and other nodes serve some addresses, too. */
function unserved(described: Delivery, wanted: string, kind: VipKind): string | { readonly beyond: string } {
  const text = `${whereabouts(described)} without a backend of ${wanted} having been chosen`;
  if (described.kind === 'host') return { beyond: `${text}; whether the node serves it is not followed` };
  if (described.kind === 'external' && kind !== 'clusterIP') {
    return { beyond: `${text}; what becomes of it at the address it goes to is not followed` };
  }
  return text;
}

/** The addresses of one kind; UsageError `trace.via` with those there are when it has none. */
function vipsOf(service: ServiceEndpoint, kind: VipKind, query: PathQuery): readonly ServiceVip[] {
  const wanted = familiesOf(query);
  const vips = service.vips.filter((vip) => vip.kind === kind && wanted.includes(vip.address.family));
  if (vips.length > 0) return vips;
  const has = [...new Set(service.vips.map((vip) => `${vip.kind} ${formatAddress(vip.address)}`))].join(', ');
  const family = query.family === 'both' ? '' : ` of IPv${query.family}`;
  throw new UsageError('trace.via', `service ${service.namespace}/${service.name} has no ${kind} address${family}`, {
    hints: [has === '' ? 'It has none at all: it is headless.' : `It has: ${has}.`],
  });
}

/** Of node ports, those of one node only, since every node has the same: the sender's own if it can be. */
function oneNodeOf(vips: readonly ServiceVip[], home: string): readonly ServiceVip[] {
  const node = (vips.find((vip) => vip.node === home) ?? vips[0])?.node;
  return vips.filter((vip) => vip.node === node);
}

/** How clients outside usually come to a service. */
function usualWayIn({ vips }: ServiceEndpoint): VipKind {
  const order: readonly VipKind[] = ['loadBalancer', 'externalIP', 'nodePort'];
  return order.find((kind) => vips.some((vip) => vip.kind === kind)) ?? 'clusterIP';
}

async function nodeNames(world: World, { node }: PathQuery): Promise<readonly string[]> {
  if (node !== undefined) return [node];
  return (await kubeList(world, 'nodes')).map(({ metadata }) => metadata.name).sort();
}

function differentNetworks(sender: Sender, recipient: Recipient): readonly string[] {
  if (sender.summary.kind === 'Node' && recipient.pod !== undefined && recipient.network !== DEFAULT_NETWORK) {
    return [
      `${recipient.text} is on network ${recipient.network ?? '?'}: nodes reach it at its address of the default network (--network default)`,
    ];
  }
  if (sender.network === undefined || recipient.network === undefined) return [];
  if (sender.network === recipient.network) return [];
  return [
    `the two ends are on different networks: ${sender.text} on ${sender.network}, ${recipient.text} on ${recipient.network}`,
  ];
}
