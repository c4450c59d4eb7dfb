import { renderDiagnostic } from '../../lflow/diagnostic.js';
import type { Action } from '../../lflow/actions/ast.js';
import type { Diagnostic } from '../../lflow/diagnostic.js';
import type { Expr } from '../../lflow/expr/ast.js';
import type { MatchScope } from '../../lflow/expr/compile.js';
import { isAlwaysTrue, resolveResidency } from '../../lflow/expr/simplify.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { Semantics } from '../semantics/semantics.js';
import { FlowTexts } from './flow-text.js';
import type { ParsedActions, ParsedMatch } from './flow-text.js';
import { resolvePort } from './names.js';

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

  decide(datapath: Datapath, packet: Microflow, table: number, pipeline: Pipeline): Decision | undefined {
    const all = this.#southbound.flows.flowsOf(datapath).table(pipeline, table);
    if (all.length === 0) return undefined;
    const scope = this.scopeOf(datapath);
    const flows = this.#texts.candidates(all, datapath, (name) => scope.portKey(name)).of(packet);
    for (const [index, first] of flows.entries()) {
      const program = this.#matching(first, datapath, packet, scope);
      if (program === undefined) continue;
      if ('reason' in program) {
        return { flow: first, actions: [], always: () => false, ties: [], unsupported: program.reason };
      }
      const rivals = this.#rivals(flows, index, datapath, packet, scope);
      if (rivals.length === 0) return decision(first, program, [], this.#alwaysOf(program));
      const tied = [first, ...rivals].sort((a, b) => this.#southbound.flows.ties.compare(a.uuid, b.uuid));
      const winner = tied[this.#semantics.choose({ kind: 'tie', options: tied }).index] ?? first;
      const others = tied.filter((other) => other.actions !== winner.actions);
      const usable = this.#matching(winner, datapath, packet, scope);
      const winning = usable === undefined || 'reason' in usable ? program : usable;
      return decision(winner, winning, others, this.#alwaysOf(winning));
    }
    return undefined;
  }

  /** Name of the stage, from any usable flow of the table; undefined for a table without one. */
  stageOf(datapath: Datapath, table: number, pipeline: Pipeline): string | undefined {
    const flows = this.#southbound.flows.flowsOf(datapath).table(pipeline, table);
    return flows.find((flow) => isUsable(this.#matchOf(flow, datapath)) && isUsable(this.#actionsOf(flow, datapath)))
      ?.stage;
  }

  scopeOf(datapath: Datapath): MatchScope {
    let scope = this.#scopes.get(datapath.uuid);
    if (scope === undefined) {
      const keys = new Map<string, bigint | undefined>();
      scope = {
        portKey: (name) => {
          if (!keys.has(name)) {
            const key = resolvePort(this.#southbound, datapath, name);
            keys.set(name, key === undefined ? undefined : BigInt(key));
          }
          return keys.get(name);
        },
        isChassisResident: (port) => this.#semantics.isResident(port),
      };
      this.#scopes.set(datapath.uuid, scope);
    }
    return scope;
  }

  #matching(
    flow: LogicalFlow,
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

  /**
   * Later flows of the same priority that match as well and make a difference: they act otherwise, or they are met first.
   */
  #rivals(
    flows: readonly LogicalFlow[],
    index: number,
    datapath: Datapath,
    packet: Microflow,
    scope: MatchScope,
  ): readonly LogicalFlow[] {
    const { ties } = this.#southbound.flows;
    const first = flows[index];
    const rivals: LogicalFlow[] = [];
    for (let i = index + 1; i < flows.length && first !== undefined; i++) {
      const flow = flows[i];
      if (flow === undefined || flow.priority !== first.priority) break;
      const matters = flow.actions !== first.actions || ties.bucket(flow.uuid) === ties.bucket(first.uuid);
      if (matters && this.#matching(flow, datapath, packet, scope) !== undefined) rivals.push(flow);
    }
    return rivals;
  }

  #matchOf(flow: LogicalFlow, datapath: Datapath): ParsedMatch | Uninterpretable | undefined {
    const text = this.#expanded(flow, flow.match, datapath);
    if (text === undefined) return undefined;
    const parsed = this.#texts.match(text, datapath);
    if (parsed.ok) return parsed.value;
    const { code, span } = parsed.error;
    // A set that is missing keeps every switch from using the flow; a word of a newer language keeps only us.
    const isForeign = code === 'unknown-name' && !/^[$@]/.test(text.slice(span.start));
    return this.#unusable(flow, text, parsed.error, isForeign);
  }

  #actionsOf(flow: LogicalFlow, datapath: Datapath): ParsedActions | Uninterpretable | undefined {
    const text = this.#expanded(flow, flow.actions, datapath);
    if (text === undefined) return undefined;
    const parsed = this.#texts.actions(text, flow.pipeline, flow.table);
    if (!parsed.ok) return this.#unusable(flow, text, parsed.error, true);
    const unknown = parsed.value.actions.find((action) => !this.#semantics.knows(action));
    if (unknown === undefined) return parsed.value;
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

  #alwaysOf({ match, actions }: Program): () => boolean {
    return () => {
      const { release } = this.#southbound.release;
      const holds = (expr: Expr | undefined): boolean =>
        expr === undefined ||
        isAlwaysTrue(
          resolveResidency(expr, (port) => this.#semantics.isResident(port)),
          release,
        );
      return holds(match.expr) && holds(actions.prerequisites?.expr);
    };
  }
}

function isUsable(parsed: ParsedMatch | ParsedActions | Uninterpretable | undefined): boolean {
  return parsed !== undefined && !('reason' in parsed);
}

function decision(
  flow: LogicalFlow,
  { actions }: Program,
  ties: readonly LogicalFlow[],
  always: () => boolean,
): Decision {
  return { flow, actions: actions.actions, always, ties };
}
