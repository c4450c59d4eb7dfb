/** Deterministic pseudo-random numbers (a 32-bit xorshift), so that a failing case comes back. */
export interface RandomSource {
  /** A number from 0 to `limit - 1`. */
  below(limit: number): number;
  bits(width: number): bigint;
}

export function randomSource(seed: number): RandomSource {
  let state = seed | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    below: (limit) => next() % limit,
    bits: (width) => {
      let value = 0n;
      for (let i = 0; i < width; i += 32) value = (value << 32n) | BigInt(next());
      return BigInt.asUintN(width, value);
    },
  };
}
