import { describe, expect, test } from 'vitest';
import type { DhcpOption } from '../../../src/lflow/actions/environment.js';
import { formatActions } from '../../../src/lflow/actions/format-actions.js';
import { parseActions } from '../../../src/lflow/actions/parse-actions.js';
import { printExpr } from '../../../src/lflow/expr/print.js';
import { NOT_RUN, conformance } from '../../support/conformance.js';
import { RELEASE_OF, testSymbols } from '../support/environment.js';
import { NOT_APPLICABLE } from './not-applicable.js';

type RecordedOptions = Readonly<Record<string, readonly [code: number, type: string]>>;

interface ActionsFile {
  readonly environment: { readonly dhcpv4_options: RecordedOptions; readonly dhcpv6_options: RecordedOptions };
  readonly cases: readonly {
    readonly input: string;
    readonly ok: boolean;
    readonly formatted?: string;
    readonly prereqs?: string;
    readonly error?: string;
    readonly branches: readonly string[];
  }[];
}

interface Outcome {
  readonly formatted?: string | undefined;
  readonly prereqs?: string | undefined;
  readonly error?: string | undefined;
}

const TABLES = { '23.03': { ingress: 24, egress: 24 }, '26.03': { ingress: 34, egress: 16 } } as const;
type Branch = keyof typeof TABLES;

const options = (recorded: RecordedOptions): ReadonlyMap<string, DhcpOption> =>
  new Map(Object.entries(recorded).map(([name, [code, type]]) => [name, { code, type }]));

describe('actions', () => {
  const file = conformance('actions.json') as ActionsFile | undefined;
  const used = new Set<unknown>();

  function outcome(text: string, branch: Branch, environment: ActionsFile['environment']): Outcome {
    const release = RELEASE_OF[branch]!;
    const place = { pipeline: 'ingress', table: 10, release } as const;
    const parsed = parseActions(text, {
      ...place,
      symbols: testSymbols(release),
      tables: TABLES[branch],
      dhcpOptions: options(environment.dhcpv4_options),
      dhcpv6Options: options(environment.dhcpv6_options),
    });
    if (!parsed.ok) {
      const { start, end } = parsed.error.span;
      expect({ text, start, end }).toSatisfy(() => start >= 0 && start <= end && end <= text.length);
      return { error: parsed.error.message };
    }
    const { actions, prerequisites } = parsed.value;
    return { formatted: formatActions(actions, place), prereqs: prerequisites && printExpr(prerequisites) };
  }

  test.skipIf(file === undefined).each(['23.03', '26.03'] as const)(
    file === undefined ? NOT_RUN : 'conformance: actions.json, branch %s',
    (branch) => {
      const different: unknown[] = [];
      let compared = 0;
      let exempt = 0;
      for (const { input, ok, branches, ...expected } of file?.cases ?? []) {
        if (!branches.includes(branch)) continue;
        compared += 1;
        const entry = NOT_APPLICABLE.find((candidate) => candidate.branch === branch && candidate.matches(input));
        const wanted: Outcome = ok
          ? { formatted: expected.formatted, prereqs: expected.prereqs }
          : { error: expected.error };
        const actual = outcome(input, branch, file!.environment);
        const same =
          wanted.formatted === actual.formatted && wanted.prereqs === actual.prereqs && wanted.error === actual.error;
        if (entry !== undefined) {
          exempt += 1;
          used.add(entry);
          if (same) different.push({ input, unneeded: entry.reason });
        } else if (!same) different.push({ input, wanted, actual });
      }
      console.log(
        `actions.json, branch ${branch}: compared ${compared}, equal ${compared - exempt - different.length}, not applicable ${exempt}`,
      );
      expect(compared).toBeGreaterThan(400);
      expect(different).toEqual([]);
    },
  );

  test.skipIf(file === undefined)('every entry of the reviewed list is still needed', () => {
    expect(NOT_APPLICABLE.filter((entry) => !used.has(entry))).toEqual([]);
  });
});
