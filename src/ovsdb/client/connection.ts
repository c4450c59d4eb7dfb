/**
 * One usable connection out of several servers that hold the same databases: the members of a cluster, or one server alone.
 *
 * In: remotes, and how to dial them. Out: a live session whenever somebody asks for one, from the next member when this one
 * is lost, falls behind, or loses what was asked for (leadership, contact with its cluster). Between rounds of failures it
 * waits longer and longer. It dials only while somebody waits. Must not know: what sessions are used for.
 */
import { AccessError, BugError, InputError, OvnctlError, UnavailableError, UsageError } from '../../base/errors.js';
import { ConnectionLostError } from './errors.js';
import { LiveSession } from './live-session.js';
import type { Remote } from './remote.js';
import { advance, unfit } from './server-state.js';
import type { Positions, Unfit } from './server-state.js';
import type { Traffic } from './session.js';
import type { Clock, Dial } from './transport.js';

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly dial: Dial;
  /** The database that servers are judged by; without it, all they serve. */
  readonly database: string | undefined;
  readonly leaderOnly: boolean;
  /** For one server: reaching it and its first answers. */
  readonly attemptMs: number;
  readonly probeMs: number;
  readonly maxMessageBytes: number;
  readonly maxQueuedBytes: number;
}

export interface Wait {
  /** On the clock. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  /** Fail after one round when no server can be reached at all, rather than wait for one to come up. */
  readonly failFast?: boolean;
}

interface Waiter {
  readonly resolve: (live: LiveSession) => void;
  readonly reject: (error: Error) => void;
  readonly failFast: boolean;
}

interface Failure {
  readonly remote: Remote;
  readonly error: unknown;
  /** The server answered and was judged unfit. */
  readonly unfit: Unfit | undefined;
}

const FIRST_BACKOFF = 100;
const LAST_BACKOFF = 8000;
/** How long a server that is given up may take to answer what it was asked before. */
const DRAIN = 2000;

const REASONS: Readonly<Record<Unfit['why'], string>> = {
  'no-database': 'does not serve the database',
  disconnected: 'is not in contact with its cluster',
  'not-leader': 'is not the leader',
  stale: 'is behind what was read before',
};

class UnfitError extends UnavailableError {
  readonly unfit: Unfit;
  constructor(remote: Remote, fault: Unfit) {
    super(`ovsdb.${fault.why}`, `${remote.text} ${REASONS[fault.why]} ${fault.database}`);
    this.unfit = fault;
  }
}

export class Connection {
  readonly #remotes: readonly Remote[];
  readonly #options: ConnectionOptions;
  readonly #waiters = new Set<Waiter>();
  #live: LiveSession | undefined;
  #draining = new Set<LiveSession>();
  #search: AbortController | undefined;
  #next = 0;
  /** Rounds without a session that proved useful. */
  #fruitless = 0;
  #positions: Positions = new Map();
  #failures: readonly Failure[] = [];
  #isClosed = false;
  #past: Traffic = { bytesIn: 0, bytesOut: 0, messagesIn: 0, strayReplies: 0 };

  constructor(remotes: readonly Remote[], options: ConnectionOptions) {
    if (remotes.length === 0) throw new BugError('no remotes');
    this.#remotes = remotes;
    this.#options = options;
  }

  get live(): LiveSession | undefined {
    return this.#live;
  }

  /** Over all connections so far. */
  get traffic(): Traffic {
    const now = [this.#live, ...this.#draining].flatMap((live) => live?.session.traffic ?? []);
    return now.reduce(sum, this.#past);
  }

  /** A session that is fit now, or the first to be found. Rejects with an OvnctlError, or the signal's reason. */
  session(wait: Wait): Promise<LiveSession> {
    const { clock } = this.#options;
    if (this.#isClosed) return Promise.reject(closedError());
    // A session that has just ended is still here until its promise says so.
    if (this.#live?.session.isOpen === true) return Promise.resolve(this.#live);
    this.#live = undefined;
    return new Promise((resolve, reject) => {
      const { signal, deadline } = wait;
      if (signal?.aborted === true) {
        reject(reasonOf(signal));
        return;
      }
      const done = (): void => {
        this.#waiters.delete(waiter);
        callOff();
        signal?.removeEventListener('abort', abort);
        if (this.#waiters.size === 0) this.#search?.abort();
      };
      const waiter: Waiter = {
        failFast: wait.failFast === true,
        resolve: (live) => {
          done();
          resolve(live);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      const abort = (): void => waiter.reject(reasonOf(signal));
      const callOff = clock.after(Math.max(0, deadline - clock.now()), () => waiter.reject(this.#unavailable()));
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.add(waiter);
      if (this.#search === undefined) void this.#find();
    });
  }

  /** To be told that a session answered a request: it was worth having, so its loss is no reason to wait. */
  proved(live: LiveSession): void {
    if (live === this.#live) this.#fruitless = 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#search?.abort();
    for (const waiter of [...this.#waiters]) waiter.reject(closedError());
    this.#live?.session.close();
    for (const live of this.#draining) live.session.close();
  }

  async #find(): Promise<void> {
    const search = new AbortController();
    this.#search = search;
    const { signal } = search;
    try {
      while (!signal.aborted) {
        if (this.#fruitless > 0) await this.#pause(signal);
        this.#fruitless++;
        const failures: Failure[] = [];
        for (let tried = 0; tried < this.#remotes.length && !isAborted(signal); tried++) {
          const remote = this.#remotes[this.#next] as Remote;
          this.#next = (this.#next + 1) % this.#remotes.length;
          try {
            this.#adopt(await this.#attempt(remote, signal));
            return;
          } catch (error) {
            failures.push({
              remote,
              error: rootOf(error),
              unfit: error instanceof UnfitError ? error.unfit : undefined,
            });
          }
        }
        if (!isAborted(signal)) this.#roundFailed(failures);
      }
    } finally {
      if (this.#search === search) this.#search = undefined;
      // Somebody came while an abandoned search was ending.
      if (this.#waiters.size > 0 && this.#live === undefined && !this.#isClosed) void this.#find();
    }
  }

  async #attempt(remote: Remote, search: AbortSignal): Promise<LiveSession> {
    const { clock, dial, attemptMs, probeMs, maxMessageBytes, maxQueuedBytes } = this.#options;
    const limit = new AbortController();
    const stop = (): void => limit.abort(search.reason);
    const callOff = clock.after(attemptMs, () => {
      limit.abort(new UnavailableError('ovsdb.connect-timeout', `${remote.text}: no connection in time`));
    });
    search.addEventListener('abort', stop, { once: true });
    try {
      const transport = await dial(remote, limit.signal);
      const live = new LiveSession(remote, transport, { clock, probeMs, maxMessageBytes, maxQueuedBytes });
      try {
        await live.introduce(clock.now() + attemptMs, limit.signal);
        const fault = this.#judge(live);
        if (fault !== undefined) throw new UnfitError(remote, fault);
        return live;
      } catch (error) {
        live.session.close();
        this.#past = sum(this.#past, live.session.traffic);
        throw error;
      }
    } finally {
      callOff();
      search.removeEventListener('abort', stop);
    }
  }

  #judge(live: LiveSession): Unfit | undefined {
    const databases = live.databases();
    if (databases === undefined) return undefined;
    const { database, leaderOnly } = this.#options;
    const fault = unfit(databases, { database, leaderOnly, positions: this.#positions });
    if (fault === undefined) this.#positions = advance(this.#positions, databases);
    return fault;
  }

  #adopt(live: LiveSession): void {
    this.#live = live;
    this.#failures = [];
    live.onServerChange = () => {
      const fault = this.#judge(live);
      if (fault !== undefined && this.#live === live) this.#drain(live, fault);
    };
    void live.session.closed.then((reason) => {
      if (this.#live === live) this.#live = undefined;
      this.#draining.delete(live);
      this.#past = sum(this.#past, live.session.traffic);
      if (reason !== undefined) this.#failures = [{ remote: live.remote, error: reason, unfit: undefined }];
    });
    for (const waiter of [...this.#waiters]) waiter.resolve(live);
  }

  /** Gives a server up, but not what it was asked before. */
  #drain(live: LiveSession, fault: Unfit): void {
    const { clock } = this.#options;
    this.#live = undefined;
    this.#draining.add(live);
    const end = clock.now() + DRAIN;
    const check = (): void => {
      if (live.session.inFlight === 0 || clock.now() >= end) live.session.close(new UnfitError(live.remote, fault));
      else clock.after(20, check);
    };
    check();
  }

  #roundFailed(failures: readonly Failure[]): void {
    this.#failures = failures;
    const isHopeless = failures.every(isLasting);
    const isUnreachable = failures.every((failure) => failure.unfit === undefined);
    // A server that is well and lacks the database is not about to get it.
    const isWrongServer = failures.every((failure) => failure.unfit?.why === 'no-database');
    for (const waiter of [...this.#waiters]) {
      if (isHopeless || (waiter.failFast && (isUnreachable || isWrongServer))) waiter.reject(this.#unavailable());
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const delay = Math.min(FIRST_BACKOFF * 2 ** (this.#fruitless - 1), LAST_BACKOFF);
    await new Promise<void>((resolve) => {
      const callOff = this.#options.clock.after(delay, resolve);
      signal.addEventListener(
        'abort',
        () => {
          callOff();
          resolve();
        },
        { once: true },
      );
    });
  }

  /** Why nothing usable was found, member by member; in the class of a failure that trying again won't mend, if there is one. */
  #unavailable(): Error {
    const failures = this.#failures;
    const [only] = failures;
    if (failures.length === 1 && only?.error instanceof OvnctlError) return only.error;
    const text = failures.length > 0 ? failures.map(failureText).join('; ') : 'no server answered in time';
    const remotes = this.#remotes.map((remote) => remote.text).join(',');
    const cause = (failures.find(isLasting) ?? only)?.error;
    if (cause instanceof AccessError) return new AccessError(cause.code, text, { cause, hints: cause.hints });
    if (cause instanceof InputError || cause instanceof UsageError) return cause;
    return new UnavailableError('ovsdb.unavailable', `${remotes}: ${text}`, { cause });
  }
}

/** Credentials, and what is no OVSDB server, don't become right by trying again. */
const isLasting = ({ error }: Failure): boolean =>
  error instanceof AccessError || error instanceof InputError || error instanceof UsageError;

/** Why the connection ended says more than that it did: a TLS server refuses a client's certificate by closing. */
const rootOf = (error: unknown): unknown =>
  error instanceof ConnectionLostError && error.cause instanceof OvnctlError ? error.cause : error;

/** A call, so that the compiler does not take the answer for one that can't change. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

const failureText = ({ remote, error }: Failure): string =>
  error instanceof OvnctlError ? error.message : `${remote.text}: ${String(error)}`;

const closedError = (): Error => new UnavailableError('ovsdb.client-closed', 'the client is closed');

const reasonOf = (signal: AbortSignal | undefined): Error => {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
};

const sum = (a: Traffic, b: Traffic): Traffic => ({
  bytesIn: a.bytesIn + b.bytesIn,
  bytesOut: a.bytesOut + b.bytesOut,
  messagesIn: a.messagesIn + b.messagesIn,
  strayReplies: a.strayReplies + b.strayReplies,
});
