import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { chosenZones } from '../../src/cli/source-flags.js';

const chosen = (zone: readonly string[], nb?: string, sb?: string) => chosenZones({ nb, sb, zone });

describe('flags that choose zones', () => {
  it('name a zone to limit to, or its servers', () => {
    expect(chosen(['a', 'b=nb=unix:/n,sb=ssl:h:1,ssl:i:2'])).toEqual({
      remotes: [{ name: 'b', nb: 'unix:/n', sb: 'ssl:h:1,ssl:i:2' }],
      only: ['a'],
    });
    expect(chosen(['b=sb=unix:/s'])).toEqual({ remotes: [{ name: 'b', sb: 'unix:/s' }], only: [] });
    expect(chosen([], 'unix:/n', 'unix:/s')).toEqual({ remotes: [{ nb: 'unix:/n', sb: 'unix:/s' }], only: [] });
    expect(chosen([], undefined, undefined)).toEqual({ remotes: [], only: [] });
  });

  it.each(['=sb=unix:/s', 'a=unix:/s', 'a=nb=', 'a=sb=unix:/s,sb=unix:/t', 'a='])('"%s" is refused', (text) => {
    expect(() => chosen([text])).toThrow(UsageError);
  });

  it('do not mix one zone with several', () => {
    expect(() => chosen(['a=sb=unix:/s'], 'unix:/n')).toThrow(/for a single zone/);
  });
});
