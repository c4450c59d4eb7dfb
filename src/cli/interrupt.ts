/**
 * What has to be ended when the user presses Ctrl-C, or somebody else ends the process: connections behind which something
 * runs elsewhere. The process ends with the exit code for it once they have had the time to say so.
 */
import { EXIT } from './exit-codes.js';

const closers = new Set<() => void>();
/** For a last message on the wire; whatever runs elsewhere also ends by itself when it hears nothing more. */
const GRACE_MS = 300;

/** Calls `close` when the user interrupts; the result calls that off. */
export function onInterrupt(close: () => void): () => void {
  closers.add(close);
  return () => closers.delete(close);
}

let taken: (() => void) | undefined;

/** The next Ctrl-C calls `heed` and ends nothing: something has to be put in order first. The result calls that off. */
export function takeInterrupt(heed: () => void): () => void {
  taken = heed;
  return () => {
    if (taken === heed) taken = undefined;
  };
}

export function endOnInterrupt(): void {
  process.on('SIGINT', () => {
    if (taken !== undefined) {
      const heed = taken;
      taken = undefined;
      heed();
      return;
    }
    if (closers.size === 0) process.exit(EXIT.interrupted);
    for (const close of closers) close();
    setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS);
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      const farewell = closers.size === 0 ? 0 : GRACE_MS;
      for (const close of closers) close();
      // Whoever waits for us is to see the signal, as without us listening.
      setTimeout(() => process.kill(process.pid, signal), farewell);
    });
  }
}
