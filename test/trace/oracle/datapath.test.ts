import { beforeAll, describe, expect, test } from 'vitest';
import { openWorld } from '../../../src/connect/open-world.js';
import type { World } from '../../../src/world/world.js';
import { comparison } from './comparison.js';
import { EXCEPTIONS } from './exceptions.js';
import type { Difference } from './facts.js';
import { ARCHIVE, recordedCases, STATES } from './recording.js';
import type { RecordedCase } from './recording.js';

const cases = recordedCases();
const excepted = new Map(EXCEPTIONS.flatMap((exception) => exception.cases.map((name) => [name, exception] as const)));
const COUNTS = { new: 676, reply: 133, established: 133, again: 46 } as const;

const found = new Map<string, readonly Difference[]>();
let world: World;

const withState = (state: RecordedCase['state']): readonly RecordedCase[] =>
  cases.filter((each) => each.state === state);

const described = (name: string, differences: readonly Difference[]): readonly string[] =>
  differences.map(({ fact, ours, recorded }) => `${name}: ${fact}\n  ours     ${ours}\n  recorded ${recorded}`);

describe('the recorded datapath, OVN 26.03.1', () => {
  beforeAll(async () => {
    world = await openWorld(ARCHIVE);
    const compare = await comparison(world, cases, { learns: true });
    for (const recorded of cases) found.set(recorded.name, await compare(recorded));
  });

  test.each(STATES)('packets that are %s', (state) => {
    const all = withState(state);
    const equal = all.filter(({ name }) => found.get(name)?.length === 0);
    const others = all.filter(({ name }) => !excepted.has(name));
    console.log(`ic-oracle, ${state}: compared ${all.length}, equal ${equal.length}`);
    expect(others.flatMap(({ name }) => described(name, found.get(name) ?? []))).toEqual([]);
    expect(all).toHaveLength(COUNTS[state]);
    expect(equal.length).toBe(others.length);
  });

  test.each(EXCEPTIONS)('exception: $reason', ({ facts, cases: names }) => {
    for (const name of names) {
      const differing = found.get(name)?.map(({ fact }) => fact) ?? [];
      if (differing.length === 0) throw new Error(`${name} agrees: take it off the list`);
      expect(facts).toEqual(expect.arrayContaining(differing));
    }
  });

  test('what differs by what the flows learned agrees without it', async () => {
    const compare = await comparison(world, cases, { learns: false });
    const names = new Set(EXCEPTIONS.filter(({ learning }) => learning).flatMap((exception) => exception.cases));
    const learned = cases.filter(({ name }) => names.has(name));
    const differences: string[] = [];
    for (const recorded of learned) differences.push(...described(recorded.name, await compare(recorded)));
    console.log(`ic-oracle, nothing learned: compared ${learned.length}, equal ${learned.length - differences.length}`);
    expect(differences).toEqual([]);
    expect(learned).toHaveLength(names.size);
  });

  test('every case that the recorder could not know is an exception or agrees', () => {
    const unknown = cases.filter(({ reliable }) => reliable === false);
    const agreeing = unknown.filter(({ name }) => !excepted.has(name));
    expect(unknown).toHaveLength(17);
    // Their reply waits for a neighbour here too.
    expect(agreeing.map(({ name }) => name)).toEqual([
      'udn-in-np-g-svc-ovn-control-plane-v4-b0--est',
      'udn-in-np-g-svc-ovn-control-plane-v4-b1--est',
      'udn-in-np-g-svc-ovn-control-plane-v6-b0--est',
      'udn-in-np-g-svc-ovn-control-plane-v6-b1--est',
      'udn-in-np-g-svc-ovn-worker-v4-b1--est',
    ]);
  });
});
