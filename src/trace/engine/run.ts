/**
 * What one trace carries through the engine's modules: the database view, the decisions, the names to show, and the three
 * steps that modules call back into (so that no module imports the one that runs it).
 */
import type { Action } from '../../lflow/actions/ast.js';
import { copyMicroflow } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { Pipeline } from '../../ovn/southbound/flow-source.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { Place, Semantics } from '../semantics/semantics.js';
import type { PortKey, TraceNode } from '../tree.js';
import type { Naming } from './names.js';
import type { Programs } from './programs.js';
import type { Wording } from './wording.js';

/** Guards against packets that go in circles; ovn-trace has none and dies of its stack or memory. */
export interface Limits {
  /** Pipelines entered one inside the other. */
  readonly pipelines: number;
  /** Tables visited one inside the other. */
  readonly tables: number;
  /** Tables of the whole tree. */
  readonly nodes: number;
  /** Sum over all tables of the pipelines that each is inside of: what a text spends on indentation. */
  readonly indentation: number;
}

/** Names a way into a pipeline: the text of its node and where it leads. */
export interface Entry {
  readonly datapath: Datapath;
  readonly pipeline: Pipeline;
  readonly table: number;
  readonly entered: 'start' | 'output' | 'patch' | 'next' | 'mirror';
  readonly text: string;
  readonly indented?: boolean;
}

export interface Run {
  readonly southbound: Southbound;
  readonly semantics: Semantics;
  readonly naming: Naming;
  readonly programs: Programs;
  readonly wording: Wording;
  /** Something about the database that may make the trace differ from what people expect; repeated ones count once. */
  warn(text: string): void;
  /** Something the trace decided on its own, for people to know. */
  note(text: string): void;
  /**
   * Puts a step off until the action that runs is done; steps run in the order they were put off, each with all that it
   * puts off itself, before the next action. So a long way of a packet needs no deep stack.
   */
  later(step: () => void): void;
  /** Traces from a table on, later; the packet is changed in place. */
  follow(datapath: Datapath, packet: Microflow, table: number, pipeline: Pipeline, nodes: TraceNode[]): void;
  /** Opens a pipeline below `nodes` and traces from its table on, later; the packet is changed in place. */
  enter(entry: Entry, packet: Microflow, nodes: TraceNode[]): void;
  /** Runs a list of actions, later. */
  execute(actions: readonly Action[], execution: Execution): void;
  /** Runs a list of actions that do nothing but assign, at once. */
  assign(actions: readonly Action[], execution: Execution): void;
  /** The key of a port register and the port it names. */
  portKey(datapath: Datapath, register: bigint): PortKey;
  /** What a port key is called: a port, a multicast group, or nothing. */
  keyName(datapath: Datapath, key: number): string;
  /** Bytes of earlier pops that ovn-trace shows again; only for display. */
  stale: bigint;
}

/** One list of actions being run. */
export interface Execution extends Place {
  readonly run: Run;
  /** Changed by the actions. */
  readonly packet: Microflow;
  /** Where nodes are appended. */
  readonly nodes: TraceNode[];
  /** Values pushed by this very list, with their size in bytes. */
  readonly stack: { readonly value: bigint; readonly bytes: number }[];
}

/** Appends a node that has nothing below it but its text. */
export function remark(execution: Execution, text: string): void {
  execution.nodes.push({ kind: 'action', text, action: undefined, children: [] });
}

export function modify(execution: Execution, text: string): void {
  execution.nodes.push({ kind: 'modify', text, children: [] });
}

/** Continues a fork in the table after the current one. */
export function followFork(execution: Execution, action: Action, text: string, packet: Microflow): void {
  const children: TraceNode[] = [];
  execution.nodes.push({ kind: 'transformation', text, action, before: copyMicroflow(packet), children });
  execution.run.follow(execution.datapath, packet, execution.table + 1, execution.pipeline, children);
}
