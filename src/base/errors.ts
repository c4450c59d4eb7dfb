interface OvnctlErrorOptions {
  readonly cause?: unknown;
  readonly hints?: readonly string[];
  readonly excerpt?: readonly string[];
}

/**
 * Why ovnctl could not do its job: a closed taxonomy, thrown by I/O and use cases and mapped to an exit code in one place
 * (`src/cli/exit-codes.ts`). Not for what is wrong with the cluster (a finding) nor for what could not be read (a gap).
 */
export abstract class OvnctlError extends Error {
  /** Dotted, stable code for scripts, for example `snapshot.format`. */
  readonly code: string;
  /** What the user can do next, one sentence each. */
  readonly hints: readonly string[];
  /** Lines of the input with a mark under the mistake, shown below the message. */
  readonly excerpt: readonly string[];

  constructor(code: string, message: string, options: OvnctlErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hints = options.hints ?? [];
    this.excerpt = options.excerpt ?? [];
  }
}

/** A malformed command line: unknown flag, value or endpoint form. Exit code 2. */
export class UsageError extends OvnctlError {}
/** The named object does not exist. Exit code 7. */
export class NotFoundError extends OvnctlError {}
/** Input data that cannot be used: damaged or foreign database file, unparsable expression. Exit code 65. */
export class InputError extends OvnctlError {}
/** 401, 403, TLS or file permission refused. Exit code 3. */
export class AccessError extends OvnctlError {}
/** Cannot connect, timed out, no leader. Exit code 4. */
export class UnavailableError extends OvnctlError {}
/** A guard, precondition or verification refused. Exit code 6. */
export class ConflictError extends OvnctlError {}
/** A broken invariant of ovnctl itself. Exit code 70. */
export class BugError extends OvnctlError {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('bug', message, options);
  }
}
