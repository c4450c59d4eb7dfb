import type { Counts, Reason } from '../usecase/tally.js';

/** Who decided, else what happened: the shortest text that tells one reason from another. */
export function reasonText({ cause }: Pick<Reason, 'cause'>): string {
  return cause?.object?.text ?? cause?.message ?? '';
}

/** `2 delivered, 4 dropped`: only what occurs. */
export function countsText({ delivered, dropped, rejected, unknown }: Counts): string {
  const all: readonly (readonly [number, string])[] = [
    [delivered, 'delivered'],
    [dropped, 'dropped'],
    [rejected, 'rejected'],
    [unknown, 'unknown'],
  ];
  return all.flatMap(([number, word]) => (number === 0 ? [] : `${number} ${word}`)).join(', ');
}

/** Reasons one line each, with what to run to see the whole way of one of them. */
export function reasonLines(reasons: readonly Reason[]): readonly string[] {
  return reasons.map(({ verdict, count, families, cause, example }) => {
    const why = cause === undefined ? '' : `: ${cause.message}`;
    return `${count} × ${verdict} (${families.join(', ')})${why}; for example ${example.source} to ${example.destination}`;
  });
}
