/**
 * Connection tracking as the switch does it: one table for every chassis and zone, filled by what the packet commits on
 * its way, asked again by the packets that follow (a second packet, the reply).
 *
 * Input: a packet, the zone, what the action asks for; output: the packet's ct_* fields and, after NAT, its addresses.
 * A connection that was never committed leaves no trace. A port that NAT would choose at random stays as it is. Knows
 * nothing of logical flows; the actions are mapped to these calls by the faithful semantics.
 * Source: ovs-actions(7) "The ct action", ovs-fields(7) "ct_state"; checked against recorded datapath runs.
 */
import { BugError } from '../../base/errors.js';
import { Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { inverse, sameTuple, tupleOf, writeTuple } from './tuple.js';
import type { Tuple } from './tuple.js';

/** Bits of ct_state, ovs-fields(7). */
export const CtState = {
  new: 1n << 0n,
  est: 1n << 1n,
  rel: 1n << 2n,
  rpl: 1n << 3n,
  inv: 1n << 4n,
  trk: 1n << 5n,
  snat: 1n << 6n,
  dnat: 1n << 7n,
} as const;
const NAT_BITS = CtState.snat | CtState.dnat;

/**
 * Bits of a handle beside its number. A translation that is committed without another look is on the packet at once, but
 * the flows that follow match the addresses from before it, until the packet is looked at again.
 */
const TRANSLATION_DUE = 1n << 31n;
/** Such a packet is tracked no more. */
const UNTRACKED = 1n << 30n;

export interface Connection {
  /** Chassis-local name of the zone. */
  readonly zone: string;
  /** As the first packet had it. */
  readonly original: Tuple;
  /** As the answer has it when it comes back: the inverse of the translated original. */
  reply: Tuple;
  mark: bigint;
  label: bigint;
  confirmed: boolean;
  seenReply: boolean;
}

/** What a commit with NAT wants; a missing port keeps the packet's. */
export interface NatTarget {
  readonly side: 'source' | 'destination';
  readonly address: bigint;
  readonly port?: bigint;
}

/** New values of mark and label, computed from those the connection has. */
export type CommitFields = (current: { readonly mark: bigint; readonly label: bigint }) => {
  readonly mark: bigint;
  readonly label: bigint;
};

export class ConnectionTable {
  readonly #zones = new Map<string, Connection[]>();
  /** Every connection a packet may point at; the handle is its index plus one. */
  readonly #handles: Connection[] = [];

  /** `ct(zone)` or, with `translate`, `ct(zone, nat)`: finds the connection and applies the translation it already has. */
  track(flow: Microflow, zone: string, translate: boolean): void {
    const connection = this.#attach(flow, zone);
    if (connection === undefined) return;
    if (translate && connection.confirmed) translatePacket(flow, connection);
    writeConnectionFields(flow, connection);
  }

  /**
   * `ct(commit, zone[, nat(…)][, exec(…)])`. A new connection takes the translation; one that exists keeps the one it has.
   * `visible`: the packet is looked at again afterwards (recirculated) and shows its connection; otherwise the rest of the
   * pipeline sees no conntrack fields at all, although the packet stays with its connection, and no translation either.
   */
  commit(flow: Microflow, zone: string, options: { nat?: NatTarget; fields?: CommitFields; visible: boolean }): void {
    const connection = this.#attach(flow, zone);
    if (connection === undefined) return;
    if (!connection.confirmed) {
      if (options.nat !== undefined) connection.reply = inverse(aim(currentTuple(flow), options.nat));
      this.#confirm(connection);
    }
    if (options.nat !== undefined) {
      if (options.visible) translatePacket(flow, connection);
      else flow[Slot.connection] |= TRANSLATION_DUE;
    }
    if (options.fields !== undefined) Object.assign(connection, options.fields(connection));
    if (options.visible) writeConnectionFields(flow, connection);
    else for (const slot of CT_FIELDS) flow[slot] = 0n;
  }

  /** The connection the packet is tracked with in this zone, without tracking it anew. */
  connectionOf(flow: Microflow, zone: string): Connection | undefined {
    const connection = this.#ofHandle(flow[Slot.connection]);
    return connection?.zone === zone && (flow[Slot.connection] & UNTRACKED) === 0n ? connection : undefined;
  }

  /** Gives a packet that leaves the switch the addresses it has, where the flows did not see them yet. */
  settle(flow: Microflow): void {
    const handle = flow[Slot.connection];
    if ((handle & TRANSLATION_DUE) === 0n) return;
    flow[Slot.connection] = (handle & UNTRACKED) === 0n ? handle & ~TRANSLATION_DUE : 0n;
    const connection = this.#ofHandle(handle);
    const state = flow[Slot.ctState];
    if (connection !== undefined) translatePacket(flow, connection);
    flow[Slot.ctState] = state;
  }

  #ofHandle(handle: bigint): Connection | undefined {
    return this.#handles[Number(handle & ~(TRANSLATION_DUE | UNTRACKED)) - 1];
  }

  /** Every committed connection of zones whose name begins so. */
  *connections(zonePrefix = ''): Generator<Connection> {
    for (const [zone, list] of this.#zones) if (zone.startsWith(zonePrefix)) yield* list;
  }

  /** A packet that is tracked in the zone stays with its connection; another one is looked up, else begins a connection. */
  #attach(flow: Microflow, zone: string): Connection | undefined {
    this.settle(flow);
    const current = this.connectionOf(flow, zone);
    const tuple = tupleOf(flow);
    if (current !== undefined && tuple !== undefined) {
      if (flow[Slot.ctState] === 0n) flow[Slot.ctState] = CtState.trk | stateWithin(current, tuple);
      return current;
    }
    if (tuple === undefined) {
      flow[Slot.ctState] = CtState.trk | CtState.inv;
      return undefined;
    }
    let connection = this.#zones.get(zone)?.find((c) => sameTuple(c.original, tuple) || sameTuple(c.reply, tuple));
    if (connection === undefined) {
      connection = {
        zone,
        original: tuple,
        reply: inverse(tuple),
        mark: 0n,
        label: 0n,
        confirmed: false,
        seenReply: false,
      };
    } else if (sameTuple(connection.reply, tuple)) {
      connection.seenReply = true;
    }
    flow[Slot.ctState] = CtState.trk | stateWithin(connection, tuple);
    let handle = this.#handles.indexOf(connection);
    if (handle < 0) handle = this.#handles.push(connection) - 1;
    flow[Slot.connection] = BigInt(handle + 1);
    return connection;
  }

  #confirm(connection: Connection): void {
    connection.confirmed = true;
    const zone = this.#zones.get(connection.zone);
    if (zone === undefined) this.#zones.set(connection.zone, [connection]);
    else zone.push(connection);
  }
}

/** New until a reply was seen; the reply itself, translated back or not, is established. */
function stateWithin({ original, reply, seenReply }: Connection, tuple: Tuple): bigint {
  if (sameTuple(reply, tuple) || sameTuple(inverse(original), tuple)) return CtState.est | CtState.rpl;
  return seenReply ? CtState.est : CtState.new;
}

/** `ct_clear`, and what crossing a patch port or a tunnel does: the packet is tracked by nobody. */
export function forgetConnection(flow: Microflow): void {
  for (const slot of CT_FIELDS) flow[slot] = 0n;
  const handle = flow[Slot.connection];
  flow[Slot.connection] = (handle & TRANSLATION_DUE) === 0n ? 0n : handle | UNTRACKED;
}

const CT_FIELDS = [
  Slot.ctState,
  Slot.ctMark,
  Slot.ctLabel,
  Slot.ctNwProto,
  Slot.ctNwSrc,
  Slot.ctNwDst,
  Slot.ctIp6Src,
  Slot.ctIp6Dst,
  Slot.ctTpSrc,
  Slot.ctTpDst,
] as const;

/** Moves the packet to the other side of the connection's translation, once. */
function translatePacket(flow: Microflow, connection: Connection): void {
  if ((flow[Slot.ctState] & NAT_BITS) !== 0n) return;
  const before = currentTuple(flow);
  const isReply = (flow[Slot.ctState] & CtState.rpl) !== 0n;
  const after = inverse(isReply ? connection.original : connection.reply);
  if (before.src !== after.src || before.srcPort !== after.srcPort) flow[Slot.ctState] |= CtState.snat;
  if (before.dst !== after.dst || before.dstPort !== after.dstPort) flow[Slot.ctState] |= CtState.dnat;
  writeTuple(flow, after);
}

function writeConnectionFields(flow: Microflow, { original, mark, label }: Connection): void {
  flow[Slot.ctMark] = mark;
  flow[Slot.ctLabel] = label;
  flow[Slot.ctNwProto] = BigInt(original.protocol);
  flow[original.family === 4 ? Slot.ctNwSrc : Slot.ctIp6Src] = original.src;
  flow[original.family === 4 ? Slot.ctNwDst : Slot.ctIp6Dst] = original.dst;
  flow[Slot.ctTpSrc] = original.srcPort;
  flow[Slot.ctTpDst] = original.dstPort;
}

function currentTuple(flow: Microflow): Tuple {
  const tuple = tupleOf(flow);
  if (tuple === undefined) throw new BugError('a tracked packet is an IP packet');
  return tuple;
}

function aim(tuple: Tuple, { side, address, port }: NatTarget): Tuple {
  return side === 'source'
    ? { ...tuple, src: address, srcPort: port ?? tuple.srcPort }
    : { ...tuple, dst: address, dstPort: port ?? tuple.dstPort };
}
