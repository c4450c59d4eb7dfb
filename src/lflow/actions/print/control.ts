import type { Next } from '../ast.js';
import type { Printer, Printers } from './printer.js';

export const CONTROL: Printers<'output' | 'next' | 'clone' | 'nested'> = {
  output: () => 'output',
  next: printNext,
  clone: (action, printer) => `clone ${printer.body(action.body)}`,
  nested: (action, printer) => `${action.name} ${printer.body(action.body)}`,
};

function printNext({ pipeline, table }: Next, { context }: Printer): string {
  if (pipeline !== context.pipeline) return `next(pipeline=${pipeline}, table=${table})`;
  return table === context.table + 1 ? 'next' : `next(${table})`;
}
