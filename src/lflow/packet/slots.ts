/**
 * Where a packet's fields live: one numbered slot for every group of fields that share storage, so that a write through
 * one name is visible through every other (`ip4.src` and `arp.spa`, `tcp.src` and `icmp4.type`, `reg1` and `xxreg0`).
 *
 * A microflow is what the tracer carries along the pipeline: headers, registers and conntrack fields. At run time it is a
 * plain array, cheap to copy at a fork. Knows bits only; which field is where is the symbol table's business.
 */

/** ovn-architecture(7), "Logical registers"; the packet part follows ovs-fields(7). */
export const Slot = {
  /** reg0 (most significant) to reg3. */
  xxreg0: 0,
  /** reg4 (most significant) to reg7. */
  xxreg1: 1,
  /** reg8 (most significant) and reg9. */
  xreg4: 2,
  /** reg10. */
  flags: 3,
  reg11: 4,
  reg12: 5,
  reg13: 6,
  /** reg14: tunnel key of the ingress port. */
  inport: 7,
  /** reg15: tunnel key of the egress port or multicast group. */
  outport: 8,
  pktMark: 9,
  ctState: 10,
  ctMark: 11,
  ctLabel: 12,
  ethSrc: 13,
  ethDst: 14,
  ethType: 15,
  vlanTci: 16,
  /** IP protocol or, for ARP, the low byte of the opcode. */
  nwProto: 17,
  /** DSCP in the upper six bits, ECN in the lower two. */
  nwTos: 18,
  nwTtl: 19,
  /** Bit 0: a fragment; bit 1: not the first one. */
  nwFrag: 20,
  /** IPv4 source or ARP sender address. */
  nwSrc: 21,
  /** IPv4 destination or ARP target address. */
  nwDst: 22,
  ip6Src: 23,
  ip6Dst: 24,
  ip6Label: 25,
  /** L4 source port or ICMP type. */
  tpSrc: 26,
  /** L4 destination port or ICMP code. */
  tpDst: 27,
  tcpFlags: 28,
  /** ARP sender hardware address or ND source link-layer option. */
  arpSha: 29,
  /** ARP target hardware address or ND target link-layer option. */
  arpTha: 30,
  ndTarget: 31,
  ctNwProto: 32,
  ctNwSrc: 33,
  ctNwDst: 34,
  ctIp6Src: 35,
  ctIp6Dst: 36,
  ctTpSrc: 37,
  ctTpDst: 38,
  /** Not a field of OVN: the tracer's handle of the connection the packet is tracked with, 0 when it is with none. */
  connection: 39,
} as const;
export type Slot = (typeof Slot)[keyof typeof Slot];

/** Bits of every slot. */
export const SLOT_WIDTH: Readonly<Record<Slot, number>> = {
  [Slot.xxreg0]: 128,
  [Slot.xxreg1]: 128,
  [Slot.xreg4]: 64,
  [Slot.flags]: 32,
  [Slot.reg11]: 32,
  [Slot.reg12]: 32,
  [Slot.reg13]: 32,
  [Slot.inport]: 32,
  [Slot.outport]: 32,
  [Slot.pktMark]: 32,
  [Slot.ctState]: 32,
  [Slot.ctMark]: 32,
  [Slot.ctLabel]: 128,
  [Slot.ethSrc]: 48,
  [Slot.ethDst]: 48,
  [Slot.ethType]: 16,
  [Slot.vlanTci]: 16,
  [Slot.nwProto]: 8,
  [Slot.nwTos]: 8,
  [Slot.nwTtl]: 8,
  [Slot.nwFrag]: 2,
  [Slot.nwSrc]: 32,
  [Slot.nwDst]: 32,
  [Slot.ip6Src]: 128,
  [Slot.ip6Dst]: 128,
  [Slot.ip6Label]: 20,
  [Slot.tpSrc]: 16,
  [Slot.tpDst]: 16,
  [Slot.tcpFlags]: 12,
  [Slot.arpSha]: 48,
  [Slot.arpTha]: 48,
  [Slot.ndTarget]: 128,
  [Slot.ctNwProto]: 8,
  [Slot.ctNwSrc]: 32,
  [Slot.ctNwDst]: 32,
  [Slot.ctIp6Src]: 128,
  [Slot.ctIp6Dst]: 128,
  [Slot.ctTpSrc]: 16,
  [Slot.ctTpDst]: 16,
  [Slot.connection]: 32,
};

const SLOTS = Object.keys(SLOT_WIDTH).length;

/** The packet state: one unsigned number a slot, never wider than {@link SLOT_WIDTH}. */
export type Microflow = Record<Slot, bigint>;

/** A packet whose every field is zero. */
export function emptyMicroflow(): Microflow {
  // An array holds exactly the numbered slots; the record type spares every reader an `undefined` check.
  return new Array<bigint>(SLOTS).fill(0n) as unknown as Microflow;
}

export function copyMicroflow(flow: Microflow): Microflow {
  return (flow as unknown as readonly bigint[]).slice() as unknown as Microflow;
}

/** No field is wider. */
const WIDEST = 128;
const ONES: readonly bigint[] = Array.from({ length: WIDEST + 1 }, (_, width) => (1n << BigInt(width)) - 1n);

/** `width` one bits. */
export function ones(width: number): bigint {
  return ONES[width] ?? (1n << BigInt(width)) - 1n;
}

/** The `width` bits of a slot from bit `ofs` (0 = least significant) on. */
export function readBits(flow: Microflow, slot: Slot, ofs: number, width: number): bigint {
  const value = flow[slot];
  if (ofs === 0 && width >= SLOT_WIDTH[slot]) return value;
  return (value >> BigInt(ofs)) & ones(width);
}

/** Replaces these bits; what does not fit into them or into the slot is cut off. */
export function writeBits(flow: Microflow, slot: Slot, ofs: number, width: number, value: bigint): void {
  if (ofs === 0 && width >= SLOT_WIDTH[slot]) {
    flow[slot] = value & ones(SLOT_WIDTH[slot]);
    return;
  }
  const mask = (ones(width) << BigInt(ofs)) & ones(SLOT_WIDTH[slot]);
  flow[slot] = (flow[slot] & ~mask) | ((value << BigInt(ofs)) & mask);
}
