/**
 * Where the tracer's logical flows come from.
 *
 * Input: one datapath; output: its flows, those that name it and those of the datapath groups that contain it, by table
 * and in order of priority. Over a live database (`ovsdb/replica/not-held.ts`) a datapath that was not visited yet is
 * fetched by whoever started the trace, which has no side effects and starts again. Knows nothing of packets or of the flow
 * language.
 */
import type { Row } from '../../ovsdb/replica/row.js';
import type { Datapath } from './datapaths.js';
import type { TieOrder } from './tie-order.js';

export type Pipeline = 'ingress' | 'egress';

/** One row of Logical_Flow, not yet parsed. */
export interface LogicalFlow {
  readonly uuid: string;
  readonly pipeline: Pipeline;
  readonly table: number;
  readonly priority: number;
  readonly match: string;
  readonly actions: string;
  /** external_ids:stage-name, for example `ls_in_acl_eval`. */
  readonly stage: string | undefined;
  /** external_ids:source, the place in northd that wrote the flow. */
  readonly source: string | undefined;
  readonly row: Row;
}

/** The flows of one datapath. */
export interface DatapathFlows {
  /** Flows of a table, highest priority first. */
  table(pipeline: Pipeline, table: number): readonly LogicalFlow[];
}

export interface FlowSource {
  /** Decides among flows of equal priority. */
  readonly ties: TieOrder;
  /** Becomes another number when a table turns out to have other flows than it seemed. */
  readonly version: number;
  flowsOf(datapath: Datapath): DatapathFlows;
  /** Says that a packet is likely to come to the datapath, so that what has to be fetched can be fetched meanwhile. */
  expect?(datapath: Datapath): void;
}
