import { ones } from '../packet/slots.js';
import { cover } from '../span.js';
import type { Span } from '../span.js';
import type { AndOrExpr, Expr, Relop } from './ast.js';

/** `left && right` or `left || right`, flattened so that no term is of the same kind. */
export function combine(kind: AndOrExpr['kind'], left: Expr, right: Expr): Expr {
  const terms = left.kind === kind ? [...left.terms] : [left];
  if (right.kind === kind) terms.push(...right.terms);
  else terms.push(right);
  return { kind, terms, span: cover(left.span, right.span) };
}

/** All of the terms joined and flattened; no term gives the neutral constant, one gives itself. */
export function join(kind: AndOrExpr['kind'], parts: readonly Expr[], span: Span): Expr {
  const terms: Expr[] = [];
  for (const part of parts) {
    if (part.kind === kind) for (const term of part.terms) terms.push(term);
    else terms.push(part);
  }
  const [only] = terms;
  if (only === undefined) return { kind: 'const', value: kind === 'and', span };
  return terms.length === 1 ? only : { kind, terms, span };
}

/** Like {@link join}, but constants are folded: the result is a constant or contains none at its top. */
export function fold(kind: AndOrExpr['kind'], parts: readonly Expr[], span: Span): Expr {
  const terms: Expr[] = [];
  for (const part of parts) {
    if (part.kind === 'const') {
      if (part.value === (kind === 'or')) return part;
    } else {
      terms.push(part);
    }
  }
  return join(kind, terms, span);
}

const INVERTED: Readonly<Record<Relop, Relop>> = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' };
const TURNED: Readonly<Record<Relop, Relop>> = { '==': '==', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/** The operator for swapped operands. */
export function turn(op: Relop): Relop {
  return TURNED[op];
}

/** The negation, pushed down to the leaves. */
export function negate(expr: Expr): Expr {
  switch (expr.kind) {
    case 'cmp':
      return { ...expr, op: INVERTED[expr.op] };
    case 'string':
    case 'integer-set':
    case 'string-set':
      return { ...expr, op: expr.op === '==' ? '!=' : '==' };
    case 'and':
    case 'or':
      return { ...expr, kind: expr.kind === 'and' ? 'or' : 'and', terms: expr.terms.map(negate) };
    case 'const':
      return { ...expr, value: !expr.value };
    case 'resident':
      return { ...expr, negated: !expr.negated };
  }
}

/**
 * The same condition with every set written out as the comparisons it stands for: what printing and the normal form need.
 */
export function expandSets(expr: Expr): Expr {
  switch (expr.kind) {
    case 'integer-set': {
      const { symbol, op, span, ofs } = expr;
      const bits = ones(expr.width);
      const terms = expr.set.values.map((constant): Expr => {
        const mask = ((constant.mask ?? bits) & bits) << BigInt(ofs);
        return { kind: 'cmp', symbol, op, value: (constant.value << BigInt(ofs)) & mask, mask, span };
      });
      return join(op === '==' ? 'or' : 'and', terms, span);
    }
    case 'string-set': {
      const { symbol, op, span } = expr;
      const terms = expr.set.values.map((value): Expr => ({ kind: 'string', symbol, op, value, span }));
      return join(op === '==' ? 'or' : 'and', terms, span);
    }
    case 'and':
    case 'or':
      return join(expr.kind, expr.terms.map(expandSets), expr.span);
    default:
      return expr;
  }
}
