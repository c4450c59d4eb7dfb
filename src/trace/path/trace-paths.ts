/**
 * All paths of one packet of one family: every backend and every equal-cost way, each walked through all zones with its
 * reply, judged and told as data.
 *
 * Input: a World, where the packet sets out and what counts as having arrived; output: paths and notes. The same World and
 * request give the same paths in the same order. It must not know flags, formats or exit codes.
 */
import { formatAddress } from '../../net/prefix.js';
import type { Gap } from '../../world/coverage.js';
import { whenHeld } from '../../ovsdb/replica/not-held.js';
import { unlessUnreadable } from '../../world/unreadable.js';
import type { World } from '../../world/world.js';
import { describeDelivery } from './arrival.js';
import type { Attributor } from './attribution.js';
import { judge } from './cause.js';
import { everyCourse } from './courses.js';
import type { Course } from './courses.js';
import type { Departure } from './departure.js';
import { egressOf } from './egress/egress.js';
import { exchange, returningTo } from './exchange.js';
import type { Arrival, Exchange } from './exchange.js';
import { headersOf } from './headers.js';
import { hopsOf, translationsOf } from './hops.js';
import { neighbourKey } from './next-hop.js';
import type { Backend, Cause, Delivery, Path, Reply, Verdict } from './path-trace.js';
import { pickerOf } from './picker.js';
import { answerer } from './walk.js';
import type { Journey, Traveller } from './walk.js';
import { accessControlOf } from './why/evaluations.js';

export interface PathsRequest {
  readonly departure: Departure;
  readonly family: Path['family'];
  /** Whether a delivery is the one that was asked for; the text says what it is instead. */
  readonly arrived: Arrival;
  readonly withReply: boolean;
  readonly state: 'new' | 'established';
  /** Only this backend of a load balancer, `IP` or `IP:PORT`. */
  readonly backend?: string;
  /** Length of the frame in bytes, Ethernet header included, when it matters. */
  readonly size?: number;
  /** `verdict` leaves hops and translations empty, for whoever asks for thousands of verdicts; `full` unless given. */
  readonly detail?: 'verdict' | 'full';
}

interface Paths {
  readonly paths: readonly Path[];
  readonly notes: readonly string[];
}

/** More ways than this are not followed, and the notes say so. */
const MAX_COURSES = 64;

export async function tracePaths(world: World, request: PathsRequest, attributor: Attributor): Promise<Paths> {
  const { departure } = request;
  if (departure.kind !== 'sent') return { paths: [unsent(departure, request.family)], notes: [] };
  const { start } = departure;
  const answers = new Map<string, string>();
  const warnings = new Set<string>();
  const notes = new Set<string>();
  const attempt = (): ReturnType<typeof everyCourse<Exchange>> =>
    everyCourse((choose) => {
      const size = request.size === undefined ? {} : { size: request.size };
      const traveller: Omit<Traveller, 'memory'> = {
        world,
        choose: pickerOf(choose, request.backend),
        answers,
        warnings,
        ...size,
      };
      return exchange(traveller, { ...request, start });
    }, MAX_COURSES);
  let { courses, complete } = await attempt();
  // Each round answers what routers asked inside the cluster, and sends the packet again from the start.
  while (await answerQuestions(world, courses, answers, notes)) ({ courses, complete } = await attempt());
  if (!complete) notes.add(`only the first ${MAX_COURSES} ways of the packet were followed`);
  const back = returningTo(start);
  const paths: Path[] = [];
  for (const course of courses) {
    const { choices, result } = course;
    const gaps = world.coverage.gaps();
    paths.push(asFarAsKnown(await pathOf(course, request, back, attributor), result, gaps));
    if (result.next !== undefined) {
      const following = await pathOf({ choices, result: result.next }, request, back, attributor);
      paths.push({ ...asFarAsKnown(following, result.next, gaps), connection: 'next' });
    }
    const pending = pendingNeighbour(course.result.journey);
    if (pending !== undefined) notes.add(pending);
  }
  return { paths: distinct(paths), notes: [...notes, ...warnings] };
}

/** A fork that made no difference to the packet (it was met by a copy that asks for a neighbour) is not told. */
function distinct(paths: readonly Path[]): readonly Path[] {
  if (paths.length === 1) return paths;
  const seen = new Map<string, Path>();
  for (const path of paths) {
    const key = JSON.stringify({ ...path, choices: [] });
    seen.set(key, seen.has(key) ? { ...path, choices: [] } : path);
  }
  return [...seen.values()];
}

/** Flows that could not be read might have decided otherwise: then nothing is known for sure. */
function asFarAsKnown(path: Path, { journey, reply }: Exchange, gaps: readonly Gap[]): Path {
  const zones = new Set([...journey.legs, ...(reply?.legs ?? [])].map(({ zone }) => zone.name));
  const gap = gaps.find(({ zone, database }) => database === 'southbound' && zone !== undefined && zones.has(zone));
  if (gap === undefined) return path;
  const seen = path.cause === undefined ? path.verdict : `${path.verdict} (${path.cause.message})`;
  const message = `the ${gap.subject} could not be read whole, so flows may be missing; what there is says: ${seen}`;
  return { ...path, verdict: 'unknown', cause: { ...path.cause, type: 'gap', message } };
}

async function pathOf(
  { choices, result: { journey, reply } }: Course<Exchange>,
  request: PathsRequest,
  back: Arrival,
  attributor: Attributor,
): Promise<Path> {
  const { end, legs } = journey;
  const backend = choices.find(({ kind }) => kind === 'backend');
  const others = choices.filter(({ kind }) => kind !== 'backend').map(({ taken }) => taken);
  const first = legs[0]?.nodes[0];
  const last = end.kind === 'dead' ? end.table.before : end.delivery.packet;
  const deliveredTo = deliveryOf(journey);
  const judged = await verdictOf(journey, request, request.arrived, attributor);
  const answered = reply === undefined ? undefined : await replyOf(reply, request, back, attributor);
  return {
    family: request.family,
    ...(backend === undefined ? {} : { backend: backendOf(backend.taken) }),
    ...(others.length === 0 ? {} : { choices: others }),
    ...(answered === undefined ? judged : withReply(judged, answered)),
    ...(deliveredTo === undefined ? {} : { deliveredTo }),
    ...(await wayOf(journey, request, attributor)),
    packet: { in: headersOf(first?.before ?? last), out: headersOf(last) },
    ...(await toldOf(journey, request, attributor)),
    ...(answered === undefined ? {} : { reply: answered }),
  };
}

async function wayOf(
  journey: Journey,
  { detail }: PathsRequest,
  attributor: Attributor,
): Promise<Pick<Path, 'translations' | 'hops'>> {
  if (detail === 'verdict') return { translations: [], hops: [] };
  return { translations: await translationsOf(journey, attributor), hops: await hopsOf(journey, attributor) };
}

/** What policies said on the way, and how the packet leaves the cluster. */
async function toldOf(
  journey: Journey,
  { detail }: PathsRequest,
  attributor: Attributor,
): Promise<Pick<Path, 'accessControl' | 'egress'>> {
  if (detail === 'verdict') return {};
  const accessControl = await accessControlOf(journey.legs, attributor);
  const translations = await translationsOf(journey, attributor);
  const egress = await unlessUnreadable(() => whenHeld(() => egressOf(journey, translations, attributor)));
  return {
    ...(accessControl.length === 0 ? {} : { accessControl }),
    ...(egress === undefined ? {} : { egress }),
  };
}

interface Judged {
  readonly verdict: Verdict;
  readonly cause?: Cause;
}

async function verdictOf(
  journey: Journey,
  { detail, size }: PathsRequest,
  arrived: Arrival,
  attributor: Attributor,
): Promise<Judged> {
  const { end } = journey;
  switch (end.kind) {
    case 'dead':
      return judge(journey, end, attributor, { brief: detail === 'verdict', ...(size === undefined ? {} : { size }) });
    case 'gap':
      return {
        verdict: 'unknown',
        cause: { type: 'gap', message: `the packet goes on where it can't be followed: ${end.reason}` },
      };
    case 'delivered': {
      const described = deliveryOf(journey);
      const outcome = described === undefined ? true : arrived(end.delivery, described);
      if (outcome === true) return { verdict: 'delivered' };
      return typeof outcome === 'string'
        ? { verdict: 'dropped', cause: { type: 'wrong-destination', message: outcome } }
        : { verdict: 'unknown', cause: { type: 'gap', message: outcome.beyond } };
    }
  }
}

async function replyOf(reply: Journey, request: PathsRequest, back: Arrival, attributor: Attributor): Promise<Reply> {
  const { end, legs } = reply;
  const first = legs[0]?.nodes[0];
  const last = end.kind === 'dead' ? end.table.before : end.delivery.packet;
  const judged = await verdictOf(reply, request, back, attributor);
  return {
    ...judged,
    ...(await wayOf(reply, request, attributor)),
    packet: { in: headersOf(first?.before ?? last), out: headersOf(last) },
  };
}

/** A packet that arrives is of no use when its answer does not. */
function withReply(judged: Judged, reply: Reply): Judged {
  if (judged.verdict !== 'delivered' || reply.verdict === 'delivered') return judged;
  const why = reply.cause;
  const verdict = reply.verdict === 'unknown' ? 'unknown' : 'dropped';
  return {
    verdict,
    cause: {
      ...why,
      type: 'reply-lost',
      message: `the packet arrives but its reply does not: ${why?.message ?? 'no reason is known'}`,
    },
  };
}

function deliveryOf({ end, legs }: Journey): Delivery | undefined {
  const leg = legs.at(-1);
  return end.kind === 'delivered' && leg !== undefined ? describeDelivery(end.delivery, leg) : undefined;
}

function backendOf(text: string): Backend {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(text) ?? [];
  return { address: bracketed ?? plain ?? text, ...(port === undefined ? {} : { port: Number(port) }) };
}

/** A path of a packet that never leaves its sender. */
function unsent({ kind, packet: sent, reason }: Exclude<Departure, { kind: 'sent' }>, family: Path['family']): Path {
  const packet = headersOf(sent);
  if (kind === 'unread') {
    const cause: Cause = { type: 'gap', message: `how the packet sets out can't be told: ${reason}` };
    return { family, verdict: 'unknown', cause, translations: [], hops: [], packet: { in: packet, out: packet } };
  }
  return {
    family,
    verdict: reason === undefined ? 'delivered' : 'dropped',
    ...(reason === undefined ? {} : { cause: { type: 'no-route', message: reason } }),
    translations: [],
    hops: [],
    packet: { in: packet, out: packet },
  };
}

/** Notes whom a router would hear from; false when nothing new was found. */
async function answerQuestions(
  world: World,
  courses: readonly Course<Exchange>[],
  answers: Map<string, string>,
  notes: Set<string>,
): Promise<boolean> {
  const before = answers.size;
  const journeys = courses.flatMap(({ result: { journey, reply } }) =>
    reply === undefined ? [journey] : [journey, reply],
  );
  for (const journey of journeys) {
    const { question } = journey;
    if (question?.port === undefined || journey.end.kind !== 'dead') continue;
    const key = neighbourKey(question.port, question.nextHop);
    const found = answers.has(key) ? undefined : await whenHeld(() => answerer(world, journey));
    if (found === undefined) continue;
    answers.set(key, found.mac);
    const router = question.table.datapath.displayName;
    const hop = formatAddress(question.nextHop);
    notes.add(
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
