import { Missing, NotHeld } from '../../ovsdb/replica/not-held.js';
import type { Microflow, Slot } from '../../lflow/packet/slots.js';
import type { FlowProgram } from './flow-program.js';
import type { QuickCondition } from './quick-condition.js';

/** What texts and names mean in the datapath of the table. */
export interface NameSource {
  conditions(match: string): readonly QuickCondition[];
  portKey(name: string): bigint | undefined;
  /** Name of the datapath's port with that key. */
  portName(key: bigint): string | undefined;
  portGroup(name: string): ReadonlySet<string> | undefined;
}

/** A flow that is looked at for every packet, and what the packet must have for it. */
interface Filtered {
  readonly position: number;
  readonly tests: readonly QuickCondition[];
}

/** Below this many flows trying each costs less than looking them up. */
const SMALL = 12;

/**
 * The flows of one table that a packet may meet, found without parsing the others: tables with an entry for every port,
 * address, service or policy hold thousands, of which a packet can meet a few.
 */
export class Candidates {
  /** Every flow of the table, in order of priority. */
  readonly all: readonly FlowProgram[];
  readonly #names: NameSource;
  readonly #bySlot = new Map<Slot, Map<bigint, Filtered[]>>();
  readonly #others: Filtered[] = [];

  constructor(flows: readonly FlowProgram[], names: NameSource) {
    this.all = flows;
    this.#names = names;
    if (flows.length <= SMALL) return;
    const missing = new Missing();
    for (const [position, { flow }] of flows.entries()) {
      missing.attempt(() => this.#place(position, names.conditions(flow.match)));
    }
    missing.require();
  }

  /** In order of priority. */
  of(packet: Microflow): readonly FlowProgram[] {
    if (this.all.length <= SMALL) return this.all;
    const positions: number[] = [];
    this.#collect(this.#others, packet, positions);
    for (const [slot, values] of this.#bySlot) {
      const flows = values.get(packet[slot]);
      if (flows !== undefined) this.#collect(flows, packet, positions);
    }
    positions.sort((a, b) => a - b);
    const found: FlowProgram[] = [];
    for (const position of positions) {
      const flow = this.all[position];
      if (flow !== undefined) found.push(flow);
    }
    return found;
  }

  #collect(flows: readonly Filtered[], packet: Microflow, positions: number[]): void {
    try {
      each: for (const { position, tests } of flows) {
        for (const test of tests) if (!this.#holds(test, packet)) continue each;
        positions.push(position);
      }
    } catch (error) {
      if (!(error instanceof NotHeld)) throw error;
      // What the other flows need to know can be fetched together with it.
      const missing = new Missing();
      for (const { tests } of flows) missing.attempt(() => tests.every((test) => this.#holds(test, packet)));
      missing.require();
    }
  }

  /** By its most telling value if it has one; the other conditions stay as tests. */
  #place(position: number, conditions: readonly QuickCondition[]): void {
    const [best] = conditions
      .filter((condition) => condition.kind === 'value' || condition.kind === 'port')
      .sort((a, b) => a.rank - b.rank);
    const flow: Filtered = { position, tests: conditions.filter((condition) => condition !== best) };
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
      case 'group': {
        const members = this.#names.portGroup(test.name);
        // A group nobody knows makes its flow unusable, which its parser must say.
        if (members === undefined) return true;
        const name = this.#names.portName(actual);
        return name !== undefined && members.has(name);
      }
    }
  }
}
