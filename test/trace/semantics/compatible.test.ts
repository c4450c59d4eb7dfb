import { describe, expect, it } from 'vitest';
import { parseActions } from '../../../src/lflow/actions/parse-actions.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';
import { parseCtState } from '../../../src/trace/semantics/ct-states.js';
import { knownSince } from '../../../src/trace/semantics/known-actions.js';

describe('--ct', () => {
  it.each([
    ['new', 0x21n],
    ['est,rpl', 0x2an],
    ['trk est', 0x22n],
    ['', 0x20n],
    ['new,est,rel,rpl,inv,trk,snat,dnat', 0xffn],
  ])('%s', (text, value) => {
    expect(parseCtState(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['new,nwe', 'nwe'],
    ['new|trk', 'new|trk'],
    ['NEW', 'NEW'],
    ['toString', 'toString'],
  ])('%s is refused', (text, word) => {
    expect(parseCtState(text)).toEqual({ ok: false, error: word });
  });
});

describe('actions by release', () => {
  const known = (text: string, release: OvnRelease): boolean => {
    const symbols = symbolTable('26.03');
    const parsed = parseActions(text, { symbols, release: '26.03', pipeline: 'ingress', table: 0 });
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value.actions.every((action) => knownSince(action, release));
  };

  it.each([
    ['next;', '23.03.1', undefined],
    ['ct_next;', '23.03.1', undefined],
    ['ct_next(dnat);', '24.03', '23.09'],
    ['ct_commit_nat;', '23.03.1', undefined],
    ['ct_commit_nat(snat);', '23.09', '23.06'],
    ['mac_cache_use;', '23.09', '23.06'],
    ['log(verdict=pass);', '23.06', '23.03'],
    ['log(verdict=allow);', '23.03.1', undefined],
    ['reg1 = ct_nw_dst();', '23.09', '23.06'],
    ['reg4[0..7] = ct_state_save();', '24.03', '23.09'],
    ['reg1[16..23] = ct_proto();', '25.09', '25.03'],
    ['ct_commit_to_zone(dnat);', '24.03', '23.09'],
    ['flood_remote;', '25.03', '24.09'],
    ['mirror("p");', '25.09', '25.03'],
    ['ct_lb_mark_local(backends="p":10.0.0.1:80);', '26.03', '25.09'],
    ['clone { mirror("p"); };', '25.09', '25.03'],
  ] as const)('%s since %s', (text, since, before) => {
    expect(known(text, since)).toBe(true);
    expect(known(text, '26.03')).toBe(true);
    if (before !== undefined) expect(known(text, before)).toBe(false);
  });

  it('forgets the old form of ct_commit in 24.09', () => {
    expect(known('ct_commit(ct_mark=1);', '24.03')).toBe(true);
    expect(known('ct_commit(ct_mark=1);', '24.09')).toBe(false);
  });
});
