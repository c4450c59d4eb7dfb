import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { envelope, errorEnvelope, toJson, toYaml } from '../../src/view/envelope.js';

const FROM = { source: { kind: 'snapshot' }, coverage: { complete: false, gaps: [{ what: 'nb', zone: 'a' }] } };

it('wraps data in the order people read', () => {
  expect(toJson(envelope('ovnctl/0.1.0', 'Thing', { a: 1 }, FROM))).toBe(
    [
      '{',
      '  "apiVersion": "ovnctl.dev/v1",',
      '  "kind": "Thing",',
      '  "metadata": {',
      '    "tool": "ovnctl/0.1.0",',
      '    "source": {',
      '      "kind": "snapshot"',
      '    },',
      '    "coverage": {',
      '      "complete": false,',
      '      "gaps": [',
      '        {',
      '          "what": "nb",',
      '          "zone": "a"',
      '        }',
      '      ]',
      '    }',
      '  },',
      '  "data": {',
      '    "a": 1',
      '  }',
      '}',
      '',
    ].join('\n'),
  );
});

it('has no source in an error, because nothing was read', () => {
  const data = { code: 'usage', message: 'no', hints: [], exitCode: 2 };
  expect(errorEnvelope('ovnctl/0.1.0', data)).toEqual({
    apiVersion: 'ovnctl.dev/v1',
    kind: 'Error',
    metadata: { tool: 'ovnctl/0.1.0' },
    data,
  });
});

it('gives the same data in JSON and in YAML, without anything a terminal would obey', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\u001b[2J',
      '\u202e',
      'yes',
      '1',
      'null',
      '- a',
      'a: b',
      'two\nlines',
      ' x ',
      '\u009b',
      '#',
      "'",
      '"',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, fc.array(text)), async (dictionary) => {
      // A key "__proto__" cannot be written as plain data in either format.
      fc.pre(!Object.keys(dictionary).includes('__proto__'));
      const data = { ...dictionary };
      const document = envelope('t/1', 'Thing', data, FROM);
      const yaml = await toYaml(document);
      expect(JSON.parse(toJson(document))).toEqual(document);
      expect(parse(yaml)).toEqual(document);
      expect(yaml).not.toMatch(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\u001b/);
    }),
  );
});
