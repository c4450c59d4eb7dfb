import { describe, expect, test } from 'vitest';
import { everyCourse } from '../../../src/trace/path/courses.js';
import type { Chooser } from '../../../src/trace/path/courses.js';

const walk = (choose: Chooser): Promise<string> => {
  const first = choose('backend', ['a', 'b']);
  // Only the second backend lies behind equal-cost routes.
  const second = first === 1 ? choose('member', ['1', '2', '3']) : -1;
  return Promise.resolve(`${String(first)}/${String(second)}`);
};

describe('every course', () => {
  test('takes each combination once, in the order of the options', async () => {
    const { courses, complete } = await everyCourse(walk, 10);
    expect(courses.map(({ result }) => result)).toEqual(['0/-1', '1/0', '1/1', '1/2']);
    expect(courses.at(-1)?.choices).toEqual([
      { kind: 'backend', taken: 'b' },
      { kind: 'member', taken: '3' },
    ]);
    expect(complete).toBe(true);
  });

  test('stops at the limit and says so', async () => {
    const { courses, complete } = await everyCourse(walk, 2);
    expect(courses).toHaveLength(2);
    expect(complete).toBe(false);
  });

  test('a walk without forks is one course', async () => {
    expect(await everyCourse(() => Promise.resolve('x'), 5)).toEqual({
      courses: [{ choices: [], result: 'x' }],
      complete: true,
    });
  });
});
