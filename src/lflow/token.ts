import type { Span } from './span.js';

/** How a number was written; it decides how it is printed and which masks fit. */
export type NumberFormat = 'decimal' | 'hexadecimal' | 'ethernet' | 'ipv4' | 'ipv6';

/** A number of the language. A mask is already applied: `value === value & mask`. */
export interface IntegerConstant {
  readonly value: bigint;
  readonly format: NumberFormat;
  /** Absent for an unmasked constant. */
  readonly mask: bigint | undefined;
}

export type Punctuation =
  | '('
  | ')'
  | '{'
  | '}'
  | '['
  | ']'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '!'
  | '&&'
  | '||'
  | '..'
  | ','
  | ';'
  | '='
  | '<->'
  | '--'
  | ':'
  | '-';

/** A lexical token. An `error` token carries the text that becomes the diagnostic when a parser meets it. */
export type Token =
  | { readonly kind: 'id'; readonly name: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  /** Unmasked (`integer.mask` absent) or masked. */
  | { readonly kind: 'integer'; readonly integer: IntegerConstant; readonly span: Span }
  /** `$name`. */
  | { readonly kind: 'address-set'; readonly name: string; readonly span: Span }
  /** `@name`. */
  | { readonly kind: 'port-group'; readonly name: string; readonly span: Span }
  /** `^name`. */
  | { readonly kind: 'template'; readonly name: string; readonly span: Span }
  | { readonly kind: Punctuation; readonly span: Span }
  | { readonly kind: 'error'; readonly message: string; readonly span: Span }
  | { readonly kind: 'end'; readonly span: Span };

export type TokenKind = Token['kind'];
