/**
 * Why an expression is false for a packet: the fewest comparisons that would all have to come out differently.
 *
 * A conjunction fails by each of its false terms, an alternative by the member that is nearest to being true. Input: an
 * annotated tree, the packet and the scope it was evaluated in. Output: data for a renderer, empty if the expression holds.
 */
import { formatIpv4 } from '../../net/ipv4.js';
import { formatIpv6 } from '../../net/ipv6.js';
import { formatMac } from '../../net/mac.js';
import { readBits } from '../packet/slots.js';
import type { Microflow } from '../packet/slots.js';
import type { Display } from '../symbols/symbol.js';
import { printHexadecimal, quote } from '../token-print.js';
import type { CompareExpr, Expr, IntegerSetExpr, Relop } from './ast.js';
import { bitsOf, compile } from './compile.js';
import type { MatchScope } from './compile.js';
import { bitRange, printRange } from './print.js';

/** One comparison that failed, as `tcp.dst == 80 (is 81)` would say it. */
export interface Mismatch {
  /** The leaf of the tree, for its span and symbol. */
  readonly expr: Expr;
  /** Field with the selected bits, or the condition's name. */
  readonly field: string;
  readonly op: Relop;
  readonly wanted: string;
  /** The packet's value in the field's own notation; absent where there is none to show. */
  readonly actual: string | undefined;
}

export function explainMismatch(expr: Expr, flow: Microflow, scope: MatchScope): readonly Mismatch[] {
  switch (expr.kind) {
    case 'and':
      return expr.terms.flatMap((term) => explainMismatch(term, flow, scope));
    case 'or': {
      let nearest: readonly Mismatch[] | undefined;
      for (const term of expr.terms) {
        const mismatches = explainMismatch(term, flow, scope);
        if (nearest === undefined || mismatches.length < nearest.length) nearest = mismatches;
        if (nearest.length === 0) break;
      }
      return nearest ?? [];
    }
    default:
      return compile(expr)(flow, scope) ? [] : [mismatch(expr, flow)];
  }
}

function mismatch(expr: Exclude<Expr, { kind: 'and' | 'or' }>, flow: Microflow): Mismatch {
  switch (expr.kind) {
    case 'cmp':
      return compareMismatch(expr, flow);
    case 'integer-set':
      return setMismatch(expr, flow);
    case 'string':
      return { ...portMismatch(expr, flow), wanted: quote(expr.value) };
    case 'string-set':
      return { ...portMismatch(expr, flow), wanted: `one of ${expr.set.values.length} ports` };
    case 'const':
      return { expr, field: '0', op: '==', wanted: '1', actual: undefined };
    case 'resident':
      return {
        expr,
        field: `is_chassis_resident(${quote(expr.port)})`,
        op: '==',
        wanted: expr.negated ? '0' : '1',
        actual: expr.negated ? '1' : '0',
      };
  }
}

function compareMismatch(expr: CompareExpr, flow: Microflow): Mismatch {
  const { symbol, op, value, mask } = expr;
  const bits = bitsOf(symbol);
  const actual = bits === undefined ? undefined : readBits(flow, bits.slot, bits.ofs, symbol.width) & mask;
  const range = bitRange(mask);
  const display: Display = symbol.kind === 'field' ? symbol.display : 'hexadecimal';
  // A prefix of an address reads better as the address than as the number in its upper bits.
  if (range === undefined || range.width === symbol.width || isAddress(display)) {
    const suffix = range?.width === symbol.width ? '' : `/${show(mask, display)}`;
    return {
      expr,
      field: symbol.name,
      op,
      wanted: `${show(value, display)}${suffix}`,
      actual: actual === undefined ? undefined : show(fullValue(expr, flow) ?? actual, display),
    };
  }
  const shift = BigInt(range.ofs);
  const field = `${symbol.name}${printRange(range.ofs, range.width, symbol.width)}`;
  if (range.width === 1 && (op === '==' || op === '!=')) {
    // A failed test of one bit: it is the opposite of what was wanted.
    const bit = actual === undefined ? undefined : actual === 0n ? '0' : '1';
    return { expr, field, op: '==', wanted: (value === 0n) === (op === '==') ? '0' : '1', actual: bit };
  }
  return {
    expr,
    field,
    op,
    wanted: show(value >> shift, 'hexadecimal'),
    actual: actual === undefined ? undefined : show(actual >> shift, 'hexadecimal'),
  };
}

function fullValue(expr: CompareExpr, flow: Microflow): bigint | undefined {
  const bits = bitsOf(expr.symbol);
  return bits && readBits(flow, bits.slot, bits.ofs, expr.symbol.width);
}

function setMismatch(expr: IntegerSetExpr, flow: Microflow): Mismatch {
  const { symbol, ofs, width, op, set } = expr;
  const bits = bitsOf(symbol);
  const display: Display = symbol.kind === 'field' && width === symbol.width ? symbol.display : 'hexadecimal';
  const actual = bits && show(readBits(flow, bits.slot, bits.ofs + ofs, width), display);
  const field = `${symbol.name}${printRange(ofs, width, symbol.width)}`;
  return { expr, field, op, wanted: `one of ${set.values.length} addresses`, actual };
}

function portMismatch(
  expr: Extract<Expr, { kind: 'string' | 'string-set' }>,
  flow: Microflow,
): Omit<Mismatch, 'wanted'> {
  const { symbol, op } = expr;
  const key = readBits(flow, symbol.slot, symbol.ofs, 32);
  return { expr, field: symbol.name, op, actual: `port key ${key}` };
}

function isAddress(display: Display): boolean {
  return display === 'ipv4' || display === 'ipv6' || display === 'ethernet';
}

function show(value: bigint, display: Display): string {
  switch (display) {
    case 'decimal':
      return value.toString();
    case 'ethernet':
      return formatMac(value);
    case 'ipv4':
      return formatIpv4(value);
    case 'ipv6':
      return formatIpv6(value);
    case 'hexadecimal':
    case 'fragment':
    case 'tcp-flags':
    case 'ct-state':
      return printHexadecimal(value);
  }
}
