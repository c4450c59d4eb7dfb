import { whenHeld } from '../../ovsdb/replica/not-held.js';

/** A fork where the datapath would pick one of several ways by hash, weight or chance. */
export interface Choice {
  readonly kind: 'backend' | 'member' | 'child' | 'tie';
  /** What was taken, as people say it: `10.244.2.3:8080`. */
  readonly taken: string;
}

/** Asked by the engine at every fork, in the order the packet meets them; returns the index of the option to take. */
export type Chooser = (kind: Choice['kind'], options: readonly string[]) => number;

export interface Course<T> {
  readonly choices: readonly Choice[];
  readonly result: T;
}

/**
 * Runs a deterministic walk once for every combination of choices it meets: nothing is random, nothing is left out.
 * The walk is repeated from its start with a longer list of decisions each time, so it needs no way to branch.
 * At most `limit` courses; `complete` is false when there would have been more.
 */
export async function everyCourse<T>(
  walk: (choose: Chooser) => Promise<T>,
  limit: number,
): Promise<{ readonly courses: readonly Course<T>[]; readonly complete: boolean }> {
  const courses: Course<T>[] = [];
  const open: number[][] = [[]];
  for (let decided = open.pop(); decided !== undefined; decided = open.pop()) {
    if (courses.length === limit) return { courses, complete: false };
    const script = decided;
    // What a live database has to fetch first is asked for again from the start of the walk, with nothing chosen yet.
    const { course, alternatives } = await whenHeld(() => follow(walk, script));
    courses.push(course);
    // The next course differs in the last fork first, so that courses come in the order of the options.
    open.push(...alternatives);
  }
  return { courses, complete: true };
}

/** The walk under the decisions of `script`, with the first option at every fork after them. */
async function follow<T>(
  walk: (choose: Chooser) => Promise<T>,
  script: readonly number[],
): Promise<{ readonly course: Course<T>; readonly alternatives: readonly number[][] }> {
  const met: Choice[] = [];
  const alternatives: number[][] = [];
  const taken: number[] = [];
  const result = await walk((kind, options) => {
    const index = script[met.length] ?? 0;
    if (met.length >= script.length) {
      for (let other = options.length - 1; other > 0; other--) alternatives.push([...taken, other]);
    }
    taken.push(index);
    met.push({ kind, taken: options[index] ?? '' });
    return index;
  });
  return { course: { choices: met, result }, alternatives };
}
