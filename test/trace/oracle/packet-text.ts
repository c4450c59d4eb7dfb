import { Slot } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import { addressText } from '../../../src/trace/path/headers.js';
import { formatMac } from '../../../src/net/mac.js';
import { PROTOCOLS } from './start.js';
import type { RecordedHeader } from './recording.js';

/** A header on one line, the same for a recorded one and one of ours. */
export function recordedHeaderText(header: RecordedHeader): string {
  const { src, dst, eth_src: ethSrc, eth_dst: ethDst, ttl, tp_src: from, tp_dst: to, tos = 0 } = header;
  return `${PROTOCOLS[header.proto]} ${src} ${from} > ${dst} ${to} eth ${ethSrc} > ${ethDst} ttl ${ttl} tos ${tos}`;
}

export function headerText(packet: Microflow): string {
  const source = `${addressText(packet, 'source')} ${packet[Slot.tpSrc]}`;
  const destination = `${addressText(packet, 'destination')} ${packet[Slot.tpDst]}`;
  const frame = `${formatMac(packet[Slot.ethSrc])} > ${formatMac(packet[Slot.ethDst])}`;
  const { [Slot.nwProto]: protocol, [Slot.nwTtl]: ttl, [Slot.nwTos]: tos } = packet;
  return `${protocol} ${source} > ${destination} eth ${frame} ttl ${ttl} tos ${tos}`;
}
