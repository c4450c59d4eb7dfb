import { printConstant } from '../../token-print.js';
import type { Constant } from '../../expr/ast.js';
import { fieldText } from './printer.js';
import type { Printer, Printers } from './printer.js';

export const ASSIGN: Printers<'load' | 'ovnFieldLoad' | 'move' | 'exchange' | 'push' | 'pop' | 'decTtl'> = {
  load: (action, printer) => `${fieldText(action.dst)} = ${constantText(action.value, printer)}`,
  ovnFieldLoad: (action, printer) => `${fieldText(action.field)} = ${constantText(action.value, printer)}`,
  move: (action) => `${fieldText(action.dst)} = ${fieldText(action.src)}`,
  exchange: (action) => `${fieldText(action.a)} <-> ${fieldText(action.b)}`,
  push: (action) => `push(${fieldText(action.src)})`,
  pop: (action) => `pop(${fieldText(action.dst)})`,
  decTtl: () => 'ip.ttl--',
};

/** One constant in canonical form. */
export function constantText(constant: Constant, printer: Printer): string {
  return constant.kind === 'string' ? printer.quoted(constant.value) : printConstant(constant.integer);
}
