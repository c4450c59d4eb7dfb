import type { Definition, Finding } from './finding.js';
import type { Area, Input } from './inputs.js';
import type { Sight } from './sight.js';

/** There is nothing to look at, and that is all right. */
export interface Skip {
  readonly skipped: string;
}

/**
 * One check: what it is about, what it looks at (tests prove that it looks at nothing else and at all of it), what it may
 * find, and a function of the World. It has no client, no clock and no stream; the same World gives the same findings.
 */
export interface Analyzer {
  /** `area/topic`, unique. */
  readonly id: string;
  readonly area: Area;
  /** What holds when nothing is found, as a phrase: `every node has a default route`. */
  readonly title: string;
  readonly inputs: readonly Input[];
  readonly finds: readonly Definition<never>[];
  readonly analyze: (sight: Sight) => Promise<readonly Finding[] | Skip>;
}
