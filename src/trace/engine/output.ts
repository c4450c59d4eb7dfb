import { copyMicroflow, Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { FwdGroup, Mirror, Next, Output } from '../../lflow/actions/ast.js';
import type { MulticastGroup } from '../../ovn/southbound/multicast-groups.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { ErrorNode, MulticastNode, TraceNode } from '../tree.js';
import { remark } from './run.js';
import type { Execution } from './run.js';

/** Where packets go: `output`, `next`, mirrors and forwarding groups (ovn-architecture(7), "Architectural Physical Life Cycle"). */

const LOOPBACK = 1n;
const OMITTED = '/* omitting output because inport == outport && !flags.loopback */';
/** Port and group keys are 16 bits of their registers. */
const keyOf = (register: bigint): number => Number(register & 0xffffn);

function fail(execution: Execution, text: string, reason: NonNullable<ErrorNode['reason']>): void {
  execution.nodes.push({ kind: 'error', text, reason, children: [] });
}

export function output(_action: Output, execution: Execution): void {
  const { run, datapath, packet } = execution;
  const key = keyOf(packet[Slot.outport]);
  if (key === 0) {
    fail(execution, '*** output to null logical port', 'null-port');
    return;
  }
  const port = run.southbound.ports.withKey(datapath, key);
  const group = port === undefined ? run.southbound.multicastGroups.withKey(datapath, key) : undefined;
  if (port === undefined && group === undefined) {
    fail(execution, `*** unknown port or multicast group ${key}`, 'unknown-port');
  }
  if (execution.pipeline === 'egress') leave(execution, key, port, group);
  else if (group !== undefined) multicast(execution, group);
  else unicast(execution, key, port);
}

/** The end of the egress pipeline: over to the peer's datapath, or delivered. */
function leave(execution: Execution, key: number, port: Port | undefined, group: MulticastGroup | undefined): void {
  const { run, datapath, packet, nodes } = execution;
  const name = port === undefined ? (group?.name ?? '(unnamed)') : run.naming.port(port);
  const text = `/* output to "${name}", type "${port?.type ?? ''}" */`;
  nodes.push({ kind: 'output', text, port: { key, port }, children: [] });
  const refusal = port === undefined ? undefined : run.semantics.refusesOutput(port, packet, execution);
  if (refusal !== undefined) {
    fail(execution, `*** ${refusal}`, 'refused');
    return;
  }
  const peer = port === undefined ? undefined : run.southbound.ports.peerOf(port);
  if (peer === undefined) {
    const delivered = { port: { key, port }, datapath, packet: copyMicroflow(packet) };
    nodes.push({ kind: 'modify', text: `output("${name}")`, delivered, children: [] });
    return;
  }
  const next = run.semantics.patchState(packet);
  next[Slot.inport] = BigInt(peer.key);
  next[Slot.outport] = 0n;
  const title = `ingress(dp="${run.naming.datapath(peer.datapath)}", inport="${run.naming.port(peer)}")`;
  run.enter({ datapath: peer.datapath, pipeline: 'ingress', table: 0, entered: 'patch', text: title }, next, nodes);
}

/** From ingress to egress for one port. */
function unicast(execution: Execution, key: number, port: Port | undefined): void {
  const { run, packet, nodes } = execution;
  if (port !== undefined && tunnelled(execution, port, packet, nodes)) return;
  const egress = run.semantics.egressState(packet);
  let target = port;
  if (port?.type === 'chassisredirect') {
    target = distributedPort(execution, port);
    if (target === undefined) return;
    egress[Slot.outport] = BigInt(target.key);
  }
  const isBack = target === undefined || target.key === keyOf(packet[Slot.inport]);
  if (isBack && (packet[Slot.flags] & LOOPBACK) === 0n) {
    nodes.push({ kind: 'output', text: OMITTED, port: { key, port: target }, children: [] });
    return;
  }
  enterEgress(execution, target === undefined ? '(unnamed)' : run.naming.port(target), egress, nodes, false);
}

/** Sends the packet to the chassis that holds the port, if that is another one. */
function tunnelled({ run, datapath }: Execution, port: Port, packet: Microflow, nodes: TraceNode[]): boolean {
  const towards = run.semantics.elsewhere(port);
  if (towards === undefined) return false;
  const name = run.naming.port(port);
  const portKey = { key: port.key, port };
  const copy = copyMicroflow(packet);
  copy[Slot.outport] = BigInt(port.key);
  nodes.push({ kind: 'output', text: `/* to "${name}" on chassis "${towards}" */`, port: portKey, children: [] });
  const delivered = { port: portKey, datapath, packet: copy, towards };
  nodes.push({ kind: 'modify', text: `output("${name}")`, delivered, children: [] });
  return true;
}

function distributedPort(execution: Execution, port: Port): Port | undefined {
  const { run, nodes } = execution;
  const found = run.southbound.ports.named(port.options.get('distributed-port') ?? '');
  const name = run.naming.port(port);
  if (found?.datapath !== port.datapath) {
    const text = `*** output to type "${port.type}" port "${name}" with no or invalid distributed port`;
    fail(execution, text, 'chassisredirect');
    return undefined;
  }
  const text = `/* Replacing type "${port.type}" outport "${name}" with distributed port "${run.naming.port(found)}". */`;
  nodes.push({ kind: 'output', text, port: { key: port.key, port }, children: [] });
  return found;
}

function multicast(execution: Execution, group: MulticastGroup): void {
  const { run, datapath, packet, nodes } = execution;
  const title = `multicast(dp="${run.naming.datapath(datapath)}", mcgroup="${group.name}")`;
  const before = copyMicroflow(packet);
  const node: MulticastNode = {
    kind: 'pipeline',
    pipeline: 'multicast',
    text: title,
    datapath,
    group,
    before,
    children: [],
  };
  nodes.push(node);
  const shared = run.semantics.egressState(packet);
  // A member sees what became of the packet for those before it.
  for (const member of group.ports) run.later(() => toMember(execution, member, shared, node));
}

function toMember(execution: Execution, member: Port, shared: Microflow, { children }: MulticastNode): void {
  const { run, packet } = execution;
  if (tunnelled(execution, member, packet, children)) return;
  const target =
    member.type === 'chassisredirect' && run.semantics.redirectsMembers
      ? (distributedPort({ ...execution, nodes: children }, member) ?? member)
      : member;
  const egress = run.semantics.memberState(shared);
  const isBack = target.key === keyOf(packet[Slot.inport]);
  egress[Slot.outport] = BigInt(target.key);
  if (isBack && (packet[Slot.flags] & LOOPBACK) === 0n) skipMember(execution, target, egress, children);
  else enterEgress(execution, run.naming.port(target), egress, children, true);
}

/** The member the packet came from still gets its title, with the reason below it. */
function skipMember(execution: Execution, member: Port, egress: Microflow, nodes: TraceNode[]): void {
  const { run, datapath } = execution;
  nodes.push({
    kind: 'pipeline',
    pipeline: 'egress',
    text: egressTitle(execution, run.naming.port(member)),
    datapath,
    inport: run.portKey(datapath, egress[Slot.inport]),
    outport: { key: member.key, port: member },
    entered: 'output',
    before: copyMicroflow(egress),
    after: undefined,
    children: [{ kind: 'output', text: OMITTED, port: { key: member.key, port: member }, children: [] }],
  });
}

function egressTitle({ run, datapath, packet }: Execution, outport: string): string {
  const inport = run.keyName(datapath, keyOf(packet[Slot.inport]));
  return `egress(dp="${run.naming.datapath(datapath)}", inport="${inport}", outport="${outport}")`;
}

function enterEgress(
  execution: Execution,
  outport: string,
  egress: Microflow,
  nodes: TraceNode[],
  indented: boolean,
): void {
  const { run, datapath } = execution;
  const text = egressTitle(execution, outport);
  run.enter({ datapath, pipeline: 'egress', table: 0, entered: 'output', text, indented }, egress, nodes);
}

export function next({ pipeline, table }: Next, execution: Execution): void {
  const { run, datapath, packet, nodes } = execution;
  if (pipeline === execution.pipeline) {
    run.follow(datapath, packet, table, pipeline, nodes);
    return;
  }
  const register = packet[pipeline === 'ingress' ? Slot.inport : Slot.outport];
  const side = pipeline === 'ingress' ? 'inport' : 'outport';
  const text = `${pipeline}(dp="${run.naming.datapath(datapath)}", ${side}="${run.keyName(datapath, keyOf(register))}")`;
  run.enter({ datapath, pipeline, table, entered: 'next', text }, packet, nodes);
}

export function mirror(action: Mirror, execution: Execution): void {
  const { run, datapath, packet, nodes } = execution;
  const target = run.southbound.ports.lookUp(action.port);
  if (target?.datapath !== datapath) {
    fail(execution, '/* omitting output because no taget port found. */', 'unknown-port');
    return;
  }
  const copy = copyMicroflow(packet);
  copy[Slot.inport] = 0n;
  copy[Slot.outport] = BigInt(target.key);
  const children: TraceNode[] = [];
  nodes.push({ kind: 'transformation', text: 'clone', action, before: copyMicroflow(copy), children });
  run.follow(datapath, copy, 0, 'egress', children);
}

export function forwardToGroup(action: FwdGroup, execution: Execution): void {
  const { run, datapath, packet } = execution;
  const child = run.semantics.forwardingChild(action.childPorts, execution);
  if (child === undefined) return;
  const port = run.southbound.ports.named(child);
  if (port?.datapath !== datapath) {
    fail(execution, `*** forwarding group child "${child}" is no port of this datapath`, 'unknown-port');
    return;
  }
  remark(execution, `/* forwarded to "${run.naming.port(port)}" */`);
  packet[Slot.outport] = BigInt(port.key);
  output({ kind: 'output', span: action.span }, execution);
}
