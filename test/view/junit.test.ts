import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../src/view/junit.js';
import type { JunitCase } from '../../src/view/junit.js';

const one = (test: Partial<JunitCase>): string =>
  renderJunit([{ name: 'suite', cases: [{ group: 'g', name: 'n', outcome: 'passed', ...test }] }]);

/** The elements of a well-formed document of this little language: names, attributes and text; undefined for anything else. */
function parse(xml: string): readonly string[] | undefined {
  const open: string[] = [];
  const found: string[] = [];
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  if (rest === xml) return undefined;
  while (rest !== '') {
    const tag = /^<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>/.exec(rest);
    const text = /^[^<&]+|^&(?:amp|lt|gt|quot);/.exec(rest);
    if (tag !== null) {
      const [whole, closing, name = '', attributes, empty] = tag;
      if (closing === '/') {
        if (open.pop() !== name) return undefined;
      } else {
        found.push(`${name}${attributes}`);
        if (empty === '') open.push(name);
      }
      rest = rest.slice(whole.length);
    } else if (text !== null) rest = rest.slice(text[0].length);
    else return undefined;
  }
  return open.length === 0 ? found : undefined;
}

/** Characters that an XML 1.0 document may hold (section 2.2). */

const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

it('is well-formed, without forbidden characters, whatever the texts hold', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const test = fc.record({
    group: text,
    name: text,
    outcome: fc.constantFrom('passed' as const, 'failed' as const, 'error' as const, 'skipped' as const),
    message: text,
    details: fc.array(text, { maxLength: 3 }),
    output: fc.array(text, { maxLength: 3 }),
    file: text,
    line: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(test, { maxLength: 4 }), text, (cases, name) => {
      const xml = renderJunit([{ name, cases }]);
      const elements = parse(xml);
      expect(elements?.filter((element) => element.startsWith('testcase'))).toHaveLength(cases.length);
      expect(FORBIDDEN.test(xml)).toBe(false);
      expect(xml.endsWith('</testsuites>\n')).toBe(true);
    }),
  );
});

describe('one case', () => {
  it('that passed', () => {
    expect(one({})).toContain('    <testcase classname="g" name="n"/>\n');
    expect(one({ output: ['said'] })).toContain('<system-out>said</system-out>');
  });

  it.each([
    ['failed', 'failure', ' type="verdict"'],
    ['error', 'error', ' type="inconclusive"'],
    ['skipped', 'skipped', ''],
  ] as const)('%s is an element %s and counted', (outcome, element, type) => {
    const xml = one({ outcome, message: 'why "so"', details: ['a < b', 'c & d'] });
    expect(xml).toContain(`<${element} message="why &quot;so&quot;"${type}>a &lt; b\nc &amp; d</${element}>`);
    const [failures, errors, skipped] = ['failed', 'error', 'skipped'].map((each) => Number(each === outcome));
    expect(xml).toContain(`tests="1" failures="${failures}" errors="${errors}" skipped="${skipped}"`);
  });

  it('makes escape sequences and line breaks in names visible', () => {
    const xml = one({ name: 'a\u001b[31m\n\u0000\ufffe', outcome: 'failed', message: '\u202e' });
    expect(xml).toContain(String.raw`name="a\x1b[31m\x0a\x00\ufffe"`);
    expect(xml).toContain(String.raw`message="\u202e"`);
  });

  it('says where it is written', () => {
    expect(one({ file: 'expect.yaml', line: 7 })).toContain(' file="expect.yaml" line="7"');
  });
});

it('counts over all suites', () => {
  const failed: JunitCase = { group: 'g', name: 'n', outcome: 'failed' };
  const xml = renderJunit([
    { name: 'a', cases: [failed] },
    { name: 'b', cases: [failed, { ...failed, outcome: 'passed' }] },
  ]);
  expect(xml).toContain('<testsuites name="ovnctl" tests="3" failures="2" errors="0" skipped="0">');
});
