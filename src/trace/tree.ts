/**
 * What a trace found, as a tree in the order in which it happened: pipelines, tables, actions, their effects, forks.
 *
 * Every node carries the text that `ovn-trace` shows for it and, beside it, the facts it stands for (rows, ports, copies of
 * the packet), so that renderers print texts and everything else reads facts. Executing an action appends to the list of
 * the table or fork that runs it; tables and pipelines reached by `next` and `output` go to that same list, so a straight
 * path is a chain of last children. Knows nothing of formats, commands or Kubernetes.
 */
import type { Action } from '../lflow/actions/ast.js';
import type { Microflow } from '../lflow/packet/slots.js';
import type { Datapath } from '../ovn/southbound/datapaths.js';
import type { LogicalFlow, Pipeline } from '../ovn/southbound/flow-source.js';
import type { MulticastGroup } from '../ovn/southbound/multicast-groups.js';
import type { Port } from '../ovn/southbound/ports.js';

interface Node<K extends string> {
  readonly kind: K;
  readonly text: string;
  readonly children: TraceNode[];
  /** Always set apart when shown: a member of a multicast group that was followed. */
  readonly indented?: boolean;
}

/** The key a port register holds and the port it names, if any. */
export interface PortKey {
  readonly key: number;
  readonly port: Port | undefined;
}

/** The packet enters a pipeline (`ingress`, `egress`). */
export interface PipelineNode extends Node<'pipeline'> {
  readonly pipeline: Pipeline;
  readonly datapath: Datapath;
  readonly inport: PortKey;
  readonly outport: PortKey;
  /** How it got here: start of the trace, `output`, the peer of a patch port, `next(pipeline=…)`, a mirror's clone. */
  readonly entered: 'start' | 'output' | 'patch' | 'next' | 'mirror';
  /** The packet on entry. */
  readonly before: Microflow;
  /** The packet after everything below, on the straight path; set when the node is complete. */
  after: Microflow | undefined;
}

/** One packet for every member of a group; the members are `PipelineNode`s below. */
export interface MulticastNode extends Node<'pipeline'> {
  readonly pipeline: 'multicast';
  readonly datapath: Datapath;
  readonly group: MulticastGroup;
  readonly before: Microflow;
}

/** One table: the flow that matched, or none. Tables whose best flow only says `next;` are passed over silently. */
export interface TableNode extends Node<'table'> {
  readonly datapath: Datapath;
  readonly pipeline: Pipeline;
  readonly table: number;
  /** Name of the stage, also where no flow matched; undefined for an empty table. */
  readonly stage: string | undefined;
  readonly flow: LogicalFlow | undefined;
  /** Other flows of the same priority that match too and act differently: which one wins is undefined. */
  readonly ties: readonly LogicalFlow[];
  /** The packet as the flow saw it. */
  readonly before: Microflow;
}

/** One action in canonical form, or a remark about it. */
export interface ActionNode extends Node<'action'> {
  readonly action: Action | undefined;
}

/** Where a packet leaves the simulated pipelines, as it is then. */
export interface Delivery {
  readonly port: PortKey;
  readonly datapath: Datapath;
  readonly packet: Microflow;
  /** Name of the chassis that a tunnel takes the packet to, where the egress pipeline of the datapath awaits it. */
  readonly towards?: string;
}

/** An effect on the packet; `output("port")` is a delivery. */
export interface ModifyNode extends Node<'modify'> {
  readonly delivered?: Delivery;
}

export interface OutputNode extends Node<'output'> {
  readonly port: PortKey | undefined;
}

/** Something wrong or assumed. `reason` tells what it means for the outcome; absent for remarks that decide nothing. */
export interface ErrorNode extends Node<'error'> {
  readonly reason?:
    'null-port' | 'unknown-port' | 'chassisredirect' | 'ttl' | 'no-backend' | 'unsupported' | 'limit' | 'refused';
}

/** A copy of the packet goes its own way below. */
export interface TransformationNode extends Node<'transformation'> {
  readonly action: Action;
  /** The copy when it starts, already transformed. */
  readonly before: Microflow;
}

export type TraceNode =
  PipelineNode | MulticastNode | TableNode | ActionNode | ModifyNode | OutputNode | ErrorNode | TransformationNode;
