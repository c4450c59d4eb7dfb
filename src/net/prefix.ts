import { formatIpv4, parseIpv4 } from './ipv4.js';
import { formatIpv6, parseIpv6 } from './ipv6.js';

/** IP version. */
export type Family = 4 | 6;

/** Bits of an address. */
const ADDRESS_WIDTH: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** An address with a prefix length. The bits below the prefix are kept: `10.0.0.5/24` is what a router port carries. */
export interface Prefix extends Address {
  readonly length: number;
}

export function parseAddress(text: string): Address | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return { family: 4, value: v4 };
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : { family: 6, value: v6 };
}

export function formatAddress(address: Address): string {
  return address.family === 4 ? formatIpv4(address.value) : formatIpv6(address.value);
}

/** `ADDRESS/LENGTH`; a bare address is a prefix of full length. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = ADDRESS_WIDTH[address.family];
  if (slash < 0) return { ...address, length: width };
  const digits = text.slice(slash + 1);
  const length = Number(digits);
  return /^\d{1,3}$/.test(digits) && length <= width ? { ...address, length } : undefined;
}

/** The mask of the `length` most significant of `width` bits. */
export function prefixMask(width: number, length: number): bigint {
  return ((1n << BigInt(length)) - 1n) << BigInt(width - length);
}

/** The prefix length that a mask of `width` bits stands for; `undefined` if its one bits are not all on top. */
export function maskLength(mask: bigint, width: number): number | undefined {
  const inverted = ((1n << BigInt(width)) - 1n) ^ mask;
  if ((inverted & (inverted + 1n)) !== 0n) return undefined;
  return width - (inverted === 0n ? 0 : inverted.toString(2).length);
}

/** Whether the address lies in the prefix; families never mix. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false;
  const shift = BigInt(ADDRESS_WIDTH[prefix.family] - prefix.length);
  return prefix.value >> shift === address.value >> shift;
}
