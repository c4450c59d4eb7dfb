/**
 * Text of a match to an expression tree (ovn-sb(5), Logical_Flow, column `match`).
 *
 * Recursive descent over a {@link TokenStream}; static checks of type, width and level happen while a comparison is built,
 * because some of them depend on the number of enclosing `!`. A negation is pushed down to the leaves as soon as its
 * operand is complete. Knows symbols and sets, not packets and not prerequisites (see annotate.ts).
 */
import { BugError } from '../../base/errors.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Diagnostic } from '../diagnostic.js';
import { cover } from '../span.js';
import type { SymbolTable } from '../symbols/symbol.js';
import { TokenStream } from '../token-stream.js';
import type { Expr, Relop } from './ast.js';
import { combine, negate, turn } from './build.js';
import { compareField, testField } from './compare.js';
import type { SetSource } from './constant-set.js';
import { parseConstants } from './parse-constant.js';
import type { ConstantList } from './parse-constant.js';
import { parseField } from './field.js';

/** What the names in a text mean. */
export interface ExprEnv {
  readonly symbols: SymbolTable;
  readonly sets: SetSource;
}

/** No address set and no port group. */
export const NO_SETS: SetSource = { addressSet: () => undefined, portGroup: () => undefined };

const DEEPEST = 100;
const RANGE_FORM =
  "Range expressions must have the form `x < field < y' or `x > field > y', with each `<' optionally replaced by `<=' or `>' by `>=').";

/** Parses a whole text. The tree is not annotated. */
export function parseExpr(text: string, env: ExprEnv): Result<Expr, Diagnostic> {
  const stream = new TokenStream(text);
  const expr = new ExprParser(stream, env).parse();
  const complete = expr !== undefined && stream.expectEnd();
  if (stream.diagnostic !== undefined) return err(stream.diagnostic);
  if (!complete) throw new BugError(`no diagnostic for ${text}`);
  return ok(expr);
}

class ExprParser {
  readonly #stream: TokenStream;
  readonly #env: ExprEnv;
  #depth = 0;
  /** Whether an odd number of `!` encloses the cursor. */
  #negated = false;

  constructor(stream: TokenStream, env: ExprEnv) {
    this.#stream = stream;
    this.#env = env;
  }

  parse(): Expr | undefined {
    const stream = this.#stream;
    let expr = this.#term();
    if (expr === undefined) return undefined;
    const operator = stream.token.kind;
    if (operator !== '&&' && operator !== '||') return expr;
    const kind = operator === '&&' ? 'and' : 'or';
    while (stream.accept(operator)) {
      const right = this.#term();
      if (right === undefined) return undefined;
      expr = combine(kind, expr, right);
    }
    if (stream.at('&&') || stream.at('||')) {
      return stream.fail('syntax', stream.token.span, '&& and || must be parenthesized when used together.');
    }
    return expr;
  }

  #term(): Expr | undefined {
    const bang = this.#stream.token.span;
    if (!this.#stream.accept('!')) return this.#primary()?.expr;
    this.#negated = !this.#negated;
    const primary = this.#primary();
    this.#negated = !this.#negated;
    if (primary === undefined) return undefined;
    const span = cover(bang, primary.expr.span);
    if (!primary.atomic) return this.#stream.fail('syntax', span, 'Missing parentheses around operand of !.');
    return { ...negate(primary.expr), span };
  }

  /** An operand of `&&` and `||`; `atomic` if a `!` may stand before it. */
  #primary(): { readonly expr: Expr; readonly atomic: boolean } | undefined {
    const stream = this.#stream;
    const atomic = (expr: Expr | undefined) => expr && { expr, atomic: true };
    const compound = (expr: Expr | undefined) => expr && { expr, atomic: false };
    if (stream.at('(')) return atomic(this.#parenthesized());
    if (stream.at('id')) {
      if (stream.next.kind === '(') return atomic(this.#call());
      const field = parseField(stream, this.#env.symbols);
      if (field === undefined) return undefined;
      const op = relopOf(stream);
      if (op === undefined) return atomic(testField(stream, field, this.#negated));
      stream.take();
      const constants = this.#constants();
      return constants && compound(compareField(stream, field, op, constants, this.#negated));
    }

    const left = this.#constants();
    if (left === undefined) return undefined;
    const op = relopOf(stream);
    const literal = op === undefined ? truthValue(left) : undefined;
    if (literal !== undefined) return atomic({ kind: 'const', value: literal, span: left.span });
    return compound(this.#range(left, op));
  }

  /** `constants relop field [relop constants]`, the first operand taken and the operator at the cursor. */
  #range(left: ConstantList, leftOp: Relop | undefined): Expr | undefined {
    const stream = this.#stream;
    if (leftOp === undefined) return stream.expected('expecting relational operator');
    stream.take();
    const field = parseField(stream, this.#env.symbols);
    if (field === undefined) return undefined;
    const rightOp = relopOf(stream);
    if (rightOp === undefined) return compareField(stream, field, turn(leftOp), left, this.#negated);
    stream.take();
    const right = this.#constants();
    if (right === undefined) return undefined;
    if (leftOp.charAt(0) !== rightOp.charAt(0) || !'<>'.includes(leftOp.charAt(0))) {
      return stream.fail('operator', cover(left.span, right.span), RANGE_FORM);
    }
    const lower = compareField(stream, field, turn(leftOp), left, this.#negated);
    const upper = lower && compareField(stream, field, rightOp, right, this.#negated);
    return lower && upper && combine('and', lower, upper);
  }

  #parenthesized(): Expr | undefined {
    const stream = this.#stream;
    const open = stream.take().span;
    if (this.#depth >= DEEPEST) return stream.fail('nesting', open, 'Parentheses nested too deeply.');
    this.#depth += 1;
    const expr = this.parse();
    this.#depth -= 1;
    return expr && stream.expect(')') ? expr : undefined;
  }

  #call(): Expr | undefined {
    const stream = this.#stream;
    const start = stream.token.span;
    if (!stream.acceptName('is_chassis_resident')) {
      return stream.expected('parsing function name', {
        code: 'unknown-name',
        help: 'the only function of a match is is_chassis_resident("PORT")',
      });
    }
    stream.take();
    const token = stream.token;
    if (token.kind !== 'string') return stream.expected('expecting string');
    stream.take();
    if (!stream.expect(')')) return undefined;
    return { kind: 'resident', port: token.value, negated: false, span: cover(start, stream.previousSpan) };
  }

  #constants(): ConstantList | undefined {
    return parseConstants(this.#stream, this.#env.sets);
  }
}

function relopOf(stream: TokenStream): Relop | undefined {
  const { kind } = stream.token;
  switch (kind) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return kind;
    default:
      return undefined;
  }
}

/** `0` and `1` alone are literals. */
function truthValue(list: ConstantList): boolean | undefined {
  const [item] = list.items;
  if (list.inBraces || item?.kind !== 'integer') return undefined;
  const { value, mask, format } = item.integer;
  return mask === undefined && format === 'decimal' && value <= 1n ? value === 1n : undefined;
}
