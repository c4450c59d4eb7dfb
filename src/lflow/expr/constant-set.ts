import { tokenize } from '../lexer.js';
import type { IntegerConstant } from '../token.js';

/**
 * The members of an address set, parsed and hashed once and then shared by every expression that names it.
 * Testing membership costs one look-up and a walk over the masked members, however many members there are.
 */
export interface IntegerSet {
  /** Sorted by value, unmasked before masked. */
  readonly values: readonly IntegerConstant[];
  readonly exact: ReadonlySet<bigint>;
  readonly masked: readonly IntegerConstant[];
  /** Width of the widest member; 0 for an empty set. */
  readonly width: number;
}

/** The ports of a port group. */
export interface StringSet {
  readonly values: readonly string[];
}

/** Where a parser looks up the sets that a text names; the caller knows about datapaths (`KEY_name`). */
export interface SetSource {
  addressSet(name: string): IntegerSet | undefined;
  portGroup(name: string): StringSet | undefined;
  /** Names to suggest for a misspelt one. */
  addressSetNames?(): Iterable<string>;
  portGroupNames?(): Iterable<string>;
}

/** Bits a constant needs: the significant bits of its mask, else of its value; an address is as wide as its family. */
export function constantWidth(constant: IntegerConstant): number {
  if (constant.mask !== undefined) return significantBits(constant.mask);
  switch (constant.format) {
    case 'decimal':
    case 'hexadecimal':
      return significantBits(constant.value);
    case 'ipv4':
      return 32;
    case 'ethernet':
      return 48;
    case 'ipv6':
      return 128;
  }
}

function significantBits(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The set of an SB Address_Set row; `skipped` are the members that are no number, which OVN ignores with a warning. */
export function addressSet(members: Iterable<string>): {
  readonly set: IntegerSet;
  readonly skipped: readonly string[];
} {
  const values: IntegerConstant[] = [];
  const skipped: string[] = [];
  for (const member of members) {
    const [token, extra] = tokenize(member);
    if (token?.kind === 'integer' && extra === undefined) values.push(token.integer);
    else skipped.push(member);
  }
  return { set: integerSet(values), skipped };
}

/** A hashed set of these constants. */
function integerSet(members: readonly IntegerConstant[]): IntegerSet {
  const values = [...members].sort(byValueThenMask);
  const exact = new Set<bigint>();
  const masked: IntegerConstant[] = [];
  let width = 0;
  for (const constant of values) {
    if (constant.mask === undefined) exact.add(constant.value);
    else masked.push(constant);
    width = Math.max(width, constantWidth(constant));
  }
  return { values, exact, masked, width };
}

/** The set of an SB Port_Group row. */
export function portGroup(ports: readonly string[]): StringSet {
  return { values: [...ports].sort() };
}

function byValueThenMask(a: IntegerConstant, b: IntegerConstant): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  const left = a.mask ?? -1n;
  const right = b.mask ?? -1n;
  return left === right ? 0 : left < right ? -1 : 1;
}
