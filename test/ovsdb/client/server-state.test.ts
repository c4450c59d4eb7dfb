import { describe, expect, test } from 'vitest';
import { advance, ServerState, unfit } from '../../../src/ovsdb/client/server-state.js';
import type { ServedDatabase } from '../../../src/ovsdb/client/server-state.js';

const CID = '00000000-0000-4000-8000-00000000000c';
const ROW = '00000000-0000-4000-8000-000000000001';
const member = (more: Partial<ServedDatabase> = {}): ServedDatabase => ({
  name: 'D',
  model: 'clustered',
  connected: true,
  leader: false,
  cid: CID,
  index: 10,
  ...more,
});
const wanted = { database: 'D', leaderOnly: false, positions: new Map<string, number>() };

describe('a server', () => {
  test('is followed through its _Server database', () => {
    const state = new ServerState();
    const row = { name: 'D', model: 'clustered', connected: true, cid: ['uuid', CID], index: 5 };
    expect(state.apply({ Database: { [ROW]: { initial: row } } })).toBe(true);
    expect(state.databases()).toEqual([member({ index: 5 })]);
    expect(state.apply({ Database: { [ROW]: { modify: { leader: true, index: 6 } } } })).toBe(true);
    expect(state.databases()).toEqual([member({ leader: true, index: 6 })]);
    expect(state.apply({ Database: { [ROW]: { delete: null } } })).toBe(true);
    expect(state.databases()).toEqual([]);
    expect(state.apply({ Database: { [ROW]: { modify: { index: 7 } } } })).toBe(false);
    expect(state.apply([])).toBe(false);
  });

  test.each([
    ['does', [member()], wanted, undefined],
    ['lacks the database', [member({ name: 'E' })], wanted, 'no-database'],
    ['has lost its cluster', [member({ connected: false })], wanted, 'disconnected'],
    ['is not the leader', [member()], { ...wanted, leaderOnly: true }, 'not-leader'],
    ['is the leader', [member({ leader: true })], { ...wanted, leaderOnly: true }, undefined],
    ['is behind', [member()], { ...wanted, positions: new Map([[CID, 11]]) }, 'stale'],
    ['is not behind', [member()], { ...wanted, positions: new Map([[CID, 10]]) }, undefined],
    ['has yet to join', [member({ index: undefined })], { ...wanted, positions: new Map([[CID, 1]]) }, 'stale'],
    [
      'is of another cluster',
      [member({ cid: ROW, index: 1 })],
      { ...wanted, positions: new Map([[CID, 11]]) },
      undefined,
    ],
    [
      'is judged by all it has',
      [member(), member({ name: 'E', connected: false })],
      { ...wanted, database: undefined },
      'disconnected',
    ],
    ['is judged by what is wanted', [member(), member({ name: 'E', connected: false })], wanted, undefined],
  ] as const)('%s', (_, databases, want, why) => {
    expect(unfit(databases, want)?.why).toBe(why);
  });

  test('positions only go forward', () => {
    const positions = advance(advance(new Map(), [member({ index: 7 })]), [
      member({ index: 5 }),
      member({ cid: ROW, index: 1 }),
    ]);
    expect([...positions]).toEqual([
      [CID, 7],
      [ROW, 1],
    ]);
  });
});
