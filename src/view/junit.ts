/**
 * Test results in the XML that CI systems read (the de facto JUnit schema: testsuites, testsuite, testcase with failure,
 * error or skipped inside).
 *
 * Input: suites of cases as data; output: a document without times, the same bytes for the same input. Must not know what
 * was tested. Text from a cluster can hold what XML 1.0 cannot (section 2.2, "Characters"): it is made visible.
 */
import { sanitise, sanitiseBlock } from './sanitise.js';

export interface JunitCase {
  /** What it belongs to, shown as a group. */
  readonly group: string;
  readonly name: string;
  /** `failed`: not as expected; `error`: could not be tried; `skipped`: nothing to try. */
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** One line, for anything but `passed`. */
  readonly message?: string;
  /** More lines, below the message. */
  readonly details?: readonly string[];
  /** What there is to say about a case that passed. */
  readonly output?: readonly string[];
  readonly file?: string;
  readonly line?: number;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Two characters that XML forbids although a terminal does not mind them. */
const UNMENTIONABLE = /[\ufffe\uffff]/g;

const escape = (text: string): string =>
  text
    .replace(UNMENTIONABLE, (char) => `\\u${char.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);

const attribute = (name: string, value: string | number | undefined): string =>
  value === undefined ? '' : ` ${name}="${escape(sanitise(String(value)))}"`;

const block = (lines: readonly string[]): string => escape(sanitiseBlock(lines.join('\n')));

const ELEMENTS = { failed: 'failure', error: 'error', skipped: 'skipped' } as const;

function renderCase(test: JunitCase): string {
  const { group, name, outcome, message, details = [], output = [], file, line } = test;
  const attributes = [
    attribute('classname', group),
    attribute('name', name),
    attribute('file', file),
    attribute('line', line),
  ].join('');
  const inside: string[] = [];
  if (outcome !== 'passed') {
    const element = ELEMENTS[outcome];
    const type = outcome === 'skipped' ? '' : attribute('type', outcome === 'failed' ? 'verdict' : 'inconclusive');
    inside.push(
      `      <${element}${attribute('message', message)}${type}${details.length === 0 ? '/>' : `>${block(details)}</${element}>`}`,
    );
  }
  if (output.length > 0) inside.push(`      <system-out>${block(output)}</system-out>`);
  if (inside.length === 0) return `    <testcase${attributes}/>`;
  return [`    <testcase${attributes}>`, ...inside, '    </testcase>'].join('\n');
}

function counts(cases: readonly JunitCase[]): string {
  const number = (outcome: JunitCase['outcome']): number => cases.filter((each) => each.outcome === outcome).length;
  return [
    attribute('tests', cases.length),
    attribute('failures', number('failed')),
    attribute('errors', number('error')),
    attribute('skipped', number('skipped')),
  ].join('');
}

/** The whole document, ending in a line feed. */
export function renderJunit(suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attribute('name', 'ovnctl')}${counts(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite${attribute('name', name)}${counts(cases)}>`,
      ...cases.map(renderCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}
