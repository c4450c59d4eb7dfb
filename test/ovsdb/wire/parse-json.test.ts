import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/ovsdb/wire/json.js';
import { parseJson } from '../../../src/ovsdb/wire/parse-json.js';
import { scanJson } from '../../../src/ovsdb/wire/scan-json.js';
import { jsonText } from '../../support/ovsdb-server.js';

const value = (text: string): Json => {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
};

describe('parseJson', () => {
  test('keeps integers that a number would round', () => {
    expect(value('9223372036854775807')).toBe(9223372036854775807n);
    expect(value('[-9223372036854775808,1]')).toEqual([-9223372036854775808n, 1]);
    expect(value('{"a": 9007199254740993}')).toEqual({ a: 9007199254740993n });
  });

  test('uses numbers wherever they are exact, and for reals', () => {
    expect(value('9007199254740991')).toBe(9007199254740991);
    expect(value('[1234567890123456789.5,1e300,-0]')).toEqual([1234567890123456789.5, 1e300, -0]);
    expect(value('{"a":1234567890123456,"b":[9999999999999999999,"x\\u0041"]}')).toEqual({
      a: 1234567890123456,
      b: [9999999999999999999n, 'xA'],
    });
  });

  test('takes long digits inside strings as text', () => {
    expect(value('["a:1234567890123456789"]')).toEqual(['a:1234567890123456789']);
  });

  test('a member named __proto__ is a member', () => {
    const parsed = value('{"__proto__":{"a":1},"b":9223372036854775807}');
    expect(Object.keys(parsed as object)).toEqual(['__proto__', 'b']);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  test.each([
    ['', 0, 'the text ends where a value is due'],
    ['[1,2', 4, 'the text ends where "," or "]" is due'],
    ['{"a" 1}', 5, '":" is due here'],
    ['{a:1}', 1, 'a member name is due here'],
    ['"abc', 0, 'this string does not end'],
    ['"a\\x"', 2, 'an unknown escape in a string'],
    ['"a\nb"', 2, 'a control character in a string'],
    ['"\\u12G4"', 3, 'four hexadecimal digits is due here'],
    ['[1,]', 3, 'a value is due here'],
    ['1 2', 2, 'something follows the end of the value'],
    ['01', 1, 'something follows the end of the value'],
    ['[tru]', 1, 'a value is due here'],
  ])('%j fails at %i: %s', (text, offset, reason) => {
    expect(parseJson(text)).toEqual({ ok: false, error: { offset, reason } });
  });

  test('refuses bottomless nesting instead of running out of stack', () => {
    expect(scanJson('['.repeat(100_000)).ok).toBe(false);
  });
});

describe('properties', () => {
  test('agrees with JSON.parse on any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        const scanned = scanJson(spaced);
        // The scanner keeps integers that JSON.parse rounds; such a text is the next property's.
        fc.pre(!/\d{16}/.test(spaced));
        expect(scanned).toEqual({ ok: true, value: JSON.parse(spaced) as unknown });
        expect(parseJson(spaced)).toEqual(scanned);
      }),
    );
  });

  test('accepts and refuses what JSON.parse does', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '-',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\\',
      '0',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        let accepted = true;
        try {
          JSON.parse(text);
        } catch {
          accepted = false;
        }
        expect(scanJson(text).ok).toBe(accepted);
      }),
      { numRuns: 3000 },
    );
  });

  test('keeps every 64-bit integer, wherever it stands', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.array(int64, { minLength: 1 }), fc.string(), (integers, name) => {
        const json = { [name]: integers.map((integer) => ({ integer })) };
        const parsed = value(jsonText(json)) as Record<string, { integer: number | bigint }[]>;
        expect(parsed[name]?.map(({ integer }) => BigInt(integer))).toEqual(integers);
        for (const { integer } of parsed[name] ?? []) {
          expect(typeof integer === 'bigint').toBe(!Number.isSafeInteger(Number(integer)));
        }
      }),
    );
  });
});
