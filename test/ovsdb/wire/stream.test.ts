import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonText } from '../../../src/ovsdb/wire/json-text.js';
import type { Json, JsonObject } from '../../../src/ovsdb/wire/json.js';
import { MessageScanner } from '../../../src/ovsdb/wire/stream.js';
import type { StreamFault } from '../../../src/ovsdb/wire/stream-parse.js';

const LIMIT = 1 << 20;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function scan(
  chunks: readonly Uint8Array[],
  limit = LIMIT,
): { messages: JsonObject[]; fault?: StreamFault | undefined } {
  const scanner = new MessageScanner(limit);
  const messages: JsonObject[] = [];
  let fault: StreamFault | undefined;
  for (const chunk of chunks) {
    const scanned = scanner.push(chunk);
    messages.push(...scanned.messages);
    fault ??= scanned.fault;
  }
  return { messages, fault };
}

/** The bytes in pieces that end at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  return ends.map((end) => bytes.slice(from, (from = end)));
}

const oneByOne = (bytes: Uint8Array): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte));

/** Integers are bigints exactly where a number would not be exact. */
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => {
  const number = Number(n);
  return Number.isSafeInteger(number) ? number : n;
});
// Quotes, brackets and backslashes are what a framing by bytes could trip over.
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ':', ',', '\u0000', '\n', 'é', '漢', '🦆', '1', '-'),
  }),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    integer,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
})).value;
/** A double beyond 2^53 prints as an integer and is rightly read as one. */
const readable = (json: Json): Json => {
  if (typeof json === 'number') return Number.isInteger(json) && !Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return json.map(readable);
  if (typeof json === 'object' && json !== null) {
    return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, readable(member)]));
  }
  return json;
};
const message = fc.dictionary(text, value, { maxKeys: 5 }).map((json) => readable(json) as JsonObject);
const separator = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t ');

describe('a stream of messages', () => {
  test('is read the same under every cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, separator), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (sent, places) => {
          const bytes = bytesOf(sent.map(([json, space]) => jsonText(json) + space).join(''));
          const expected = sent.map(([json]) => json);
          expect(scan(cut(bytes, places)).messages).toEqual(expected);
          expect(scan([bytes]).messages).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('is read the same byte by byte and at every single cut', () => {
    const sent: JsonObject[] = [
      { a: 'é漢🦆"\\/\b\f\n\r\t\u0001', 'b"]}': [1, -9223372036854775808n, [{}, [], '[{"']], '🦆': 9007199254740993n },
      {
        big: 9223372036854775807n,
        safe: 9007199254740991,
        real: 1234567890123456.5,
        exponent: 1e300,
        nested: [[[[0]]]],
      },
      {},
    ];
    const whole = sent.map(jsonText).join('');
    const escaped = whole.replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    for (const given of [whole, escaped]) {
      const bytes = bytesOf(given);
      expect(scan(oneByOne(bytes))).toEqual({ messages: sent });
      for (let place = 0; place <= bytes.length; place++) expect(scan(cut(bytes, [place])).messages).toEqual(sent);
    }
  });

  test('a damaged stream gives the same messages and fault under every cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.constantFrom(...bytesOf('{}[]",:\\x0-.e '), 0x80, 0xff, 0xc3, 0),
        fc.array(fc.nat(), { maxLength: 20 }),
        (sent, where, byte, places) => {
          const bytes = bytesOf(sent.map(jsonText).join(''));
          bytes[where % bytes.length] = byte;
          expect(scan(cut(bytes, places))).toEqual(scan([bytes]));
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('integers', () => {
  test.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['18446744073709551615', 18446744073709551615n],
    ['1000000000000000', 1000000000000000],
    ['9007199254740993.0', 9007199254740992],
    ['9007199254740993e0', 9007199254740992],
    ['0.12345678901234567890', 0.12345678901234568],
  ])('%s keeps its value', (literal, expected) => {
    expect(scan([bytesOf(`{"n":${literal},"l":[${literal}, ${literal} ]}`)]).messages).toEqual([
      { n: expected, l: [expected, expected] },
    ]);
  });

  test.each([
    '00000000000000001',
    '-00000000000000001',
    '12345678901234567-',
    '1234567890123456x',
    '--1234567890123456',
  ])('%s is no number', (literal) => expect(scan([bytesOf(`{"n":${literal}}`)]).fault?.kind).toBe('syntax'));

  test('a string that looks like the mark of an integer stays a string', () => {
    const mark = '\\u0000';
    const whole = `{"a":"${mark}00000000","b":9223372036854775807,"c":["${mark}1","${mark}"]}`;
    expect(scan([bytesOf(whole)]).messages).toEqual([
      { a: '\u000000000000', b: 9223372036854775807n, c: ['\u00001', '\u0000'] },
    ]);
  });

  test('one under the name __proto__ is a member like others', () => {
    const [only] = scan([bytesOf('{"__proto__":9223372036854775807}')]).messages;
    expect(Object.entries(only ?? {})).toEqual([['__proto__', 9223372036854775807n]]);
  });
});

describe('faults', () => {
  test.each([
    ['a text that is no object', '[1]', 'syntax'],
    ['words', 'HTTP/1.1 400 Bad Request\r\n', 'syntax'],
    ['closing the wrong bracket', '{"a":[1}}', 'syntax'],
    ['a missing comma', '{"a":1 "b":2}', 'syntax'],
  ])('%s', (_, given, kind) =>
    expect(scan([bytesOf(`{"id":1}${given}`)])).toMatchObject({ messages: [{ id: 1 }], fault: { kind } }),
  );

  test('bytes that are not UTF-8 are refused, not replaced', () => {
    const bytes = bytesOf('{"name":"é"}');
    bytes[10] = 0x28;
    expect(scan([bytes]).fault?.kind).toBe('encoding');
    // Also where the message holds an integer that needs care.
    const both = bytesOf('{"name":"é","n":9223372036854775807}');
    both[10] = 0x28;
    expect(scan([both]).fault?.kind).toBe('encoding');
  });

  test('a message of the limit passes, one byte more does not, and is not stored first', () => {
    const fits = `{"a":"${'x'.repeat(92)}"}`;
    expect(fits).toHaveLength(100);
    expect(scan([bytesOf(fits + fits)], 100).messages).toHaveLength(2);
    expect(scan([bytesOf(fits)], 99).fault?.kind).toBe('too-long');
    const scanner = new MessageScanner(100);
    for (const byte of oneByOne(bytesOf(fits.slice(0, 60)))) scanner.push(byte);
    expect(scanner.pending).toBe(60);
    expect(scanner.push(bytesOf('y'.repeat(50))).fault?.kind).toBe('too-long');
    expect(scanner.pending).toBe(0);
  });

  test('nesting has a limit', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(scan([bytesOf(nested(1000))]).messages).toHaveLength(1);
    expect(scan([bytesOf(nested(1001))]).fault?.kind).toBe('too-deep');
  });

  test('nothing is read after a fault', () => {
    const scanner = new MessageScanner(LIMIT);
    expect(scanner.push(bytesOf('?')).fault?.kind).toBe('syntax');
    expect(scanner.push(bytesOf('{"id":1}'))).toMatchObject({ messages: [], fault: { kind: 'syntax' } });
  });
});
