/** The one place that decides the exit code of the process; the table is a promise to scripts. */
import { CLIError, ExitError } from '@oclif/core/errors';
import { AccessError, ConflictError, InputError, NotFoundError, UnavailableError, UsageError } from '../base/errors.js';

export const EXIT = {
  /** Done; delivered; expectation met; nothing to report. */
  done: 0,
  /** A negative verdict: not delivered, expectation not met, findings at the threshold, a difference. */
  negative: 1,
  usage: 2,
  access: 3,
  unavailable: 4,
  /** A verdict was asked for and what could not be read might change it. */
  incomplete: 5,
  conflict: 6,
  notFound: 7,
  input: 65,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code for anything that was thrown; what we do not know is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof AccessError) return EXIT.access;
  if (error instanceof UnavailableError) return EXIT.unavailable;
  if (error instanceof ConflictError) return EXIT.conflict;
  if (error instanceof NotFoundError) return EXIT.notFound;
  if (error instanceof InputError) return EXIT.input;
  // oclif ends help and its own commands with an ExitError; everything else it throws is about the command line.
  if (error instanceof ExitError) return error.oclif.exit ?? EXIT.done;
  if (error instanceof CLIError) return EXIT.usage;
  return EXIT.bug;
}

/** What a command found out, as far as the exit code is concerned. */
export type Outcome = 'done' | 'negative' | 'incomplete';

/** The exit code of a command that did its job. */
export function exitCodeForOutcome(outcome: Outcome): ExitCode {
  return EXIT[outcome];
}
