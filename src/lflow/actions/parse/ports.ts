import type { ActionParser, Draft } from '../action-parser.js';
import { acceptBoolean, acceptString } from './arguments.js';

const PORT = 0;

/** `bind_vport("PORT", PARENT);` */
export function parseBindVport(parser: ActionParser): Draft | undefined {
  const port = parsePortName(parser);
  if (port === undefined || !parser.stream.expect(',')) return undefined;
  const parent = parser.operand(PORT);
  return parent && parser.stream.expect(')') ? { kind: 'bindVport', port, parent } : undefined;
}

/** `mirror("PORT");` */
export function parseMirror(parser: ActionParser): Draft | undefined {
  const port = parsePortName(parser);
  return port !== undefined && parser.stream.expect(')') ? { kind: 'mirror', port } : undefined;
}

function parsePortName({ stream }: ActionParser): string | undefined {
  if (!stream.expect('(')) return undefined;
  return acceptString(stream) ?? stream.expected('expecting port name string');
}

/** `handle_svc_check(PORT);` */
export function parseHandleSvcCheck(parser: ActionParser): Draft | undefined {
  const fields = parser.operands(PORT);
  return fields && { kind: 'handleSvcCheck', port: fields[0] };
}

/** `fwd_group([liveness=true|false, ]childports="A", "B");` */
export function parseFwdGroup({ stream }: ActionParser): Draft | undefined {
  let liveness: boolean | undefined = false;
  if (!stream.expect('(')) return undefined;
  if (stream.acceptName('liveness')) {
    if (!stream.expect('=')) return undefined;
    liveness = acceptBoolean(stream);
    if (liveness === undefined) return stream.expected('expecting true or false');
    if (!stream.expect(',')) return undefined;
  }
  // OVN takes the list for optional and then misses the end of the statement.
  if (!stream.acceptName('childports'))
    return stream.expected("expecting `;'", { help: 'name the ports: childports="…"' });
  if (!stream.expect('=')) return undefined;
  const childPorts: string[] = [];
  while (!stream.accept(')')) {
    const port = acceptString(stream);
    if (port === undefined) return stream.expected('expecting logical switch port');
    childPorts.push(port);
    stream.accept(',');
  }
  return { kind: 'fwdGroup', liveness, childPorts };
}
