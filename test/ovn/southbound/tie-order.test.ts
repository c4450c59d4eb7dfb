import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TieOrder } from '../../../src/ovn/southbound/tie-order.js';

/** The hash table itself, entry by entry: new ones in front, at most two a bucket on average, growing turns buckets round. */
function met(hashes: readonly number[]): number[] {
  let buckets: number[][] = [[]];
  hashes.forEach((hash, index) => {
    buckets[(hash & (buckets.length - 1)) >>> 0]!.unshift(index);
    if (Math.floor((index + 1) / 2) <= buckets.length - 1) return;
    let mask = Math.floor((index + 1) / 2);
    for (let shift = 1; shift < 32; shift *= 2) mask |= mask >>> shift;
    mask |= (mask & 1) << 1;
    const grown: number[][] = Array.from({ length: mask + 1 }, () => []);
    for (const bucket of buckets) for (const entry of bucket) grown[(hashes[entry]! & mask) >>> 0]!.unshift(entry);
    buckets = grown;
  });
  return buckets.flat();
}

/** MurmurHash3 x86 32 with seed 0, from its published description. */
function murmur3(text: string): number {
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  const bytes = Buffer.from(text, 'latin1');
  let hash = 0;
  for (let i = 0; i < bytes.length; i += 4) {
    const mixed = Math.imul(rotate(Math.imul(bytes.readInt32LE(i), 0xcc9e2d51), 15), 0x1b873593);
    hash = Math.imul(rotate(hash ^ mixed, 13), 5) + 0xe6546b64;
  }
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

describe('order among flows of equal priority', () => {
  it('is the order in which a table filled from a JSON object is walked', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 70 }), (uuids) => {
        const arriving = met(uuids.map(murmur3)).map((index) => uuids[index]!);
        const walked = met(arriving.map((uuid) => Number.parseInt(uuid.slice(0, 8), 16))).map(
          (index) => arriving[index]!,
        );
        // Rows whose JSON keys share a bucket arrive in an order that depends on the server; keep to those that do not.
        const mask = maskOf(uuids.length);
        const lonely = (uuid: string): boolean =>
          uuids.every((other) => other === uuid || (murmur3(other) & mask) !== (murmur3(uuid) & mask));
        const order = new TieOrder(
          () => uuids.length,
          () => uuids,
        );
        const expected = walked.filter(lonely);
        expect(uuids.filter(lonely).sort((a, b) => order.compare(a, b))).toEqual(expected);
      }),
    );
  });

  it('is settled by the uuid alone while buckets differ', () => {
    const order = new TieOrder(
      () => 505,
      () => {
        throw new Error('not asked for');
      },
    );
    expect(order.compare('00000001-0000-4000-8000-000000000000', '00000002-0000-4000-8000-000000000000')).toBeLessThan(
      0,
    );
    expect(order.bucket('ffffffff-0000-4000-8000-000000000000')).toBe(255);
  });
});

function maskOf(count: number): number {
  let mask = 0;
  for (let size = 1; size <= count; size++) {
    if (Math.floor(size / 2) <= mask) continue;
    mask = Math.floor(size / 2);
    for (let shift = 1; shift < 32; shift *= 2) mask |= mask >>> shift;
    mask |= (mask & 1) << 1;
  }
  return mask;
}
