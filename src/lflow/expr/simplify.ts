/**
 * Replaces orderings by equalities of prefixes and folds constants: afterwards every comparison is `==` (or a set), and a
 * constant appears only alone. Keeps the meaning.
 *
 * Input: an annotated tree and the release whose form is wanted; before 24.03 OVN wrote `!=` as one alternative a bit.
 * Residency conditions stay unless {@link resolveResidency} replaced them before.
 */
import { ones } from '../packet/slots.js';
import { atLeast } from '../release.js';
import type { OvnRelease } from '../release.js';
import type { CompareExpr, Expr } from './ast.js';
import { fold } from './build.js';
import { bitRange } from './print.js';

export function simplify(expr: Expr, release: OvnRelease): Expr {
  switch (expr.kind) {
    case 'cmp':
      return simplifyComparison(expr, release);
    case 'and':
    case 'or':
      return fold(
        expr.kind,
        expr.terms.map((term) => simplify(term, release)),
        expr.span,
      );
    default:
      return expr;
  }
}

/** Whether the expression holds for every packet. */
export function isAlwaysTrue(expr: Expr, release: OvnRelease): boolean {
  const simple = simplify(expr, release);
  return simple.kind === 'const' && simple.value;
}

/** Replaces `is_chassis_resident` by what is known about the chassis. */
export function resolveResidency(expr: Expr, isResident: (port: string) => boolean): Expr {
  switch (expr.kind) {
    case 'resident':
      return { kind: 'const', value: isResident(expr.port) !== expr.negated, span: expr.span };
    case 'and':
    case 'or':
      return fold(
        expr.kind,
        expr.terms.map((term) => resolveResidency(term, isResident)),
        expr.span,
      );
    default:
      return expr;
  }
}

function simplifyComparison(expr: CompareExpr, release: OvnRelease): Expr {
  const { op, value, mask, span } = expr;
  const constant = (truth: boolean): Expr => ({ kind: 'const', value: truth, span });
  switch (op) {
    case '==':
      return mask === 0n ? constant(true) : expr;
    case '!=':
      return mask === 0n ? constant(false) : differing(expr, release);
    case '<':
      if (value === 0n) return constant(false);
      return value === mask ? differing(expr, release) : ordered(expr);
    case '>':
      if (value === mask) return constant(false);
      return value === 0n ? differing(expr, release) : ordered(expr);
    case '<=':
      if (value === mask) return constant(true);
      return value === 0n ? { ...expr, op: '==' } : ordered(expr);
    case '>=':
      if (value === 0n) return constant(true);
      return value === mask ? { ...expr, op: '==' } : ordered(expr);
  }
}

/** `!=` as alternatives: each masked bit differs, from 24.03 on together with all bits above it being equal. */
function differing(expr: CompareExpr, release: OvnRelease): Expr {
  const withUpperBits = atLeast(release, '24.03');
  const terms: Expr[] = [];
  for (let bit = 1n; bit <= expr.mask; bit <<= 1n) {
    if ((expr.mask & bit) === 0n) continue;
    const mask = withUpperBits ? expr.mask & -bit : bit;
    terms.push({ ...expr, op: '==', value: (expr.value ^ bit) & mask, mask });
  }
  return fold('or', terms, expr.span);
}

/**
 * An ordering as alternatives by the highest bit in which the field differs from the constant. A masked constant cannot be
 * ordered, so the mask is a subfield.
 */
function ordered(expr: CompareExpr): Expr {
  const { op, value, mask } = expr;
  const range = bitRange(mask) ?? { ofs: 0, width: expr.symbol.width };
  const wanted = op === '<' || op === '<=' ? 1n : 0n;
  const terms: Expr[] = op === '<=' || op === '>=' ? [{ ...expr, op: '==' }] : [];
  for (let i = 0; i < range.width; i++) {
    const shift = BigInt(range.ofs + i);
    if (((value >> shift) & 1n) !== wanted) continue;
    const upper = mask & ~ones(range.ofs + i);
    terms.push({ ...expr, op: '==', value: (value ^ (1n << shift)) & upper, mask: upper });
  }
  return fold('or', terms, expr.span);
}
