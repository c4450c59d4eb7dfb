import type { Slot } from '../packet/slots.js';
import type { Expr } from './ast.js';
import { bitsOf } from './compile.js';

/**
 * A condition every packet must meet for an expression to hold, in a form that flows can be bucketed by: the bits of a
 * slot under a mask, or a port by name (its key is known only per datapath).
 */
export type NecessaryEquality =
  | { readonly kind: 'bits'; readonly slot: Slot; readonly mask: bigint; readonly value: bigint }
  | { readonly kind: 'port'; readonly slot: Slot; readonly name: string };

/**
 * The necessary equalities of an annotated expression: those among its top-level conjuncts. An expression with alternatives
 * on top has none.
 */
export function necessaryEqualities(expr: Expr): readonly NecessaryEquality[] {
  const terms = expr.kind === 'and' ? expr.terms : [expr];
  const found: NecessaryEquality[] = [];
  for (const term of terms) {
    if (term.kind === 'string' && term.op === '==' && term.symbol.ofs === 0) {
      found.push({ kind: 'port', slot: term.symbol.slot, name: term.value });
    } else if (term.kind === 'cmp' && term.op === '==') {
      const bits = bitsOf(term.symbol);
      if (bits === undefined) continue;
      const shift = BigInt(bits.ofs);
      found.push({ kind: 'bits', slot: bits.slot, mask: term.mask << shift, value: term.value << shift });
    }
  }
  return found;
}
