import { describe, expect, test } from 'vitest';
import { annotate, uniqueSymbol } from '../../../src/lflow/expr/annotate.js';
import type { Expr } from '../../../src/lflow/expr/ast.js';
import { compile } from '../../../src/lflow/expr/compile.js';
import { normalize } from '../../../src/lflow/expr/normalize.js';
import { NO_SETS, parseExpr } from '../../../src/lflow/expr/parse.js';
import { printExpr } from '../../../src/lflow/expr/print.js';
import { simplify } from '../../../src/lflow/expr/simplify.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import { NOT_RUN, conformance } from '../../support/conformance.js';
import { expressions, parseArgs, shapes, truthTables, universe } from './generator.js';
import type { GeneratorArgs, Universe } from './generator.js';

interface ExhaustiveFile {
  readonly cases: readonly { readonly test: string; readonly args: string; readonly expressions: number | null }[];
}

/** Both forms of `!=` and of dropping alternatives. */
const RELEASES: readonly OvnRelease[] = ['23.03', '26.03'];

/** What an operation must preserve; returns what went wrong. */
function checker(args: GeneratorArgs, world: Universe): (expr: Expr, i: number) => string | undefined {
  const tableOf = truthTables(world);
  const { symbols, packets, scope } = world;
  switch (args.operation) {
    case 'convert':
      return (expr) => {
        const text = printExpr(expr);
        const parsed = parseExpr(text, { symbols, sets: NO_SETS });
        if (!parsed.ok) return `${text}: ${parsed.error.message}`;
        if (printExpr(parsed.value) !== text) return `${text} prints as ${printExpr(parsed.value)}`;
        const annotated = annotate(parsed.value, symbols);
        if (!annotated.ok) return `${text}: ${annotated.error.message}`;
        return tableOf(annotated.value) === tableOf(expr) ? undefined : `${text} changed its meaning`;
      };
    case 'simplify':
    case 'normalize': {
      const transform = args.operation === 'simplify' ? simplify : normalize;
      const isDone = args.operation === 'simplify' ? isSimple : isNormal;
      return (expr) => {
        const table = tableOf(expr);
        for (const release of RELEASES) {
          const result = transform(expr, release);
          if (!isDone(result)) return `${printExpr(expr)} becomes ${printExpr(result)}`;
          if (tableOf(result) !== table) return `${printExpr(expr)} changed its meaning: ${printExpr(result)}`;
        }
        return undefined;
      };
    }
    case 'flow':
      return (expr, i) => {
        const table = tableOf(expr);
        const matches = compile(expr);
        const normal = compile(normalize(expr, RELEASES[i % 2]!));
        // Every packet of a small world, a rotating share of a large one.
        for (let j = i % Math.ceil(packets.length / 64); j < packets.length; j += Math.ceil(packets.length / 64)) {
          const wanted = ((table >> BigInt(j)) & 1n) === 1n;
          if (matches(packets[j]!, scope) !== wanted) return `${printExpr(expr)} evaluates differently`;
          if (normal(packets[j]!, scope) !== wanted) return `${printExpr(expr)} evaluates differently when normalised`;
        }
        return undefined;
      };
  }
}

function isEquality(expr: Expr): boolean {
  return (expr.kind === 'cmp' || expr.kind === 'string') && expr.op === '==';
}

function isSimple(expr: Expr): boolean {
  if (expr.kind === 'const') return true;
  const holds = (part: Expr): boolean =>
    part.kind === 'and' || part.kind === 'or'
      ? part.terms.length > 1 && part.terms.every((term) => term.kind !== part.kind && holds(term))
      : isEquality(part);
  return holds(expr);
}

/** A constant, or alternatives of conjunctions with one equality, or alternatives of equalities, for each symbol. */
function isNormal(expr: Expr): boolean {
  if (expr.kind === 'const') return true;
  const alternatives = expr.kind === 'or' ? expr.terms : [expr];
  return alternatives.every((alternative) => {
    const terms = alternative.kind === 'and' ? alternative.terms : [alternative];
    const named = new Set(terms.map(uniqueSymbol));
    const single = terms.every((term) => isEquality(term) || (term.kind === 'or' && term.terms.every(isEquality)));
    return single && !named.has(undefined) && named.size === terms.length;
  });
}

describe('exhaustive expressions', () => {
  const file = conformance('exhaustive.json') as ExhaustiveFile | undefined;
  if (file === undefined) {
    test.skip(NOT_RUN, () => undefined);
    return;
  }

  test('every composition of up to five leaves', () => {
    expect([2, 3, 4, 5].map((leaves) => shapes(leaves).length)).toEqual([2, 6, 22, 90]);
  });

  test.each(file.cases.map((entry) => [entry.test, entry] as const))('%s', { timeout: 600_000 }, (name, entry) => {
    const args = parseArgs(entry.args);
    const world = universe(args);
    const check = checker(args, world);
    const wrong: string[] = [];
    let checked = 0;
    const all = expressions(args, world.leaves);
    let step = all.next();
    for (; step.done !== true; step = all.next()) {
      const problem = check(step.value, checked++);
      if (problem !== undefined && wrong.length < 10) wrong.push(problem);
    }
    const generated = step.value;
    console.log(`${name}: generated ${generated}, compared ${checked}, different ${wrong.length}`);
    expect(wrong).toEqual([]);
    // Upstream counts nothing for single leaves: there the first leaf is the only one, so all of them are checked here.
    if (entry.expressions !== null) expect(generated).toBe(entry.expressions);
    else for (const leaf of world.leaves) expect(check(leaf, 0)).toBeUndefined();
  });
});
