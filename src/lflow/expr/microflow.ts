/**
 * The packet that a microflow text describes: an ordinary expression that must pin down one value for every bit it names
 * (ovn-trace(8), "Microflow"). Every bit that is not mentioned is zero.
 *
 * Parse, annotate (so that `ip4.src == 1.2.3.4` also says IPv4), normalise, and accept one conjunction of equalities.
 * `is_chassis_resident` counts as true. Port names are resolved by the scope; an unknown one leaves the register 0 and is
 * reported as a warning. Must not know datapaths: which names exist is the scope's business.
 */
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Diagnostic } from '../diagnostic.js';
import { tokenize } from '../lexer.js';
import { readField, writeField } from '../packet/field-access.js';
import { emptyMicroflow, writeBits } from '../packet/slots.js';
import type { Microflow } from '../packet/slots.js';
import { atLeast } from '../release.js';
import type { OvnRelease } from '../release.js';
import { annotate } from './annotate.js';
import type { CompareExpr, Expr, StringExpr } from './ast.js';
import type { MatchScope } from './compile.js';
import { normalizeToTwo } from './normalize.js';
import { parseExpr } from './parse.js';
import type { ExprEnv } from './parse.js';
import { printExpr } from './print.js';
import { resolveResidency } from './simplify.js';

export interface MicroflowEnv extends ExprEnv {
  readonly release: OvnRelease;
}

export interface ParsedMicroflow {
  readonly flow: Microflow;
  /** Port names the scope does not know, and fields that were accepted without effect. */
  readonly warnings: readonly Diagnostic[];
}

export function parseMicroflow(
  text: string,
  env: MicroflowEnv,
  scope: Pick<MatchScope, 'portKey'>,
): Result<ParsedMicroflow, Diagnostic> {
  const parsed = parseMicroflowExpr(text, env);
  const annotated = parsed.ok ? annotate(parsed.value, env.symbols) : parsed;
  if (!annotated.ok) return annotated;
  const normal = normalizeToTwo(
    resolveResidency(annotated.value, () => true),
    env.release,
  );
  const comparisons = conjunction(normal);
  if (comparisons === undefined) return err(refusal(normal, annotated.value));

  const flow = emptyMicroflow();
  const warnings: Diagnostic[] = [];
  for (const comparison of comparisons) assign(flow, comparison, scope, warnings);
  return ok({ flow, warnings });
}

/**
 * The ingress port a microflow names, for a trace that names no datapath: exactly one name compared with `inport`
 * anywhere in the text, alternatives included.
 */
export function microflowInport(text: string, env: MicroflowEnv): Result<string, Diagnostic> {
  const parsed = parseMicroflowExpr(text, env);
  if (!parsed.ok) return parsed;
  const names = new Set<string>();
  collectInports(parsed.value, names);
  const [name] = names;
  const span = { start: 0, end: text.length };
  if (name === undefined) {
    const help = 'add inport == "PORT", or name the datapath';
    return err({ code: 'ambiguity', span, message: 'flow match expression does not match on inport', help });
  }
  if (names.size === 1) return ok(name);
  const message = 'flow match expression matches on multiple inports';
  return err({ code: 'ambiguity', span, message, help: `it names ${[...names].join(', ')}` });
}

/** A template has no value here; releases differ in how they say so. */
function parseMicroflowExpr(text: string, env: MicroflowEnv): Result<Expr, Diagnostic> {
  const template = tokenize(text).find((token) => token.kind === 'template');
  if (template !== undefined && atLeast(env.release, '24.03')) {
    return err({
      code: 'template',
      span: template.span,
      message: `failed to parse flow expression "${text}"`,
      help: 'a template variable has a value only on a chassis; write the value itself',
    });
  }
  const parsed = parseExpr(text, env);
  if (parsed.ok || parsed.error.code !== 'template' || template === undefined) return parsed;
  return err({ ...parsed.error, message: `Syntax error at \`${template.name}' expecting constant.` });
}

function collectInports(expr: Expr, names: Set<string>): void {
  if (expr.kind === 'and' || expr.kind === 'or') for (const term of expr.terms) collectInports(term, names);
  else if (expr.kind === 'string' && expr.symbol.name === 'inport') names.add(expr.value);
}

/** The equalities of a normal form that leaves no choice; `undefined` for any other. */
function conjunction(normal: Expr): readonly (CompareExpr | StringExpr)[] | undefined {
  if (normal.kind === 'const') return normal.value ? [] : undefined;
  const terms = normal.kind === 'and' ? normal.terms : [normal];
  const comparisons: (CompareExpr | StringExpr)[] = [];
  for (const term of terms) {
    if (term.kind !== 'cmp' && term.kind !== 'string') return undefined;
    comparisons.push(term);
  }
  // Where two of them share storage, the last one by name wins.
  return comparisons.sort((a, b) => (a.symbol.name < b.symbol.name ? -1 : 1));
}

function refusal(normal: Expr, annotated: Expr): Diagnostic {
  const { span } = annotated;
  if (normal.kind === 'const') {
    const help = 'no packet can satisfy all of these conditions (fields bring their protocol with them)';
    return { code: 'contradiction', span, message: 'Constraints are contradictory.', help };
  }
  const message = `Constraints are ambiguous: ${printExpr(annotated)}.`;
  return { code: 'ambiguity', span, message, help: ambiguityHelp(normal) };
}

/** Most ambiguities are the missing IP version: every alternative differs in nothing but the Ethernet type. */
function ambiguityHelp(normal: Expr): string {
  const terms = normal.kind === 'or' ? normal.terms : [normal];
  const types = new Set<string>();
  for (const term of terms) collectTypes(term, types);
  if (types.has('0x800') && types.has('0x86dd')) return 'both IPv4 and IPv6 are possible: add ip4 or ip6';
  return 'give every field exactly one value: no ranges, no alternatives, no !=';
}

function collectTypes(expr: Expr, types: Set<string>): void {
  if (expr.kind === 'and' || expr.kind === 'or') for (const term of expr.terms) collectTypes(term, types);
  else if (expr.kind === 'cmp' && expr.symbol.name === 'eth.type') types.add(`0x${expr.value.toString(16)}`);
}

function assign(
  flow: Microflow,
  comparison: CompareExpr | StringExpr,
  scope: Pick<MatchScope, 'portKey'>,
  warnings: Diagnostic[],
): void {
  const { symbol, span } = comparison;
  if (comparison.kind === 'string') {
    const key = scope.portKey(comparison.value);
    if (key === undefined) {
      warnings.push({ code: 'unknown-name', span, message: `${comparison.value}: unknown logical port` });
    }
    writeBits(flow, comparison.symbol.slot, comparison.symbol.ofs, 32, key ?? 0n);
    return;
  }
  if (symbol.kind === 'field' && symbol.partOfByte) {
    warnings.push({ code: 'not-modifiable', span, message: `${symbol.name} cannot be set in a microflow and stays 0` });
    return;
  }
  if (symbol.kind === 'predicate' || symbol.kind === 'action-field') return;
  // Symbols may share storage (`inport` and `__inport`): only the bits that are named change.
  const { value, mask } = comparison;
  const before = readField(flow, symbol, 0, symbol.width);
  writeField(flow, symbol, 0, symbol.width, (before & ~mask) | value);
}
