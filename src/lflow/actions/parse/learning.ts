import type { ActionParser, Draft } from '../action-parser.js';
import type { L4Proto } from '../ast.js';
import type { Endpoint } from './arguments.js';
import { acceptBoolean, acceptOneOf, acceptString, parseEndpoint, parseUint16 } from './arguments.js';

/** `commit_ecmp_nh(ipv6 = BOOL, proto = tcp|udp|sctp);` */
export function parseCommitEcmpNh(parser: ActionParser): Draft | undefined {
  const { stream } = parser;
  if (!stream.expect('(') || !parseName(parser, 'ipv6')) return undefined;
  const ipv6 = acceptBoolean(stream);
  if (ipv6 === undefined) return stream.expected('expecting true or false');
  if (!stream.expect(',') || !parseName(parser, 'proto')) return undefined;
  const proto = parseProto(parser);
  return proto && stream.expect(')') ? { kind: 'commitEcmpNh', ipv6, proto } : undefined;
}

/** `commit_lb_aff(vip = "A[:PORT]", backend = "A[:PORT]"[, proto = P], timeout = SECONDS);` */
export function parseCommitLbAff(parser: ActionParser): Draft | undefined {
  const { stream } = parser;
  const vip = stream.expect('(') ? parseEndpointArgument(parser, 'vip') : undefined;
  const backend = vip && parseEndpointArgument(parser, 'backend');
  if (vip === undefined || backend === undefined) return undefined;
  let proto: L4Proto | undefined;
  if (stream.atName('proto')) {
    proto = parseName(parser, 'proto') ? parseProto(parser) : undefined;
    if (proto === undefined || !stream.expect(',')) return undefined;
  }
  const timeout = parseName(parser, 'timeout') ? parseUint16(stream, 'timeout') : undefined;
  if (timeout === undefined || !stream.expect(')')) return undefined;
  return {
    kind: 'commitLbAff',
    vip: vip.address,
    ...(vip.port !== undefined && { vipPort: vip.port }),
    backend: backend.address,
    ...(backend.port !== undefined && { backendPort: backend.port }),
    ...(proto !== undefined && { proto }),
    timeout,
  };
}

/** `NAME = "ENDPOINT",` */
function parseEndpointArgument(parser: ActionParser, name: string): Endpoint | undefined {
  const { stream } = parser;
  if (!parseName(parser, name)) return undefined;
  const { token } = stream;
  const endpoint = token.kind === 'string' ? parseEndpoint(token.value) : undefined;
  if (endpoint === undefined) return stream.expected('expecting IP address and port in quotes');
  return acceptString(stream) !== undefined && stream.expect(',') ? endpoint : undefined;
}

/** `NAME =` */
function parseName({ stream }: ActionParser, name: string): boolean {
  if (!stream.acceptName(name)) {
    stream.expected('invalid parameter', { help: `the parameter here is ${name}` });
    return false;
  }
  return stream.expect('=');
}

function parseProto({ stream }: ActionParser): L4Proto | undefined {
  return acceptOneOf(stream, ['tcp', 'udp', 'sctp']) ?? stream.expected('invalid protocol');
}
