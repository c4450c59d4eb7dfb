import { BugError } from '../../base/errors.js';
import type { CompareExpr, Expr, StringExpr } from './ast.js';
import { fold } from './build.js';

type Comparison = CompareExpr | StringExpr;

/**
 * Everything that one expression says about its one symbol: a constant, one equality, or alternatives of equalities
 * without duplicates. With `dropCovered` an alternative that another one implies goes too.
 */
export function mergeAbout(expr: Expr, dropCovered: boolean): Expr {
  switch (expr.kind) {
    case 'and':
      return mergeAnd(expr.terms, expr, dropCovered);
    case 'or':
      return mergeOr(expr.terms, expr, dropCovered);
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

function mergeOr(terms: readonly Expr[], { span }: Expr, dropCovered: boolean): Expr {
  const merged = fold(
    'or',
    terms.map((term) => mergeAbout(term, dropCovered)),
    span,
  );
  if (merged.kind !== 'or') return merged;
  return fold('or', distinct(merged.terms.map(comparison), dropCovered), span);
}

/** First all single equalities meet in one, then every choice is reduced to what agrees with it. */
function mergeAnd(terms: readonly Expr[], { span }: Expr, dropCovered: boolean): Expr {
  let single: Comparison | undefined;
  const choices: Comparison[][] = [];
  for (const term of terms) {
    const merged = mergeAbout(term, dropCovered);
    if (merged.kind === 'const') {
      if (!merged.value) return merged;
    } else if (merged.kind === 'or') {
      choices.push(merged.terms.map(comparison));
    } else {
      const met = meet(single, comparison(merged));
      if (met === undefined) return { kind: 'const', value: false, span };
      single = met;
    }
  }

  let alternatives: Comparison[] | undefined;
  for (const choice of choices) {
    if (single !== undefined && choice.some((member) => covers(member, single))) continue;
    const met: Comparison[] = [];
    for (const member of choice) {
      for (const other of alternatives ?? [single]) {
        const both = meet(other, member);
        if (both !== undefined) met.push(both);
      }
    }
    alternatives = distinct(met, dropCovered);
  }
  if (alternatives !== undefined) return fold('or', alternatives, span);
  return single ?? { kind: 'const', value: true, span };
}

function comparison(expr: Expr): Comparison {
  if ((expr.kind === 'cmp' || expr.kind === 'string') && expr.op === '==') return expr;
  throw new BugError(`${expr.kind} in an expression to be normalized`);
}

/** What both equalities say together; `undefined` if they contradict each other. */
function meet(a: Comparison | undefined, b: Comparison): Comparison | undefined {
  if (a === undefined) return b;
  if (a.kind === 'string' || b.kind === 'string') {
    return a.kind === b.kind && a.value === b.value ? a : undefined;
  }
  if (((a.value ^ b.value) & a.mask & b.mask) !== 0n) return undefined;
  return { ...a, value: a.value | b.value, mask: a.mask | b.mask };
}

/** Whether `narrow` implies `wide`. */
function covers(wide: Comparison, narrow: Comparison): boolean {
  if (wide.kind === 'string' || narrow.kind === 'string')
    return wide.kind === narrow.kind && wide.value === narrow.value;
  return (wide.mask & ~narrow.mask) === 0n && ((wide.value ^ narrow.value) & wide.mask) === 0n;
}

function distinct(members: readonly Comparison[], dropCovered: boolean): Comparison[] {
  const kept = new Map<string | bigint, Comparison>();
  for (const member of members) {
    const key = member.kind === 'string' ? member.value : (member.mask << 128n) | member.value;
    if (!kept.has(key)) kept.set(key, member);
  }
  const rest = [...kept.values()];
  if (!dropCovered) return rest;
  return rest.filter((member) => !rest.some((other) => other !== member && covers(other, member)));
}
