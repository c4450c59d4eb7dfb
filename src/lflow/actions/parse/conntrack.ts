import { ones } from '../../packet/slots.js';
import type { ActionParser, Draft } from '../action-parser.js';
import type { CtNatVariant, CtZone, MaskedValue, PortRange } from '../ast.js';
import { acceptAddress, acceptOneOf, parseUint16 } from './arguments.js';

/** `ct_next;` or `ct_next(ZONE);` and `ct_commit_nat` alike: without a parameter the zone is that of DNAT. */
export function parseZoned(kind: 'ctNext' | 'ctCommitNat', name: string): (parser: ActionParser) => Draft | undefined {
  return (parser) => {
    parser.requirePredicate('ip');
    const zone = parser.stream.at('(') ? parseZone(parser, name) : 'dnat';
    return zone && { kind, zone };
  };
}

/** `ct_commit_to_zone(ZONE);` */
export function parseCommitToZone(parser: ActionParser): Draft | undefined {
  parser.requirePredicate('ip');
  const zone = parseZone(parser, 'ct_commit_to_zone');
  return zone && { kind: 'ctCommitToZone', zone };
}

function parseZone({ stream }: ActionParser, action: string): CtZone | undefined {
  if (!stream.expect('(')) return undefined;
  const zone = acceptOneOf(stream, ['dnat', 'snat']);
  if (zone === undefined) {
    return stream.fail('action', stream.token.span, `"${action}" action accepts only "dnat" or "snat" parameter.`);
  }
  return stream.expect(')') ? zone : undefined;
}

/** `ct_commit;`, `ct_commit { … };` or, as before OVN 24.09, `ct_commit(ct_mark=…, ct_label=…);`. */
export function parseCommit(parser: ActionParser): Draft | undefined {
  const { stream } = parser;
  if (stream.at('{')) {
    const body = parser.body('ip', 'ct-commit');
    return body && { kind: 'ctCommit', body };
  }
  parser.requirePredicate('ip');
  return stream.accept('(') ? parseCommitV1(parser) : { kind: 'ctCommit', body: [] };
}

const MARK_WIDTH = 32;
const LABEL_WIDTH = 128;

function parseCommitV1({ stream }: ActionParser): Draft | undefined {
  let mark: MaskedValue | undefined;
  let label: MaskedValue | undefined;
  while (!stream.accept(')')) {
    const name = acceptOneOf(stream, ['ct_mark', 'ct_label']);
    if (name === undefined) return stream.expected('');
    const { token } = stream.expect('=') ? stream : { token: undefined };
    if (token === undefined) return undefined;
    if (token.kind !== 'integer') return stream.expected('expecting integer');
    stream.take();
    if (name === 'ct_mark') mark = cut(token.integer.value, token.integer.mask, MARK_WIDTH);
    else label = cut(token.integer.value, token.integer.mask, LABEL_WIDTH);
    stream.accept(',');
  }
  if (mark === undefined && label === undefined) return { kind: 'ctCommit', body: [] };
  return { kind: 'ctCommitV1', ...(mark && { mark }), ...(label && { label }) };
}

/** A value too wide loses its upper bits silently; a mask that selects nothing or everything says nothing. */
function cut(value: bigint, mask: bigint | undefined, width: number): MaskedValue | undefined {
  const all = ones(width);
  if (mask === undefined || (mask & all) === all) return { value: value & all };
  return (mask & all) === 0n ? undefined : { value: value & all, mask: mask & all };
}

/** `ct_dnat;`, `ct_dnat(A);`, `ct_dnat(A,PORT);` or `ct_dnat(A,LOW-HIGH);` and its three siblings. */
export function parseNat(variant: CtNatVariant): (parser: ActionParser) => Draft | undefined {
  return (parser) => {
    const { stream } = parser;
    parser.requirePredicate('ip');
    if (!stream.accept('(')) return { kind: 'ctNat', variant };
    const address = acceptAddress(stream);
    if (address === undefined) return stream.expected('expecting IPv4 or IPv6 address');
    if (!stream.accept(',')) return stream.expect(')') ? { kind: 'ctNat', variant, address } : undefined;
    const portRange = parsePortRange(parser);
    return portRange && stream.expect(')') ? { kind: 'ctNat', variant, address, portRange } : undefined;
  };
}

function parsePortRange(parser: ActionParser): PortRange | undefined {
  const { stream } = parser;
  const low = parsePort(parser, 'port_lo');
  if (low === undefined || !stream.accept('-')) return low === undefined ? undefined : { low };
  const { token } = stream;
  if (token.kind === 'integer' && token.integer.value <= BigInt(low)) {
    return stream.expected('range high should be greater than range low');
  }
  const high = parsePort(parser, 'port_hi');
  return high === undefined ? undefined : { low, high };
}

function parsePort({ stream }: ActionParser, what: string): number | undefined {
  const { token } = stream;
  if (token.kind !== 'integer' || token.integer.format !== 'decimal') {
    return stream.expected('expecting Integer for port range');
  }
  return parseUint16(stream, what);
}
