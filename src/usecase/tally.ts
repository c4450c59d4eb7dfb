/**
 * Many traced paths as a few facts: how often each verdict came out and why.
 *
 * Input: paths, each with the pair of ends it is between; output: counts, one verdict over all, the reasons with one
 * example each. Paths that failed for the same reason count as one reason, whatever addresses their messages mention.
 */
import type { Cause, OwnerSummary, Path, Verdict } from '../trace/path/path-trace.js';

/** Paths by verdict: one for each pair of ends, family, backend and equal-cost way. */
export interface Counts {
  readonly delivered: number;
  readonly dropped: number;
  readonly rejected: number;
  readonly unknown: number;
}

/** Why some of the paths were not delivered. */
export interface Reason {
  readonly verdict: Exclude<Verdict, 'delivered'>;
  /** Paths that ended so. */
  readonly count: number;
  readonly families: readonly Path['family'][];
  readonly cause?: Cause;
  /** The first pair of ends that it was met with, in the words of the trace commands. */
  readonly example: Pair;
}

export interface Pair {
  readonly source: string;
  readonly destination: string;
}

/** `mixed`: not the same for all; `unknown`: for one of them at least it is not known; `none`: there is nothing to send. */
export type CommonVerdict = Verdict | 'mixed' | 'none';

/** What a tally wants to know of a path. */
export type TalliedPath = Pick<Path, 'verdict' | 'family' | 'cause' | 'connection'>;

/**
 * The paths that tell whether a client gets through. The first packet to a service with session affinity only makes OVN
 * remember a backend: what counts is what becomes of the packets behind it, where they were followed.
 */
export function connecting<P extends TalliedPath>(paths: readonly P[]): readonly P[] {
  if (paths.every(({ connection }) => connection === undefined)) return paths;
  return paths.filter(({ cause }) => cause?.type !== 'session-affinity');
}

const VERDICTS = ['delivered', 'dropped', 'rejected', 'unknown'] as const;

export class Tally {
  readonly #counts: Record<Verdict, number> = { delivered: 0, dropped: 0, rejected: 0, unknown: 0 };
  readonly #reasons = new Map<string, Reason>();

  add({ verdict, family, cause }: TalliedPath, pair: Pair): void {
    this.#counts[verdict]++;
    if (verdict === 'delivered') return;
    const key = `${verdict} ${cause?.type ?? ''} ${cause?.object?.text ?? cause?.message ?? ''}`;
    const known = this.#reasons.get(key);
    if (known === undefined) {
      this.#reasons.set(key, {
        verdict,
        count: 1,
        families: [family],
        ...(cause === undefined ? {} : { cause }),
        example: pair,
      });
      return;
    }
    const families = known.families.includes(family) ? known.families : [...known.families, family].sort();
    this.#reasons.set(key, { ...known, count: known.count + 1, families });
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** The most frequent one first, then as they were met. */
  get reasons(): readonly Reason[] {
    return [...this.#reasons.values()].sort((a, b) => b.count - a.count);
  }

  get verdict(): CommonVerdict {
    const { unknown } = this.#counts;
    if (unknown > 0) return 'unknown';
    const met = VERDICTS.filter((verdict) => this.#counts[verdict] > 0);
    const [only, second] = met;
    if (only === undefined) return 'none';
    return second === undefined ? only : 'mixed';
  }
}

/** `NetworkPolicy shop/web`: an object as people name it. */
export function objectName({ kind, namespace, name }: Pick<OwnerSummary, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** Every way to name an object in a word or two: with its namespace and, where that goes without saying, by one name. */
export function objectNames(object: Pick<OwnerSummary, 'kind' | 'namespace' | 'name' | 'text'>): readonly string[] {
  return [objectName(object), `${object.kind} ${object.name}`, object.text];
}
