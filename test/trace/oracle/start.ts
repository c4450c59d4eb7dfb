import { parseMac } from '../../../src/net/mac.js';
import { parseAddress } from '../../../src/net/prefix.js';
import { emptyMicroflow, Slot } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import type { Start } from '../../../src/trace/path/walk.js';
import type { World } from '../../../src/world/world.js';
import type { RecordedCase, RecordedHeader } from './recording.js';

export const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 } as const;
const SYN = 2n;
/** What the switch calls its end of the link to the physical network; the port behind it has the rest of the name. */
const PATCH_PORT = /^patch-br-int-to-/;

/** The recorded packet at the port it came in by. */
export async function startOf(world: World, { name, start }: RecordedCase): Promise<Start> {
  const zone = world.zones.find((each) => each.name === start.zone);
  if (zone === undefined) throw new Error(`${name}: no zone ${start.zone}`);
  const southbound = await zone.southbound();
  const port = southbound.ports.named(start.in_port.replace(PATCH_PORT, ''));
  const chassis = [...southbound.chassis.all()].find(({ remote }) => !remote);
  if (port === undefined || chassis === undefined) throw new Error(`${name}: no port ${start.in_port} to start from`);
  const packet = packetOf(start.header);
  packet[Slot.inport] = BigInt(port.key);
  return { zone, southbound, chassis, datapath: port.datapath, pipeline: 'ingress', packet };
}

function packetOf(header: RecordedHeader): Microflow {
  const [source, destination] = [parseAddress(header.src), parseAddress(header.dst)];
  const [ethSrc, ethDst] = [parseMac(header.eth_src), parseMac(header.eth_dst)];
  if (source === undefined || destination === undefined || ethSrc === undefined || ethDst === undefined) {
    throw new Error(`unreadable header ${JSON.stringify(header)}`);
  }
  const is4 = source.family === 4;
  const packet = emptyMicroflow();
  packet[Slot.ethSrc] = ethSrc;
  packet[Slot.ethDst] = ethDst;
  packet[Slot.ethType] = is4 ? 0x0800n : 0x86ddn;
  packet[is4 ? Slot.nwSrc : Slot.ip6Src] = source.value;
  packet[is4 ? Slot.nwDst : Slot.ip6Dst] = destination.value;
  packet[Slot.nwTtl] = BigInt(header.ttl);
  packet[Slot.nwTos] = BigInt(header.tos ?? 0);
  packet[Slot.nwProto] = BigInt(PROTOCOLS[header.proto]);
  packet[Slot.tpSrc] = BigInt(header.tp_src);
  packet[Slot.tpDst] = BigInt(header.tp_dst);
  if (header.proto === 'tcp') packet[Slot.tcpFlags] = SYN;
  return packet;
}
