import type { Action, Address, Pipeline } from '../ast.js';
import type { OvnRelease } from '../../release.js';
import { printConstant } from '../../token-print.js';

/** Where the printed list stands and whose dialect it is printed in. */
export interface PrintContext {
  readonly pipeline: Pipeline;
  readonly table: number;
  /** Decides whether a default conntrack zone is spelled out. */
  readonly release: OvnRelease;
  /** What to show for a quoted name, for example a port's display name. Names it does not know it returns unchanged. */
  readonly portName?: (name: string) => string;
}

/** What the printers share: the context, and how to print a body and a quoted text. */
export interface Printer {
  readonly context: PrintContext;
  /** `{ … }` with the list inside, an empty one as `drop;`. */
  body(actions: readonly Action[]): string;
  /** A string of the language; display names apply to every one of them, as in ovn-trace. */
  quoted(text: string): string;
}

/** One function for every kind in `K`; a statement is printed without its `;`. */
export type Printers<K extends Action['kind']> = {
  readonly [Kind in K]: (action: Extract<Action, { readonly kind: Kind }>, printer: Printer) => string;
};

/** `A`, `A:PORT` or, for IPv6 with a port, `[A]:PORT`. */
export function endpointText(address: Address, port?: number): string {
  const format = address.family === 4 ? 'ipv4' : 'ipv6';
  const text = printConstant({ value: address.value, format, mask: undefined });
  if (port === undefined) return text;
  return address.family === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}
