/**
 * Actions as text, exactly as OVN formats them (what ovn-trace shows below a flow).
 *
 * Input: parsed actions and the place and release they are printed for: `next` is relative to the current table, and newer
 * releases spell out the conntrack zone. Output: canonical text that parses back to the same actions.
 * It must not know packets or what an action does.
 */
import { quote } from '../token-print.js';
import type { Action } from './ast.js';
import { ASSIGN } from './print/assign.js';
import { CONNTRACK } from './print/conntrack.js';
import { CONTROL } from './print/control.js';
import { EFFECTS } from './print/effects.js';
import { LOOKUPS } from './print/lookups.js';
import { OPTIONS } from './print/options.js';
import type { PrintContext, Printer, Printers } from './print/printer.js';

export type { PrintContext } from './print/printer.js';

const PRINTERS: Printers<Action['kind']> = {
  ...CONTROL,
  ...ASSIGN,
  ...CONNTRACK,
  ...LOOKUPS,
  ...OPTIONS,
  ...EFFECTS,
};

/** One action with its `;`. */
export function formatAction(action: Action, context: PrintContext): string {
  return statement(action, printerFor(context));
}

/** A whole list on one line; the empty list is `drop;`. */
export function formatActions(actions: readonly Action[], context: PrintContext): string {
  return list(actions, printerFor(context));
}

function printerFor(context: PrintContext): Printer {
  const printer: Printer = {
    context,
    body: (actions) => `{ ${list(actions, printer)} }`,
    quoted: (text) => quote(context.portName?.(text) ?? text),
  };
  return printer;
}

function list(actions: readonly Action[], printer: Printer): string {
  return actions.length === 0 ? 'drop;' : actions.map((action) => statement(action, printer)).join(' ');
}

function statement(action: Action, printer: Printer): string {
  // The table pairs every kind with a printer of that kind, which the type checker cannot follow through an index.
  const print = PRINTERS[action.kind] as (action: Action, printer: Printer) => string;
  return `${print(action, printer)};`;
}
