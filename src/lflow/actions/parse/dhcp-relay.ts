import type { FieldRef } from '../../symbols/symbol.js';
import type { ActionParser, Draft } from '../action-parser.js';

/** `F = dhcp_relay_req_chk(RELAY, SERVER);` and `dhcp_relay_resp_chk`, from the parenthesis on. */
export function parseDhcpRelay(form: 'req' | 'resp') {
  return (parser: ActionParser, dst: FieldRef): Draft | undefined => {
    const { stream } = parser;
    if (!parser.checkDestination(dst, 1) || !stream.expect('(')) return undefined;
    const relay = parseIpv4Argument(parser);
    if (relay === undefined || !stream.expect(',')) return undefined;
    const server = parseIpv4Argument(parser);
    return server !== undefined && stream.expect(')')
      ? { kind: 'dhcpRelayCheck', form, dst, relay, server }
      : undefined;
  };
}

function parseIpv4Argument({ stream }: ActionParser): bigint | undefined {
  const { token } = stream;
  if (token.kind !== 'integer' || token.integer.format !== 'ipv4' || token.integer.mask !== undefined) {
    return stream.expected('expecting IPv4 dhcp relay and server ips');
  }
  stream.take();
  return token.integer.value;
}
