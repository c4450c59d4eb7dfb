import { renderDiagnostic } from '../../lflow/diagnostic.js';
import type { Action } from '../../lflow/actions/ast.js';
import type { Diagnostic } from '../../lflow/diagnostic.js';
import type { MatchScope } from '../../lflow/expr/compile.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { Missing, NotHeld } from '../../ovsdb/replica/not-held.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { Semantics } from '../semantics/semantics.js';
import { FlowTexts } from './flow-text.js';
import type { FlowProgram, ParsedActions, ParsedMatch } from './flow-program.js';

/** The flow that decides about a packet in a table. */
export interface Decision {
  readonly flow: LogicalFlow;
  readonly actions: readonly Action[];
  /** The match and the prerequisites of the actions hold for every packet. */
  readonly always: () => boolean;
  /** Flows of the same priority that match too and act differently. */
  readonly ties: readonly LogicalFlow[];
  /** Why the flow cannot be followed; its actions are then none. */
  readonly unsupported?: string;
}

/** A flow that decides, or may decide, but says something nobody here understands. */
interface Uninterpretable {
  readonly reason: string;
}

/** A flow in force: both texts parsed and known to the simulated release. */
interface Program {
  readonly match: ParsedMatch;
  readonly actions: ParsedActions;
}

/**
 * Finds the flow of a table that a packet meets. Matches are tried in order of priority and parsed when they are first tried,
 * actions when their match holds. A flow that cannot be used is reported and passed over, as the switch would.
 */
export class Programs {
  readonly #southbound: Southbound;
  readonly #semantics: Semantics;
  readonly #texts: FlowTexts;
  readonly #warn: (text: string) => void;
  readonly #scopes = new Map<string, MatchScope>();

  constructor(southbound: Southbound, semantics: Semantics, warn: (text: string) => void) {
    this.#southbound = southbound;
    this.#semantics = semantics;
    this.#texts = FlowTexts.of(southbound);
    this.#warn = warn;
  }

  /** Whether the table lets every packet through to the next one, on every chassis: the most frequent table of all. */
  passes(datapath: Datapath, table: number, pipeline: Pipeline): boolean {
    const all = this.#texts.tableOf(datapath, pipeline, table);
    if (all === undefined) return false;
    all.passes ??= this.#isPassage(all.all[0], datapath, table);
    return all.passes;
  }

  #isPassage(program: FlowProgram | undefined, datapath: Datapath, table: number): boolean {
    if (program === undefined || program.templated) return false;
    const { match, pipeline, actions } = program.flow;
    const condition = this.#texts.match(match, datapath);
    if (!condition.ok || condition.value.expr.kind !== 'const' || !condition.value.expr.value) return false;
    const parsed = this.#texts.actions(actions, pipeline, table);
    return parsed.ok && saysNextOnly(parsed.value.actions, table);
  }

  decide(datapath: Datapath, packet: Microflow, table: number, pipeline: Pipeline): Decision | undefined {
    const all = this.#texts.tableOf(datapath, pipeline, table);
    if (all === undefined) return undefined;
    const scope = this.#scopeOf(datapath);
    const flows = all.of(packet);
    try {
      return this.#first(flows, datapath, packet, scope);
    } catch (error) {
      if (error instanceof NotHeld) this.#requireAll(flows, datapath, packet, scope);
      throw error;
    }
  }

  #first(
    flows: readonly FlowProgram[],
    datapath: Datapath,
    packet: Microflow,
    scope: MatchScope,
  ): Decision | undefined {
    for (let index = 0; index < flows.length; index++) {
      const first = flows[index];
      const program = first && this.#matching(first, datapath, packet, scope);
      if (first === undefined || program === undefined) continue;
      const equals = this.#equals(flows, index, datapath, packet, scope);
      if (equals.length === 0) return this.#decision(first.flow, program, NO_TIES);
      const { ties } = this.#southbound.flows;
      const met = [first, ...equals].sort((a, b) => ties.compare(a.flow.uuid, b.flow.uuid));
      const front = met[0] ?? first;
      const fronting = this.#matching(front, datapath, packet, scope) ?? program;
      // Others make a difference only if they act otherwise, or if it is chance which of them is met first.
      const tied = met.filter(
        ({ flow: { actions, uuid } }) =>
          actions !== front.flow.actions || ties.bucket(uuid) === ties.bucket(front.flow.uuid),
      );
      if (tied.length === 1 || 'reason' in fronting) return this.#decision(front.flow, fronting, NO_TIES);
      const options = tied.map(({ flow }) => flow);
      const winner = tied[this.#semantics.choose({ kind: 'tie', options }).index] ?? front;
      const others = options.filter((other) => other.actions !== winner.flow.actions);
      const usable = this.#matching(winner, datapath, packet, scope);
      const winning = usable === undefined || 'reason' in usable ? fronting : usable;
      return this.#decision(winner.flow, winning, others);
    }
    return undefined;
  }

  /** Throws NotHeld for all that has to be known to tell which flow decides, not only for what was missed first. */
  #requireAll(flows: readonly FlowProgram[], datapath: Datapath, packet: Microflow, scope: MatchScope): void {
    const missing = new Missing();
    for (const program of flows) {
      const before = missing.count;
      const found = missing.attempt(() => this.#matching(program, datapath, packet, scope));
      if (found !== undefined) break;
      if (missing.count === before) continue;
      this.#texts.requireSets(program.flow, datapath, missing);
      // Only what the flow does is missing: it decides, as far as can be told.
      if (missing.attempt(() => this.#holds(program, datapath, packet, scope)) === true) break;
    }
    missing.require();
  }

  /** Name of the stage, from any usable flow of the table; undefined for a table without one. */
  stageOf(datapath: Datapath, table: number, pipeline: Pipeline): string | undefined {
    return this.#texts
      .tableOf(datapath, pipeline, table)
      ?.all.find((each) => isUsable(this.#matchOf(each, datapath)) && isUsable(this.#actionsOf(each, datapath)))?.flow
      .stage;
  }

  #scopeOf(datapath: Datapath): MatchScope {
    let scope = this.#scopes.get(datapath.uuid);
    if (scope === undefined) {
      scope = {
        portKey: this.#texts.portKeysOf(datapath),
        isChassisResident: (port) => this.#semantics.isResident(port),
      };
      this.#scopes.set(datapath.uuid, scope);
    }
    return scope;
  }

  #matching(
    flow: FlowProgram,
    datapath: Datapath,
    packet: Microflow,
    scope: MatchScope,
  ): Program | Uninterpretable | undefined {
    const match = this.#matchOf(flow, datapath);
    if (match === undefined) return undefined;
    if ('reason' in match) return match;
    if (!match.holds(packet, scope)) return undefined;
    const actions = this.#actionsOf(flow, datapath);
    if (actions === undefined) return undefined;
    if ('reason' in actions) return actions;
    if (actions.prerequisites?.holds(packet, scope) === false) return undefined;
    return { match, actions };
  }

  #holds(program: FlowProgram, datapath: Datapath, packet: Microflow, scope: MatchScope): boolean {
    const match = this.#matchOf(program, datapath);
    return match !== undefined && !('reason' in match) && match.holds(packet, scope);
  }

  /** Later flows of the same priority that match as well. */
  #equals(
    flows: readonly FlowProgram[],
    index: number,
    datapath: Datapath,
    packet: Microflow,
    scope: MatchScope,
  ): readonly FlowProgram[] {
    const priority = flows[index]?.flow.priority;
    let equals = NO_PROGRAMS;
    for (let i = index + 1; i < flows.length; i++) {
      const other = flows[i];
      if (other?.flow.priority !== priority) break;
      if (other !== undefined && this.#matching(other, datapath, packet, scope) !== undefined)
        equals = [...equals, other];
    }
    return equals;
  }

  #matchOf(program: FlowProgram, datapath: Datapath): ParsedMatch | Uninterpretable | undefined {
    const { flow, templated } = program;
    const text = templated ? this.#expanded(flow, flow.match, datapath) : flow.match;
    if (text === undefined) return undefined;
    const parsed = (templated ? undefined : program.match) ?? this.#texts.match(text, datapath);
    program.match = parsed;
    if (parsed.ok) return parsed.value;
    const { code, span } = parsed.error;
    // A set that is missing keeps every switch from using the flow; a word of a newer language keeps only us.
    const isForeign = code === 'unknown-name' && !/^[$@]/.test(text.slice(span.start));
    return this.#unusable(flow, text, parsed.error, isForeign);
  }

  #actionsOf(program: FlowProgram, datapath: Datapath): ParsedActions | Uninterpretable | undefined {
    const { flow } = program;
    const { actions } = flow;
    const templated = program.actions === undefined && actions.includes('^');
    const text = templated ? this.#expanded(flow, actions, datapath) : actions;
    if (text === undefined) return undefined;
    const parsed = program.actions ?? this.#texts.actions(text, flow.pipeline, flow.table);
    // What a template means depends on the chassis.
    if (!templated) program.actions = parsed;
    if (!parsed.ok) return this.#unusable(flow, text, parsed.error, true);
    if (parsed.value.actions.every((action) => this.#semantics.knows(action))) return parsed.value;
    this.#warn(`flow ${flow.uuid}: its actions are not known to the simulated release: ${text}`);
    return undefined;
  }

  #unusable(flow: LogicalFlow, text: string, error: Diagnostic, isForeign: boolean): Uninterpretable | undefined {
    this.#warn(`flow ${flow.uuid} is not usable: ${renderDiagnostic(text, error)}`);
    return isForeign && this.#semantics.stopsAtUnknown ? { reason: error.message } : undefined;
  }

  #expanded(flow: LogicalFlow, text: string, datapath: Datapath): string | undefined {
    const expanded = this.#semantics.expandTemplates(text, datapath);
    if (expanded === undefined) this.#warn(`flow ${flow.uuid}: template variable without a value: ${text}`);
    return expanded;
  }

  #decision(flow: LogicalFlow, program: Program | Uninterpretable, ties: readonly LogicalFlow[]): Decision {
    if ('reason' in program) return { flow, actions: [], always: () => false, ties: [], unsupported: program.reason };
    const { match, actions } = program;
    return {
      flow,
      actions: actions.actions,
      always: () => {
        const isResident = (port: string): boolean => this.#semantics.isResident(port);
        const { prerequisites } = actions;
        return (
          this.#texts.alwaysHolds(match, isResident) &&
          (prerequisites === undefined || this.#texts.alwaysHolds(prerequisites, isResident))
        );
      },
      ties,
    };
  }
}

const NO_TIES: readonly LogicalFlow[] = [];
const NO_PROGRAMS: readonly FlowProgram[] = [];

function isUsable(parsed: ParsedMatch | ParsedActions | Uninterpretable | undefined): boolean {
  return parsed !== undefined && !('reason' in parsed);
}

/** Whether the actions are `next;` alone. */
export function saysNextOnly([only, second]: readonly Action[], table: number): boolean {
  return only?.kind === 'next' && second === undefined && only.table === table + 1;
}
