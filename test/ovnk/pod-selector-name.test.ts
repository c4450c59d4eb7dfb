import { describe, expect, it } from 'vitest';
import { parsePodSelectorName } from '../../src/ovnk/pod-selector-name.js';

const selector = (labels: Record<string, string>, matchExpressions: unknown[] = []) => ({
  matchLabels: new Map(Object.entries(labels)),
  matchExpressions,
});

describe('names of address sets of pods', () => {
  it.each([
    ['shop_LS{}', { namespaces: { name: 'shop' }, pods: selector({}) }],
    [
      'shop_LS{ML:{app: web,a/b_c: 1,},}',
      { namespaces: { name: 'shop' }, pods: selector({ app: 'web', 'a/b_c': '1' }) },
    ],
    [
      'LS{ME:{LSR{Key:team,Operator:In,Values:[obs dev],}},}_LS{}_LNM',
      {
        namespaces: selector({}, [{ key: 'team', operator: 'In', values: ['obs', 'dev'] }]),
        pods: selector({}),
      },
    ],
    [
      'LS{ML:{team: shop,},}_LS{ML:{app: api,},ME:{LSR{Key:x,Operator:Exists,Values:[],}},}',
      {
        namespaces: selector({ team: 'shop' }),
        pods: selector({ app: 'api' }, [{ key: 'x', operator: 'Exists', values: [] }]),
      },
    ],
  ])('%s', (name, value) => {
    expect(parsePodSelectorName(name)).toEqual({ ok: true, value });
  });

  it.each(['', 'shop', 'shop_', 'shop_LS{', 'shop_LS{}x', 'LS{}', 'shop_LS{ML:{app,},}'])('refuses "%s"', (name) => {
    expect(parsePodSelectorName(name).ok).toBe(false);
  });
});
