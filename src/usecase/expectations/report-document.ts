import type { Protocol } from '../../trace/path/path-trace.js';
import type { CommonVerdict, Counts, Reason } from '../tally.js';
import type { Expectation, ExpectedReason } from './expectation.js';

/** What `verify connectivity` answers: the `data` of `kind: ConnectivityReport`; results in the order of the file. */
export interface ConnectivityReport {
  /** As it was named; `-` for standard input. */
  readonly file: string;
  /** `broken` when one expectation is not met; `inconclusive` when one cannot be judged and none is broken. */
  readonly verdict: 'met' | 'broken' | 'inconclusive';
  readonly summary: ReportSummary;
  readonly results: readonly ExpectationResult[];
}

export interface ReportSummary {
  readonly expectations: number;
  readonly met: number;
  readonly broken: number;
  readonly inconclusive: number;
  /** Could not be tried, like one about a pod that does not exist: not met either. */
  readonly untried: number;
  /** Paths that were traced. */
  readonly paths: number;
}

export type ExpectationOutcome = 'met' | 'broken' | 'inconclusive' | 'untried';

export interface ExpectationResult {
  readonly name: string;
  /** Where the expectation begins in the file, from 1. */
  readonly line: number;
  readonly column: number;
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly protocol?: Protocol;
  readonly families?: readonly ('ipv4' | 'ipv6')[];
  readonly expect: Expectation['expect'];
  readonly reason?: ExpectedReason;
  readonly outcome: ExpectationOutcome;
  /** Why it is not met, one sentence. */
  readonly message?: string;
  /** What came out for all paths together. */
  readonly verdict: CommonVerdict;
  readonly counts: Counts;
  /** Why paths were not delivered, the most frequent reason first. */
  readonly reasons: readonly Reason[];
  /** What the tracer decided or assumed on its own. */
  readonly notes?: readonly string[];
}
