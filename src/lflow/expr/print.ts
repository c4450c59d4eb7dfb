import { printHexadecimal, quote } from '../token-print.js';
import type { CompareExpr, Expr } from './ast.js';
import { expandSets } from './build.js';

/** The canonical text of an expression, sets written out: what OVN shows in messages, and what parses to the same tree. */
export function printExpr(expr: Expr): string {
  return print(expandSets(expr));
}

function print(expr: Expr): string {
  switch (expr.kind) {
    case 'cmp':
      return printCompare(expr);
    case 'string':
      return `${expr.symbol.name} ${expr.op} ${quote(expr.value)}`;
    case 'and':
    case 'or':
      return expr.terms
        .map((term) => (term.kind === 'and' || term.kind === 'or' ? `(${print(term)})` : print(term)))
        .join(expr.kind === 'and' ? ' && ' : ' || ');
    case 'const':
      return expr.value ? '1' : '0';
    case 'resident':
      return `${expr.negated ? '!' : ''}is_chassis_resident(${quote(expr.port)})`;
    case 'integer-set':
    case 'string-set':
      return print(expandSets(expr));
  }
}

/** A contiguous mask becomes a subfield, a single bit a plain test; any other mask is written out. */
function printCompare({ symbol, op, value, mask }: CompareExpr): string {
  const range = bitRange(mask);
  if (range === undefined) return `${symbol.name} ${op} ${printHexadecimal(value)}/${printHexadecimal(mask)}`;
  const { ofs, width } = range;
  const selected = value >> BigInt(ofs);
  if (width === 1 && (op === '==' || op === '!=')) {
    const positive = (selected === 1n) === (op === '==');
    return `${positive ? '' : '!'}${symbol.name}${symbol.width > 1 ? `[${ofs}]` : ''}`;
  }
  return `${symbol.name}${printRange(ofs, width, symbol.width)} ${op} ${printHexadecimal(selected)}`;
}

/** `[low..high]`, `[bit]`, or nothing for the whole of a symbol. */
export function printRange(ofs: number, width: number, symbolWidth: number): string {
  if (width === symbolWidth) return '';
  return width === 1 ? `[${ofs}]` : `[${ofs}..${ofs + width - 1}]`;
}

/** First bit and length of a mask whose one bits are adjacent; `undefined` for any other, 0 included. */
export function bitRange(mask: bigint): { readonly ofs: number; readonly width: number } | undefined {
  if (mask === 0n) return undefined;
  const low = mask & -mask;
  const run = mask / low;
  if ((run & (run + 1n)) !== 0n) return undefined;
  return { ofs: low.toString(2).length - 1, width: run.toString(2).length };
}
