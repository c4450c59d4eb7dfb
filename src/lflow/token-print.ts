import { formatIpv4 } from '../net/ipv4.js';
import { formatIpv6 } from '../net/ipv6.js';
import { formatMac } from '../net/mac.js';
import { maskLength } from '../net/prefix.js';
import type { IntegerConstant, NumberFormat, Token } from './token.js';

const SIGIL = { 'address-set': '$', 'port-group': '@', template: '^' } as const;

/** A token in canonical form; an error token as `error("…")`. */
export function printToken(token: Token): string {
  switch (token.kind) {
    case 'id':
      return token.name;
    case 'string':
      return quote(token.value);
    case 'integer':
      return printConstant(token.integer);
    case 'address-set':
    case 'port-group':
    case 'template':
      return `${SIGIL[token.kind]}${token.name}`;
    case 'error':
      return `error(${quote(token.message)})`;
    case 'end':
      return '';
    default:
      return token.kind;
  }
}

/** A string as the language writes it: in double quotes, with JSON escapes. */
export function quote(value: string): string {
  return JSON.stringify(value);
}

/** A constant in the notation it was written in, a mask of an address as a prefix length where it is one. */
export function printConstant(constant: IntegerConstant): string {
  const { value, mask, format } = constant;
  const text = printNumber(value, format);
  if (mask === undefined) return text;
  const width = format === 'ipv4' ? 32 : format === 'ipv6' ? 128 : undefined;
  const length = width === undefined ? undefined : maskLength(mask, width);
  return `${text}/${length ?? printNumber(mask, format)}`;
}

function printNumber(value: bigint, format: NumberFormat): string {
  switch (format) {
    case 'decimal':
      return value.toString();
    case 'hexadecimal':
      return printHexadecimal(value);
    case 'ethernet':
      return formatMac(value);
    case 'ipv4':
      return formatIpv4(value);
    case 'ipv6':
      return formatIpv6(value);
  }
}

/** `0x…` without leading zeros; zero is `0`. */
export function printHexadecimal(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}
