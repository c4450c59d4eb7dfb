import type { Microflow } from '../../../lflow/packet/slots.js';
import { Slot } from '../../../lflow/packet/slots.js';
import { ConnectionTable } from '../../conntrack/connection-table.js';

/** A client that a load balancer with session affinity has sent to a backend (commit_lb_aff, ovn-sb(5)). */
export interface AffinitySession {
  readonly datapathKey: number;
  readonly client: bigint;
  readonly vip: bigint;
  readonly vipPort: number | undefined;
  readonly protocol: number | undefined;
  readonly backend: bigint;
  readonly backendPort: number | undefined;
}

/** A backend that reached itself through its service; the answer must be turned round too. */
interface Hairpin {
  readonly backend: bigint;
  readonly backendPort: bigint;
  /** The address its packets come from on their way back to it. */
  readonly from: bigint;
}

/** A next hop that a connection came from (commit_ecmp_nh): its answers go back there. */
interface EcmpOrigin {
  readonly datapathKey: number;
  readonly inport: bigint;
  readonly mac: bigint;
  readonly client: bigint;
  readonly server: bigint;
}

/**
 * What the switches of the cluster remember between packets: connections by zone, and what flows teach them. One memory
 * serves a packet on all its legs and the packets that follow it.
 */
export class ChassisMemory {
  readonly connections = new ConnectionTable();
  readonly affinity: AffinitySession[] = [];
  readonly hairpins: Hairpin[] = [];
  readonly ecmp: EcmpOrigin[] = [];
}

/** The IP addresses of a packet in the slots of its family; undefined for what is not IP. */
export function ipPair(
  packet: Microflow,
): { readonly family: 4 | 6; readonly src: bigint; readonly dst: bigint } | undefined {
  if (packet[Slot.ethType] === 0x0800n) return { family: 4, src: packet[Slot.nwSrc], dst: packet[Slot.nwDst] };
  if (packet[Slot.ethType] === 0x86ddn) return { family: 6, src: packet[Slot.ip6Src], dst: packet[Slot.ip6Dst] };
  return undefined;
}
