import type { Clone, GeneratorName, Nested } from '../../lflow/actions/ast.js';
import { copyMicroflow, Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Semantics } from '../semantics/semantics.js';
import type { TraceNode } from '../tree.js';
import type { Execution } from './run.js';

/** Actions that run their body on a packet made from the current one. Other fields than those named stay as they are. */

const IPV4 = 0x0800n;
const ARP = 0x0806n;
const ARP_REQUEST = 1n;
const PROTOCOL = { icmp4: 1n, tcp: 6n, icmp6: 58n, sctp: 132n };
const RST = 0x004n;
const UNREACHABLE = { 4: [3n, 1n], 6: [1n, 1n] } as const;

export function clone(action: Clone, execution: Execution): void {
  runBody(action, 'clone', action.body, copyMicroflow(execution.packet), execution);
}

export function generate(action: Nested, execution: Execution): void {
  const packet = copyMicroflow(execution.packet);
  const made = MAKERS[action.name](packet, execution.run.semantics);
  if (made !== undefined) runBody(action, made, action.body, packet, execution);
}

function runBody(
  action: Clone | Nested,
  text: string,
  body: Nested['body'],
  packet: Microflow,
  execution: Execution,
): void {
  const children: TraceNode[] = [];
  execution.nodes.push({ kind: 'transformation', text, action, before: copyMicroflow(packet), children });
  execution.run.execute(body, { ...execution, packet, nodes: children, stack: [] });
}

/** Changes the copy and names the fork; undefined makes no packet. */
type Maker = (packet: Microflow, semantics: Semantics) => string | undefined;

const MAKERS: Readonly<Record<GeneratorName, Maker>> = {
  arp(packet) {
    packet[Slot.nwFrag] = 0n;
    packet[Slot.nwTos] = 0n;
    packet[Slot.nwTtl] = 0n;
    packet[Slot.tcpFlags] = 0n;
    packet[Slot.ethType] = ARP;
    packet[Slot.nwProto] = ARP_REQUEST;
    packet[Slot.arpSha] = packet[Slot.ethSrc];
    packet[Slot.arpTha] = 0n;
    return 'arp';
  },
  nd_ns(packet) {
    packet[Slot.tpSrc] = 135n;
    packet[Slot.arpSha] = 0n;
    packet[Slot.arpTha] = packet[Slot.ethDst];
    packet[Slot.ethDst] = 0x3333_ff00_0000n | (packet[Slot.ip6Dst] & 0xff_ffffn);
    return 'nd_ns';
  },
  nd_na: (packet) => neighbourAdvertisement(packet, 'nd_na'),
  // ovn-trace dies on an assertion here; what it means to do is the same with the router flag, which no field holds.
  nd_na_router: (packet) => neighbourAdvertisement(packet, 'nd_na_router'),
  icmp4: (packet) => icmp(packet, 4),
  icmp4_error: (packet) => icmp(packet, 4),
  icmp6: (packet) => icmp(packet, 6),
  icmp6_error: (packet) => icmp(packet, 6),
  tcp_reset: tcpReset,
  sctp_abort: sctpAbort,
  reject,
};

function neighbourAdvertisement(packet: Microflow, name: string): string {
  const { [Slot.ethSrc]: source, [Slot.ethDst]: destination } = packet;
  packet[Slot.ethSrc] = destination;
  packet[Slot.ethDst] = source;
  packet[Slot.ip6Dst] = packet[Slot.ip6Src];
  packet[Slot.ip6Src] = packet[Slot.ndTarget];
  packet[Slot.tpSrc] = 136n;
  packet[Slot.arpSha] = 0n;
  packet[Slot.arpTha] = destination;
  return name;
}

function icmp(packet: Microflow, family: 4 | 6): string {
  packet[Slot.nwProto] = family === 4 ? PROTOCOL.icmp4 : PROTOCOL.icmp6;
  packet[Slot.nwTtl] = 255n;
  [packet[Slot.tpSrc], packet[Slot.tpDst]] = UNREACHABLE[family];
  return family === 4 ? 'icmp4' : 'icmp6';
}

function tcpReset(packet: Microflow, semantics: Semantics): string {
  if (semantics.resetSwapsPorts) swap(packet, Slot.tpSrc, Slot.tpDst);
  packet[Slot.nwProto] = PROTOCOL.tcp;
  packet[Slot.nwTtl] = 255n;
  packet[Slot.tcpFlags] = RST;
  return 'tcp_reset';
}

function sctpAbort(packet: Microflow, semantics: Semantics): string {
  const asTcp = packet[Slot.ethType] !== IPV4 && semantics.sctpAbortIsTcpOnIp6;
  packet[Slot.nwProto] = asTcp ? PROTOCOL.tcp : PROTOCOL.sctp;
  packet[Slot.nwTtl] = 255n;
  // No field holds the chunk type; the flag only lets `reject` recognise its own packet.
  packet[Slot.tcpFlags] = RST;
  return 'sctp_abort';
}

function reject(packet: Microflow, semantics: Semantics): string | undefined {
  const isIp4 = packet[Slot.ethType] === IPV4;
  if (!isIp4 && !semantics.rejectTakesOthersForIp6 && packet[Slot.ethType] !== 0x86ddn) return undefined;
  const family = isIp4 ? 4 : 6;
  const protocol = packet[Slot.nwProto];
  const connectionOriented = protocol === PROTOCOL.tcp || protocol === PROTOCOL.sctp;
  // A packet that a reject made is not answered again; told apart by fields that other packets may have, too.
  if (connectionOriented ? packet[Slot.tcpFlags] === RST : packet[Slot.tpSrc] === UNREACHABLE[family][0]) {
    return undefined;
  }
  swap(packet, Slot.ethSrc, Slot.ethDst);
  if (family === 4) swap(packet, Slot.nwSrc, Slot.nwDst);
  else swap(packet, Slot.ip6Src, Slot.ip6Dst);
  if (protocol === PROTOCOL.tcp) return tcpReset(packet, semantics);
  if (protocol === PROTOCOL.sctp) return sctpAbort(packet, semantics);
  return icmp(packet, family);
}

function swap(packet: Microflow, a: Slot, b: Slot): void {
  [packet[a], packet[b]] = [packet[b], packet[a]];
}
