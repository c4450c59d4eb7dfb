/**
 * Does a packet from a pod arrive, by which way, and if not, what stopped it: one function for each kind of destination.
 *
 * Input: a World and a query in the user's words; output: a PathTrace, or an OvnctlError about the words. It must not
 * know flags or formats.
 */
import { UsageError } from '../base/errors.js';
import { formatAddress } from '../net/prefix.js';
import type { Address, Family } from '../net/prefix.js';
import { parseObjectName } from '../trace/endpoint/object-name.js';
import { resolveExternal } from '../trace/endpoint/external-endpoint.js';
import { resolvePod } from '../trace/endpoint/pod-endpoint.js';
import type { PodEndpoint } from '../trace/endpoint/pod-endpoint.js';
import { resolveService } from '../trace/endpoint/service-endpoint.js';
import type { ServiceEndpoint, VipKind } from '../trace/endpoint/service-endpoint.js';
import { isAddressee } from '../trace/path/arrival.js';
import { departureOf } from '../trace/path/departure.js';
import { addressText } from '../trace/path/headers.js';
import { Attributor } from '../trace/path/attribution.js';
import type {
  Delivery,
  EndpointSummary,
  Path,
  PathRequest,
  PathTrace,
  Protocol,
  Verdict,
} from '../trace/path/path-trace.js';
import { tracePaths } from '../trace/path/trace-paths.js';
import type { PathsRequest } from '../trace/path/trace-paths.js';
import type { World } from '../world/world.js';

export interface PathQuery {
  /** `NAMESPACE/POD`. */
  readonly source: string;
  /** `NAMESPACE/POD`, `NAMESPACE/SERVICE` or an IP address. */
  readonly destination: string;
  /** For names without one. */
  readonly namespace?: string;
  /** `tcp` when not given; for a service, that of its port. */
  readonly protocol?: Protocol;
  /** A number, or for services a port's name. */
  readonly port?: string;
  readonly sourcePort?: number;
  readonly family: '4' | '6' | 'both';
  /** Only this backend, `IP[:PORT]`; all of them when not given. */
  readonly backend?: string;
  /** The network of the pods, when not their primary one. */
  readonly network?: string;
  /** Whether the reply is followed too; it is unless told otherwise. */
  readonly reply?: boolean;
  /** The first packet of a connection (the default), or one after its reply. */
  readonly state?: 'new' | 'established';
  /** By which address a service is asked; its cluster address when not given. */
  readonly via?: VipKind;
}

/** A query that says its protocol. */
type Settled = PathQuery & { readonly protocol: Protocol };

const settled = (query: PathQuery): Settled => ({ ...query, protocol: query.protocol ?? 'tcp' });

const SERVICE_PROTOCOLS = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const;

/** Anything above the well-known and registered ports will do; a constant keeps answers the same. */
const SOURCE_PORT = 52888;

export async function tracePodToPod(world: World, asked: PathQuery): Promise<PathTrace> {
  const query = settled(asked);
  const source = await sourceOf(world, query);
  const target = await resolvePod(world, parseObjectName(query.destination, query.namespace), network(query));
  const port = portNumber(query);
  const targets: Target[] = [];
  for (const family of families(query)) {
    const address = target.addresses.get(family);
    if (address !== undefined) targets.push({ address: { family, value: address.value }, port });
  }
  const wanted = `pod ${target.namespace}/${target.name}`;
  return answer(world, query, {
    source,
    destination: podSummary(target),
    targets,
    wanted,
    pods: [source, target],
    notes: [...source.notes, ...target.notes, ...differentNetworks(source, target)],
    arrived: ({ port: { port: reached } }, described) =>
      reached?.name === target.port.name || `${whereabouts(described)} and does not come to ${wanted}`,
  });
}

export async function tracePodToService(world: World, query: PathQuery): Promise<PathTrace> {
  const source = await sourceOf(world, query);
  const name = parseObjectName(query.destination, query.namespace);
  if (query.protocol === 'icmp')
    throw new UsageError('trace.protocol', 'a service has ports: trace it with tcp, udp or sctp');
  const service = await resolveService(world, name, {
    port: query.port,
    ...(query.protocol === undefined ? {} : { protocol: SERVICE_PROTOCOLS[query.protocol] }),
  });
  const kind = query.via ?? 'clusterIP';
  const targets = targetsOf(service, kind, families(query), source.node);
  if (targets.length === 0) throw noSuchAddress(service, kind, query);
  const wanted = `service ${service.namespace}/${service.name}`;
  return answer(
    world,
    { ...query, protocol: service.port.protocol.toLowerCase() as Protocol },
    {
      source,
      destination: {
        kind: 'Service',
        namespace: service.namespace,
        name: service.name,
        addresses: targets.map(({ address }) => formatAddress(address)),
      },
      targets,
      wanted,
      pods: [source],
      notes: [...source.notes, ...service.notes],
      service,
      arrived: (delivery, described) =>
        isAddressee(delivery) ||
        ((described.kind === 'external' || described.kind === 'host') && isBackend(service, delivery)) ||
        unserved(described, wanted, kind),
    },
  );
}

export async function tracePodToExternal(world: World, asked: PathQuery): Promise<PathTrace> {
  const query = settled(asked);
  const source = await sourceOf(world, query);
  const external = await resolveExternal(world, query.destination);
  const { family } = external.address;
  if (query.family !== 'both' && query.family !== String(family)) {
    throw new UsageError(
      'trace.family',
      `${query.destination} is an IPv${family} address, but --family asks for ${query.family}`,
    );
  }
  return answer(world, query, {
    source,
    destination: { kind: 'External', addresses: [formatAddress(external.address)] },
    targets: [{ address: external.address, port: portNumber(query) }],
    wanted: query.destination,
    pods: [source],
    notes: [...source.notes, ...external.notes],
    arrived: (delivery, described) =>
      described.kind === 'external' ||
      described.kind === 'host' ||
      isAddressee(delivery) ||
      `${whereabouts(described)}, which does not have the address ${query.destination}`,
  });
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

/** Where a packet came out, when that is not where it was meant to. */
function whereabouts({ kind, name, port }: Delivery): string {
  switch (kind) {
    case 'external':
      return `the packet leaves the cluster from node ${name ?? '?'}`;
    case 'host':
      return `the packet is handed to the network of node ${name ?? '?'}`;
    case 'pod':
      return `the packet comes to pod ${name ?? port}`;
    case 'port':
      return `the packet comes to port ${port}`;
  }
}

interface Target {
  readonly address: Address;
  readonly port: number | undefined;
}

interface Question {
  readonly source: PodEndpoint;
  readonly destination: EndpointSummary;
  readonly targets: readonly Target[];
  readonly wanted: string;
  readonly pods: readonly PodEndpoint[];
  readonly notes: readonly string[];
  readonly arrived: PathsRequest['arrived'];
  readonly service?: ServiceEndpoint;
}

async function answer(world: World, query: Settled, question: Question): Promise<PathTrace> {
  const { source, targets } = question;
  const notes = [...question.notes];
  const usable = targets.filter(({ address }) => source.addresses.has(address.family));
  for (const { address } of targets) {
    if (usable.every((target) => target.address !== address)) {
      notes.push(
        `pod ${source.namespace}/${source.name} has no IPv${address.family} address: ${formatAddress(address)} is left out`,
      );
    }
  }
  if (usable.length === 0) {
    throw new UsageError(
      'trace.family',
      `pod ${source.namespace}/${source.name} and ${question.wanted} have no address family in common`,
      {
        hints: [`Asked for: ${query.family === 'both' ? 'IPv4 or IPv6' : `IPv${query.family}`}.`],
      },
    );
  }
  const attributor = new Attributor(
    world,
    question.pods.map(({ pod }) => pod),
  );
  const paths: Path[] = [];
  const sourcePort = query.sourcePort ?? SOURCE_PORT;
  for (const { address, port } of usable) {
    const traced = await tracePaths(
      world,
      {
        departure: await departureOf(source, { destination: address, protocol: query.protocol, port, sourcePort }),
        family: address.family === 4 ? 'ipv4' : 'ipv6',
        arrived: question.arrived,
        withReply: query.reply ?? true,
        state: query.state ?? 'new',
        ...(query.backend === undefined ? {} : { backend: query.backend }),
      },
      attributor,
    );
    paths.push(...traced.paths.map((path) => withPod(path, question.service)));
    notes.push(...traced.notes);
  }
  const port = usable[0]?.port;
  const request: PathRequest = {
    source: podSummary(source),
    destination: question.destination,
    protocol: query.protocol,
    ...(port === undefined ? {} : { port }),
    ...(query.protocol === 'icmp' ? {} : { sourcePort }),
    family: query.family === 'both' ? 'both' : query.family === '4' ? 'ipv4' : 'ipv6',
    state: query.state ?? 'new',
  };
  return { verdict: worst(paths), request, paths, notes: [...new Set(notes)] };
}

const SEVERITY: readonly Verdict[] = ['delivered', 'rejected', 'dropped', 'unknown'];

function worst(paths: readonly Path[]): Verdict {
  const rank = Math.max(...paths.map(({ verdict }) => SEVERITY.indexOf(verdict)));
  return SEVERITY[rank] ?? 'unknown';
}

function withPod(path: Path, service: ServiceEndpoint | undefined): Path {
  const { backend, deliveredTo } = path;
  if (backend === undefined) return path;
  const known = service?.backends.find(({ address }) => formatAddress(address) === backend.address)?.pod;
  const reached = deliveredTo?.kind === 'pod' ? deliveredTo.name : undefined;
  const pod = known === undefined ? reached : `${known.namespace}/${known.name}`;
  return pod === undefined ? path : { ...path, backend: { ...backend, pod } };
}

function isBackend(service: ServiceEndpoint, delivery: Parameters<PathsRequest['arrived']>[0]): boolean {
  return service.backends.some(({ address }) => formatAddress(address) === addressText(delivery.packet, 'destination'));
}

async function sourceOf(world: World, query: PathQuery): Promise<PodEndpoint> {
  return resolvePod(world, parseObjectName(query.source, query.namespace), network(query));
}

function network({ network: name }: PathQuery): { readonly network?: string } {
  return name === undefined ? {} : { network: name };
}

function families({ family }: PathQuery): readonly Family[] {
  return family === 'both' ? [4, 6] : [family === '4' ? 4 : 6];
}

function portNumber({ port, protocol }: Settled): number | undefined {
  if (protocol === 'icmp') return undefined;
  const number = Number(port);
  if (port === undefined || !/^\d+$/.test(port) || number < 1 || number > 65535) {
    throw new UsageError(
      'trace.port',
      `--port must be a number from 1 to 65535${port === undefined ? '' : `, not ${port}`}`,
    );
  }
  return number;
}

function podSummary({ namespace, name, node, network: of, addresses }: PodEndpoint): EndpointSummary {
  return {
    kind: 'Pod',
    namespace,
    name,
    node,
    network: of,
    addresses: [...addresses.values()].map(formatAddress),
  };
}

function differentNetworks(source: PodEndpoint, target: PodEndpoint): readonly string[] {
  if (source.network === target.network) return [];
  return [
    `the pods are on different networks: ${source.namespace}/${source.name} on ${source.network}, ${target.namespace}/${target.name} on ${target.network}`,
  ];
}

/** The addresses of one kind; of node ports, those of one node only, since every node has the same: the pod's own if it can be. */
function targetsOf(
  service: ServiceEndpoint,
  kind: VipKind,
  wanted: readonly Family[],
  home: string,
): readonly Target[] {
  const vips = service.vips.filter((vip) => vip.kind === kind && wanted.includes(vip.address.family));
  const node = (vips.find((vip) => vip.node === home) ?? vips[0])?.node;
  return vips.filter((vip) => vip.node === node).map(({ address, port }) => ({ address, port }));
}

function noSuchAddress(service: ServiceEndpoint, kind: VipKind, { family }: PathQuery): UsageError {
  const has = [...new Set(service.vips.map((vip) => `${vip.kind} ${formatAddress(vip.address)}`))].join(', ');
  const wanted = family === 'both' ? '' : ` of IPv${family}`;
  return new UsageError('trace.via', `service ${service.namespace}/${service.name} has no ${kind} address${wanted}`, {
    hints: [`It has: ${has}.`],
  });
}
