import type { Action } from '../../lflow/actions/ast.js';
import type { Diagnostic } from '../../lflow/diagnostic.js';
import type { Expr } from '../../lflow/expr/ast.js';
import type { CompiledMatch } from '../../lflow/expr/compile.js';
import type { Result } from '../../base/result.js';
import type { LogicalFlow } from '../../ovn/southbound/flow-source.js';

/** A match ready to be tried. */
export interface ParsedMatch {
  readonly expr: Expr;
  readonly holds: CompiledMatch;
}

/** Actions ready to be run; their prerequisites belong to the match of their flow. */
export interface ParsedActions {
  readonly actions: readonly Action[];
  /** Absent when any packet will do. */
  readonly prerequisites: ParsedMatch | undefined;
}

/**
 * A flow in one datapath with what its texts mean there, filled in when the flow is first met: a packet that meets it again
 * must not pay for finding long texts in a map.
 */
export class FlowProgram {
  readonly flow: LogicalFlow;
  /** The match has a template, so that its meaning depends on the chassis and is not kept here. */
  readonly templated: boolean;
  match: Result<ParsedMatch, Diagnostic> | undefined;
  actions: Result<ParsedActions, Diagnostic> | undefined;

  constructor(flow: LogicalFlow) {
    this.flow = flow;
    this.templated = flow.match.includes('^');
    this.match = undefined;
    this.actions = undefined;
  }
}
