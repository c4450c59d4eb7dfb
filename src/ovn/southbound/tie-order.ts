/**
 * Which of several flows of equal priority OVN's own programs meet first. The winner is undefined by specification; this
 * is what their hash tables make of it, so that a trace can agree with `ovn-trace` line by line.
 *
 * They keep rows in a chained hash table by the first 32 bits of the uuid and visit its buckets in order. A new row goes to
 * the front of its bucket; the table grows to hold at most two rows a bucket, and growing turns every bucket around. Rows
 * arrive in the order of another such table, that of the JSON object with their uuids as keys (hashed with MurmurHash3).
 */
const BYTES_OF_WORD = 4;

/** Buckets, minus one, of a table that holds `count` entries. */
function maskFor(count: number): number {
  let mask = 0;
  for (const size of growths(count)) mask = Math.max(3, size - 1);
  return mask;
}

/** Numbers of entries at which a table grows, up to `count`. */
function growths(count: number): number[] {
  const sizes: number[] = [];
  for (let size = 2; size <= count; size = size === 2 ? 8 : size * 2) sizes.push(size);
  return sizes;
}

export class TieOrder {
  readonly #uuids: () => Iterable<string>;
  readonly #count: () => number;
  #mask: number | undefined;
  #arrivals: ReadonlyMap<string, number> | undefined;

  /**
   * `count`: rows of the table, asked for when there is anything to compare; `uuids`: those of all rows, asked for only when
   * two share a bucket.
   */
  constructor(count: () => number, uuids: () => Iterable<string>) {
    this.#uuids = uuids;
    this.#count = count;
  }

  /** The row's bucket: rows of lower buckets come first. */
  bucket(uuid: string): number {
    this.#mask ??= maskFor(this.#count());
    return (Number.parseInt(uuid.slice(0, 8), 16) & this.#mask) >>> 0;
  }

  /** Negative when `a` is met before `b`. */
  compare(a: string, b: string): number {
    const byBucket = this.bucket(a) - this.bucket(b);
    if (byBucket !== 0 || a === b) return byBucket;
    this.#arrivals ??= arrivalsOf([...this.#uuids()]);
    const [first, second] = [this.#arrivals.get(a) ?? 0, this.#arrivals.get(b) ?? 0];
    const later = Math.max(first, second);
    const turns = growths(this.#arrivals.size).filter((size) => size >= later).length;
    // The later one is in front; every growth since then has turned them around.
    return (turns % 2 === 0 ? -1 : 1) * (first - second);
  }
}

/** Position, from 1, at which each row arrives. */
function arrivalsOf(uuids: readonly string[]): ReadonlyMap<string, number> {
  const mask = maskFor(uuids.length);
  const order = uuids.map((uuid) => ({ uuid, bucket: (hash(uuid) & mask) >>> 0 })).sort((a, b) => a.bucket - b.bucket);
  return new Map(order.map(({ uuid }, index) => [uuid, index + 1] as const));
}

/** MurmurHash3 (32 bits, seed 0) of a text of ASCII characters whose length is a multiple of four, as a uuid's is. */
function hash(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i += BYTES_OF_WORD) {
    const word =
      text.charCodeAt(i) |
      (text.charCodeAt(i + 1) << 8) |
      (text.charCodeAt(i + 2) << 16) |
      (text.charCodeAt(i + 3) << 24);
    value ^= Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    value = (Math.imul(rotate(value, 13), 5) + 0xe6546b64) | 0;
  }
  value ^= text.length;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
