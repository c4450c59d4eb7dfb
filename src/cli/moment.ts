/** Lets the process see to signals and timers: a long computation that never waits for anything would shut them out. */
export function aMoment(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
