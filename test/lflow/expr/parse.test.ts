import { describe, expect, test } from 'vitest';
import { annotate } from '../../../src/lflow/expr/annotate.js';
import { parseExpr } from '../../../src/lflow/expr/parse.js';
import { printExpr } from '../../../src/lflow/expr/print.js';
import { resolveResidency, simplify } from '../../../src/lflow/expr/simplify.js';
import { NOT_RUN, conformance } from '../../support/conformance.js';
import { isNotApplicable } from '../not-applicable.js';
import { RELEASE_OF, recordedEnv, recordedScope } from '../support/environment.js';
import type { RecordedEnvironment } from '../support/environment.js';

interface CaseFile {
  readonly environment: RecordedEnvironment;
  readonly cases: readonly {
    readonly input: string;
    readonly ok: boolean;
    readonly output?: string;
    readonly error?: string;
    readonly branches: readonly string[];
  }[];
}

/** Runs every case in every branch that has it and compares output or error text. */
function expectCases(name: string, file: CaseFile, run: (input: string, branch: string) => string): void {
  const different: unknown[] = [];
  let compared = 0;
  for (const { input, ok, output, error, branches } of file.cases) {
    if (isNotApplicable(name, input)) continue;
    for (const branch of branches) {
      compared += 1;
      const wanted = ok ? output : `error: ${error}`;
      const actual = run(input, branch);
      if (actual !== wanted) different.push({ branch, input, wanted, actual });
    }
  }
  console.log(`${name}: compared ${compared}, equal ${compared - different.length}`);
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(0);
}

describe('conformance of parsing, annotation and simplification', () => {
  const parse = conformance('expr-parse.json') as CaseFile | undefined;
  const annotation = conformance('expr-annotate.json') as CaseFile | undefined;
  const simplification = conformance('expr-simplify.json') as CaseFile | undefined;

  test.skipIf(parse === undefined)(parse === undefined ? NOT_RUN : 'expr-parse.json', () => {
    expectCases('expr-parse.json', parse!, (input, branch) => {
      const result = parseExpr(input, recordedEnv(parse!.environment, RELEASE_OF[branch]!));
      return result.ok ? printExpr(result.value) : `error: ${result.error.message}`;
    });
  });

  test.skipIf(parse === undefined)(parse === undefined ? NOT_RUN : 'expr-parse.json: print and parse again', () => {
    const again = parse!.cases.filter((entry) => entry.ok).map((entry) => ({ ...entry, input: entry.output! }));
    expectCases('expr-parse.json, canonical text', { ...parse!, cases: again }, (input, branch) => {
      const result = parseExpr(input, recordedEnv(parse!.environment, RELEASE_OF[branch]!));
      return result.ok ? printExpr(result.value) : `error: ${result.error.message}`;
    });
  });

  test.skipIf(annotation === undefined)(annotation === undefined ? NOT_RUN : 'expr-annotate.json', () => {
    expectCases('expr-annotate.json', annotation!, (input, branch) => {
      const env = recordedEnv(annotation!.environment, RELEASE_OF[branch]!);
      const parsed = parseExpr(input, env);
      const result = parsed.ok ? annotate(parsed.value, env.symbols) : parsed;
      return result.ok ? printExpr(result.value) : `error: ${result.error.message}`;
    });
  });

  test.skipIf(simplification === undefined)(simplification === undefined ? NOT_RUN : 'expr-simplify.json', () => {
    expectCases('expr-simplify.json', simplification!, (input, branch) => {
      const release = RELEASE_OF[branch]!;
      const env = recordedEnv(simplification!.environment, release);
      const scope = recordedScope(simplification!.environment);
      const parsed = parseExpr(input, env);
      const annotated = parsed.ok ? annotate(parsed.value, env.symbols) : parsed;
      if (!annotated.ok) return `error: ${annotated.error.message}`;
      return printExpr(resolveResidency(simplify(annotated.value, release), (port) => scope.isChassisResident(port)));
    });
  });
});
