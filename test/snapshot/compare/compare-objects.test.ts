import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareObjects } from '../../../src/snapshot/compare/compare-objects.js';
import type { ComparedList } from '../../../src/snapshot/compare/compare-objects.js';

const list = (items: readonly unknown[], isWhole: ComparedList['isWhole'] = () => true): ComparedList => ({
  items,
  isWhole,
});
const object = (name: string, more: object = {}, namespace = 'a') => ({ metadata: { name, namespace }, ...more });

describe('lists of objects', () => {
  test('objects that come, go and change, by path', () => {
    const before = list([object('x'), object('y', { spec: { ports: [{ port: 80 }, { port: 81 }], type: 'A' } })]);
    const after = list([object('y', { spec: { ports: [{ port: 80 }], type: 'B' } }), object('z')]);
    expect(compareObjects(before, after, false)).toEqual([
      { namespace: 'a', name: 'x', change: 'removed', members: [] },
      {
        namespace: 'a',
        name: 'y',
        change: 'changed',
        members: [
          { path: 'spec.ports[1]', before: { port: 81 } },
          { path: 'spec.type', before: 'A', after: 'B' },
        ],
      },
      { namespace: 'a', name: 'z', change: 'added', members: [] },
    ]);
  });

  test('what the API server counts and stamps is no change, unless asked for', () => {
    const one = object('x', {
      metadata: { name: 'x', namespace: 'a', uid: '1', resourceVersion: '1', creationTimestamp: 'then' },
      status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '1' }] },
    });
    const other = object('x', {
      kind: 'Pod',
      metadata: { name: 'x', namespace: 'a', uid: '2', resourceVersion: '2', managedFields: [], labels: {} },
      status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2' }] },
    });
    expect(compareObjects(list([one]), list([other]), false)).toEqual([]);
    const paths = compareObjects(list([one]), list([other]), true)[0]?.members.map(({ path }) => path);
    expect(paths).toContain('status.conditions[0].lastHeartbeatTime');
    expect(paths).toContain('metadata.resourceVersion');
  });

  test('what is not in a list that is not whole may exist', () => {
    const whole = list([object('x'), object('y', {}, 'b')]);
    const partial = list([], (namespace) => namespace === 'b');
    expect(compareObjects(whole, partial, false).map(({ name, change }) => [name, change])).toEqual([['y', 'removed']]);
    expect(compareObjects(partial, whole, false).map(({ name, change }) => [name, change])).toEqual([['y', 'added']]);
  });

  test('a list does not differ from itself in another order; what comes one way goes the other', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    const items = names.chain((all) =>
      fc.tuple(...all.map((name) => fc.jsonValue().map((spec) => object(name, { spec })))),
    );
    fc.assert(
      fc.property(items, items, (one, other) => {
        expect(compareObjects(list(one), list([...one].reverse()), true)).toEqual([]);
        const there = compareObjects(list(one), list(other), true);
        const back = compareObjects(list(other), list(one), true);
        const flip = { added: 'removed', removed: 'added', changed: 'changed' } as const;
        expect(back.map(({ name, change }) => [name, change])).toEqual(
          there.map(({ name, change }) => [name, flip[change]]),
        );
      }),
    );
  });
});
