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
import type { Span } from '../span.js';
import type { LflowSymbol } from '../symbols/symbol.js';
import type { AndOrExpr, Expr } from './ast.js';
import { uniqueSymbol } from './annotate.js';
import { expandSets, fold } from './build.js';
import { mergeAbout } from './merge.js';
import { simplify } from './simplify.js';

export function normalize(expr: Expr, release: OvnRelease): Expr {
  return normalizeUpTo(expr, release, Infinity);
}

/**
 * The same, but stopping at the second alternative: enough to tell a contradiction, one packet and several packets apart
 * without writing out what may be very many.
 */
export function normalizeToTwo(expr: Expr, release: OvnRelease): Expr {
  return normalizeUpTo(expr, release, 2);
}

interface Options {
  readonly dropCovered: boolean;
  /** Alternatives after which the rest is left out. */
  readonly enough: number;
}

function normalizeUpTo(expr: Expr, release: OvnRelease, enough: number): Expr {
  return normalizeExpr(simplify(expandSets(expr), release), { dropCovered: atLeast(release, '23.06'), enough });
}

function normalizeExpr(expr: Expr, options: Options): Expr {
  switch (expr.kind) {
    case 'and':
      return normalizeAnd(expr, options);
    case 'or':
      return normalizeOr(expr.terms, expr.span, options);
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

function normalizeOr(terms: Iterable<Expr>, span: Span, options: Options): Expr {
  const found: Expr[] = [];
  let alternatives = 0;
  for (const term of terms) {
    const normal = normalizeExpr(term, options);
    if (normal.kind !== 'const') alternatives += normal.kind === 'or' ? normal.terms.length : 1;
    found.push(normal);
    if (alternatives >= options.enough) break;
  }
  return fold('or', found, span);
}

function normalizeAnd(expr: AndOrExpr, options: Options): Expr {
  const merged = mergeBySymbol(expr, options);
  if (merged.kind !== 'and') return merged;
  const { terms, span } = merged;
  const choice = terms.find((term) => term.kind === 'or' && uniqueSymbol(term) === undefined);
  if (choice?.kind === 'or') {
    const replace = (alternative: Expr): Expr[] => terms.map((term) => (term === choice ? alternative : term));
    return normalizeOr(
      choice.terms.map((alternative) => fold('and', replace(alternative), span)),
      span,
      options,
    );
  }
  // A choice that lost all but one alternative may have brought comparisons of symbols that are there already.
  return hasRepeatedSymbol(merged) ? normalizeAnd(merged, options) : merged;
}

/** One term for everything said about a symbol, and the terms about several symbols in normal form. */
function mergeBySymbol(expr: AndOrExpr, options: Options): Expr {
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
    const merged = mergeAbout(fold('and', group, expr.span), options.dropCovered);
    if (merged.kind === 'const' && !merged.value) return merged;
    terms.push(merged);
  }
  // One part of a conjunction must keep all of its alternatives: any of them may be the one that fits the rest.
  const whole = { ...options, enough: Infinity };
  for (const term of mixed) terms.push(normalizeExpr(term, whole));
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
