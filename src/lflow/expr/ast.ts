/**
 * The expression tree: a closed union of read-only nodes, each with the span of text it comes from.
 *
 * The same nodes serve every stage. The parser produces any of them, annotation leaves only fields, strings, constants and
 * residency conditions (no subfield, no predicate), simplification leaves only equalities.
 */
import type { Span } from '../span.js';
import type { IntegerSymbol, StringSymbol } from '../symbols/symbol.js';
import type { IntegerConstant } from '../token.js';
import type { IntegerSet, StringSet } from './constant-set.js';

/** A literal constant of a comparison or an assignment. */
export type Constant =
  | { readonly kind: 'integer'; readonly integer: IntegerConstant; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span };

export type Equality = '==' | '!=';
export type Relop = Equality | '<' | '<=' | '>' | '>=';

/** `(symbol & mask) op value`; both numbers count from bit 0 of the symbol, and `value` has no bit outside of `mask`. */
export interface CompareExpr {
  readonly kind: 'cmp';
  readonly symbol: IntegerSymbol;
  readonly op: Relop;
  readonly value: bigint;
  readonly mask: bigint;
  readonly span: Span;
}

/** A port compared by name. */
export interface StringExpr {
  readonly kind: 'string';
  readonly symbol: StringSymbol;
  readonly op: Equality;
  readonly value: string;
  readonly span: Span;
}

/** Membership of a whole address set in the `width` bits of `symbol` from bit `ofs` on: all members share one hashed set. */
export interface IntegerSetExpr {
  readonly kind: 'integer-set';
  readonly symbol: IntegerSymbol;
  readonly ofs: number;
  readonly width: number;
  readonly op: Equality;
  readonly set: IntegerSet;
  readonly span: Span;
}

/** Membership in a port group. */
export interface StringSetExpr {
  readonly kind: 'string-set';
  readonly symbol: StringSymbol;
  readonly op: Equality;
  readonly set: StringSet;
  readonly span: Span;
}

/** At least two terms, none of them of the same kind. */
export interface AndOrExpr {
  readonly kind: 'and' | 'or';
  readonly terms: readonly Expr[];
  readonly span: Span;
}

export interface ConstExpr {
  readonly kind: 'const';
  readonly value: boolean;
  readonly span: Span;
}

/** `is_chassis_resident("port")`. */
export interface ResidentExpr {
  readonly kind: 'resident';
  readonly port: string;
  readonly negated: boolean;
  readonly span: Span;
}

export type Expr = CompareExpr | StringExpr | IntegerSetExpr | StringSetExpr | AndOrExpr | ConstExpr | ResidentExpr;
