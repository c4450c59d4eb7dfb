import { describe, expect, test } from 'vitest';
import { annotate } from '../../../src/lflow/expr/annotate.js';
import { explainMismatch } from '../../../src/lflow/expr/explain.js';
import { necessaryEqualities } from '../../../src/lflow/expr/hints.js';
import { parseMicroflow } from '../../../src/lflow/expr/microflow.js';
import { parseExpr } from '../../../src/lflow/expr/parse.js';
import { Slot, ones } from '../../../src/lflow/packet/slots.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';
import { setSource } from '../support/environment.js';

const env = { symbols: symbolTable('26.03'), sets: setSource({ v4: ['10.0.0.1'] }, {}, 1), release: '26.03' } as const;
const scope = { portKey: () => 1n, isChassisResident: () => false };

function annotated(text: string) {
  const parsed = parseExpr(text, env);
  const result = parsed.ok ? annotate(parsed.value, env.symbols) : parsed;
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function explain(text: string, microflow: string): string[] {
  const packet = parseMicroflow(microflow, env, scope);
  if (!packet.ok) throw new Error(packet.error.message);
  return explainMismatch(annotated(text), packet.value.flow, scope).map(
    ({ field, op, wanted, actual }) => `${field} ${op} ${wanted} is ${actual}`,
  );
}

describe('explaining why a match fails', () => {
  test.each([
    ['tcp.dst == 80', 'ip4 && tcp.dst == 81', ['tcp.dst == 80 is 81']],
    ['ip4.src == 10.0.0.0/8', 'ip4.src == 11.1.2.3', ['ip4.src == 10.0.0.0/255.0.0.0 is 11.1.2.3']],
    ['ip4.src == $v4', 'ip4.src == 10.0.0.2', ['ip4.src == one of 1 addresses is 10.0.0.2']],
    ['ct.est', 'ct.new', ['ct_state[1] == 1 is 0']],
    ['is_chassis_resident("x")', 'ip4', ['is_chassis_resident("x") == 1 is 0']],
    // Of two alternatives, the one with fewer failing comparisons.
    [
      '(ip6.dst == fd00::1 && tcp.dst == 80) || (ip4 && tcp.dst == 443)',
      'ip4 && tcp.dst == 81',
      ['tcp.dst == 443 is 81'],
    ],
    ['ip4', 'ip4', []],
  ])('%s for %s', (text, microflow, mismatches) => {
    expect(explain(text, microflow)).toEqual(mismatches);
  });
});

describe('necessary equalities', () => {
  test('come from the top-level conjuncts', () => {
    expect(
      necessaryEqualities(annotated('inport == "p" && ip4.dst == 10.0.0.0/8 && (tcp.dst == 1 || udp.dst == 2)')),
    ).toEqual([
      { kind: 'port', slot: Slot.inport, name: 'p' },
      { kind: 'bits', slot: Slot.nwDst, mask: 0xff000000n, value: 0x0a000000n },
      { kind: 'bits', slot: Slot.ethType, mask: 0xffffn, value: 0x800n },
    ]);
    expect(necessaryEqualities(annotated('reg0 == 1'))).toEqual([
      { kind: 'bits', slot: Slot.xxreg0, mask: ones(32) << 96n, value: 1n << 96n },
    ]);
    expect(necessaryEqualities(annotated('ip4 || ip6'))).toEqual([]);
  });
});
