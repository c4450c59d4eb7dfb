/**
 * The cursor that the expression and the action parser share: one token of lookahead over a lexed text, and the first
 * mistake that either parser reports.
 *
 * A parser function answers `undefined` as soon as something is wrong and leaves the diagnostic here; later mistakes are
 * consequences and are not recorded. Knows tokens only, neither fields nor actions.
 */
import type { Diagnostic, DiagnosticCode } from './diagnostic.js';
import { tokenize } from './lexer.js';
import type { Span } from './span.js';
import type { Punctuation, Token, TokenKind } from './token.js';

const LARGEST_SMALL_INTEGER = 0x7fff_ffffn;

export class TokenStream {
  readonly source: string;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #position = 0;
  #diagnostic: Diagnostic | undefined;

  constructor(source: string, tokens: readonly Token[] = tokenize(source)) {
    this.source = source;
    this.#tokens = tokens;
    this.#end = { kind: 'end', span: { start: source.length, end: source.length } };
  }

  /** The token at the cursor; the end token for ever after the last one. */
  get token(): Token {
    return this.#tokens[this.#position] ?? this.#end;
  }

  /** The token after the one at the cursor. */
  get next(): Token {
    return this.#tokens[this.#position + 1] ?? this.#end;
  }

  /** Span of the last token taken; what a diagnostic about "the part before" points at. */
  get previousSpan(): Span {
    return this.#tokens[this.#position - 1]?.span ?? { start: 0, end: 0 };
  }

  /** The first mistake reported, if any. */
  get diagnostic(): Diagnostic | undefined {
    return this.#diagnostic;
  }

  /** Takes the token at the cursor. */
  take(): Token {
    const token = this.token;
    this.#position += 1;
    return token;
  }

  at(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  /** Whether the identifier `name` is at the cursor. */
  atName(name: string): boolean {
    const token = this.token;
    return token.kind === 'id' && token.name === name;
  }

  /** Takes the token at the cursor if it is of this kind. */
  accept(kind: TokenKind): boolean {
    if (!this.at(kind)) return false;
    this.take();
    return true;
  }

  /** Takes the identifier `name` if it is at the cursor. */
  acceptName(name: string): boolean {
    if (!this.atName(name)) return false;
    this.take();
    return true;
  }

  /** Takes this punctuation or reports "expecting `…'". */
  expect(kind: Punctuation): boolean {
    if (this.accept(kind)) return true;
    this.expected(`expecting \`${kind}'`);
    return false;
  }

  /** Whether an integer below 2**31 in decimal notation is at the cursor. */
  atSmallInteger(): boolean {
    const token = this.token;
    return (
      token.kind === 'integer' &&
      token.integer.mask === undefined &&
      token.integer.format === 'decimal' &&
      token.integer.value <= LARGEST_SMALL_INTEGER
    );
  }

  /** Takes a small integer or reports "expecting small integer". */
  expectSmallInteger(): number | undefined {
    const token = this.token;
    if (token.kind !== 'integer' || !this.atSmallInteger()) return this.expected('expecting small integer');
    this.take();
    return Number(token.integer.value);
  }

  /** Reports "expecting end of input" unless the cursor is at the end. */
  expectEnd(): boolean {
    if (this.at('end')) return true;
    this.expected('expecting end of input');
    return false;
  }

  /**
   * Reports a syntax error at the cursor. `what` completes OVN's sentence: "expecting X" or another participle; empty, the
   * sentence ends there. An error token says itself what is wrong with it.
   */
  expected(
    what: string,
    options: { readonly code?: DiagnosticCode; readonly help?: string | undefined } = {},
  ): undefined {
    const token = this.token;
    if (token.kind === 'error') return this.fail('lexical', token.span, token.message);
    const place = token.kind === 'end' ? 'end of input' : `\`${this.text(token.span)}'`;
    return this.fail(
      options.code ?? 'syntax',
      token.span,
      `Syntax error at ${place}${what && ` ${what}`}.`,
      options.help,
    );
  }

  /** Reports a mistake; only the first one is kept. */
  fail(code: DiagnosticCode, span: Span, message: string, help?: string): undefined {
    this.#diagnostic ??= help === undefined ? { code, span, message } : { code, span, message, help };
    return undefined;
  }

  text(span: Span): string {
    return this.source.slice(span.start, span.end);
  }
}
