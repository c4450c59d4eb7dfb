import type {
  CheckPortSec,
  GetFdb,
  GetMacBinding,
  LookupFdb,
  LookupMacBinding,
  LookupMacBindingIp,
} from '../../lflow/actions/ast.js';
import type { FieldRef } from '../../lflow/symbols/symbol.js';
import { Slot } from '../../lflow/packet/slots.js';
import { formatMac, parseMac } from '../../net/mac.js';
import { read, write } from './fields.js';
import { modify, remark } from './run.js';
import type { Execution } from './run.js';

/** Look-ups in what the datapaths learned, and port security. */

function neighbour(execution: Execution, port: FieldRef, ip: FieldRef, family: 4 | 6): bigint | undefined {
  const { run, datapath, packet } = execution;
  const found = run.southbound.ports.withKey(datapath, Number(read(packet, port)));
  const mac = found === undefined ? undefined : run.semantics.neighbour(found, read(packet, ip), family);
  return mac === undefined ? undefined : parseMac(mac);
}

export function getMacBinding(action: GetMacBinding, execution: Execution): void {
  const mac = neighbour(execution, action.port, action.ip, action.family);
  execution.packet[Slot.ethDst] = mac ?? 0n;
  remark(execution, mac === undefined ? '/* No MAC binding. */' : `/* MAC binding to ${formatMac(mac)}. */`);
  modify(execution, `eth.dst = ${formatMac(mac ?? 0n)}`);
}

export function lookupMacBinding(action: LookupMacBinding, execution: Execution): void {
  const { run, packet } = execution;
  const wanted = read(packet, action.mac);
  const found = neighbour(execution, action.port, action.ip, action.family) === wanted;
  const shown = run.semantics.lookupShowsEthDst ? packet[Slot.ethDst] : wanted;
  remark(
    execution,
    found ? `/* MAC binding to ${formatMac(shown)} found. */` : '/* lookup failed - No MAC binding. */',
  );
  write(packet, action.dst, found ? 1n : 0n);
}

export function lookupMacBindingIp(action: LookupMacBindingIp, execution: Execution): void {
  const found = neighbour(execution, action.port, action.ip, action.family) !== undefined;
  remark(execution, found ? '/* MAC binding found. */' : '/* lookup failed - No MAC binding. */');
  write(execution.packet, action.dst, found ? 1n : 0n);
}

export function lookupFdb(action: LookupFdb, execution: Execution): void {
  const { run, packet } = execution;
  const mac = read(packet, action.mac);
  const shown = formatMac(run.semantics.lookupShowsEthDst ? packet[Slot.ethDst] : mac);
  const found = fdbPort(execution, mac) === Number(read(packet, action.port));
  remark(
    execution,
    found ? `/* MAC lookup for ${shown} found in FDB. */` : '/* lookup mac failed in mac learning table. */',
  );
  write(packet, action.dst, found ? 1n : 0n);
}

export function getFdb(action: GetFdb, execution: Execution): void {
  const port = fdbPort(execution, read(execution.packet, action.mac));
  write(execution.packet, action.dst, BigInt(port ?? 0));
}

function fdbPort({ run, datapath }: Execution, mac: bigint): number | undefined {
  return run.southbound.bindings.fdbOf(datapath).find((entry) => parseMac(entry.mac) === mac)?.portKey;
}

export function checkPortSecurity(action: CheckPortSec, execution: Execution): void {
  const { run, datapath, packet, nodes } = execution;
  const register = packet[action.direction === 'in' ? Slot.inport : Slot.outport];
  const port = run.southbound.ports.withKey(datapath, Number(register));
  if (port === undefined) {
    const side = action.direction === 'in' ? 'inport' : 'outport';
    const text = `*** port security cannot be checked: ${side} is no port of this datapath`;
    nodes.push({ kind: 'error', text, reason: 'unknown-port', children: [] });
    return;
  }
  const violation = run.semantics.violatesPortSecurity(action.direction, port, packet);
  write(packet, action.dst, violation ? 1n : 0n);
}
