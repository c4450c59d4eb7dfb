import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fields } from '../../../src/kube/model/fields.js';
import { readSelector, selects } from '../../../src/kube/model/selector.js';

const selector = (value: object) => readSelector(Fields.of(value));
const labels = (value: Record<string, string>) => new Map(Object.entries(value));

describe('label selectors', () => {
  test.each([
    [{}, {}, true],
    [{ matchLabels: { app: 'web' } }, { app: 'web', tier: '1' }, true],
    [{ matchLabels: { app: 'web' } }, { app: 'api' }, false],
    [{ matchLabels: { app: '' } }, {}, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] }, { app: 'api' }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, {}, false],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, { app: 'web' }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, { app: '' }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, { app: '' }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'Like', values: ['w'] }] }, { app: 'w' }, false],
    [{ matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] }, { a: '1' }, false],
  ])('%j on %j', (given, of, expected) => {
    expect(selects(selector(given), labels(of))).toBe(expected);
  });

  test('In and NotIn are opposites, and so are Exists and DoesNotExist', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.dictionary(word, word), word, fc.array(word), (of, key, values) => {
        const by = (operator: string) =>
          selects(selector({ matchExpressions: [{ key, operator, values }] }), labels(of));
        return by('In') !== by('NotIn') && by('Exists') !== by('DoesNotExist');
      }),
    );
  });
});
