import type { Span } from './span.js';

/** What kind of mistake a diagnostic reports: stable words for tests and for callers that treat one kind specially. */
export type DiagnosticCode =
  /** The scanner met something that is no token. */
  | 'lexical'
  /** A token that the grammar does not allow here. */
  | 'syntax'
  /** A field, address set, port group or function that does not exist. */
  | 'unknown-name'
  /** Operand types or widths that do not fit together. */
  | 'type'
  /** An operator that the field's level (nominal, Boolean) or the constant does not allow. */
  | 'operator'
  /** A bit range outside of the field. */
  | 'subfield'
  /** Nesting beyond the limit of the language. */
  | 'nesting'
  /** The expansion of a symbol meets itself. */
  | 'recursion'
  /** A template variable nobody has replaced. */
  | 'template'
  /** A destination that cannot be written. */
  | 'not-modifiable'
  /** A microflow that cannot be true. */
  | 'contradiction'
  /** A microflow that leaves a choice open. */
  | 'ambiguity'
  /** A well-formed action whose arguments make no sense. */
  | 'action';

/** One mistake in a piece of logical-flow text. `message` is OVN's wording where OVN has one. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly span: Span;
  readonly message: string;
  /** What would be right, one sentence. */
  readonly help?: string;
}

/**
 * A diagnostic as a compiler would print it: the message, the source line it is about, carets under the span, and the help.
 * Plain text without colour; a span at the end of the text is shown as one caret after the last character.
 */
export function renderDiagnostic(source: string, diagnostic: Diagnostic): string {
  const { span, message, help } = diagnostic;
  const start = Math.min(span.start, source.length);
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const nextBreak = source.indexOf('\n', start);
  const lineEnd = nextBreak < 0 ? source.length : nextBreak;
  const width = Math.max(1, Math.min(span.end, lineEnd) - start);
  const [text, indent] = excerpt(source.slice(lineStart, lineEnd), start - lineStart, width);
  const lines = [
    message,
    `  ${text}`,
    `  ${' '.repeat(indent)}${'^'.repeat(Math.min(width, text.length - indent || 1))}`,
  ];
  if (help !== undefined) lines.push(`  help: ${help}`);
  return lines.join('\n');
}

const WIDEST = 100;

/** A long line is cut to a window around the mistake; a tab would shift the carets and becomes a space. */
function excerpt(line: string, column: number, width: number): readonly [text: string, column: number] {
  const plain = line.replaceAll('\t', ' ');
  if (plain.length <= WIDEST) return [plain, column];
  const from = Math.max(
    0,
    Math.min(column - Math.floor((WIDEST - Math.min(width, WIDEST)) / 2), plain.length - WIDEST),
  );
  const head = from > 0 ? '…' : '';
  const tail = from + WIDEST < plain.length ? '…' : '';
  return [`${head}${plain.slice(from, from + WIDEST)}${tail}`, column - from + head.length];
}
