import { describe, expect, test } from 'vitest';
import { renderDiagnostic } from '../../../src/lflow/diagnostic.js';
import { NO_SETS } from '../../../src/lflow/expr/parse.js';
import { microflowInport, parseMicroflow } from '../../../src/lflow/expr/microflow.js';
import { Slot, readBits } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';

const scope = { portKey: (name: string) => (name === 'p1' ? 5n : name === '' ? 0n : undefined) };
const env = (release: OvnRelease = '26.03') => ({ symbols: symbolTable(release), sets: NO_SETS, release });

function flowOf(text: string): Microflow {
  const result = parseMicroflow(text, env(), scope);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.flow;
}

/** The slots that are not zero. */
function setFields(flow: Microflow): Record<string, bigint> {
  return Object.fromEntries(
    Object.entries(Slot)
      .map(([name, slot]) => [name, flow[slot]] as const)
      .filter(([, value]) => value !== 0n),
  );
}

const messageOf = (text: string, release?: OvnRelease): string => {
  const result = parseMicroflow(text, env(release), scope);
  return result.ok ? 'accepted' : result.error.message;
};

describe('microflow', () => {
  test('prerequisites are filled in', () => {
    expect(setFields(flowOf('inport == "p1" && nd_ns && nd.sll == 0a:00:00:00:00:01'))).toEqual({
      inport: 5n,
      ethType: 0x86ddn,
      nwProto: 58n,
      tpSrc: 135n,
      nwTtl: 255n,
      arpSha: 0x0a0000000001n,
    });
    expect(setFields(flowOf('vlan.vid == 5'))).toEqual({ vlanTci: 0x1005n });
    expect(setFields(flowOf('ct.new'))).toEqual({ ctState: 0x21n });
    expect(setFields(flowOf('arp.op == 2'))).toEqual({ ethType: 0x806n, nwProto: 2n });
  });

  test('a mask sets the masked bits', () => {
    expect(setFields(flowOf('ip4.src == 10.1.2.3/16'))).toEqual({ ethType: 0x800n, nwSrc: 0x0a010000n });
  });

  test('registers and views of them share storage', () => {
    const flow = flowOf('reg0 == 1 && xreg0[0..31] == 2 && xxreg0[0..31] == 4 && reg9[0..7] == 7');
    expect(readBits(flow, Slot.xxreg0, 0, 128)).toBe((1n << 96n) | (2n << 64n) | 4n);
    expect(flow[Slot.xreg4]).toBe(7n);
  });

  test('a range that leaves one value is accepted, any other is not', () => {
    expect(flowOf('ip4 && tcp.dst > 79 && tcp.dst < 81')[Slot.tpDst]).toBe(80n);
    for (const text of ['80 <= tcp.dst <= 81', 'tcp.dst == {80, 81}', 'tcp.dst != 80']) {
      expect(messageOf(`ip4 && ${text}`)).toMatch(/^Constraints are ambiguous: eth.type == 0x800 && /);
    }
  });

  test('a text with very many alternatives is refused at once', () => {
    const either = (i: number): string => `(ip6.src[${i}] || ip6.dst[${i}])`;
    const text = `ip6 && ${Array.from({ length: 60 }, (_, i) => either(i)).join(' && ')}`;
    const start = performance.now();
    expect(messageOf(text)).toMatch(/^Constraints are ambiguous/);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('an alternative that another one covers is dropped from 23.06 on', () => {
    const text = 'ip4.src == {10.0.0.0/24, 10.0.0.1} && ip4';
    expect(messageOf(text, '23.06')).toBe('accepted');
    expect(messageOf(text, '23.03')).toMatch(/^Constraints are ambiguous/);
  });

  test('an unknown port leaves the register 0 and a part of a byte stays 0, with warnings', () => {
    const result = parseMicroflow('inport == "x" && ip4 && ip.dscp == 10', env(), scope);
    if (!result.ok) throw new Error(result.error.message);
    expect(setFields(result.value.flow)).toEqual({ ethType: 0x800n });
    expect(result.value.warnings.map(({ message }) => message)).toEqual([
      'x: unknown logical port',
      'ip.dscp cannot be set in a microflow and stays 0',
    ]);
  });

  test('a template is refused in the words of the release', () => {
    expect(messageOf('ip4.src == ^a', '24.03')).toBe('failed to parse flow expression "ip4.src == ^a"');
    expect(messageOf('ip4.src == ^a', '23.09')).toBe("Syntax error at `a' expecting constant.");
  });

  test('the ingress port is found anywhere in the text', () => {
    expect(microflowInport('ip4 && (inport == "p1" || inport == "p1")', env())).toEqual({ ok: true, value: 'p1' });
    const none = microflowInport('ip4', env());
    const several = microflowInport('inport == "p1" || (ip4 && inport == "p2")', env());
    expect(none.ok || none.error.message).toBe('flow match expression does not match on inport');
    expect(several.ok || several.error.message).toBe('flow match expression matches on multiple inports');
  });
});

describe('diagnostics', () => {
  const render = (text: string): string => {
    const result = parseMicroflow(text, env(), scope);
    return result.ok ? 'accepted' : renderDiagnostic(text, result.error);
  };

  test('an unknown field is shown with the nearest name', () => {
    expect(render('inport == "p1" && ip4.dts == 10.0.0.1')).toBe(
      [
        "Syntax error at `ip4.dts' expecting field name.",
        '  inport == "p1" && ip4.dts == 10.0.0.1',
        '                    ^^^^^^^',
        '  help: did you mean ip4.dst?',
      ].join('\n'),
    );
  });

  test('a contradiction and an ambiguity say what to do', () => {
    expect(render('tcp && udp')).toContain('Constraints are contradictory.\n  tcp && udp\n  ^^^^^^^^^^\n  help: ');
    expect(render('tcp.dst == 80')).toContain('help: both IPv4 and IPv6 are possible: add ip4 or ip6');
  });

  test('a mistake at the end of the text has one caret behind it', () => {
    expect(render('ip4 &&')).toBe(
      ['Syntax error at end of input expecting constant.', '  ip4 &&', '        ^'].join('\n'),
    );
  });

  test('a mistake in a long line is shown in a window around it', () => {
    const long = `${'ip4 && '.repeat(60)}bad_name && ${'ip4 && '.repeat(30)}ip4`;
    const [, excerpt = '', carets = ''] = render(long).split('\n');
    expect(excerpt.length).toBeLessThan(110);
    expect(excerpt.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('bad_name');
  });

  test('only the line of the mistake is shown', () => {
    const text = 'ip4 &&\ntcp &\nip';
    const diagnostic = { code: 'syntax', span: { start: 11, end: 12 }, message: 'M' } as const;
    expect(renderDiagnostic(text, diagnostic)).toBe('M\n  tcp &\n      ^');
  });
});
