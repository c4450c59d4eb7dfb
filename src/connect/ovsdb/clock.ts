import type { Clock } from '../../ovsdb/client/transport.js';

/** The process's own time. A pending timer keeps the process running, like the connection that it watches over. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
