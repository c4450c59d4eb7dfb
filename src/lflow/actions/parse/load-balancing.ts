import type { ActionParser, Draft } from '../action-parser.js';
import type { Backend, CtLb, CtLbVariant } from '../ast.js';
import { acceptAddress, acceptOneOf, acceptString, parseUint16 } from './arguments.js';

/** `ct_lb;` or `ct_lb(backends=…[; hash_fields="…"][; skip_snat|force_snat]);` and its siblings. */
export function parseLb(variant: CtLbVariant): (parser: ActionParser) => Draft | undefined {
  return (parser) => {
    const { stream } = parser;
    parser.requirePredicate('ip');
    if (!stream.accept('(') || stream.accept(')')) return { kind: 'ctLb', variant, backends: [] };
    if (!stream.acceptName('backends')) return stream.expected('expecting backends');
    const backends = stream.expect('=') ? parseBackends(parser, variant === 'ct_lb_mark_local') : undefined;
    if (backends === undefined) return undefined;
    const manner = stream.accept(';') ? parseManner(parser) : {};
    return manner && stream.expect(')') ? { kind: 'ctLb', variant, backends, ...manner } : undefined;
  };
}

function parseBackends({ stream }: ActionParser, named: boolean): readonly Backend[] | undefined {
  const backends: Backend[] = [];
  while (!stream.at(';') && !stream.at(')')) {
    const logicalPort = named ? acceptString(stream) : undefined;
    if (named) {
      if (logicalPort === undefined)
        return stream.expected('expecting logical port name for distributed load balancer');
      if (!stream.expect(':')) return undefined;
    }
    const backend = stream.accept('[') ? parseBracketed(stream) : parseBare(stream);
    if (backend === undefined) return undefined;
    backends.push(logicalPort === undefined ? backend : { ...backend, logicalPort });
    stream.accept(',');
  }
  return backends;
}

/** `[A6]` or `[A6]:PORT`, after the bracket. */
function parseBracketed(stream: ActionParser['stream']): Backend | undefined {
  const { token } = stream;
  const address = token.kind === 'integer' && token.integer.format === 'ipv6' ? acceptAddress(stream) : undefined;
  if (address === undefined) return stream.expected('expecting IPv6 address');
  if (!stream.accept(']')) return stream.expected('no closing square bracket');
  return withPort(stream, address);
}

function parseBare(stream: ActionParser['stream']): Backend | undefined {
  const address = acceptAddress(stream);
  if (address === undefined) return stream.expected('expecting IP address');
  if (address.family === 6 && stream.at(':')) {
    return stream.expected('IPv6 address needs square brackets if port is included');
  }
  return withPort(stream, address);
}

function withPort(stream: ActionParser['stream'], address: Backend['address']): Backend | undefined {
  if (!stream.accept(':')) return { address };
  const port = parseUint16(stream, 'port number');
  return port === undefined ? undefined : { address, port };
}

type Manner = Pick<CtLb, 'hashFields' | 'flag'>;

function parseManner({ stream }: ActionParser): Manner | undefined {
  let manner: Manner = {};
  if (stream.acceptName('hash_fields')) {
    const hashFields = stream.accept('=') ? acceptString(stream) : undefined;
    if (hashFields === undefined) return stream.expected('invalid hash_fields');
    manner = { hashFields };
    if (!stream.accept(';')) return manner;
  }
  const flag = acceptOneOf(stream, ['skip_snat', 'force_snat']);
  return flag === undefined ? manner : { ...manner, flag };
}
