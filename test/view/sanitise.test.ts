import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeInQuotes, isHarmful, sanitise, sanitiseBlock } from '../../src/view/sanitise.js';

/** Strings in which what must be neutralised is frequent. */
const hostile = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xa0 }),
      fc.constantFrom(0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xd800, 0xdfff),
      fc.integer({ min: 0xa1, max: 0xffff }),
    ),
  )
  .map((units) => String.fromCharCode(...units));

/** What a terminal or a line printer may be given, written down independently of the implementation. */
const harmless = (text: string): boolean =>
  Array.from(text).every((char) => {
    const code = char.codePointAt(0) ?? 0;
    const control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    const direction = code === 0x61c || code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202e);
    const isolate = code >= 0x2066 && code <= 0x2069;
    const surrogate = code >= 0xd800 && code <= 0xdfff;
    return !(control || direction || isolate || surrogate || code === 0x2028 || code === 0x2029 || code === 0xfeff);
  });

describe('sanitise', () => {
  it.each([
    ['plain text, ünïcode, 日本語, 👍', 'plain text, ünïcode, 日本語, 👍'],
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['\u009b2J', '\\x9b2J'],
    ['two\nlines\r\n', 'two\\x0alines\\x0d\\x0a'],
    ['allow \u202eyned\u202c', 'allow \\u202eyned\\u202c'],
  ])('%j becomes %j', (text, expected) => {
    expect(sanitise(text)).toBe(expected);
  });

  it('leaves nothing a terminal would obey', () => {
    fc.assert(fc.property(hostile, (text) => harmless(sanitise(text))));
  });

  it('changes nothing when there is nothing to change, and says beforehand whether it will', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = sanitise(text);
        return sanitise(once) === once && isHarmful(text) === (once !== text);
      }),
    );
  });
});

it('sanitiseBlock keeps line feeds and tabs and nothing else', () => {
  expect(sanitiseBlock('a\n\tb\r\u001b')).toBe('a\n\tb\\x0d\\x1b');
  fc.assert(fc.property(hostile, (text) => harmless(sanitiseBlock(text).replace(/[\n\t]/g, ''))));
});

it('escapeInQuotes keeps the data of a JSON text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeInQuotes(JSON.stringify(text));
      return harmless(escaped) && JSON.parse(escaped) === text;
    }),
  );
});
