import { Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';

/** What identifies a connection in one direction. Ports are 0 for protocols without ports; ICMP echo is told apart by nothing else. */
export interface Tuple {
  readonly family: 4 | 6;
  readonly protocol: number;
  readonly src: bigint;
  readonly dst: bigint;
  readonly srcPort: bigint;
  readonly dstPort: bigint;
}

const ETH_TYPE_IP = 0x0800n;
const ETH_TYPE_IPV6 = 0x86ddn;
const PORT_PROTOCOLS = new Set([6, 17, 132]);

/** The packet's tuple; undefined for what conntrack does not follow (anything but IP). */
export function tupleOf(flow: Microflow): Tuple | undefined {
  const type = flow[Slot.ethType];
  if (type !== ETH_TYPE_IP && type !== ETH_TYPE_IPV6) return undefined;
  const family = type === ETH_TYPE_IP ? 4 : 6;
  const protocol = Number(flow[Slot.nwProto]);
  const ported = PORT_PROTOCOLS.has(protocol);
  return {
    family,
    protocol,
    src: flow[family === 4 ? Slot.nwSrc : Slot.ip6Src],
    dst: flow[family === 4 ? Slot.nwDst : Slot.ip6Dst],
    srcPort: ported ? flow[Slot.tpSrc] : 0n,
    dstPort: ported ? flow[Slot.tpDst] : 0n,
  };
}

/** The same connection seen from the other end. */
export function inverse(tuple: Tuple): Tuple {
  return { ...tuple, src: tuple.dst, dst: tuple.src, srcPort: tuple.dstPort, dstPort: tuple.srcPort };
}

export function sameTuple(a: Tuple, b: Tuple): boolean {
  return (
    a.src === b.src &&
    a.dst === b.dst &&
    a.srcPort === b.srcPort &&
    a.dstPort === b.dstPort &&
    a.protocol === b.protocol &&
    a.family === b.family
  );
}

/** Gives the packet these addresses and ports. */
export function writeTuple(flow: Microflow, tuple: Tuple): void {
  flow[tuple.family === 4 ? Slot.nwSrc : Slot.ip6Src] = tuple.src;
  flow[tuple.family === 4 ? Slot.nwDst : Slot.ip6Dst] = tuple.dst;
  if (!PORT_PROTOCOLS.has(tuple.protocol)) return;
  flow[Slot.tpSrc] = tuple.srcPort;
  flow[Slot.tpDst] = tuple.dstPort;
}
