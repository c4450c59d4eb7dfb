/**
 * Carries one packet through all zones: traces it in the database of the chassis it is on, and where a tunnel takes it,
 * goes on in the database of the chassis at the other end with the packet as it is by then.
 *
 * Input: a World, where the packet starts, the memory of the switches, a chooser; output: every way the packet took, leg
 * by leg. A zone that is not in the World ends the way with a gap, never in silence. Must not know what a user asked for.
 * Source: ovn-architecture(7), "Tunnel Encapsulations"; transit switches have the same tunnel keys in all zones.
 */
import { copyMicroflow, Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Chassis } from '../../ovn/southbound/chassis.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { Pipeline } from '../../ovn/southbound/flow-source.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { World, Zone } from '../../world/world.js';
import { isOwnChassis, zoneOfChassis, zoneOfNode } from '../../world/zones.js';
import { isUnreadable, unlessUnreadable } from '../../world/unreadable.js';
import { runTrace } from '../engine/engine.js';
import { expectRouter } from '../engine/expect-router.js';
import type { TraceResult } from '../engine/engine.js';
import type { ChassisMemory } from '../semantics/faithful/chassis-memory.js';
import { chassisOf } from '../semantics/faithful/location.js';
import { faithful, tunnelState } from '../semantics/faithful/faithful.js';
import type { Choice } from '../semantics/semantics.js';
import type { Delivery } from '../tree.js';
import { chainsOf } from './chains.js';
import type { Chain, ChainEnd, ChainNode } from './chains.js';
import { questionOn, stationWith } from './next-hop.js';
import type { Question } from './next-hop.js';

/** A packet about to enter a pipeline of a chassis. */
export interface Start {
  readonly zone: Zone;
  readonly southbound: Southbound;
  readonly chassis: Chassis;
  readonly datapath: Datapath;
  readonly pipeline: Pipeline;
  readonly packet: Microflow;
}

/** The part of a way that lies on one chassis. */
export interface Leg {
  readonly zone: Zone;
  readonly southbound: Southbound;
  readonly chassis: Chassis;
  readonly nodes: readonly ChainNode[];
}

type JourneyEnd = ChainEnd | { readonly kind: 'gap'; readonly delivery: Delivery; readonly reason: string };

export interface Journey {
  readonly legs: readonly Leg[];
  readonly end: JourneyEnd;
  /** A router of the last leg asks for its next hop; the packet waits for the answer. */
  readonly question?: Question;
}

export interface Traveller {
  readonly world: World;
  readonly memory: ChassisMemory;
  readonly choose: (choice: Choice) => number;
  /** What neighbours would answer, by {@link neighbourKey}; filled by whoever finds out. */
  readonly answers: Map<string, string>;
  /** Flows that could not be used and the like, once each. */
  readonly warnings: Set<string>;
  /** Length of the packet in bytes, when it matters. */
  readonly size?: number;
}

/** Tunnels in a row; a packet that needs more goes in circles. */
const MAX_LEGS = 16;

/** All ways of a packet. More than one only where a flow sends copies (floods, clones). */
export async function walk(
  traveller: Traveller,
  start: Start,
  before: readonly Leg[] = [],
): Promise<readonly Journey[]> {
  const { southbound, chassis, datapath, packet, pipeline } = start;
  let traced: TraceResult;
  try {
    const semantics = faithful(southbound, { ...traveller, chassis });
    if (pipeline === 'ingress') expectRouter(southbound, datapath, packet);
    traced = runTrace({ southbound, semantics, datapath, packet, pipeline });
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return [lost(start, before, error.message)];
  }
  const { tree, warnings } = traced;
  for (const warning of warnings) traveller.warnings.add(`zone ${start.zone.name}: ${warning}`);
  const journeys: Journey[] = [];
  for (const found of chainsOf(tree)) {
    const chain = settled(found, traveller.memory);
    const question = questionOn(chain.nodes, southbound);
    const { nodes, end } = question === undefined ? chain : waiting(chain, question);
    const legs = [...before, { zone: start.zone, southbound, chassis, nodes }];
    if (question !== undefined) {
      journeys.push({ legs, end, question });
      continue;
    }
    if (end.kind === 'dead' || end.delivery.towards === undefined) {
      journeys.push({ legs, end });
      continue;
    }
    const { delivery } = end;
    const next =
      legs.length < MAX_LEGS ? await arrival(traveller.world, start, delivery) : 'it goes from tunnel to tunnel';
    if (typeof next === 'string') journeys.push({ legs, end: { kind: 'gap', delivery, reason: next } });
    else journeys.push(...(await walk(traveller, next, legs)));
  }
  return journeys;
}

/** The database can't be read any further, so nobody knows what becomes of the packet on this chassis. */
function lost({ zone, southbound, chassis, datapath, packet }: Start, before: readonly Leg[], why: string): Journey {
  const delivery = { port: { key: 0, port: undefined }, datapath, packet };
  const reason = `the southbound database of zone ${zone.name} can't be read: ${why}`;
  return { legs: [...before, { zone, southbound, chassis, nodes: [] }], end: { kind: 'gap', delivery, reason } };
}

/** A packet leaves with the addresses it has, which the last flows may not have seen. */
function settled(chain: Chain, { connections }: ChassisMemory): Chain {
  const { nodes, end } = chain;
  if (end.kind === 'dead') return chain;
  const packet = copyMicroflow(end.delivery.packet);
  connections.settle(packet);
  return { nodes, end: { ...end, delivery: { ...end.delivery, packet } } };
}

/**
 * Who is behind the physical network can't be known, so a packet that would leave by it is followed to there. Elsewhere
 * it stays where the question is asked.
 */
function waiting(chain: Chain, { table }: Question): Chain {
  const { end, nodes } = chain;
  if (end.kind === 'delivered' && end.delivery.port.port?.type === 'localnet') return chain;
  const generated = table.children.filter((child) => child.kind === 'transformation');
  return { nodes: nodes.slice(0, nodes.indexOf(table) + 1), end: { kind: 'dead', table, remarks: [], generated } };
}

/**
 * Finds who would answer a question inside the cluster: a station of the segment, or, where the segment is a link to
 * another zone, the port at its other end. Undefined when nobody known has the address.
 */
export async function answerer(
  world: World,
  { question, legs }: Journey,
): Promise<{ port: Port; mac: string } | undefined> {
  const leg = legs.at(-1);
  if (question?.port === undefined || leg === undefined) return undefined;
  const { port, nextHop } = question;
  const near = stationWith(leg.southbound, port, nextHop);
  const away = chassisOf(leg.southbound, port);
  if (near !== undefined || away === undefined || away.name === leg.chassis.name) return near;
  const zone = await zoneWithChassis(world, leg, away.name);
  const southbound = zone && (await unlessUnreadable(() => zone.southbound()));
  const datapath = southbound?.datapaths.withKey(port.datapath.key);
  const other = datapath === undefined ? undefined : southbound?.ports.withKey(datapath, port.key);
  return southbound === undefined || other === undefined ? undefined : stationWith(southbound, other, nextHop);
}

/** Where a tunnelled packet comes out, or why that can't be said. */
async function arrival(world: World, from: Start, delivery: Delivery): Promise<Start | string> {
  const name = delivery.towards ?? '';
  const zone = await zoneWithChassis(world, from, name);
  if (zone === undefined)
    return `the databases of chassis ${name} (node ${nodeName(from, name)}) are not there to read`;
  const southbound = zone === from.zone ? from.southbound : await unlessUnreadable(() => zone.southbound());
  if (southbound === undefined) return `the southbound database of zone ${zone.name} can't be read`;
  const chassis = southbound.chassis.named(name);
  const datapath = southbound.datapaths.withKey(delivery.datapath.key);
  if (chassis === undefined || datapath === undefined) {
    return `zone ${zone.name} has no datapath with tunnel key ${delivery.datapath.key} (${delivery.datapath.displayName})`;
  }
  const packet = tunnelState(delivery.packet);
  const port = southbound.ports.withKey(datapath, delivery.port.key);
  if (port === undefined)
    return `zone ${zone.name} has no port with key ${delivery.port.key} on ${datapath.displayName}`;
  if (port.type === 'chassisredirect') {
    const distributed = southbound.ports.named(port.options.get('distributed-port') ?? '');
    if (distributed === undefined) return `gateway port ${port.name} of zone ${zone.name} stands for no port`;
    packet[Slot.outport] = BigInt(distributed.key);
  }
  return { zone, southbound, chassis, datapath, pipeline: 'egress', packet };
}

/** The zone that has the chassis as its own: this one, the one called as the chassis' node, else whichever has it. */
async function zoneWithChassis(
  world: World,
  from: Pick<Start, 'zone' | 'southbound'>,
  name: string,
): Promise<Zone | undefined> {
  if (from.southbound.chassis.named(name)?.remote === false) return from.zone;
  const named = await zoneOfNode(world, nodeName(from, name));
  if (named?.hasSouthbound === true) {
    // What can't be read is taken to be what it is called.
    const isOwn = await unlessUnreadable(() => isOwnChassis(named, name));
    if (isOwn !== false) return named;
  }
  return zoneOfChassis(world, name);
}

function nodeName(from: Pick<Start, 'southbound'>, chassis: string): string {
  return from.southbound.chassis.named(chassis)?.hostname ?? 'unknown';
}
