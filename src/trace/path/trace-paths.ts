/**
 * All paths of one packet of one family: every backend and every equal-cost way, each walked through all zones, judged and
 * told as data.
 *
 * Input: a World, the sending pod, the destination and what counts as having arrived; output: paths and notes. The same
 * World and request give the same paths in the same order. It must not know flags, formats or exit codes.
 */
import { NotFoundError } from '../../base/errors.js';
import type { Address } from '../../net/prefix.js';
import { formatAddress } from '../../net/prefix.js';
import type { Chassis } from '../../ovn/southbound/chassis.js';
import type { World } from '../../world/world.js';
import { backendText } from '../engine/conntrack.js';
import { firstHop } from '../endpoint/first-hop.js';
import type { PodEndpoint } from '../endpoint/pod-endpoint.js';
import { ChassisMemory } from '../semantics/faithful/chassis-memory.js';
import { chassisOf } from '../semantics/faithful/location.js';
import type { Choice as FlowChoice } from '../semantics/semantics.js';
import type { Delivery as TraceDelivery } from '../tree.js';
import { describeDelivery } from './arrival.js';
import type { Attributor } from './attribution.js';
import { judge } from './cause.js';
import { everyCourse } from './courses.js';
import type { Chooser, Course } from './courses.js';
import { firstPacket } from './first-packet.js';
import { headersOf } from './headers.js';
import { hopsOf, translationsOf } from './hops.js';
import { neighbourKey } from './next-hop.js';
import type { Backend, Delivery, Path, Protocol, Verdict } from './path-trace.js';
import { answerer, walk } from './walk.js';
import type { Journey, Start } from './walk.js';

export interface PathsRequest {
  readonly source: PodEndpoint;
  readonly destination: Address;
  readonly protocol: Protocol;
  readonly port: number | undefined;
  readonly sourcePort: number;
  /** Whether a delivery is the one that was asked for; the text says what it is instead. */
  readonly arrived: (delivery: TraceDelivery, described: Delivery) => true | string;
  /** Only this backend of a load balancer, `IP` or `IP:PORT`. */
  readonly backend?: string;
}

export interface Paths {
  readonly paths: readonly Path[];
  readonly notes: readonly string[];
}

/** More ways than this are not followed, and the notes say so. */
const MAX_COURSES = 64;

export async function tracePaths(world: World, request: PathsRequest, attributor: Attributor): Promise<Paths> {
  const { source, destination } = request;
  const family = destination.family === 4 ? 'ipv4' : 'ipv6';
  const own = source.addresses.get(destination.family);
  const hop = await firstHop(source, destination);
  if (own === undefined || hop.kind === 'none' || hop.kind === 'self') {
    return { paths: [unsent(request, hop.kind === 'none' ? hop.reason : undefined)], notes: [] };
  }
  const southbound = await source.zone.southbound();
  const chassis = chassisOf(southbound, source.port) ?? ownChassis(source, southbound.chassis.all());
  if (chassis === undefined) {
    throw new NotFoundError('trace.no-chassis', `zone ${source.zone.name} has no chassis of its own to start from`);
  }
  const packet = firstPacket({
    ...request,
    inport: source.port.key,
    ethSrc: source.mac,
    ethDst: hop.mac,
    source: own,
  });
  const { zone } = source;
  const start: Start = { zone, southbound, chassis, datapath: source.port.datapath, pipeline: 'ingress', packet };
  const warnings = new Set<string>();
  const answers = new Map<string, string>();
  const assumed = new Set<string>();
  const attempt = (): ReturnType<typeof everyCourse<Journey>> =>
    everyCourse(async (choose) => {
      const chosen = (choice: FlowChoice): number => pick(choice, choose, request.backend);
      return best(
        await walk({ world, memory: new ChassisMemory(), choose: chosen, answers, warnings }, start),
        request,
      );
    }, MAX_COURSES);
  let { courses, complete } = await attempt();
  // Each round answers what routers asked inside the cluster, and sends the packet again from the start.
  while (await answerQuestions(world, courses, answers, assumed)) ({ courses, complete } = await attempt());
  const paths: Path[] = [];
  const notes = new Set(
    complete ? assumed : [...assumed, `only the first ${MAX_COURSES} ways of the packet were followed`],
  );
  for (const course of courses) {
    paths.push(await pathOf(course, family, request, attributor));
    const pending = pendingNeighbour(course.result);
    if (pending !== undefined) notes.add(pending);
  }
  return { paths, notes: [...notes, ...warnings] };
}

function ownChassis(source: PodEndpoint, all: Iterable<Chassis>): Chassis | undefined {
  const own = [...all].filter(({ remote }) => !remote);
  return own.find(({ hostname }) => hostname === source.node) ?? (own.length === 1 ? own[0] : undefined);
}

/** Turns a fork of the flows into options with names; a wanted backend is not a fork. */
function pick(choice: FlowChoice, choose: Chooser, backend: string | undefined): number {
  switch (choice.kind) {
    case 'backend': {
      const options = choice.options.map(backendText);
      if (backend === undefined) return choose('backend', options);
      const bare = choice.options.map(({ address }) => formatAddress(address));
      const index = options.findIndex((option, i) => option === backend || bare[i] === backend);
      if (index >= 0) return choose('backend', [options[index] ?? '']) + index;
      throw new NotFoundError('trace.no-backend', `${backend} is no backend here; there are ${options.join(', ')}`);
    }
    case 'member':
      return choose(
        'member',
        choice.options.map(({ id }) => `member ${id}`),
      );
    case 'child':
      return choose('child', choice.options);
    case 'tie':
      return choose(
        'tie',
        choice.options.map(({ uuid }) => `flow ${uuid.slice(0, 8)}`),
      );
  }
}

/** Of several ways (floods, clones) the one that arrives, else one that leads somewhere, else the last. */
function best(journeys: readonly Journey[], { arrived }: PathsRequest): Journey {
  const delivered = journeys.filter(({ end }) => end.kind === 'delivered');
  const found = delivered.find((journey) => {
    const leg = journey.legs.at(-1);
    if (journey.end.kind !== 'delivered' || leg === undefined) return false;
    return arrived(journey.end.delivery, describeDelivery(journey.end.delivery, leg)) === true;
  });
  const chosen = found ?? delivered[0] ?? journeys.find(({ end }) => end.kind === 'gap') ?? journeys.at(-1);
  if (chosen === undefined) throw new NotFoundError('trace.no-flows', 'the first pipeline has no tables');
  return chosen;
}

async function pathOf(
  { choices, result: journey }: Course<Journey>,
  family: Path['family'],
  request: PathsRequest,
  attributor: Attributor,
): Promise<Path> {
  const { end, legs } = journey;
  const backend = choices.find(({ kind }) => kind === 'backend');
  const others = choices.filter(({ kind }) => kind !== 'backend').map(({ taken }) => taken);
  const first = legs[0]?.nodes[0];
  const last = end.kind === 'dead' ? end.table.before : end.delivery.packet;
  const leg = legs.at(-1);
  const deliveredTo = end.kind === 'delivered' && leg !== undefined ? describeDelivery(end.delivery, leg) : undefined;
  return {
    family,
    ...(backend === undefined ? {} : { backend: backendOf(backend.taken) }),
    ...(others.length === 0 ? {} : { choices: others }),
    ...(await verdictOf(journey, request, attributor, deliveredTo)),
    ...(deliveredTo === undefined ? {} : { deliveredTo }),
    translations: await translationsOf(journey, attributor),
    hops: await hopsOf(journey, attributor),
    packet: { in: headersOf(first?.before ?? last), out: headersOf(last) },
  };
}

async function verdictOf(
  journey: Journey,
  request: PathsRequest,
  attributor: Attributor,
  deliveredTo: Delivery | undefined,
): Promise<Pick<Path, 'verdict' | 'cause'>> {
  const { end } = journey;
  switch (end.kind) {
    case 'dead':
      return judge(journey, end, attributor);
    case 'gap':
      return {
        verdict: 'unknown',
        cause: { type: 'gap', message: `the packet goes on where it can't be followed: ${end.reason}` },
      };
    case 'delivered': {
      const arrived = deliveredTo === undefined ? true : request.arrived(end.delivery, deliveredTo);
      return arrived === true
        ? { verdict: 'delivered' }
        : { verdict: 'dropped', cause: { type: 'wrong-destination', message: arrived } };
    }
  }
}

function backendOf(text: string): Backend {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(text) ?? [];
  return { address: bracketed ?? plain ?? text, ...(port === undefined ? {} : { port: Number(port) }) };
}

/** A path of a packet that never leaves the pod. */
function unsent({ source, destination, ...request }: PathsRequest, reason: string | undefined): Path {
  const verdict: Verdict = reason === undefined ? 'delivered' : 'dropped';
  const own = source.addresses.get(destination.family);
  const packet = headersOf(
    firstPacket({ ...request, inport: 0, ethSrc: source.mac, ethDst: 0n, source: own ?? destination, destination }),
  );
  return {
    family: destination.family === 4 ? 'ipv4' : 'ipv6',
    verdict,
    ...(reason === undefined ? {} : { cause: { type: 'no-route', message: reason } }),
    translations: [],
    hops: [],
    packet: { in: packet, out: packet },
  };
}

/** Notes whom a router would hear from; false when nothing new was found. */
async function answerQuestions(
  world: World,
  courses: readonly Course<Journey>[],
  answers: Map<string, string>,
  assumed: Set<string>,
): Promise<boolean> {
  const before = answers.size;
  for (const { result: journey } of courses) {
    const { question } = journey;
    if (question?.port === undefined || journey.end.kind !== 'dead') continue;
    const key = neighbourKey(question.port, question.nextHop);
    const found = answers.has(key) ? undefined : await answerer(world, journey);
    if (found === undefined) continue;
    answers.set(key, found.mac);
    const router = question.table.datapath.displayName;
    const hop = formatAddress(question.nextHop);
    assumed.add(
      `${router} has not learned the MAC address of its next hop ${hop} yet; it is taken that ${found.port.displayName} answers`,
    );
  }
  return answers.size > before;
}

/** Who answers on the physical network is outside of OVN. */
function pendingNeighbour({ question, end }: Journey): string | undefined {
  if (question === undefined || end.kind !== 'delivered') return undefined;
  const router = question.table.datapath.displayName;
  const hop = formatAddress(question.nextHop);
  return `${router} does not know the MAC address of its next hop ${hop} yet: it asks, and sends the packet when ${hop} answers`;
}
