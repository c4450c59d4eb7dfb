import { describe, expect, test } from 'vitest';
import { tokenize } from '../../src/lflow/lexer.js';
import { printToken } from '../../src/lflow/token-print.js';
import { NOT_RUN, conformance } from '../support/conformance.js';

interface LexerFile {
  readonly cases: readonly { readonly input: string; readonly tokens: string; readonly has_error: boolean }[];
}

const print = (text: string): string => tokenize(text).map(printToken).join(' ');

describe('lexer', () => {
  const file = conformance('lexer.json') as LexerFile | undefined;

  test.skipIf(file === undefined)(file === undefined ? NOT_RUN : 'conformance: lexer.json', () => {
    const different: unknown[] = [];
    for (const { input, tokens, has_error } of file?.cases ?? []) {
      const actual = tokenize(input);
      const text = actual.map(printToken).join(' ');
      const hasError = actual.some((token) => token.kind === 'error');
      if (text !== tokens || hasError !== has_error) different.push({ input, tokens, text });
      // Canonical text lexes to itself.
      if (!hasError && print(text) !== text) different.push({ text, again: print(text) });
    }
    const compared = file?.cases.length ?? 0;
    console.log(`lexer.json: compared ${compared}, equal ${compared - different.length}`);
    expect(different).toEqual([]);
  });

  test('a span covers exactly the text of its token', () => {
    const text = 'ip4.src == {10.0.0.0/8, $set} /* c */ && outport == "a\\"b" // end';
    const words = tokenize(text).map((token) => text.slice(token.span.start, token.span.end));
    expect(words).toEqual(['ip4.src', '==', '{', '10.0.0.0/8', ',', '$set', '}', '&&', 'outport', '==', '"a\\"b"']);
  });

  test.each([
    ['1..2', '1 .. 2'],
    ['10.0.0.1..10.0.0.2', '10.0.0.1 .. 10.0.0.2'],
    ['0/0x3', '0/0x3'],
    ['10.0.0.0/33', 'error("Value and mask have incompatible formats.")'],
    ['fd00::/129', 'error("Value and mask have incompatible formats.")'],
    ['a-b', 'a - b'],
    ['"\\n\\u00e9"', '"\\né"'],
    ['"\\x"', 'error("bad escape \\\\x")'],
    ['#', 'error("Invalid character `#\' in input.")'],
    ['^tmpl', '^tmpl'],
    ['..', '..'],
    ['.a', '.a'],
    ['::1/64', '::/64'],
    ['0x' + '1'.repeat(257), 'error("Hexadecimal constant requires more than 1024 bits.")'],
  ])('%s', (text, tokens) => {
    expect(print(text)).toBe(tokens);
  });
});
