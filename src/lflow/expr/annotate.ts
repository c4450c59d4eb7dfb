/**
 * Adds to every comparison what its symbol implies: prerequisites, expanded recursively; predicates replaced by their
 * expansion, subfields by bits of their parent. What is left names fields, strings and residency only.
 *
 * Negating a field test leaves its prerequisites positive (`!(tcp.dst == 80)` still means TCP); negating a predicate negates
 * its whole expansion. A parent's own prerequisites are not added for a subfield. Input: a parsed tree. Output: a tree that
 * can be simplified or compiled, or a diagnostic in OVN's wording for a symbol that cannot be expanded.
 */
import { BugError } from '../../base/errors.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';
import type { LflowSymbol, SymbolTable } from '../symbols/symbol.js';
import type { AndOrExpr, CompareExpr, Expr, IntegerSetExpr } from './ast.js';
import { combine, join, negate } from './build.js';
import { NO_SETS, parseExpr } from './parse.js';

export function annotate(expr: Expr, symbols: SymbolTable): Result<Expr, Diagnostic> {
  return annotateExpr(expr, { symbols, open: [] }, true);
}

/** A condition given as text (the prerequisite of a field or an action), parsed and annotated; results are shared. */
export function annotatedText(text: string, symbols: SymbolTable): Result<Expr, Diagnostic> {
  return expand(text, { symbols, open: [] }, { start: 0, end: text.length });
}

interface Context {
  readonly symbols: SymbolTable;
  /** Symbols whose expansion is under way. */
  readonly open: readonly LflowSymbol[];
}

function annotateExpr(expr: Expr, context: Context, addPrerequisites: boolean): Result<Expr, Diagnostic> {
  switch (expr.kind) {
    case 'cmp':
    case 'integer-set':
      return annotateComparison(expr, context, addPrerequisites);
    case 'string':
    case 'string-set': {
      const { prerequisite } = expr.symbol;
      return addPrerequisites ? withPrerequisite(expr, expr.symbol, prerequisite, context) : ok(expr);
    }
    case 'and':
    case 'or':
      return annotateAndOr(expr, context, addPrerequisites);
    case 'const':
    case 'resident':
      return ok(expr);
  }
}

/** A subtree about one symbol gets the prerequisites of it once, on top. */
function annotateAndOr(expr: AndOrExpr, context: Context, addPrerequisites: boolean): Result<Expr, Diagnostic> {
  const symbol = addPrerequisites ? uniqueSymbol(expr) : undefined;
  const once = symbol?.prerequisite !== undefined;
  const terms: Expr[] = [];
  for (const term of expr.terms) {
    const annotated = annotateExpr(term, context, addPrerequisites && !once);
    if (!annotated.ok) return annotated;
    terms.push(annotated.value);
  }
  const joined = join(expr.kind, terms, expr.span);
  return symbol === undefined ? ok(joined) : withPrerequisite(joined, symbol, symbol.prerequisite, context);
}

function annotateComparison(
  expr: CompareExpr | IntegerSetExpr,
  context: Context,
  addPrerequisites: boolean,
): Result<Expr, Diagnostic> {
  const { symbol, span } = expr;
  if (context.open.includes(symbol)) {
    return err({ code: 'recursion', span, message: `Recursive expansion of symbol \`${symbol.name}'.` });
  }
  const lowered = lower(expr, context);
  if (!lowered.ok || !addPrerequisites) return lowered;
  return withPrerequisite(lowered.value, symbol, symbol.prerequisite, context);
}

/** A subfield as bits of its parent, a predicate as its expansion. */
function lower(expr: CompareExpr | IntegerSetExpr, context: Context): Result<Expr, Diagnostic> {
  const { symbol } = expr;
  if (symbol.kind === 'subfield') {
    const { parent, parentOfs } = symbol;
    if (expr.kind === 'integer-set') return ok({ ...expr, symbol: parent, ofs: expr.ofs + parentOfs });
    const shift = BigInt(parentOfs);
    return ok({ ...expr, symbol: parent, value: expr.value << shift, mask: expr.mask << shift });
  }
  if (symbol.kind !== 'predicate') return ok(expr);
  if (expr.kind !== 'cmp') throw new BugError('a predicate is tested by single constants');
  const positive = ((expr.value & 1n) === 1n) === (expr.op === '==');
  const expansion = expand(symbol.expansion, enter(context, symbol), expr.span);
  return !expansion.ok || positive ? expansion : ok(negate(expansion.value));
}

function withPrerequisite(
  expr: Expr,
  symbol: LflowSymbol,
  prerequisite: string | undefined,
  context: Context,
): Result<Expr, Diagnostic> {
  if (prerequisite === undefined) return ok(expr);
  const annotated = expand(prerequisite, enter(context, symbol), expr.span);
  return annotated.ok ? ok(combine('and', expr, annotated.value)) : annotated;
}

function enter(context: Context, symbol: LflowSymbol): Context {
  return { symbols: context.symbols, open: [...context.open, symbol] };
}

/** Expansions that worked, by table and text: they work wherever they are used. */
const expansions = new WeakMap<SymbolTable, Map<string, Expr>>();

/** The annotated meaning of a prerequisite or predicate; every node of it points at the text that uses it. */
function expand(text: string, context: Context, span: Span): Result<Expr, Diagnostic> {
  let known = expansions.get(context.symbols);
  if (known === undefined) {
    known = new Map();
    expansions.set(context.symbols, known);
  }
  let expansion = known.get(text);
  if (expansion === undefined) {
    const parsed = parseExpr(text, { symbols: context.symbols, sets: NO_SETS });
    const annotated = parsed.ok ? annotateExpr(parsed.value, context, true) : parsed;
    if (!annotated.ok) {
      const message = `Error parsing expression \`${text}' encountered as prerequisite or predicate of initial expression: ${annotated.error.message}`;
      return err({ ...annotated.error, span, message });
    }
    expansion = annotated.value;
    known.set(text, expansion);
  }
  return ok(moveTo(expansion, span));
}

function moveTo(expr: Expr, span: Span): Expr {
  if (expr.kind === 'and' || expr.kind === 'or') {
    return { ...expr, terms: expr.terms.map((term) => moveTo(term, span)), span };
  }
  return { ...expr, span };
}

/** The one symbol that all comparisons below are about. */
export function uniqueSymbol(expr: Expr): LflowSymbol | undefined {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const [first, ...rest] = expr.terms;
      const symbol = first && uniqueSymbol(first);
      return rest.every((term) => uniqueSymbol(term) === symbol) ? symbol : undefined;
    }
    case 'const':
    case 'resident':
      return undefined;
    default:
      return expr.symbol;
  }
}
