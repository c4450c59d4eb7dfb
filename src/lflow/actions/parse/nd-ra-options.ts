import type { Constant } from '../../expr/ast.js';
import type { FieldRef } from '../../symbols/symbol.js';
import type { ActionParser, Draft } from '../action-parser.js';
import type { Option } from '../ast.js';
import { parseOptions } from './options.js';

/** The options of a router advertisement are fixed: RFC 4861, RFC 4191 and RFC 8106, in the names of ovn-sb(5). */
const TYPES = new Map(
  Object.entries({
    addr_mode: { type: 'str' },
    router_preference: { type: 'str' },
    slla: { type: 'mac' },
    prefix: { type: 'ipv6' },
    mtu: { type: 'uint32' },
    rdnss: { type: 'ipv6' },
    dnssl: { type: 'str' },
    route_info: { type: 'str' },
  }),
);

const VALID: Readonly<Record<string, (value: Constant) => boolean>> = {
  addr_mode: (value) => isText(value, ['slaac', 'dhcpv6_stateful', 'dhcpv6_stateless']),
  router_preference: (value) => isText(value, ['MEDIUM', 'HIGH', 'LOW']),
  slla: (value) => value.kind === 'integer' && value.integer.format === 'ethernet',
  prefix: (value) => value.kind === 'integer' && value.integer.format === 'ipv6' && value.integer.mask !== undefined,
  mtu: (value) => value.kind === 'integer' && value.integer.format === 'decimal',
};

/** `F = put_nd_ra_opts(…);`, from the parenthesis on. */
export function parsePutNdRaOpts(parser: ActionParser, dst: FieldRef): Draft | undefined {
  const { stream } = parser;
  const start = stream.previousSpan;
  if (!parser.checkDestination(dst, 1) || !stream.expect('(')) return undefined;
  const options = parseOptions(parser, TYPES, 'IPv6 ND RA');
  if (options === undefined) return undefined;
  const invalid = options.find((option) => !isValid(option));
  if (invalid !== undefined) {
    const span = invalid.values[0]?.span ?? start;
    return stream.fail('action', span, `Invalid value for "${invalid.name}" option`);
  }
  if (!options.some(({ name }) => name === 'slla')) return stream.fail('action', start, 'slla option not present');
  if (!isStateful(options) && !options.some(({ name }) => name === 'prefix')) {
    const message = 'prefix option needs to be set when address mode is slaac/dhcpv6_stateless.';
    return stream.fail('action', start, message);
  }
  parser.requirePredicate('ip6');
  return { kind: 'putNdRaOpts', dst, options };
}

/** Exactly one value, and one that the option can mean; options without a rule take any. */
function isValid({ name, values }: Option): boolean {
  const [value] = values;
  return value !== undefined && values.length === 1 && (VALID[name]?.(value) ?? true);
}

function isText(value: Constant, words: readonly string[]): boolean {
  return value.kind === 'string' && words.includes(value.value);
}

function isStateful(options: readonly Option[]): boolean {
  const mode = options.find(({ name }) => name === 'addr_mode')?.values[0];
  return mode?.kind === 'string' && mode.value === 'dhcpv6_stateful';
}
