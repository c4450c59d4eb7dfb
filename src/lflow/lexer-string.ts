import type { Token } from './token.js';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Scans the double-quoted string that starts at `start`; escapes are those of JSON (RFC 8259, section 7). */
export function scanString(source: string, start: number): Token {
  let value = '';
  let position = start + 1;
  let bad: string | undefined;
  for (;;) {
    const char = source[position];
    if (char === undefined) {
      return { kind: 'error', message: 'Input ends inside quoted string.', span: { start, end: source.length } };
    }
    position += 1;
    if (char === '"') break;
    if (char !== '\\') {
      value += char;
      continue;
    }
    const escape = source.charAt(position);
    position += 1;
    const hex = /^[0-9a-fA-F]{4}$/.exec(escape === 'u' ? source.slice(position, position + 4) : '');
    const replacement = hex === null ? SIMPLE_ESCAPES[escape] : String.fromCharCode(Number.parseInt(hex[0], 16));
    if (replacement === undefined) bad ??= escape === 'u' ? 'malformed \\u escape' : `bad escape \\${escape}`;
    else value += replacement;
    if (hex !== null) position += 4;
  }
  const span = { start, end: position };
  return bad === undefined ? { kind: 'string', value, span } : { kind: 'error', message: bad, span };
}
