import type { DecTtl, Exchange, Load, Move, OvnFieldLoad, Pop, Push } from '../../lflow/actions/ast.js';
import { ones, Slot } from '../../lflow/packet/slots.js';
import { applies, hexText, isRegister, read, refText, valueText, widthOf, write } from './fields.js';
import { resolvePort } from './names.js';
import { modify } from './run.js';
import type { Execution } from './run.js';

/** Assignments, the stack and the TTL (ovn-sb(5), Logical_Flow actions). `text` is the action as formatted, with its `;`. */

export function load(action: Load, execution: Execution, text: string): void {
  const { dst, value } = action;
  if (!isRegister(dst)) modify(execution, text.slice(0, -1));
  if (!applies(execution.packet, dst)) return;
  if (value.kind === 'string') {
    write(execution.packet, dst, BigInt(portNumber(value.value, execution)));
    return;
  }
  const { value: bits, mask } = value.integer;
  const old = mask === undefined ? 0n : read(execution.packet, dst) & ~mask;
  write(execution.packet, dst, (old | bits) & ones(widthOf(dst)));
}

function portNumber(name: string, { run, datapath }: Execution): number {
  const key = resolvePort(run.southbound, datapath, name);
  if (key === undefined) run.warn(`${name}: unknown logical port, assigned as 0`);
  return key ?? 0;
}

export function loadOvnField(_action: OvnFieldLoad, execution: Execution, text: string): void {
  modify(execution, text.slice(0, -1));
}

/** Copies even where the packet lacks a field: fields that share storage carry values from one protocol to another. */
export function move({ dst, src }: Move, execution: Execution): void {
  const { packet } = execution;
  const value = read(packet, src);
  write(packet, dst, value);
  if (!isRegister(dst)) modify(execution, `${refText(dst)} = ${valueText(src, value)}`);
}

export function exchange({ a, b }: Exchange, execution: Execution): void {
  const { packet } = execution;
  const [left, right] = [read(packet, a), read(packet, b)];
  write(packet, a, right);
  write(packet, b, left);
  if (!isRegister(a)) modify(execution, `${refText(a)} = ${valueText(b, right)}`);
  if (!isRegister(b)) modify(execution, `${refText(b)} = ${valueText(a, left)}`);
}

const bytesOf = (width: number): number => Math.ceil(width / 8);

export function push({ src }: Push, execution: Execution): void {
  const value = read(execution.packet, src);
  execution.stack.push({ value, bytes: bytesOf(widthOf(src)) });
  modify(execution, `push(${refText(src)}) -> ${hexText(value)}`);
}

export function pop({ dst }: Pop, execution: Execution): void {
  const top = execution.stack.pop();
  if (top === undefined) {
    modify(execution, `pop(${refText(dst)}) <- /* empty stack */`);
    return;
  }
  const { run } = execution;
  const low = ones(8 * top.bytes);
  run.stale = (run.stale & ~low) | top.value;
  const shown = run.semantics.popShowsStaleBytes ? run.stale : top.value;
  modify(execution, `pop(${refText(dst)}) <- ${hexText(shown)}`);
  write(execution.packet, dst, top.value & ones(widthOf(dst)));
}

const IP_TYPES: ReadonlySet<bigint> = new Set([0x0800n, 0x86ddn]);

export function decrementTtl(_action: DecTtl, execution: Execution): void {
  const { packet, nodes } = execution;
  const fail = (text: string): void => void nodes.push({ kind: 'error', text, reason: 'ttl', children: [] });
  if (!IP_TYPES.has(packet[Slot.ethType])) {
    fail('*** TTL decrement of non-IP packet');
  } else if (packet[Slot.nwTtl] === 0n) {
    fail('*** TTL underflow');
  } else {
    packet[Slot.nwTtl] -= 1n;
    modify(execution, 'ip.ttl--');
  }
}
