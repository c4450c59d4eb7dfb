import { setTimeout as sleep } from 'node:timers/promises';

/** Time as the client needs it; tests give one that does not pass by itself. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rejects with the signal's reason when it is aborted first. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** The process's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (milliseconds, signal) => {
    signal.throwIfAborted();
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};
