import { parseIpv4 } from '../../../net/ipv4.js';
import { parseIpv6 } from '../../../net/ipv6.js';
import type { TokenStream } from '../../token-stream.js';
import type { Address } from '../ast.js';

/** A decimal number of at most 16 bits, or "expecting WHAT". */
export function parseUint16(stream: TokenStream, what: string): number | undefined {
  const { token } = stream;
  if (token.kind !== 'integer' || !stream.atSmallInteger() || token.integer.value > 0xffffn) {
    return stream.expected(`expecting ${what}`);
  }
  stream.take();
  return Number(token.integer.value);
}

/** A decimal number of at most 32 bits, if one is at the cursor. */
export function acceptUint32(stream: TokenStream): number | undefined {
  const { token } = stream;
  if (token.kind !== 'integer' || token.integer.format !== 'decimal' || token.integer.mask !== undefined)
    return undefined;
  if (token.integer.value > 0xffff_ffffn) return undefined;
  stream.take();
  return Number(token.integer.value);
}

/** A quoted string, if one is at the cursor. */
export function acceptString(stream: TokenStream): string | undefined {
  const { token } = stream;
  if (token.kind !== 'string') return undefined;
  stream.take();
  return token.value;
}

/** `true` or `false`, with or without quotes. */
export function acceptBoolean(stream: TokenStream): boolean | undefined {
  const { token } = stream;
  const word = token.kind === 'id' ? token.name : token.kind === 'string' ? token.value : undefined;
  if (word !== 'true' && word !== 'false') return undefined;
  stream.take();
  return word === 'true';
}

/** The first of the names that is at the cursor. */
export function acceptOneOf<const Name extends string>(stream: TokenStream, names: readonly Name[]): Name | undefined {
  return names.find((name) => stream.acceptName(name));
}

/** An unmasked IPv4 or IPv6 address, if one is at the cursor. */
export function acceptAddress(stream: TokenStream): Address | undefined {
  const { token } = stream;
  if (token.kind !== 'integer' || token.integer.mask !== undefined) return undefined;
  const { format, value } = token.integer;
  if (format !== 'ipv4' && format !== 'ipv6') return undefined;
  stream.take();
  return { family: format === 'ipv4' ? 4 : 6, value };
}

export interface Endpoint {
  readonly address: Address;
  readonly port?: number;
}

/** `A`, `A:PORT`, `A6` or `[A6]:PORT`, as load balancers name their VIPs. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[(?<six>[^\]]*)\]|(?<four>[^:]*))(?::(?<port>\d{1,5}))?$/.exec(text);
  const host = match?.groups?.['six'] ?? match?.groups?.['four'] ?? text;
  const address = parseAddress(host);
  if (address === undefined || (match?.groups?.['six'] !== undefined && address.family === 4)) return undefined;
  const port = match?.groups?.['port'];
  if (port === undefined) return { address };
  return Number(port) <= 0xffff ? { address, port: Number(port) } : undefined;
}

function parseAddress(text: string): Address | undefined {
  const four = parseIpv4(text);
  if (four !== undefined) return { family: 4, value: four };
  const six = parseIpv6(text);
  return six === undefined ? undefined : { family: 6, value: six };
}
