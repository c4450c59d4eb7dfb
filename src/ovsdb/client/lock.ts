import { UnavailableError } from '../../base/errors.js';
import { isJsonObject } from '../wire/json.js';
import type { Connection } from './connection.js';
import { ConnectionLostError, DeadlineError, RequestRefusedError, requestError } from './errors.js';
import { lockKey } from './live-session.js';
import type { LiveSession } from './live-session.js';
import type { Clock } from './transport.js';

export interface LockSettings {
  readonly clock: Clock;
  readonly connection: Connection;
  readonly name: string;
  /** Take it from whoever has it. Only the first time: after a change of servers it is waited for. */
  readonly steal: boolean;
  readonly timeoutMs: number;
  readonly onChange?: ((owned: boolean) => void) | undefined;
}

/**
 * A lock of RFC 7047 sections 4.1.8–4.1.10. It belongs to the connection: it is lost with it and asked for again on the next
 * one, so `owned` may change at any time; a transaction that depends on it says so by an `assert` operation.
 */
export class Lock {
  readonly name: string;
  readonly #settings: LockSettings;
  readonly #stop = new AbortController();
  #owned = false;
  #failure: { readonly error: unknown } | undefined;
  #live: LiveSession | undefined;
  #waiting: (() => void)[] = [];

  constructor(settings: LockSettings) {
    this.name = settings.name;
    this.#settings = settings;
    void this.#run();
  }

  get owned(): boolean {
    return this.#owned;
  }

  /** Resolves when the lock is owned. Rejects by the deadline, with the signal's reason, or with why it can't be had. */
  async whenOwned(options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {}): Promise<void> {
    const { clock } = this.#settings;
    const { signal, timeoutMs = this.#settings.timeoutMs } = options;
    const wake = (): void => this.#tell();
    // Not read off the clock again: a timer may be a moment early.
    const wait = { isLate: false };
    const callOff = clock.after(timeoutMs, () => {
      wait.isLate = true;
      wake();
    });
    signal?.addEventListener('abort', wake, { once: true });
    try {
      while (!this.#owned) {
        signal?.throwIfAborted();
        if (this.#failure !== undefined) throw this.#failure.error as Error;
        if (this.#stop.signal.aborted)
          throw new UnavailableError('ovsdb.lock-released', `lock ${this.name} is released`);
        if (wait.isLate) throw new UnavailableError('ovsdb.deadline', `lock ${this.name} is not free in time`);
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    } finally {
      callOff();
      signal?.removeEventListener('abort', wake);
    }
  }

  /** Gives the lock back, or stops waiting for it. */
  async release(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const live = this.#live;
    this.#stop.abort();
    this.#set(false);
    this.#tell();
    if (live?.session.isOpen !== true) return;
    const { clock, timeoutMs } = this.#settings;
    try {
      await live.session.call('unlock', [this.name], { deadline: clock.now() + timeoutMs });
    } catch (error) {
      if (error instanceof RequestRefusedError) throw requestError(error, `unlocking ${this.name}`);
      // With the connection the lock is gone as well.
      if (!(error instanceof ConnectionLostError)) throw error;
    }
  }

  async #run(): Promise<void> {
    const { clock, connection, timeoutMs, steal } = this.#settings;
    const { signal } = this.#stop;
    let method = steal ? 'steal' : 'lock';
    let deadline = clock.now() + timeoutMs;
    try {
      while (!signal.aborted) {
        const live = await connection.session({ deadline, signal });
        const unlisten = live.listen(lockKey(this.name), (what) => this.#set(what === 'locked'));
        try {
          await live.session.call(method, [this.name], {
            deadline,
            signal,
            onResult: (result) => this.#set(isJsonObject(result) && result['locked'] === true),
          });
          method = 'lock';
          this.#live = live;
          connection.proved(live);
          await Promise.race([live.session.closed, stopped(signal)]);
          deadline = clock.now() + timeoutMs;
        } catch (error) {
          if (error instanceof RequestRefusedError) throw requestError(error, `locking ${this.name}`);
          if (!(error instanceof ConnectionLostError || error instanceof DeadlineError)) throw error;
          live.session.close(error);
          if (clock.now() >= deadline) throw error;
        } finally {
          unlisten();
          this.#live = undefined;
          this.#set(false);
        }
      }
    } catch (error) {
      if (!signal.aborted) this.#failure = { error };
      this.#tell();
    }
  }

  #set(owned: boolean): void {
    if (owned === this.#owned || (owned && this.#stop.signal.aborted)) return;
    this.#owned = owned;
    this.#settings.onChange?.(owned);
    this.#tell();
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
