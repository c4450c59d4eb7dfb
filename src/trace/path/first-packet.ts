import { emptyMicroflow, Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Address } from '../../net/prefix.js';
import type { Protocol } from './path-trace.js';

export interface FirstPacket {
  readonly inport: number;
  readonly ethSrc: bigint;
  readonly ethDst: bigint;
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: Protocol;
  readonly sourcePort: number;
  readonly port: number | undefined;
}

/** Packets leave a host with this many hops to live (ip(7), ip_default_ttl). */
const TTL = 64n;
const SYN = 2n;
const NUMBERS = { tcp: 6n, udp: 17n, sctp: 132n } as const;
const ECHO_REQUEST = { 4: 8n, 6: 128n } as const;

/** The first packet that a host sends to open a connection, or an echo request. */
export function firstPacket(from: FirstPacket): Microflow {
  const { family } = from.source;
  const packet = emptyMicroflow();
  packet[Slot.inport] = BigInt(from.inport);
  packet[Slot.ethSrc] = from.ethSrc;
  packet[Slot.ethDst] = from.ethDst;
  packet[Slot.ethType] = family === 4 ? 0x0800n : 0x86ddn;
  packet[family === 4 ? Slot.nwSrc : Slot.ip6Src] = from.source.value;
  packet[family === 4 ? Slot.nwDst : Slot.ip6Dst] = from.destination.value;
  packet[Slot.nwTtl] = TTL;
  if (from.protocol === 'icmp') {
    packet[Slot.nwProto] = family === 4 ? 1n : 58n;
    packet[Slot.tpSrc] = ECHO_REQUEST[family];
    return packet;
  }
  packet[Slot.nwProto] = NUMBERS[from.protocol];
  packet[Slot.tpSrc] = BigInt(from.sourcePort);
  packet[Slot.tpDst] = BigInt(from.port ?? 0);
  if (from.protocol === 'tcp') packet[Slot.tcpFlags] = SYN;
  return packet;
}
