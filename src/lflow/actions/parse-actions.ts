/**
 * The action column of a logical flow as data (ovn-sb(5), Logical_Flow, column `actions`).
 *
 * Input: the text, the symbols of the database's release and where the flow stands. Output: the actions with spans, and
 * what they require of a packet, to be ANDed to the flow's match before it is annotated; or one diagnostic in OVN's
 * wording, which means that OVN discards the flow. The grammar is the union of OVN 22.03 to 26.03.
 * It must not know packets, other tables of a database, or what an action does.
 */
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Diagnostic } from '../diagnostic.js';
import type { Expr } from '../expr/ast.js';
import { TokenStream } from '../token-stream.js';
import { ActionParser } from './action-parser.js';
import type { Action } from './ast.js';
import type { ActionEnvironment } from './environment.js';
import { parseStatement } from './statement.js';

export interface ParsedActions {
  /** Empty for `drop;` and for an empty text. */
  readonly actions: readonly Action[];
  /** Not annotated; absent if the actions apply to any packet. */
  readonly prerequisites: Expr | undefined;
}

/** Parses a whole action list. Never throws on any text. */
export function parseActions(text: string, environment: ActionEnvironment): Result<ParsedActions, Diagnostic> {
  const stream = new TokenStream(text);
  const parser = new ActionParser(stream, environment, parseStatement);
  const actions = parser.list('end');
  if (stream.diagnostic !== undefined) return err(stream.diagnostic);
  return ok({ actions: actions ?? [], prerequisites: parser.prerequisites });
}
