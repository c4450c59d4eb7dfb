import { printField } from '../../expr/field.js';
import { printConstant } from '../../token-print.js';
import type { Constant } from '../../expr/ast.js';
import type { Printer, Printers } from './printer.js';

export const ASSIGN: Printers<'load' | 'ovnFieldLoad' | 'move' | 'exchange' | 'push' | 'pop' | 'decTtl'> = {
  load: (action, printer) => `${printField(action.dst)} = ${constantText(action.value, printer)}`,
  ovnFieldLoad: (action, printer) => `${printField(action.field)} = ${constantText(action.value, printer)}`,
  move: (action) => `${printField(action.dst)} = ${printField(action.src)}`,
  exchange: (action) => `${printField(action.a)} <-> ${printField(action.b)}`,
  push: (action) => `push(${printField(action.src)})`,
  pop: (action) => `pop(${printField(action.dst)})`,
  decTtl: () => 'ip.ttl--',
};

/** One constant in canonical form. */
export function constantText(constant: Constant, printer: Printer): string {
  return constant.kind === 'string' ? printer.quoted(constant.value) : printConstant(constant.integer);
}
