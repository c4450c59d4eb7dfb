import type { Constant } from '../../expr/ast.js';
import { parseConstants } from '../../expr/parse-constant.js';
import { NO_SETS } from '../../expr/parse.js';
import { suggestion } from '../../nearest-name.js';
import type { FieldRef } from '../../symbols/symbol.js';
import type { ActionParser, Draft } from '../action-parser.js';
import type { Option } from '../ast.js';
import type { DhcpOption } from '../environment.js';

/** Option name to option type, as the column `type` of SB DHCP_Options has it. */
export type OptionTypes = ReadonlyMap<string, Pick<DhcpOption, 'type'>>;

const TEXT_TYPES: ReadonlySet<string> = new Set(['str', 'domain', 'domains']);
/** Types that take an address as well as a name. */
const MIXED_TYPES: ReadonlySet<string> = new Set(['host_id']);

/**
 * `name = value, name = {value, …}` up to the closing parenthesis, which is taken. `family` names the options in messages;
 * without `types` any name is accepted.
 */
export function parseOptions(
  { stream }: ActionParser,
  types: OptionTypes | undefined,
  family: string,
): readonly Option[] | undefined {
  const options: Option[] = [];
  while (!stream.accept(')')) {
    const { token } = stream;
    if (token.kind !== 'id') return stream.expected('');
    const known = types?.get(token.name);
    if (types !== undefined && known === undefined) {
      const help = suggestion(token.name, types.keys());
      return stream.expected(`expecting ${family} option name`, { code: 'unknown-name', help });
    }
    stream.take();
    const list = stream.expect('=') ? parseConstants(stream, NO_SETS) : undefined;
    if (list === undefined) return undefined;
    const needed = neededType(known?.type);
    if (needed !== undefined && list.type !== needed) {
      const kind = needed === 'string' ? 'string' : 'numeric';
      return stream.fail('type', list.span, `${family} option ${token.name} requires ${kind} value.`);
    }
    // There are no sets here, so every item is a constant.
    options.push({ name: token.name, values: list.items.filter(isConstant) });
    stream.accept(',');
  }
  return options;
}

function neededType(type: string | undefined): 'string' | 'integer' | undefined {
  if (type === undefined || MIXED_TYPES.has(type)) return undefined;
  return TEXT_TYPES.has(type) ? 'string' : 'integer';
}

function isConstant(item: { readonly kind: string }): item is Constant {
  return item.kind === 'integer' || item.kind === 'string';
}

/** `F = put_dhcp_opts(…);`, from the parenthesis on; the offered address is the one option that must be there. */
export function parsePutDhcpOpts(parser: ActionParser, dst: FieldRef): Draft | undefined {
  const start = parser.stream.previousSpan;
  const options = parsePut(parser, dst, parser.environment.dhcpOptions, 'DHCPv4');
  if (options === undefined) return undefined;
  if (!options.some(({ name }) => name === 'offerip')) {
    return parser.stream.fail('action', start, 'put_dhcp_opts requires offerip to be specified.');
  }
  return { kind: 'putDhcpOpts', dst, version: 4, options };
}

/** `F = put_dhcpv6_opts(…);` */
export function parsePutDhcpv6Opts(parser: ActionParser, dst: FieldRef): Draft | undefined {
  const options = parsePut(parser, dst, parser.environment.dhcpv6Options, 'DHCPv6');
  return options && { kind: 'putDhcpOpts', dst, version: 6, options };
}

function parsePut(parser: ActionParser, dst: FieldRef, types: OptionTypes | undefined, family: string) {
  if (!parser.checkDestination(dst, 1) || !parser.stream.expect('(')) return undefined;
  return parseOptions(parser, types, family);
}
