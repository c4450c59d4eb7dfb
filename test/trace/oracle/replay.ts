/**
 * Sends the recorded packets through the trace, each after the packets it was recorded after, with one memory of the
 * switches for the whole sequence.
 */
import { backendText } from '../../../src/trace/engine/conntrack.js';
import type { Connection } from '../../../src/trace/conntrack/connection-table.js';
import { everyCourse } from '../../../src/trace/path/courses.js';
import type { Chooser } from '../../../src/trace/path/courses.js';
import { walk } from '../../../src/trace/path/walk.js';
import type { Journey } from '../../../src/trace/path/walk.js';
import { ChassisMemory } from '../../../src/trace/semantics/faithful/chassis-memory.js';
import type { Choice } from '../../../src/trace/semantics/semantics.js';
import type { World } from '../../../src/world/world.js';
import type { RecordedBranch, RecordedCase } from './recording.js';
import { startOf } from './start.js';

/** One way of a packet, as we have it. */
export interface Replayed {
  /** `ADDRESS:PORT` of the backend that was chosen; undefined where no choice was made. */
  readonly backend: string | undefined;
  readonly journey: Journey;
  /** The connections of all switches when the packet starts, and when it has ended. */
  readonly before: readonly Connection[];
  readonly after: readonly Connection[];
}

/** No recorded service has more backends times equal-cost ways. */
const MAX_COURSES = 64;

export class Replayer {
  readonly #world: World;
  readonly #learns: boolean;
  readonly #cases: ReadonlyMap<string, RecordedCase>;
  readonly #replies: ReadonlyMap<string, RecordedCase>;

  /** `learns`: whether a packet finds what the flows learned from the ones before it; the recorder's trace does not. */
  constructor(world: World, cases: readonly RecordedCase[], { learns }: { readonly learns: boolean }) {
    this.#world = world;
    this.#learns = learns;
    this.#cases = new Map(cases.map((each) => [each.name, each]));
    this.#replies = new Map(cases.filter(({ state }) => state === 'reply').map((each) => [precedentOf(each), each]));
  }

  /** Every way of a first packet; of a later one the way that follows from the recorded branch of the first. */
  async replay(recorded: RecordedCase): Promise<readonly Replayed[]> {
    if (recorded.state !== 'new') return [await this.#replayLater(recorded)];
    const { courses, complete } = await everyCourse(async (choose) => {
      const memory = new ChassisMemory();
      const journey = await this.#send(recorded, memory, (choice) => ask(choose, choice));
      return { journey, before: [], after: connectionsIn(memory) };
    }, MAX_COURSES);
    if (!complete) throw new Error(`${recorded.name}: more than ${MAX_COURSES} ways`);
    return courses.map(({ choices, result }) => ({
      backend: choices.find(({ kind }) => kind === 'backend')?.taken,
      ...result,
    }));
  }

  async #replayLater(recorded: RecordedCase): Promise<Replayed> {
    const first = this.#cases.get(recorded.forward_case ?? '');
    const branch = first?.branches[recorded.forward_branch ?? 0];
    if (first === undefined || branch === undefined) throw new Error(`${recorded.name}: no packet before it`);
    const backend = backendOf(branch);
    const memory = new ChassisMemory();
    let taken: string | undefined;
    const choose = (choice: Choice): number => {
      if (choice.kind !== 'backend') return 0;
      const options = choice.options.map(backendText);
      const index = Math.max(options.indexOf(backend ?? ''), 0);
      taken ??= options[index];
      return index;
    };
    await this.#send(first, memory, choose);
    if (taken !== backend) throw new Error(`${recorded.name}: sent to ${taken ?? 'no backend'} instead of ${backend}`);
    const reply = recorded.state === 'established' ? this.#replies.get(precedentOf(recorded)) : undefined;
    if (reply !== undefined) await this.#send(reply, memory, choose);
    const before = connectionsIn(memory);
    const journey = await this.#send(recorded, memory, choose);
    return { backend, journey, before, after: connectionsIn(memory) };
  }

  /** Of several ways (floods) the one that gets furthest, as the recorder has it. */
  async #send(recorded: RecordedCase, memory: ChassisMemory, choose: (choice: Choice) => number): Promise<Journey> {
    const start = await startOf(this.#world, recorded);
    const journeys = await walk({ world: this.#world, memory, choose, warnings: new Set(), answers: new Map() }, start);
    if (!this.#learns) memory.hairpins.length = 0;
    const furthest = journeys.find(({ end }) => end.kind === 'delivered') ?? journeys[0];
    if (furthest === undefined) throw new Error(`${recorded.name}: no way at all`);
    return furthest;
  }
}

/** Copies: what follows changes them. */
function connectionsIn({ connections }: ChassisMemory): readonly Connection[] {
  return [...connections.connections()].map((connection) => ({ ...connection }));
}

function ask(choose: Chooser, choice: Choice): number {
  switch (choice.kind) {
    case 'backend':
      return choose('backend', choice.options.map(backendText));
    case 'member':
      return choose(
        'member',
        choice.options.map(({ id }) => String(id)),
      );
    case 'child':
      return choose('child', choice.options);
    case 'tie':
      return 0;
  }
}

/** As the trace writes a backend; undefined where the recorded packet met no load balancer. */
export function backendOf({ backend }: RecordedBranch): string | undefined {
  if (backend === null) return undefined;
  const { address, port } = backend;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function precedentOf({ forward_case: first, forward_branch: branch }: RecordedCase): string {
  return `${first ?? ''} ${branch ?? 0}`;
}
