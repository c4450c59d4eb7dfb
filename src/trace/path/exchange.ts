/**
 * A packet and its answer: the walk out, the reply of whoever got it, and, when asked for, the packets that follow, all
 * judged with the conntrack state that the ones before them left in every zone.
 *
 * Input: where the first packet sets out, what counts as having arrived, a chooser; output: journeys. The reply starts
 * where the packet was delivered, with what the receiver saw turned round; nothing is un-translated by hand.
 */
import { BugError } from '../../base/errors.js';
import { copyMicroflow, Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { ChassisMemory } from '../semantics/faithful/chassis-memory.js';
import type { Delivery as TraceDelivery } from '../tree.js';
import { describeDelivery } from './arrival.js';
import { forgetConnection } from '../conntrack/connection-table.js';
import { addressText } from './headers.js';
import type { Delivery } from './path-trace.js';
import { walk } from './walk.js';
import type { Journey, Start, Traveller } from './walk.js';

/**
 * True for the delivery that was asked for; a text says what it is instead. `beyond`: the packet may still get there, but on
 * a way outside of OVN that is not followed.
 */
export type Arrival = (delivery: TraceDelivery, described: Delivery) => true | string | { readonly beyond: string };

export interface Exchange {
  readonly journey: Journey;
  /** Set when the packet arrived and the answer was asked for. */
  readonly reply?: Journey;
  /** The client's next connection, where the packet only made OVN remember the client. */
  readonly next?: { readonly journey: Journey; readonly reply?: Journey };
}

export interface ExchangeRequest {
  readonly start: Start;
  readonly arrived: Arrival;
  readonly withReply: boolean;
  /** The packet to look at is the first of the connection, or one after its reply. */
  readonly state: 'new' | 'established';
}

/** One packet (and its answer) for one course of choices. */
export async function exchange(traveller: Omit<Traveller, 'memory'>, request: ExchangeRequest): Promise<Exchange> {
  const memory = new ChassisMemory();
  const send = async (start: Start, arrived: Arrival): Promise<Journey> =>
    best(await walk({ ...traveller, memory }, start), arrived);
  const { size, ...small } = traveller;
  const answering = size !== undefined && isEcho(request.start.packet) ? traveller : small;
  const sendBack = async (start: Start, arrived: Arrival): Promise<Journey> =>
    best(await walk({ ...answering, memory }, start), arrived);
  const { start, arrived } = request;
  const back = returningTo(start);
  const first = await send(start, arrived);
  const nextOf = async ({ packet, ...place }: Start): Promise<{ journey: Journey; reply?: Journey }> => {
    const another = copyMicroflow(packet);
    another[Slot.tpSrc] += 1n;
    const again = { ...place, packet: another };
    const journey = await send(again, arrived);
    const received = request.withReply ? answerTo(journey, arrived) : undefined;
    return received === undefined ? { journey } : { journey, reply: await sendBack(received, returningTo(again)) };
  };
  const answer = answerTo(first, arrived);
  if (answer === undefined)
    return teachesAffinity(first) ? { journey: first, next: await nextOf(start) } : { journey: first };
  if (!request.withReply && request.state === 'new') return { journey: first };
  const reply = await sendBack(answer, back);
  if (request.state === 'new' || reply.end.kind !== 'delivered') return { journey: first, reply };
  const journey = await send(start, arrived);
  const again = answerTo(journey, arrived);
  if (!request.withReply || again === undefined) return { journey };
  return { journey, reply: await sendBack(again, back) };
}

/** An echo comes back as long as it was sent; other answers (a SYN-ACK) are small. */
function isEcho(packet: Microflow): boolean {
  return packet[Slot.nwProto] === 1n || packet[Slot.nwProto] === 58n;
}

/** Session affinity: the first packet of a client ends where OVN learns which backend it was sent to. */
function teachesAffinity({ end }: Journey): boolean {
  return end.kind === 'dead' && /_lb_aff_learn$/.test(end.table.stage ?? '');
}

/** What counts as the answer having arrived: at the port the packet came from, from the address it was sent to. */
export function returningTo(start: Start): Arrival {
  return (delivery, { port, zone }) => {
    // Datapath keys are the same in all zones for shared switches only, so the zone must fit, too.
    const isHome = zone === start.zone.name && isAtHome(delivery, start);
    if (isHome && isBack(delivery, start)) return true;
    if (!isHome) return `it comes out at port ${port}, not at the sender`;
    const [asked, answered] = [endText(start.packet, 'destination'), endText(delivery.packet, 'source')];
    return `the sender asked ${asked} and does not take an answer from ${answered}: it was not translated back`;
  };
}

/** Of several ways (floods, clones) the one that arrives, else one that leads somewhere, else the last. */
function best(journeys: readonly Journey[], arrived: Arrival): Journey {
  const delivered = journeys.filter(({ end }) => end.kind === 'delivered');
  const found = delivered.find((journey) => hasArrived(journey, arrived));
  const chosen = found ?? delivered[0] ?? journeys.find(({ end }) => end.kind === 'gap') ?? journeys.at(-1);
  if (chosen === undefined) throw new BugError('a walk has at least one way');
  return chosen;
}

function hasArrived({ end, legs }: Journey, arrived: Arrival): boolean {
  const leg = legs.at(-1);
  return (
    end.kind === 'delivered' && leg !== undefined && arrived(end.delivery, describeDelivery(end.delivery, leg)) === true
  );
}

const PAIRS = [
  [Slot.ethSrc, Slot.ethDst],
  [Slot.nwSrc, Slot.nwDst],
  [Slot.ip6Src, Slot.ip6Dst],
] as const;
const ICMP_REPLY: ReadonlyMap<bigint, bigint> = new Map([
  [8n, 0n],
  [128n, 129n],
]);
const SYN_ACK = 0x12n;
const TTL = 64n;

/** What the receiver answers and where the answer enters OVN; undefined when the packet did not arrive. */
function answerTo(journey: Journey, arrived: Arrival): Start | undefined {
  const leg = journey.legs.at(-1);
  if (!hasArrived(journey, arrived) || journey.end.kind !== 'delivered' || leg === undefined) return undefined;
  const { port, datapath, packet } = journey.end.delivery;
  const answer = emptyAnswer(packet);
  answer[Slot.inport] = BigInt(port.key);
  const { zone, southbound, chassis } = leg;
  return { zone, southbound, chassis, datapath, pipeline: 'ingress', packet: answer };
}

/** The packet turned round as a host does it: ends swapped, a new hop limit, nothing of OVN's own on it. */
function emptyAnswer(packet: Microflow): Microflow {
  const answer = copyMicroflow(packet);
  forgetConnection(answer);
  for (const slot of INTERNAL) answer[slot] = 0n;
  for (const [a, b] of PAIRS) [answer[a], answer[b]] = [packet[b], packet[a]];
  answer[Slot.nwTtl] = TTL;
  const protocol = packet[Slot.nwProto];
  if (protocol === 1n || protocol === 58n)
    answer[Slot.tpSrc] = ICMP_REPLY.get(packet[Slot.tpSrc]) ?? packet[Slot.tpSrc];
  else [answer[Slot.tpSrc], answer[Slot.tpDst]] = [packet[Slot.tpDst], packet[Slot.tpSrc]];
  if (protocol === 6n) answer[Slot.tcpFlags] = SYN_ACK;
  return answer;
}

const INTERNAL = [
  Slot.xxreg0,
  Slot.xxreg1,
  Slot.xreg4,
  Slot.flags,
  Slot.reg11,
  Slot.reg12,
  Slot.reg13,
  Slot.outport,
  Slot.pktMark,
  Slot.nwTos,
] as const;

function endText(packet: Microflow, side: 'source' | 'destination'): string {
  const port = packet[side === 'source' ? Slot.tpSrc : Slot.tpDst];
  return `${addressText(packet, side)} port ${String(port)}`;
}

function isAtHome({ port, datapath }: TraceDelivery, { datapath: home, packet: sent }: Start): boolean {
  return datapath.key === home.key && BigInt(port.key) === sent[Slot.inport];
}

/** Whether the sender gets the answer and takes it for one. */
function isBack(delivery: TraceDelivery, start: Start): boolean {
  const { packet } = delivery;
  const { packet: sent } = start;
  const swapped = PAIRS.slice(1).every(([src, dst]) => packet[src] === sent[dst] && packet[dst] === sent[src]);
  const hasPorts = packet[Slot.nwProto] !== 1n && packet[Slot.nwProto] !== 58n;
  return swapped && (!hasPorts || packet[Slot.tpSrc] === sent[Slot.tpDst]);
}
