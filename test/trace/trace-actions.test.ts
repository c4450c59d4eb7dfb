import { describe, expect, it } from 'vitest';
import { NotFoundError, UsageError } from '../../src/base/errors.js';
import { conformance, NOT_RUN } from '../support/conformance.js';
import { Comparison, FORMATS, southboundFromRows, traceText } from '../support/ovn-trace.js';
import type { TraceCall } from '../support/ovn-trace.js';

interface Row {
  readonly table: string;
  readonly uuid: string;
  readonly row: Readonly<Record<string, unknown>>;
}
type Expected = Readonly<Partial<Record<'detailed' | 'summary' | 'minimal' | 'asis' | 'stderr', string>>> & {
  readonly aborts?: unknown;
  readonly rc?: number;
};
interface Case {
  readonly name: string;
  readonly flows: readonly Row[];
  readonly traces: readonly (TraceCall & {
    readonly random?: boolean;
    readonly expect: Readonly<Record<string, Expected>>;
  })[];
}
interface Actions {
  readonly world: readonly Row[];
  readonly cases: readonly Case[];
}

const data = conformance('trace-actions.json') as Actions | undefined;
const RELEASES = [
  ['23.03.1', '23.03.1'],
  ['26.03.1', '26.03'],
] as const;

function tables(rows: readonly Row[]): unknown {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const { table, uuid, row } of rows) (all[table] ??= []).push({ _uuid: uuid, ...row });
  return all;
}

/** Wrong arguments: ovn-trace prints these on standard output (or dies); we throw, with its words in the message. */
const REFUSALS =
  /^(error parsing flow: |unknown datapath |unknown port |microflow does not specify|failed to parse flow)/;

describe('trace-actions', () => {
  it.skipIf(data === undefined)(data === undefined ? NOT_RUN : 'prints what ovn-trace prints', () => {
    const comparison = new Comparison();
    const refused = new Comparison();
    const aborts: string[] = [];
    for (const { name, flows, traces } of data?.cases ?? []) {
      for (const [measured, release] of RELEASES) {
        const southbound = southboundFromRows(tables([...(data?.world ?? []), ...flows]), release);
        for (const call of traces) {
          const expected = call.expect[measured] ?? call.expect['all'];
          const title = `${name} (${measured}) ${(call.options ?? []).join(' ')} ${call.microflow}`;
          if (expected === undefined) continue;
          const asis = expected.asis ?? expected.detailed ?? '';
          if (expected.aborts !== undefined) {
            const text = traceText(southbound, call);
            expect(text).toContain('ingress(dp=');
            aborts.push(title);
          } else if (expected.rc !== undefined || REFUSALS.test(asis)) {
            const message = expected.rc === undefined ? asis : (expected.stderr ?? '');
            refused.add(
              title,
              refusal(() => traceText(southbound, call), message),
              'refused with the same words',
            );
          } else if (expected.asis !== undefined) {
            comparison.add(title, traceText(southbound, call), expected.asis);
          } else {
            for (const format of FORMATS) {
              // A random choice is ours to make: only where the recorded one is the first do the texts agree.
              if (call.random === true) continue;
              comparison.add(`${title} [${format}]`, traceText(southbound, call, format), expected[format] ?? '');
            }
          }
        }
      }
    }
    comparison.report('trace-actions.json');
    refused.report('trace-actions.json, wrong arguments');
    console.log(`traced where ovn-trace aborts:\n  ${aborts.join('\n  ')}`);
    expect([...comparison.differences, ...refused.differences]).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(1000);
    expect(aborts).toHaveLength(3);
  });
});

function refusal(trace: () => string, message: string): string {
  try {
    return `not refused: ${trace()}`;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof NotFoundError)) throw error;
    const words = message.replace(/^(error parsing flow|ovn-trace): /, '').trim();
    return error.message.includes(words) ? 'refused with the same words' : `${error.message}\n  instead of ${words}`;
  }
}
