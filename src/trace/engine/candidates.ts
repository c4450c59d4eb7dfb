import { Missing, NotHeld } from '../../ovsdb/replica/not-held.js';
import type { Microflow, Slot } from '../../lflow/packet/slots.js';
import { formatIpv4 } from '../../net/ipv4.js';
import type { FlowProgram } from './flow-program.js';
import { PLAIN } from './quick-condition.js';
import type { QuickCondition } from './quick-condition.js';

/** What texts and names mean in the datapath of the table. */
export interface NameSource {
  conditions(match: string): readonly QuickCondition[];
  portKey(name: string): bigint | undefined;
  /** Whether the datapath's port with that key may be in the group. */
  mayBeIn(group: string, key: bigint): boolean;
}

/** A flow, or several whose matches begin alike, and what a packet must have for it. */
interface Filtered {
  readonly positions: readonly number[];
  readonly tests: readonly QuickCondition[];
  /** The rest of the matches of several flows, looked at when a packet has what they begin with. */
  index?: FlowIndex;
}

/** Flows that say the same address; the rest of their matches is looked at when a packet has it. */
interface FlowsOfAddress extends Filtered {
  readonly positions: number[];
}

/** Below this many flows trying each costs less than looking them up. */
const SMALL = 12;
/** From this many flows on, and from this many that begin alike, even reading all their conditions costs too much. */
const LARGE = 500;
const ALIKE = 8;
/** A first conjunct that compares for equality: what follows `&&` can't be an alternative to it. */
const AND = ' && ';
const FIRST_CONJUNCT = /^[\w.]+ == (?:"[^"\\]*"|[^\s"(){}|&]+)(?= && )/;
/** A conjunct that is an address, as everybody writes it; another notation of the same one is looked at more closely. */
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ADDRESS = new RegExp(`(?:^|&& )(ip4\\.dst|ip4\\.src|arp\\.tpa) == (${OCTET}(?:\\.${OCTET}){3})(?= &&|$)`);
const LAST_IPV4 = 0xffffffffn;

/**
 * The flows of one table that a packet may meet, found without parsing the others: tables with an entry for every port,
 * address, service or policy hold thousands, of which a packet can meet a few.
 */
export class Candidates {
  /** Every flow of the table, in order of priority. */
  readonly all: readonly FlowProgram[];
  /** Whether the table says nothing but `next;` to every packet, once somebody has found out. */
  passes: boolean | undefined;
  readonly #index: FlowIndex | undefined;

  constructor(flows: readonly FlowProgram[], names: NameSource) {
    this.all = flows;
    this.passes = flows.length === 1 ? undefined : false;
    if (flows.length > SMALL) this.#index = new FlowIndex(flows, [...flows.keys()], names, flows.length >= LARGE);
  }

  /** In order of priority. */
  of(packet: Microflow): readonly FlowProgram[] {
    if (this.#index === undefined) return this.all;
    const positions: number[] = [];
    this.#index.collect(packet, positions);
    positions.sort((a, b) => a - b);
    const found: FlowProgram[] = [];
    for (const position of positions) {
      const flow = this.all[position];
      if (flow !== undefined) found.push(flow);
    }
    return found;
  }
}

/** Some flows of a table by what a packet must have for them. */
class FlowIndex {
  readonly #all: readonly FlowProgram[];
  readonly #names: NameSource;
  readonly #bySlot = new Map<Slot, Map<bigint, Filtered[]>>();
  readonly #byGroup = new Map<Slot, GroupFlows>();
  /** By an address, as it is written: of thousands of services nothing else is read. */
  readonly #byAddress = new Map<Slot, Map<string, FlowsOfAddress>>();
  readonly #others: Filtered[] = [];

  /** `grouped`: flows that begin alike are looked at together at first. */
  constructor(all: readonly FlowProgram[], positions: readonly number[], names: NameSource, grouped: boolean) {
    this.#all = all;
    this.#names = names;
    const missing = new Missing();
    const place = (match: string, of: readonly number[]): void => {
      missing.attempt(() => this.#place(names.conditions(match), of));
    };
    const single = grouped ? this.#placeByAddress(this.#placeAlike(positions, place)) : positions;
    for (const position of single) place(all[position]?.flow.match ?? '', [position]);
    missing.require();
  }

  collect(packet: Microflow, positions: number[]): void {
    this.#filter(this.#others, packet, positions);
    for (const [slot, values] of this.#bySlot) {
      const flows = values.get(packet[slot]);
      if (flows !== undefined) this.#filter(flows, packet, positions);
    }
    for (const [slot, addresses] of this.#byAddress) {
      const value = packet[slot];
      const flow = value > LAST_IPV4 ? undefined : addresses.get(formatIpv4(value));
      if (flow !== undefined) this.#filter([flow], packet, positions);
    }
    for (const [slot, flows] of this.#byGroup) this.#filter(flows.of(packet[slot]), packet, positions);
  }

  /** Places flows for a single address, and returns the others. */
  #placeByAddress(positions: readonly number[]): readonly number[] {
    const slots = new Map<string, Slot | undefined>();
    return positions.filter((position) => {
      const match = this.#all[position]?.flow.match ?? '';
      const [, field, address] = ADDRESS.exec(match) ?? [];
      if (field === undefined || address === undefined || !PLAIN.test(match)) return true;
      if (!slots.has(field)) slots.set(field, this.#slotOf(field));
      const slot = slots.get(field);
      if (slot === undefined) return true;
      let addresses = this.#byAddress.get(slot);
      if (addresses === undefined) this.#byAddress.set(slot, (addresses = new Map<string, FlowsOfAddress>()));
      const flow = addresses.get(address);
      if (flow === undefined) addresses.set(address, { positions: [position], tests: [] });
      else flow.positions.push(position);
      return false;
    });
  }

  /** The slot that is all that a field compares. */
  #slotOf(field: string): Slot | undefined {
    const [condition] = this.#names.conditions(`${field} == 0.0.0.0`);
    return condition?.kind === 'value' ? condition.slot : undefined;
  }

  /** Places flows that begin alike, and returns the others. */
  #placeAlike(positions: readonly number[], place: (match: string, of: readonly number[]) => void): readonly number[] {
    const single: number[] = [];
    const alike = new Map<string, number[]>();
    for (const position of positions) {
      const match = this.#all[position]?.flow.match ?? '';
      // Thousands begin alike: a beginning that is known needs no other look at it.
      let known = alike.get(match.slice(0, Math.max(0, match.indexOf(AND))));
      if (known === undefined) {
        const [first] = FIRST_CONJUNCT.exec(match) ?? [];
        known = first === undefined ? single : alike.get(first);
        if (known === undefined && first !== undefined) alike.set(first, (known = []));
      }
      known?.push(position);
    }
    for (const [first, of] of alike) {
      if (of.length < ALIKE) single.push(...of);
      else place(first, of);
    }
    return single;
  }

  #filter(flows: readonly Filtered[], packet: Microflow, positions: number[]): void {
    try {
      each: for (const flow of flows) {
        for (const test of flow.tests) if (!this.#holds(test, packet)) continue each;
        const [first, second] = flow.positions;
        if (first !== undefined && second === undefined) positions.push(first);
        else this.#indexOf(flow).collect(packet, positions);
      }
    } catch (error) {
      if (!(error instanceof NotHeld)) throw error;
      // What the other flows need to know can be fetched together with it.
      const missing = new Missing();
      for (const { tests } of flows) missing.attempt(() => tests.every((test) => this.#holds(test, packet)));
      missing.require();
      throw error;
    }
  }

  #indexOf(flow: Filtered): FlowIndex {
    flow.index ??= new FlowIndex(this.#all, flow.positions, this.#names, false);
    return flow.index;
  }

  /** By the most telling value if there is one; the other conditions stay as tests. */
  #place(conditions: readonly QuickCondition[], positions: readonly number[]): void {
    const [best] = conditions
      .filter((condition) => condition.kind === 'value' || condition.kind === 'port')
      .sort((a, b) => a.rank - b.rank);
    const group = best === undefined ? conditions.find((condition) => condition.kind === 'group') : undefined;
    const flow: Filtered = {
      positions,
      tests: conditions.filter((condition) => condition !== best && condition !== group),
    };
    if (group !== undefined) {
      let flows = this.#byGroup.get(group.slot);
      if (flows === undefined) this.#byGroup.set(group.slot, (flows = new GroupFlows(this.#names)));
      flows.add(group.name, flow);
      return;
    }
    if (best === undefined) {
      this.#others.push(flow);
      return;
    }
    const value = best.kind === 'value' ? best.value : this.#names.portKey(best.name);
    // A port the datapath does not have matches no packet.
    if (value === undefined) return;
    let values = this.#bySlot.get(best.slot);
    if (values === undefined) this.#bySlot.set(best.slot, (values = new Map<bigint, Filtered[]>()));
    const bucket = values.get(value);
    if (bucket === undefined) values.set(value, [flow]);
    else bucket.push(flow);
  }

  #holds(test: QuickCondition, packet: Microflow): boolean {
    const actual = packet[test.slot];
    switch (test.kind) {
      case 'value':
        return actual === test.value;
      case 'bits':
        return (actual & test.mask) === test.value;
      case 'port':
        return actual === this.#names.portKey(test.name);
      case 'group':
        return this.#names.mayBeIn(test.name, actual);
    }
  }
}

/** Flows for the ports of a group each. Which of them a port may meet is found out once for each port. */
class GroupFlows {
  readonly #names: NameSource;
  readonly #byName = new Map<string, Filtered[]>();
  readonly #byKey = new Map<bigint, readonly Filtered[]>();

  constructor(names: NameSource) {
    this.#names = names;
  }

  add(group: string, flow: Filtered): void {
    const flows = this.#byName.get(group);
    if (flows === undefined) this.#byName.set(group, [flow]);
    else flows.push(flow);
  }

  /** Those whose group the port with that key may be in. */
  of(key: bigint): readonly Filtered[] {
    let flows = this.#byKey.get(key);
    if (flows === undefined) {
      const missing = new Missing();
      const found: Filtered[] = [];
      for (const [group, each] of this.#byName) {
        if (missing.attempt(() => this.#names.mayBeIn(group, key)) === true) found.push(...each);
      }
      missing.require();
      this.#byKey.set(key, (flows = found));
    }
    return flows;
  }
}
