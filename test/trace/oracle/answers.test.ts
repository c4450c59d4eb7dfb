import { beforeAll, describe, expect, test } from 'vitest';
import { openWorld } from '../../../src/connect/open-world.js';
import type { Path } from '../../../src/trace/path/path-trace.js';
import { ourAnswer, recordedAnswer } from './answers.js';
import { ANSWER_EXCEPTIONS } from './exceptions.js';
import { ARCHIVE, recordedCases } from './recording.js';
import type { RecordedBranch } from './recording.js';
import { askAgain, isAskable } from './words.js';

const cases = recordedCases().filter(isAskable);
const kinds = [...new Set(cases.map(({ kind }) => kind))];
const COUNTS: Readonly<Record<string, number>> = {
  'pod-pod': 250,
  'pod-service': 142,
  'pod-lbip': 34,
  'pod-nodeport': 63,
  'pod-node': 52,
  'pod-external': 55,
  udn: 113,
  'host-service': 22,
  'host-pod': 27,
  'external-in': 45,
};

interface Answer {
  readonly name: string;
  readonly kind: string;
  readonly recorded: string;
  readonly ours: string;
}

const exceptions = new Map(
  ANSWER_EXCEPTIONS.flatMap((exception) => exception.cases.map((name) => [name, exception] as const)),
);

const sameBackend = (branch: RecordedBranch, { backend }: Path): boolean =>
  branch.backend?.address === backend?.address && branch.backend?.port === backend?.port;

describe('what a user is told of the recorded packets', () => {
  const answers: Answer[] = [];

  beforeAll(async () => {
    const world = await openWorld(ARCHIVE);
    for (const recorded of cases) {
      const { paths, notes } = await askAgain(world, recorded);
      for (const branch of recorded.branches) {
        const path = paths.find((each) => sameBackend(branch, each));
        answers.push({
          name: recorded.name,
          kind: recorded.kind,
          recorded: recordedAnswer(recorded, branch),
          ours: path === undefined ? 'no such path' : ourAnswer(path, notes),
        });
      }
    }
  }, 600_000);

  test.each(kinds)('%s', (kind) => {
    const all = answers.filter((answer) => answer.kind === kind);
    const different = all.filter(({ ours, recorded }) => ours !== recorded);
    console.log(`ic-oracle, words, ${kind}: compared ${all.length}, equal ${all.length - different.length}`);
    const unexpected = different.filter(({ name, recorded, ours }) => {
      const exception = exceptions.get(name);
      return exception?.recorded !== recorded || exception.ours !== ours;
    });
    expect(unexpected).toEqual([]);
    expect(all).toHaveLength(COUNTS[kind] ?? 0);
  });

  test.each(ANSWER_EXCEPTIONS)('exception: $reason', ({ cases: names }) => {
    const agreeing = answers.filter(({ name, ours, recorded }) => names.includes(name) && ours === recorded);
    expect(agreeing.map(({ name }) => `${name} agrees: take it off the list`)).toEqual([]);
    expect(names.filter((name) => !cases.some((each) => each.name === name))).toEqual([]);
  });
});
