import { describe, expect, test } from 'vitest';
import { annotate } from '../../../src/lflow/expr/annotate.js';
import { compile } from '../../../src/lflow/expr/compile.js';
import type { MatchScope } from '../../../src/lflow/expr/compile.js';
import { parseMicroflow } from '../../../src/lflow/expr/microflow.js';
import { parseExpr } from '../../../src/lflow/expr/parse.js';
import { printExpr } from '../../../src/lflow/expr/print.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';
import { NOT_RUN, conformance } from '../../support/conformance.js';
import { RELEASE_OF, setSource } from '../support/environment.js';

interface Outcome {
  readonly result: 'accepted' | 'ambiguous' | 'contradictory' | 'error';
  readonly annotated?: string;
  readonly text?: string;
}

interface EvalFile {
  readonly environment: {
    readonly address_sets: Readonly<Record<string, readonly string[]>>;
    readonly port_groups: Readonly<Record<string, readonly string[]>>;
  };
  readonly microflows: readonly string[];
  readonly cases: readonly {
    readonly expr: string;
    readonly match: Readonly<Record<string, string>>;
    readonly as_microflow: Readonly<Record<string, Outcome>>;
  }[];
}

/** Names of datapath d1; every port of the database is resident, `elsewhere` of the other datapath too. */
const KEYS = new Map([
  ['', 0n],
  ['none', 0n],
  ['p1', 1n],
  ['friendly1', 1n],
  ['p2', 2n],
  ['p3', 3n],
  ['_MC_flood', 32768n],
]);
const RESIDENT = new Set(['', 'p1', 'p2', 'p3', 'elsewhere']);
const scope: MatchScope = {
  portKey: (name) => KEYS.get(name),
  isChassisResident: (port) => RESIDENT.has(port),
};

function outcome(text: string, env: Parameters<typeof parseMicroflow>[1]): Outcome {
  const result = parseMicroflow(text, env, scope);
  if (result.ok) return { result: 'accepted' };
  const { code, message } = result.error;
  const ambiguous = /^Constraints are ambiguous: (.*)\.$/.exec(message);
  if (code === 'ambiguity') return { result: 'ambiguous', annotated: ambiguous![1]! };
  if (code === 'contradiction') return { result: 'contradictory' };
  return { result: 'error', text: message };
}

describe('conformance of evaluation', () => {
  const file = conformance('expr-eval.json') as EvalFile | undefined;
  const versions = ['23.03.1', '26.03.1'];
  const envOf = (version: string, datapathKey: number) => {
    const { address_sets, port_groups } = file!.environment;
    const release = RELEASE_OF[version]!;
    return { symbols: symbolTable(release), sets: setSource(address_sets, port_groups, datapathKey), release };
  };

  test.skipIf(file === undefined)(file === undefined ? NOT_RUN : 'expr-eval.json: truth values', () => {
    const different: unknown[] = [];
    let compared = 0;
    for (const version of versions) {
      const env = envOf(version, 1);
      const flows = file!.microflows.map((text) => {
        const flow = parseMicroflow(text, envOf(version, 0), scope);
        if (!flow.ok) throw new Error(`${text}: ${flow.error.message}`);
        return flow.value.flow;
      });
      for (const { expr, match } of file!.cases) {
        const parsed = parseExpr(expr, env);
        const annotated = parsed.ok ? annotate(parsed.value, env.symbols) : parsed;
        // A flow whose match cannot be parsed is discarded: it never matches.
        const matches = annotated.ok ? compile(annotated.value) : () => false;
        const actual = flows.map((flow) => (matches(flow, scope) ? '1' : '0')).join('');
        const wanted = match[version] ?? match['all'];
        compared += flows.length;
        if (actual !== wanted) different.push({ version, expr, wanted, actual });
      }
    }
    console.log(`expr-eval.json: compared ${compared}, equal ${compared - different.length * file!.microflows.length}`);
    expect(different).toEqual([]);
    expect(compared).toBe(66_564);
  });

  test.skipIf(file === undefined)(file === undefined ? NOT_RUN : 'expr-eval.json: as microflow', () => {
    const different: unknown[] = [];
    let compared = 0;
    for (const version of versions) {
      for (const { expr, as_microflow } of file!.cases) {
        compared += 1;
        const wanted = as_microflow[version] ?? as_microflow['all'];
        const actual = outcome(expr, envOf(version, 0));
        if (JSON.stringify(sorted(actual)) !== JSON.stringify(sorted(wanted!))) {
          different.push({ version, expr, wanted, actual });
        }
      }
    }
    console.log(`expr-eval.json, as microflow: compared ${compared}, equal ${compared - different.length}`);
    expect(different).toEqual([]);
  });

  test.skipIf(file === undefined)(file === undefined ? NOT_RUN : 'expr-eval.json: canonical text is stable', () => {
    for (const version of versions) {
      const env = envOf(version, 1);
      for (const { expr } of file!.cases) {
        const parsed = parseExpr(expr, env);
        if (!parsed.ok) continue;
        const text = printExpr(parsed.value);
        const again = parseExpr(text, env);
        expect(again.ok ? printExpr(again.value) : again.error.message).toBe(text);
      }
    }
  });
});

function sorted(outcome: Outcome): readonly (string | undefined)[] {
  return [outcome.result, outcome.annotated, outcome.text];
}
