/**
 * Text of a match, an action list or a microflow to tokens (ovn-sb(5), Logical_Flow, "Lexical analysis").
 *
 * Total: whatever is no token becomes an `error` token with OVN's wording, and scanning goes on behind it, because a parser
 * reports such a token only if it reaches it. White space and comments vanish. Numbers are in lexer-number.ts.
 */
import { scanNumber } from './lexer-number.js';
import { scanString } from './lexer-string.js';
import type { Punctuation, Token } from './token.js';

const SPACE: ReadonlySet<string> = new Set(' \t\n\r\v\f');
const ID_START = /[A-Za-z_.]/;
const ID = /[A-Za-z_.][A-Za-z0-9_.]*/y;
const NUMBER_START = /[0-9]|::|[0-9a-fA-F]+:/y;
/** Longest first: the first alternative that fits is the token. */
const PUNCTUATION = /<->|[=!<>]=|&&|\|\||\.\.|--|[(){}[\]<>!,;=:-]/y;
const SIGIL = { $: 'address-set', '@': 'port-group', '^': 'template' } as const;

export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (SPACE.has(source[position] ?? '')) position += 1;
    if (position >= source.length) return tokens;
    if (source.startsWith('//', position)) {
      const end = source.indexOf('\n', position);
      if (end < 0) return tokens;
      position = end;
    } else if (source.startsWith('/*', position)) {
      const end = source.indexOf('*/', position + 2);
      if (end < 0) {
        tokens.push(error("`/*' without matching `*/'.", position, source.length));
        return tokens;
      }
      position = end + 2;
    } else {
      const token = scanToken(source, position);
      tokens.push(token);
      position = token.span.end;
    }
  }
}

function scanToken(source: string, start: number): Token {
  const char = source.charAt(start);
  if (char === '"') return scanString(source, start);
  NUMBER_START.lastIndex = start;
  if (NUMBER_START.test(source)) return scanNumber(source, start);
  if (char === '$' || char === '@' || char === '^') {
    const name = scanName(source, start + 1);
    if (name === '') return error(`\`${char}' must be followed by a valid identifier.`, start, start + 1);
    return { kind: SIGIL[char], name, span: { start, end: start + 1 + name.length } };
  }
  if (ID_START.test(char) && !source.startsWith('..', start)) {
    const name = scanName(source, start);
    return { kind: 'id', name, span: { start, end: start + name.length } };
  }
  PUNCTUATION.lastIndex = start;
  const punctuation = PUNCTUATION.exec(source)?.[0];
  // The pattern lists exactly the members of the union.
  if (punctuation !== undefined)
    return { kind: punctuation as Punctuation, span: { start, end: start + punctuation.length } };
  return error(strayCharacter(char), start, start + 1);
}

function scanName(source: string, start: number): string {
  ID.lastIndex = start;
  return ID.exec(source)?.[0] ?? '';
}

function strayCharacter(char: string): string {
  switch (char) {
    case '&':
    case '|':
      return `\`${char}' is only valid as part of \`${char}${char}'.`;
    case '/':
      return "`/' is only valid as part of `//' or `/*'.";
    default:
      if (char >= ' ' && char <= '~') return `Invalid character \`${char}' in input.`;
      return `Invalid byte 0x${char.charCodeAt(0).toString(16)} in input.`;
  }
}

function error(message: string, start: number, end: number): Token {
  return { kind: 'error', message, span: { start, end } };
}
