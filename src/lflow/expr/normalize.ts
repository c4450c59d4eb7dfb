/**
 * The normal form that decides whether an expression pins down one packet: a constant, one comparison, a conjunction with
 * one comparison a symbol, or alternatives of those.
 *
 * Within a conjunction everything said about one symbol merges into one value and mask or into alternatives; alternatives
 * about several symbols are multiplied out. Input: a simplified tree whose residency conditions are resolved. The order of
 * steps follows OVN where it decides between "one packet" and "several" (identical alternatives are not recognised across
 * different symbols; from 23.06 on an alternative that another one covers is dropped).
 */
import { BugError } from '../../base/errors.js';
import { atLeast } from '../release.js';
import type { OvnRelease } from '../release.js';
import type { LflowSymbol } from '../symbols/symbol.js';
import type { AndOrExpr, Expr } from './ast.js';
import { uniqueSymbol } from './annotate.js';
import { expandSets, fold } from './build.js';
import { mergeAbout } from './merge.js';
import { simplify } from './simplify.js';

export function normalize(expr: Expr, release: OvnRelease): Expr {
  return normalizeExpr(simplify(expandSets(expr), release), atLeast(release, '23.06'));
}

function normalizeExpr(expr: Expr, dropCovered: boolean): Expr {
  switch (expr.kind) {
    case 'and':
      return normalizeAnd(expr, dropCovered);
    case 'or':
      return normalizeOr(expr, dropCovered);
    case 'cmp':
    case 'string':
    case 'const':
      return expr;
    case 'integer-set':
    case 'string-set':
    case 'resident':
      throw new BugError(`${expr.kind} in an expression to be normalized`);
  }
}

function normalizeOr(expr: AndOrExpr, dropCovered: boolean): Expr {
  return fold(
    'or',
    expr.terms.map((term) => normalizeExpr(term, dropCovered)),
    expr.span,
  );
}

function normalizeAnd(expr: AndOrExpr, dropCovered: boolean): Expr {
  const merged = mergeBySymbol(expr, dropCovered);
  if (merged.kind !== 'and') return merged;
  const choice = merged.terms.find((term) => term.kind === 'or' && uniqueSymbol(term) === undefined);
  if (choice?.kind === 'or') {
    const alternatives = choice.terms.map((alternative) =>
      fold(
        'and',
        merged.terms.map((term) => (term === choice ? alternative : term)),
        expr.span,
      ),
    );
    return normalizeOr({ kind: 'or', terms: alternatives, span: expr.span }, dropCovered);
  }
  // A choice that lost all but one alternative may have brought comparisons of symbols that are there already.
  return hasRepeatedSymbol(merged) ? normalizeAnd(merged, dropCovered) : merged;
}

/** One term for everything said about a symbol, and the terms about several symbols in normal form. */
function mergeBySymbol(expr: AndOrExpr, dropCovered: boolean): Expr {
  const groups = new Map<LflowSymbol, Expr[]>();
  const mixed: Expr[] = [];
  for (const term of expr.terms) {
    const symbol = uniqueSymbol(term);
    if (symbol === undefined) {
      mixed.push(term);
      continue;
    }
    const group = groups.get(symbol);
    if (group === undefined) groups.set(symbol, [term]);
    else group.push(term);
  }
  const terms: Expr[] = [];
  for (const group of groups.values()) {
    const merged = mergeAbout(fold('and', group, expr.span), dropCovered);
    if (merged.kind === 'const' && !merged.value) return merged;
    terms.push(merged);
  }
  for (const term of mixed) terms.push(normalizeExpr(term, dropCovered));
  return fold('and', terms, expr.span);
}

function hasRepeatedSymbol(expr: AndOrExpr): boolean {
  const seen = new Set<LflowSymbol>();
  for (const term of expr.terms) {
    const symbol = uniqueSymbol(term);
    if (symbol === undefined) return true;
    if (seen.has(symbol)) return true;
    seen.add(symbol);
  }
  return false;
}
