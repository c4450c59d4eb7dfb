import { parseIpv4 } from '../net/ipv4.js';
import { parseIpv6 } from '../net/ipv6.js';
import { parseMac } from '../net/mac.js';
import { prefixMask } from '../net/prefix.js';
import type { NumberFormat, Token } from './token.js';

/** Letters, digits, colons (none after a dot) and dots (not followed by another, which would be a range). */
const EXTENT = /(?:[A-Za-z0-9:]|\.(?!\.))*/y;
const DECIMAL = /^[0-9]+$/;
const HEXADECIMAL = /^0[xX]/;
const LARGEST_DECIMAL = 2n ** 64n - 1n;
const LARGEST_HEXADECIMAL = 2n ** 1024n - 1n;

type Plain = { readonly value: bigint; readonly format: NumberFormat };

/** Scans a number and, behind a slash, its mask. */
export function scanNumber(source: string, start: number): Token {
  const end = extent(source, start);
  const number = plainNumber(source.slice(start, end));
  if (typeof number === 'string') return { kind: 'error', message: number, span: { start, end } };
  if (source[end] !== '/') return { kind: 'integer', integer: { ...number, mask: undefined }, span: { start, end } };

  const maskEnd = extent(source, end + 1);
  const span = { start, end: maskEnd };
  const mask = plainNumber(source.slice(end + 1, maskEnd));
  if (typeof mask === 'string') return { kind: 'error', message: mask, span };
  const masked = applyMask(number, mask);
  if (masked === undefined) return { kind: 'error', message: 'Value and mask have incompatible formats.', span };
  return { kind: 'integer', integer: masked, span };
}

function extent(source: string, start: number): number {
  EXTENT.lastIndex = start;
  const text = EXTENT.exec(source)?.[0] ?? '';
  const dot = text.indexOf('.');
  const colon = dot < 0 ? -1 : text.indexOf(':', dot);
  return start + (colon < 0 ? text.length : colon);
}

/** The number, or what is wrong with it in OVN's words. */
function plainNumber(text: string): Plain | string {
  if (text === '') return 'Integer constant expected.';
  const mac = parseMac(text);
  if (mac !== undefined) return { value: mac, format: 'ethernet' };
  if (DECIMAL.test(text)) {
    if (text.length > 1 && text.startsWith('0')) return 'Decimal constants must not have leading zeros.';
    const value = BigInt(text);
    return value > LARGEST_DECIMAL ? 'Decimal constants must be less than 2**64.' : { value, format: 'decimal' };
  }
  if (HEXADECIMAL.test(text)) {
    if (text.length === 2) return `Hex digits expected following ${text}.`;
    if (!/^[0-9a-fA-F]+$/.test(text.slice(2))) return 'Invalid syntax in hexadecimal constant.';
    const value = BigInt(`0x${text.slice(2)}`);
    if (value > LARGEST_HEXADECIMAL) return 'Hexadecimal constant requires more than 1024 bits.';
    return { value, format: 'hexadecimal' };
  }
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return { value: ipv4, format: 'ipv4' };
  const ipv6 = parseIpv6(text);
  return ipv6 === undefined ? 'Invalid numeric constant.' : { value: ipv6, format: 'ipv6' };
}

/** A mask must be written like its value, except for a prefix length behind an address and for a hexadecimal mask of 0. */
function applyMask(number: Plain, mask: Plain): (Plain & { readonly mask: bigint }) | undefined {
  if (mask.format === number.format) {
    return { value: number.value & mask.value, format: number.format, mask: mask.value };
  }
  if (mask.format === 'decimal' && (number.format === 'ipv4' || number.format === 'ipv6')) {
    const width = number.format === 'ipv4' ? 32 : 128;
    if (mask.value > BigInt(width)) return undefined;
    const bits = prefixMask(width, Number(mask.value));
    return { value: number.value & bits, format: number.format, mask: bits };
  }
  if (number.format === 'decimal' && number.value === 0n && mask.format === 'hexadecimal') {
    return { value: 0n, format: 'hexadecimal', mask: mask.value };
  }
  return undefined;
}
