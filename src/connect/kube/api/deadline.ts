import { setTimeout as timer } from 'node:timers';

/**
 * Runs `work` with a signal that ends when `signal` does or after `milliseconds` (undefined: never), and throws `late()` in the
 * latter case. The timer goes with the work, so that nothing keeps the process running afterwards.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  milliseconds: number | undefined,
  late: () => Error,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  if (milliseconds === undefined) return work(signal);
  const limit = new AbortController();
  const stop = timer(() => limit.abort(late()), milliseconds);
  const abort = (): void => limit.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(limit.signal);
  } catch (error) {
    limit.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(stop);
    signal.removeEventListener('abort', abort);
  }
}
