import type { FieldRef } from '../../symbols/symbol.js';
import type { ActionParser, Draft } from '../action-parser.js';
import type { Family } from '../ast.js';

const PORT = 0;
const MAC = 48;

function ipWidth(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** `get_arp(PORT, IP);` and `get_nd`. */
export function parseGetMacBinding(family: Family): (parser: ActionParser) => Draft | undefined {
  return (parser) => {
    const fields = parser.operands(PORT, ipWidth(family));
    return fields && { kind: 'getMacBinding', family, port: fields[0], ip: fields[1] };
  };
}

/** `put_arp(PORT, IP, MAC);` and `put_nd`. */
export function parsePutMacBinding(family: Family): (parser: ActionParser) => Draft | undefined {
  return (parser) => {
    const fields = parser.operands(PORT, ipWidth(family), MAC);
    return fields && { kind: 'putMacBinding', family, port: fields[0], ip: fields[1], mac: fields[2] };
  };
}

/** `F = lookup_arp(PORT, IP, MAC);` and `lookup_nd`, from the parenthesis on. */
export function parseLookupMacBinding(family: Family) {
  return (parser: ActionParser, dst: FieldRef): Draft | undefined => {
    const fields = parser.checkDestination(dst, 1) ? parser.operands(PORT, ipWidth(family), MAC) : undefined;
    return fields && { kind: 'lookupMacBinding', dst, family, port: fields[0], ip: fields[1], mac: fields[2] };
  };
}

/** `F = lookup_arp_ip(PORT, IP);` and `lookup_nd_ip`. */
export function parseLookupMacBindingIp(family: Family) {
  return (parser: ActionParser, dst: FieldRef): Draft | undefined => {
    const fields = parser.checkDestination(dst, 1) ? parser.operands(PORT, ipWidth(family)) : undefined;
    return fields && { kind: 'lookupMacBindingIp', dst, family, port: fields[0], ip: fields[1] };
  };
}

/** `F = lookup_fdb(PORT, MAC);` */
export function parseLookupFdb(parser: ActionParser, dst: FieldRef): Draft | undefined {
  const fields = parser.checkDestination(dst, 1) ? parser.operands(PORT, MAC) : undefined;
  return fields && { kind: 'lookupFdb', dst, port: fields[0], mac: fields[1] };
}

/** `F = get_fdb(MAC);` and `get_remote_fdb`; F is a port or 32 bits. */
export function parseGetFdb(kind: 'getFdb' | 'getRemoteFdb') {
  return (parser: ActionParser, dst: FieldRef): Draft | undefined => {
    const fields = parser.operands(MAC);
    if (fields === undefined) return undefined;
    const fits = dst.width === PORT || parser.checkDestination(dst, 32);
    return fits ? { kind, dst, mac: fields[0] } : undefined;
  };
}

/** `put_fdb(PORT, MAC);` */
export function parsePutFdb(parser: ActionParser): Draft | undefined {
  const fields = parser.operands(PORT, MAC);
  return fields && { kind: 'putFdb', port: fields[0], mac: fields[1] };
}

/** `F = check_pkt_larger(BYTES);` */
export function parseCheckPktLarger(parser: ActionParser, dst: FieldRef): Draft | undefined {
  const { stream } = parser;
  if (!parser.checkDestination(dst, 1) || !stream.expect('(')) return undefined;
  // Not "expecting a number": OVN gives up on the argument silently and then misses the end of the statement.
  if (!stream.atSmallInteger()) return stream.expected("expecting `;'", { help: 'the size is a number of bytes' });
  const bytes = stream.expectSmallInteger();
  return bytes !== undefined && stream.expect(')') ? { kind: 'checkPktLarger', dst, bytes } : undefined;
}
