/** The part that all questions about paths share: every target of every family traced, judged together, told as one answer. */
import { UsageError } from '../base/errors.js';
import { formatAddress, parseAddress } from '../net/prefix.js';
import type { Address } from '../net/prefix.js';
import type { Pod } from '../kube/model/pod.js';
import type { ServiceBackend, ServiceEndpoint } from '../trace/endpoint/service-endpoint.js';
import { whenHeld } from '../ovsdb/replica/not-held.js';
import { Attributor } from '../trace/path/attribution.js';
import type { Departure, Opening } from '../trace/path/departure.js';
import { firstPacket } from '../trace/path/first-packet.js';
import type { EndpointSummary, Path, PathRequest, PathTrace, Verdict } from '../trace/path/path-trace.js';
import type { Sender } from '../trace/path/sender.js';
import { tracePaths } from '../trace/path/trace-paths.js';
import type { PathsRequest } from '../trace/path/trace-paths.js';
import { ETHERNET_HEADER } from '../trace/path/why/mtu.js';
import { isUnreadable } from '../world/unreadable.js';
import type { World } from '../world/world.js';
import type { SettledQuery } from './path-query.js';

export interface Target {
  /** Who sends to it: one sender, or a node's outside for each node. */
  readonly sender: Sender;
  readonly address: Address;
  readonly port: number | undefined;
  /** Node by whose physical network the packet comes in. */
  readonly entry?: string;
}

export interface Question {
  readonly source: EndpointSummary;
  readonly destination: EndpointSummary;
  /** The destination as in a sentence. */
  readonly wanted: string;
  readonly targets: readonly Target[];
  /** Pods whose traffic is judged, besides the senders'. */
  readonly pods: readonly Pod[];
  readonly notes: readonly string[];
  readonly arrived: PathsRequest['arrived'];
  readonly service?: ServiceEndpoint;
}

/** Anything above the well-known and registered ports will do; a constant keeps answers the same. */
const SOURCE_PORT = 52888;

export async function answerPath(world: World, query: SettledQuery, question: Question): Promise<PathTrace> {
  const notes = [...question.notes];
  const usable = usableTargets(query, question, notes);
  const senders = usable.flatMap(({ sender: { pod } }) => pod ?? []);
  const attributor = new Attributor(world, [...new Set([...senders, ...question.pods])]);
  const sourcePort = query.sourcePort ?? SOURCE_PORT;
  const paths: Path[] = [];
  for (const { sender, address, port, entry } of usable) {
    const opening = { destination: address, protocol: query.protocol, port, sourcePort };
    const departure = await departureOf(world, sender, opening);
    if (departure.kind === 'sent' && departure.assumption !== undefined) notes.push(departure.assumption);
    const traced = await tracePaths(
      world,
      {
        departure,
        family: address.family === 4 ? 'ipv4' : 'ipv6',
        arrived: question.arrived,
        withReply: query.reply ?? true,
        state: query.state ?? 'new',
        ...(query.backend === undefined ? {} : { backend: query.backend }),
        ...(query.size === undefined ? {} : { size: query.size + ETHERNET_HEADER }),
        ...(query.detail === undefined ? {} : { detail: query.detail }),
      },
      attributor,
    );
    for (const path of traced.paths) {
      const named = withPod(path, question.service);
      paths.push(entry === undefined ? named : { ...named, entry });
    }
    notes.push(...traced.notes);
  }
  const port = usable[0]?.port;
  const request: PathRequest = {
    source: question.source,
    destination: question.destination,
    protocol: query.protocol,
    ...(port === undefined ? {} : { port }),
    ...(query.protocol === 'icmp' ? {} : { sourcePort }),
    family: query.family === 'both' ? 'both' : query.family === '4' ? 'ipv4' : 'ipv6',
    state: query.state ?? 'new',
    ...(query.size === undefined ? {} : { size: query.size }),
  };
  return { verdict: worst(paths), request, paths, notes: [...new Set(notes)] };
}

/** How the packet sets out; what can't be read leaves that open. */
async function departureOf(world: World, sender: Sender, opening: Opening): Promise<Departure> {
  try {
    return await whenHeld(() => sender.departure(opening));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const [own] = sender.summary.addresses
      .flatMap((text) => parseAddress(text) ?? [])
      .filter(({ family }) => family === opening.destination.family);
    const unspecified = { family: opening.destination.family, value: 0n };
    const packet = firstPacket({ ...opening, inport: 0, ethSrc: 0n, ethDst: 0n, source: own ?? unspecified });
    const gap = world.coverage.gaps().find(({ zone, reason }) => zone !== undefined && reason === error.message);
    const reason = gap === undefined ? error.message : `the ${gap.subject} can't be read: ${error.message}`;
    return { kind: 'unread', packet, reason };
  }
}

/** The targets of a family that their sender has; the others are left out aloud. UsageError when none is left. */
function usableTargets(query: SettledQuery, { targets, wanted }: Question, notes: string[]): readonly Target[] {
  const usable = targets.filter(({ sender, address }) => sender.families.has(address.family));
  for (const { sender, address } of targets) {
    if (!sender.families.has(address.family)) {
      notes.push(`${sender.text} has no IPv${address.family} address: ${formatAddress(address)} is left out`);
    }
  }
  const [first] = targets;
  if (usable.length > 0) return usable;
  const who = first === undefined ? 'the two ends' : `${first.sender.text} and ${wanted}`;
  throw new UsageError('trace.family', `${who} have no address family in common`, {
    hints: [`Asked for: ${query.family === 'both' ? 'IPv4 or IPv6' : `IPv${query.family}`}.`],
  });
}

const SEVERITY: readonly Verdict[] = ['delivered', 'rejected', 'dropped', 'unknown'];

function worst(paths: readonly Path[]): Verdict {
  const rank = Math.max(...paths.map(({ verdict }) => SEVERITY.indexOf(verdict)));
  return SEVERITY[rank] ?? 'unknown';
}

/**
 * Names the pod of a backend: as the service's endpoints say, else as the packet found it. What a node's gateway router
 * sends back to its own node leaves OVN by the port of the physical network, but not the node.
 */
function withPod(path: Path, service: ServiceEndpoint | undefined): Path {
  const { backend, deliveredTo } = path;
  if (backend === undefined) return path;
  const isAlias = ({ host }: ServiceBackend): boolean =>
    host?.alias !== undefined && host.node === deliveredTo?.name && formatAddress(host.alias) === backend.address;
  const stays = deliveredTo?.kind === 'external' ? service?.backends.find(isAlias) : undefined;
  const known = stays ?? service?.backends.find(({ address }) => formatAddress(address) === backend.address);
  const reached = deliveredTo?.kind === 'pod' ? deliveredTo.name : undefined;
  const pod = known?.pod === undefined ? reached : `${known.pod.namespace}/${known.pod.name}`;
  return {
    ...path,
    backend: pod === undefined ? backend : { ...backend, pod },
    ...(stays === undefined || deliveredTo === undefined ? {} : { deliveredTo: { ...deliveredTo, kind: 'host' } }),
  };
}
