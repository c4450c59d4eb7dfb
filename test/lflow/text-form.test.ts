import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../src/connect/open-world.js';
import { parseActions } from '../../src/lflow/actions/parse-actions.js';
import { annotate } from '../../src/lflow/expr/annotate.js';
import { addressSet, portGroup } from '../../src/lflow/expr/constant-set.js';
import { parseExpr } from '../../src/lflow/expr/parse.js';
import { symbolTable } from '../../src/lflow/symbols/table.js';
import { actionsForm, matchForm } from '../../src/lflow/text-form.js';
import { southboundOf } from '../../src/ovn/southbound/southbound.js';
import { repository } from '../support/run-cli.js';

const ANY = { addressSet: () => addressSet([]).set, portGroup: () => portGroup([]) };

describe('forms of recorded texts', () => {
  const matches = new Set<string>();
  const actions = new Set<string>();
  let matchOutcome: (text: string) => string;
  let actionsOutcome: (text: string) => string;

  beforeAll(async () => {
    const world = await openWorld(join(repository, 'examples/ic-dualstack'));
    for (const zone of world.zones) {
      const southbound = southboundOf((await zone.southbound()).database);
      const { release } = southbound.release;
      const symbols = symbolTable(release);
      const options = { dhcpOptions: southbound.dhcpOptions(4), dhcpv6Options: southbound.dhcpOptions(6) };
      matchOutcome = (text) => {
        const parsed = parseExpr(text, { symbols, sets: ANY });
        if (!parsed.ok) return parsed.error.code;
        const annotated = annotate(parsed.value, symbols);
        return annotated.ok ? 'well' : annotated.error.code;
      };
      actionsOutcome = (text) => {
        const parsed = parseActions(text, { symbols, release, pipeline: 'ingress', table: 3, ...options });
        return parsed.ok ? 'well' : parsed.error.code;
      };
      for (const row of southbound.database.table('Logical_Flow').rows()) {
        matches.add(row.string('match'));
        actions.add(row.string('actions'));
      }
    }
  });

  /** Mistakes a text may have, each where something of that kind stands. */
  const MISTAKES: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => text.replace(/\.\d+\.\d+/, '.300.1'),
    (text) => text.replace(/\d+\.\d+\.\d+\.\d+/, 'fd00::7'),
    (text) => text.replace(/\d+\.\d+\.\d+\.\d+/, '0a:58:0a:f4:01:05'),
    (text) => text.replace(/::/, ':::'),
    (text) => text.replace(/::[0-9a-f]*/, '::1.2.3.4'),
    (text) => text.replace(/:\d+/, ':70000'),
    (text) => text.replace(/= (\d+)/, '= 70000'),
    (text) => text.replace(/= (\d+)/, '= 4095'),
    (text) => text.replace(/"[^"]*"/, '""'),
    (text) => text.replace(/"[^"]*"/, '"a\\"b"'),
    (text) => text.replace(/"$/, ''),
    (text) => text.replace(/\$a\d+/, '$nobody'),
    (text) => text.replace(/[$@]a\d+/, '$'),
    (text) => text.replace(/\*\//, ''),
    (text) => text.replace(/(\d+\.\d+\.\d+\.\d+)/, '$1/255.0.255.0'),
    (text) => text.replace(/(\d+\.\d+\.\d+\.\d+)/, '10.0.0.1/$1'),
    (text) => text.slice(0, -1),
  ];

  it.each(['match', 'actions'] as const)('the %s texts of one form all parse, or none does', (what) => {
    const texts = what === 'match' ? matches : actions;
    const [outcome, form] = what === 'match' ? [matchOutcome, matchForm] : [actionsOutcome, actionsForm];
    const seen = new Map<string, { readonly text: string; readonly outcome: string }>();
    const all = new Set([...texts].flatMap((text, at) => [text, MISTAKES[at % MISTAKES.length]!(text)]));
    const wrong: string[] = [];
    for (const text of all) {
      const own = outcome(text);
      const first = seen.get(form(text));
      if (first === undefined) seen.set(form(text), { text, outcome: own });
      else if ((first.outcome === 'well') !== (own === 'well'))
        wrong.push(`${first.text}: ${first.outcome}\n${text}: ${own}`);
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBeLessThan(all.size / 2);
    expect([...seen.values()].filter((each) => each.outcome !== 'well').length).toBeGreaterThan(20);
  });
});

describe('matchForm', () => {
  it.each([
    ['ip4.dst == 10.0.0.1 && tcp.dst == 80', 'ip4.dst == 10.244.1.255 && tcp.dst == 100'],
    ['eth.src == 0a:58:0a:f4:01:05', 'eth.src == 00:00:00:00:00:01'],
    ['ip6.src == {fd00::1, ::}', 'ip6.src == {fe80::a, fd00:10:244:1::5}'],
    ['inport == "a" && is_chassis_resident("cr-b")', 'inport == "shop_web-0" && is_chassis_resident("")'],
    ['ip4.src == $a1234567890', 'ip4.src == $a9876543210123'],
    ['ip /* one */', 'ip /* two */'],
  ])('%s', (one, other) => {
    expect(matchForm(one)).toBe(matchForm(other));
  });

  it.each([
    ['another width', 'tcp.dst == 80', 'tcp.dst == 70000'],
    ['another family', 'ip4.dst == 10.0.0.1', 'ip4.dst == fd00::1'],
    ['no address', 'ip4.dst == 10.0.0.1', 'ip4.dst == 10.0.0.256'],
    ['a mask', 'ip4.dst == 10.0.0.1/255.0.0.0', 'ip4.dst == 10.0.0.1/0.0.0.0'],
    ['a prefix length', 'ip4.dst == 10.0.0.0/8', 'ip4.dst == 10.0.0.0/33'],
    ['a bit', 'ct.est == 0', 'ct.est == 1'],
    ['an open quote', 'inport == "a', 'inport == "b"'],
    ['another set', 'inport == @a1234567890', 'inport == $a1234567890'],
  ])('tells apart: %s', (_what, one, other) => {
    expect(matchForm(one)).not.toBe(matchForm(other));
  });
});

describe('actionsForm', () => {
  it('keeps texts that an action reads', () => {
    const event = (vip: string): string => `trigger_event(event = "empty_lb_backends", vip = "${vip}");`;
    expect(actionsForm(event('10.0.0.1:80'))).not.toBe(actionsForm(event('nothing')));
    expect(actionsForm('outport = "a"; output;')).toBe(actionsForm('outport = "b"; output;'));
    expect(actionsForm('ct_lb_mark(backends=10.0.0.1:80,[fd00::1]:80);')).toBe(
      actionsForm('ct_lb_mark(backends=10.1.0.9:90,[fd00::2]:90);'),
    );
  });
});
