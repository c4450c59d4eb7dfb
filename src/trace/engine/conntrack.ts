import type {
  Backend,
  ChkLbHairpin,
  CtClear,
  CtCommit,
  CtCommitNat,
  CtCommitToZone,
  CtCommitV1,
  CtLb,
  CtNat,
  CtNext,
  CtRead,
  CtSnatToVip,
  Select,
} from '../../lflow/actions/ast.js';
import { copyMicroflow, Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { formatAddress } from '../../net/prefix.js';
import type { CtCall, Fork } from '../semantics/semantics.js';
import { read, refText, write } from './fields.js';
import { followFork, modify, remark } from './run.js';
import type { Execution } from './run.js';

/** Conntrack, load balancing and selection: every one a fork whose packet the semantics make. */

type ForkAction = CtNext | CtNat | CtCommitNat | CtCommitToZone | CtLb;

function fork<A extends ForkAction>(
  action: A,
  execution: Execution,
  make: (call: CtCall<A>) => Fork | undefined,
): void {
  const packet = copyMicroflow(execution.packet);
  const made = make({ action, packet, place: execution });
  if (made === undefined) return;
  if (made.error !== undefined) {
    execution.nodes.push({ kind: 'error', text: made.error, reason: 'no-backend', children: [] });
  }
  followFork(execution, action, made.text, packet);
}

export function ctNext(action: CtNext, execution: Execution): void {
  fork(action, execution, (call) => execution.run.semantics.conntrack.next(call));
}

export function ctNat(action: CtNat, execution: Execution): void {
  fork(action, execution, (call) => execution.run.semantics.conntrack.nat(call));
}

export function ctCommitNat(action: CtCommitNat, execution: Execution): void {
  fork(action, execution, (call) => execution.run.semantics.conntrack.commitNat(call));
}

export function ctCommitToZone(action: CtCommitToZone, execution: Execution): void {
  fork(action, execution, (call) => execution.run.semantics.conntrack.commitToZone(call));
}

export function ctLb(action: CtLb, execution: Execution): void {
  const { run, packet } = execution;
  const family = packet[Slot.ethType] === 0x0800n ? 4 : packet[Slot.ethType] === 0x86ddn ? 6 : undefined;
  const options = action.backends.filter(({ address }) => address.family === family);
  fork(action, execution, (call) => {
    if (options.length === 0) return run.semantics.conntrack.loadBalance(call, undefined);
    const { index, certain } = run.semantics.choose({ kind: 'backend', options, action });
    const backend = options[index];
    if (!certain && backend !== undefined) {
      run.note(
        `ovn-trace picks one of ${options.length} backends at random; the first one, ${backendText(backend)}, is taken here`,
      );
    }
    return run.semantics.conntrack.loadBalance(call, backend);
  });
}

/** `10.0.0.2:8080`, `[fd00::2]:8080` or a bare address. */
export function backendText({ address, port }: Backend): string {
  const text = formatAddress(address);
  if (port === undefined) return text;
  return address.family === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}

export function ctCommit(action: CtCommit | CtCommitV1, execution: Execution): void {
  const assign = (packet: Microflow): void => {
    if (action.kind === 'ctCommit') {
      execution.run.assign(action.body, { ...execution, packet, nodes: [], stack: [] });
      return;
    }
    for (const [slot, given] of [
      [Slot.ctMark, action.mark],
      [Slot.ctLabel, action.label],
    ] as const) {
      if (given === undefined) continue;
      packet[slot] = given.mask === undefined ? given.value : (packet[slot] & ~given.mask) | (given.value & given.mask);
    }
  };
  execution.run.semantics.conntrack.commit({ action, packet: execution.packet, place: execution }, assign);
}

export function ctClear(_action: CtClear, execution: Execution): void {
  execution.run.semantics.conntrack.clear(execution.packet);
}

export function ctSnatToVip(action: CtSnatToVip, execution: Execution): void {
  const { run, packet } = execution;
  const text = run.semantics.conntrack.snatToVip({ action, packet, place: execution });
  if (text !== undefined) remark(execution, text);
}

export function ctRead(action: CtRead, execution: Execution): void {
  const { run, packet } = execution;
  const value = run.semantics.conntrack.read({ action, packet, place: execution });
  if (value === undefined) return;
  write(packet, action.dst, value);
  if (action.name === 'ct_state_save') remark(execution, `/* ${refText(action.dst)} = ${value}; */`);
  else modify(execution, `${refText(action.dst)} = ${value}`);
}

export function hairpin(action: ChkLbHairpin, execution: Execution): void {
  const { run, packet } = execution;
  const result = run.semantics.conntrack.hairpin({ action, packet, place: execution });
  write(packet, action.dst, result ? 1n : 0n);
  modify(execution, `${refText(action.dst)} = ${result ? 1 : 0}`);
}

export function select(action: Select, execution: Execution): void {
  const { run } = execution;
  const { index, certain } = run.semantics.choose({ kind: 'member', options: action.members });
  const member = action.members[index];
  if (member === undefined) return;
  const packet = copyMicroflow(execution.packet);
  write(packet, action.dst, BigInt(member.id));
  if (!certain) {
    run.note(
      `ovn-trace picks one of ${action.members.length} members of a select at random; the first one, ${member.id}, is taken here`,
    );
  }
  const remarkText = certain ? '' : ' /* Randomly selected. Use --select-id to specify. */';
  followFork(execution, action, `select: ${refText(action.dst)} = ${read(packet, action.dst)}${remarkText}`, packet);
}
