/**
 * The engine: walks one packet through the logical pipelines of one southbound database and returns the tree of what
 * happened (ovn-architecture(7), "Architectural Physical Life Cycle of a Packet").
 *
 * Input: the database view, where the packet enters, the packet, the semantics (every decision where a simulation and the
 * datapath may differ), names to show, limits; output: tree, notes, warnings. Pure: no clock, no chance, no I/O; the same
 * input gives the same tree. It must not know the mode it runs in, output formats, Kubernetes or other zones.
 */
import type { Action } from '../../lflow/actions/ast.js';
import { copyMicroflow, Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { Pipeline } from '../../ovn/southbound/flow-source.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { Semantics } from '../semantics/semantics.js';
import type { PipelineNode, TraceNode } from '../tree.js';
import { drop, perform } from './execute.js';
import { FRIENDLY } from './names.js';
import type { Naming } from './names.js';
import { Programs, saysNextOnly } from './programs.js';
import type { Decision } from './programs.js';
import type { Entry, Execution, Limits, Run } from './run.js';
import { tableNumber, Wording } from './wording.js';

const DEFAULT_LIMITS: Limits = { pipelines: 64, tables: 1200, nodes: 50_000, indentation: 10_000_000 };

export interface TraceRequest {
  readonly southbound: Southbound;
  readonly semantics: Semantics;
  readonly datapath: Datapath;
  /** Not changed. Its port registers say where the packet comes from (and, entering egress, where it goes). */
  readonly packet: Microflow;
  /** Where it enters; the first table of the ingress pipeline unless told otherwise. */
  readonly pipeline?: Pipeline;
  readonly table?: number;
  readonly naming?: Naming;
  readonly limits?: Limits;
}

export interface TraceResult {
  readonly tree: readonly TraceNode[];
  /** What the trace decided on its own. */
  readonly notes: readonly string[];
  /** What in the database was passed over. */
  readonly warnings: readonly string[];
}

export function runTrace(request: TraceRequest): TraceResult {
  const { southbound, datapath, pipeline = 'ingress', table = 0 } = request;
  const engine = new Engine(request);
  const packet = copyMicroflow(request.packet);
  const tree: TraceNode[] = [];
  const inport = southbound.ports.withKey(datapath, Number(packet[Slot.inport]));
  const from = inport === undefined ? '(unnamed)' : engine.naming.port(inport);
  const to =
    pipeline === 'egress' ? `, outport="${engine.keyName(datapath, Number(packet[Slot.outport] & 0xffffn))}"` : '';
  const text = `${pipeline}(dp="${engine.naming.datapath(datapath)}", inport="${from}"${to})`;
  engine.enter({ datapath, pipeline, table, entered: 'start', text }, packet, tree);
  engine.finish();
  return { tree, notes: engine.notes, warnings: [...engine.warnings] };
}

class Engine implements Run {
  readonly southbound: Southbound;
  readonly semantics: Semantics;
  readonly naming: Naming;
  readonly programs: Programs;
  readonly wording: Wording;
  readonly notes: string[] = [];
  readonly warnings = new Set<string>();
  stale = 0n;
  readonly #limits: Limits;
  /** Steps to come, the next one last. */
  readonly #agenda: (() => void)[] = [];
  /** What the running step puts off. */
  #postponed: (() => void)[] = [];
  #pipelines = 0;
  #tables = 0;
  #nodes = 0;
  #indentation = 0;

  constructor({ southbound, semantics, naming = FRIENDLY, limits = DEFAULT_LIMITS }: TraceRequest) {
    this.southbound = southbound;
    this.semantics = semantics;
    this.naming = naming;
    this.wording = Wording.of(southbound, naming);
    this.programs = new Programs(southbound, semantics, (text) => this.warn(text));
    this.#limits = limits;
  }

  warn(text: string): void {
    this.warnings.add(text);
  }

  note(text: string): void {
    this.notes.push(text);
  }

  enter(entry: Entry, packet: Microflow, nodes: TraceNode[]): void {
    const { datapath, pipeline, entered, text } = entry;
    if (this.#pipelines === this.#limits.pipelines) {
      this.#stop(nodes, `${this.#limits.pipelines} pipelines deep`);
      return;
    }
    const node: PipelineNode = {
      kind: 'pipeline',
      pipeline,
      text,
      datapath,
      inport: this.portKey(datapath, packet[Slot.inport]),
      outport: this.portKey(datapath, packet[Slot.outport]),
      entered,
      before: copyMicroflow(packet),
      after: undefined,
      children: [],
      ...(entry.indented === true && { indented: true }),
    };
    nodes.push(node);
    this.#pipelines++;
    this.follow(datapath, packet, entry.table, pipeline, node.children);
    this.later(() => {
      this.#pipelines--;
      node.after = copyMicroflow(packet);
    });
  }

  follow(datapath: Datapath, packet: Microflow, table: number, pipeline: Pipeline, nodes: TraceNode[]): void {
    this.later(() => {
      this.#tables++;
      this.#nodes++;
      this.#indentation += this.#pipelines;
      if (this.#tables > this.#limits.tables) this.#stop(nodes, `${this.#limits.tables} tables deep`);
      else if (this.#nodes > this.#limits.nodes || this.#indentation > this.#limits.indentation) {
        this.#stop(nodes, `after ${this.#nodes - 1} tables`);
        // Whoever waits for the rest stops there, too.
        this.#indentation = Infinity;
      } else this.#visit(datapath, packet, table, pipeline, nodes);
      this.later(() => {
        this.#tables--;
      });
    });
  }

  execute(actions: readonly Action[], execution: Execution): void {
    if (actions.length === 0) drop(execution);
    else this.later(() => this.#executeFrom(0, actions, execution));
  }

  assign(actions: readonly Action[], execution: Execution): void {
    for (const action of actions) perform(action, execution);
  }

  later(step: () => void): void {
    this.#postponed.push(step);
  }

  /** Runs what was put off until nothing is left. */
  finish(): void {
    for (;;) {
      for (let step = this.#postponed.pop(); step !== undefined; step = this.#postponed.pop()) this.#agenda.push(step);
      const next = this.#agenda.pop();
      if (next === undefined) return;
      next();
    }
  }

  /** Up to the first action that puts something off; the rest of the list waits for that. */
  #executeFrom(first: number, actions: readonly Action[], execution: Execution): void {
    for (const [index, action] of actions.entries()) {
      if (index < first) continue;
      perform(action, execution);
      if (this.#postponed.length === 0) continue;
      if (index + 1 < actions.length) this.later(() => this.#executeFrom(index + 1, actions, execution));
      return;
    }
  }

  portKey(datapath: Datapath, register: bigint): { key: number; port: PipelineNode['inport']['port'] } {
    const key = Number(register & 0xffffn);
    return { key, port: this.southbound.ports.withKey(datapath, key) };
  }

  keyName(datapath: Datapath, key: number): string {
    const port = this.southbound.ports.withKey(datapath, key);
    if (port !== undefined) return this.naming.port(port);
    return this.southbound.multicastGroups.withKey(datapath, key)?.name ?? '';
  }

  #visit(datapath: Datapath, packet: Microflow, first: number, pipeline: Pipeline, nodes: TraceNode[]): void {
    let table = first;
    let decision: Decision | undefined;
    for (; ; table++) {
      if (this.programs.passes(datapath, table, pipeline)) continue;
      decision = this.programs.decide(datapath, packet, table, pipeline);
      if (decision === undefined || !isTrivial(decision, table)) break;
    }
    const stage = decision === undefined ? this.programs.stageOf(datapath, table, pipeline) : decision.flow.stage;
    const children: TraceNode[] = [];
    nodes.push({
      kind: 'table',
      text: decision === undefined ? unmatched(table, stage) : this.wording.flow(decision.flow),
      datapath,
      pipeline,
      table,
      stage,
      flow: decision?.flow,
      ties: decision?.ties ?? [],
      before: copyMicroflow(packet),
      children,
    });
    if (decision === undefined) return;
    const { flow, actions, ties, unsupported } = decision;
    if (unsupported !== undefined) {
      const text = `*** this flow cannot be interpreted: ${unsupported}`;
      children.push({ kind: 'error', text, reason: 'unsupported', children: [] });
      return;
    }
    if (ties.length > 0) this.#reportTies(flow.uuid, ties.length);
    this.execute(actions, { run: this, datapath, pipeline, table, flow, packet, nodes: children, stack: [] });
  }

  #reportTies(uuid: string, others: number): void {
    this.warn(
      `${others + 1} flows of equal priority match and act differently; which one wins is undefined (${uuid} is shown)`,
    );
  }

  #stop(nodes: TraceNode[], where: string): void {
    const text = `*** stopped ${where}: the packet seems to go in circles`;
    nodes.push({ kind: 'error', text, reason: 'limit', children: [] });
  }
}

/** A table that says nothing but `next;` to every packet is passed over in silence. */
function isTrivial({ actions, always }: Decision, table: number): boolean {
  return saysNextOnly(actions, table) && always();
}

function unmatched(table: number, stage: string | undefined): string {
  return `${tableNumber(table)}${stage === undefined ? '' : `${stage}: `}no match (implicit drop)`;
}
