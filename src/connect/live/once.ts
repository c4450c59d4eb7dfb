/**
 * Calls `make` at most once and keeps its promise, a rejected one too: what can't be reached is not tried again for every
 * look-up of one command.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
