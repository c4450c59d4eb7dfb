import type {
  ChkEcmpNh,
  ChkLbAff,
  CheckPktLarger,
  CommitLbAff,
  DhcpRelayCheck,
  DnsLookup,
  GetRemoteFdb,
  Log,
  PutDhcpOpts,
  PutNdRaOpts,
} from '../../lflow/actions/ast.js';
import { copyMicroflow, ones, Slot } from '../../lflow/packet/slots.js';
import type { FieldRef } from '../../lflow/symbols/symbol.js';
import { packetLine } from '../packet-line.js';
import { write } from './fields.js';
import { followFork, modify } from './run.js';
import type { Execution } from './run.js';

/** Actions whose outcome lies outside of the packet: the controller's answers, learned sessions, logs. */

function put(dst: FieldRef, bit: boolean | undefined, { packet }: Execution): void {
  if (bit !== undefined) write(packet, dst, bit ? 1n : 0n);
}

export function checkPacketLarger(action: CheckPktLarger, execution: Execution): void {
  put(action.dst, execution.run.semantics.packetLarger(action, execution.packet, execution), execution);
}

export function checkEcmpNextHop(action: ChkEcmpNh, execution: Execution): void {
  put(action.dst, execution.run.semantics.ecmpNextHop(action, execution.packet, execution), execution);
}

export function checkAffinity(action: ChkLbAff, execution: Execution): void {
  put(action.dst, execution.run.semantics.affinity(action, execution.packet, execution), execution);
}

export function commitAffinity(action: CommitLbAff, execution: Execution): void {
  const { run, packet } = execution;
  const { continues } = run.semantics.commitAffinity(action, packet, execution);
  if (continues) followFork(execution, action, 'commit_lb_aff', copyMicroflow(packet));
}

export function dnsLookup(action: DnsLookup, execution: Execution): void {
  const known = execution.run.semantics.dns(action, execution.packet, execution);
  put(action.dst, known ?? false, execution);
  if (known !== undefined) return;
  execution.nodes.push({ kind: 'error', text: '*** dns_lookup action not implemented', children: [] });
}

export function getRemoteFdb(action: GetRemoteFdb, execution: Execution): void {
  const key = execution.run.semantics.remoteFdb(action, execution.packet, execution);
  if (key !== undefined) {
    write(execution.packet, action.dst, key);
    return;
  }
  const text = '/* The remote FDB table is different per each chassis. */';
  execution.nodes.push({ kind: 'output', text, port: undefined, children: [] });
}

/** The controller is taken to answer: every such packet counts as a proper request. */
export function putDhcpOptions(action: PutDhcpOpts, execution: Execution, text: string): void {
  const remarkText = '/* We assume that this packet is DHCPDISCOVER or DHCPREQUEST. */';
  execution.nodes.push({ kind: 'error', text: remarkText, children: [] });
  modify(execution, withoutResult(text));
  write(execution.packet, action.dst, 1n);
}

export function putRouterAdvertisement(action: PutNdRaOpts, execution: Execution, text: string): void {
  modify(execution, withoutResult(text));
  write(execution.packet, action.dst, 1n);
}

/** `F = call(…);` without the field and the semicolon. */
function withoutResult(text: string): string {
  return text.slice(text.indexOf(' = ') + 3, -1);
}

export function dhcpRelay(action: DhcpRelayCheck, execution: Execution): void {
  const { packet, nodes } = execution;
  const isResponse = action.form === 'resp';
  const text = isResponse
    ? '/* We assume that this packet is DHCPOFFER or DHCPACK and DHCP broadcast flag is set. Dest IP is set to broadcast. Dest MAC is set to broadcast but in real network this is unicast which is extracted from DHCP header. */'
    : '/* We assume that this packet is DHCPDISCOVER or DHCPREQUEST. */';
  nodes.push({ kind: 'error', text, children: [] });
  if (isResponse) {
    packet[Slot.nwDst] = ones(32);
    packet[Slot.ethDst] = ones(48);
  }
  write(packet, action.dst, 1n);
}

export function log(action: Log, execution: Execution): void {
  const { nodes, packet, pipeline } = execution;
  const direction = pipeline === 'ingress' ? 'IN' : 'OUT';
  const { name = '<unnamed>', verdict, severity } = action;
  const text = `LOG: ACL name=${name}, direction=${direction}, verdict=${verdict}, severity=${severity}, packet="${packetLine(packet)}"`;
  nodes.push({ kind: 'transformation', text, action, before: copyMicroflow(packet), children: [] });
}

/** Flooding to other chassis happens outside of this database. */
export function floodRemote(execution: Execution): void {
  execution.nodes.push({ kind: 'output', text: '/* Flood to all remote chassis */', port: undefined, children: [] });
}
