import type { Microflow, Slot } from '../../lflow/packet/slots.js';
import type { LogicalFlow } from '../../ovn/southbound/flow-source.js';
import { quickCondition } from './quick-condition.js';
import type { SymbolTable } from '../../lflow/symbols/symbol.js';

/** What the names in conditions mean in the datapath of the table. */
export interface NameSource {
  portKey(name: string): bigint | undefined;
  /** Name of the datapath's port with that key. */
  portName(key: bigint): string | undefined;
  portGroup(name: string): ReadonlySet<string> | undefined;
}

interface Filtered {
  readonly position: number;
  readonly slot: Slot;
  readonly group: string;
}

/** Below this many flows looking at each costs less than looking them up. */
const SMALL = 12;

/**
 * The flows of one table that a packet may meet, found without parsing the others: tables with an entry for every port,
 * address or virtual service hold thousands, of which a packet can meet a few.
 */
export class Candidates {
  readonly #flows: readonly LogicalFlow[];
  readonly #names: NameSource;
  readonly #bySlot = new Map<Slot, Map<bigint, number[]>>();
  readonly #groups: Filtered[] = [];
  readonly #others: number[] = [];

  constructor(flows: readonly LogicalFlow[], symbols: SymbolTable, names: NameSource) {
    this.#flows = flows;
    this.#names = names;
    for (const [position, flow] of flows.entries()) {
      if (flows.length <= SMALL) this.#others.push(position);
      else this.#place(position, flow, symbols);
    }
  }

  /** In order of priority. */
  of(packet: Microflow): readonly LogicalFlow[] {
    if (this.#others.length === this.#flows.length) return this.#flows;
    const positions = [...this.#others];
    for (const [slot, values] of this.#bySlot) {
      const found = values.get(packet[slot]);
      if (found !== undefined) positions.push(...found);
    }
    for (const { position, slot, group } of this.#groups)
      if (this.#isMember(packet[slot], group)) positions.push(position);
    positions.sort((a, b) => a - b);
    return positions.flatMap((position) => this.#flows[position] ?? []);
  }

  #place(position: number, flow: LogicalFlow, symbols: SymbolTable): void {
    const condition = quickCondition(flow.match, symbols);
    if (condition === undefined) {
      this.#others.push(position);
    } else if (condition.kind === 'group') {
      this.#groups.push({ position, slot: condition.slot, group: condition.name });
    } else {
      const value = condition.kind === 'value' ? condition.value : this.#names.portKey(condition.name);
      // A port the datapath does not have matches no packet.
      if (value === undefined) return;
      let values = this.#bySlot.get(condition.slot);
      if (values === undefined) this.#bySlot.set(condition.slot, (values = new Map<bigint, number[]>()));
      const bucket = values.get(value);
      if (bucket === undefined) values.set(value, [position]);
      else bucket.push(position);
    }
  }

  /** A group nobody knows makes its flow unusable, which its parser must say. */
  #isMember(key: bigint, group: string): boolean {
    const members = this.#names.portGroup(group);
    if (members === undefined) return true;
    const name = this.#names.portName(key);
    return name !== undefined && members.has(name);
  }
}
