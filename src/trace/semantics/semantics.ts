/**
 * Every decision in which a simulation may differ from the datapath, as one named function or flag each.
 *
 * The engine walks pipelines and runs actions; whatever `ovn-trace` and the real switch treat differently it asks here, so
 * it holds no condition on the mode. One object serves one trace: it may keep state (a list of conntrack states, a
 * connection table, a script of choices). `compatible.ts` is `ovn-trace`, defects included. Packets passed in are the
 * caller's own copies where the function is documented to change them.
 */
import type {
  Action,
  Backend,
  CtCommit,
  CtCommitNat,
  CtCommitToZone,
  CtCommitV1,
  CtLb,
  CtNat,
  CtNext,
  SelectMember,
} from '../../lflow/actions/ast.js';
import type {
  ChkEcmpNh,
  ChkLbAff,
  CheckPktLarger,
  ChkLbHairpin,
  CommitEcmpNh,
  CommitLbAff,
  CtRead,
  CtSnatToVip,
  DnsLookup,
  GetRemoteFdb,
} from '../../lflow/actions/ast.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import type { Port } from '../../ovn/southbound/ports.js';

/** Where an action runs. Port keys are in the packet's registers. */
export interface Place {
  readonly datapath: Datapath;
  readonly pipeline: Pipeline;
  readonly table: number;
  readonly flow: LogicalFlow;
}

/** A way the datapath would pick by hash, weight or chance. */
export type Choice =
  | { readonly kind: 'backend'; readonly options: readonly Backend[]; readonly action: CtLb }
  | { readonly kind: 'member'; readonly options: readonly SelectMember[] }
  | { readonly kind: 'child'; readonly options: readonly string[] }
  | { readonly kind: 'tie'; readonly options: readonly LogicalFlow[] };

export interface Chosen {
  /** Index into the options. */
  readonly index: number;
  /** It was asked for or is the only one; otherwise it stands for a pick by chance. */
  readonly certain: boolean;
}

/** A fork that a conntrack action makes. */
export interface Fork {
  /** What the tracer shows for it. */
  readonly text: string;
  /** An error to show before it. */
  readonly error?: string;
}

/** One conntrack action at one place; `packet` is the fork's own copy, which the semantics change. */
export interface CtCall<A> {
  readonly action: A;
  readonly packet: Microflow;
  readonly place: Place;
}

/** Conntrack actions. A result of undefined ends the list of actions silently or, for commits, means nothing to show. */
export interface Conntrack {
  next(call: CtCall<CtNext>): Fork | undefined;
  nat(call: CtCall<CtNat>): Fork | undefined;
  commitNat(call: CtCall<CtCommitNat>): Fork | undefined;
  commitToZone(call: CtCall<CtCommitToZone>): Fork | undefined;
  /** `backend`: the chosen one; undefined when the action lists none, or none of the packet's family. */
  loadBalance(call: CtCall<CtLb>, backend: Backend | undefined): Fork | undefined;
  /**
   * `ct_commit`: not a fork, `packet` is the running one. `assign` runs the body's assignments on a packet: its ct_mark and
   * ct_label are the new ones.
   */
  commit(call: CtCall<CtCommit | CtCommitV1>, assign: (packet: Microflow) => void): void;
  clear(packet: Microflow): void;
  /** Not a fork, `packet` is the running one. Text of a remark to show, if any. */
  snatToVip(call: CtCall<CtSnatToVip>): string | undefined;
  /** Value of a read of the original tuple or state; undefined leaves the field alone. */
  read(call: CtCall<CtRead>): bigint | undefined;
  hairpin(call: CtCall<ChkLbHairpin>): boolean;
}

/** What a look-up that ovn-trace does not do says: a bit to set, or undefined to leave the field as it is. */
type Bit = boolean | undefined;

export interface Semantics {
  readonly mode: 'compatible' | 'faithful';

  // What survives where
  /** The packet as it enters the egress pipeline of the same datapath; a new object. */
  egressState(packet: Microflow): Microflow;
  /** The packet as it enters the datapath of a peer, before the engine sets its ports; a new object. */
  patchState(packet: Microflow): Microflow;
  /** The packet for one member of a multicast group, given the one made for the group. */
  memberState(group: Microflow): Microflow;

  // Flows
  /** Text of a match or of actions with `^template` variables replaced; undefined when one has no value. */
  expandTemplates(text: string, datapath: Datapath): string | undefined;
  /** Whether the simulated release knows an action at all; a flow with an unknown one is not installed. */
  knows(action: Action): boolean;
  /**
   * A flow that may decide but uses a field or action this program does not know ends the trace as unsupported; otherwise it
   * is passed over like one that the switch itself refuses.
   */
  readonly stopsAtUnknown: boolean;
  isResident(portName: string): boolean;
  choose(choice: Choice): Chosen;

  readonly conntrack: Conntrack;

  // Ports
  /**
   * The chassis a port is on when that is another one: the packet leaves by tunnel as the ingress pipeline ends, and the
   * egress pipeline runs over there.
   */
  elsewhere(port: Port): string | undefined;
  /** Why a port takes no packet although the pipeline sends it there (rules of the switch outside of logical flows). */
  refusesOutput(port: Port, packet: Microflow, place: Place): string | undefined;
  /** Members of a multicast group that are gateway chassis stand for their distributed port. */
  readonly redirectsMembers: boolean;
  /** Whether the port's security rules forbid the packet. */
  violatesPortSecurity(direction: 'in' | 'out', port: Port, packet: Microflow): boolean;
  /** MAC address known for a neighbour on a port, as text; undefined when none is known. */
  neighbour(port: Port, ip: bigint, family: 4 | 6): string | undefined;

  // Look-ups and effects beyond the southbound tables
  packetLarger(action: CheckPktLarger, packet: Microflow, place: Place): Bit;
  ecmpNextHop(action: ChkEcmpNh, packet: Microflow, place: Place): Bit;
  affinity(action: ChkLbAff, packet: Microflow, place: Place): Bit;
  commitEcmp(action: CommitEcmpNh, packet: Microflow, place: Place): void;
  /** `continues`: the packet goes on in the next table after learning. */
  commitAffinity(action: CommitLbAff, packet: Microflow, place: Place): { readonly continues: boolean };
  /** Undefined: not simulated; the result is 0 and the trace says so. */
  dns(action: DnsLookup, packet: Microflow, place: Place): Bit;
  remoteFdb(action: GetRemoteFdb, packet: Microflow, place: Place): bigint | undefined;
  /** The child port a forwarding group sends to; undefined ends the trace there. */
  forwardingChild(children: readonly string[], place: Place): string | undefined;

  // Defects of ovn-trace that show
  /** `sctp_abort` of an IPv6 packet makes a TCP reset. */
  readonly sctpAbortIsTcpOnIp6: boolean;
  /** A TCP reset goes back to the port its packet came from; `ovn-trace` leaves the ports as they are. */
  readonly resetSwapsPorts: boolean;
  /** `reject` takes whatever is not IPv4 for IPv6. */
  readonly rejectTakesOthersForIp6: boolean;
  /** `pop` shows bytes left over from earlier ones (before 25.09). */
  readonly popShowsStaleBytes: boolean;
  /** `lookup_arp` and `lookup_fdb` show eth.dst as the address they found. */
  readonly lookupShowsEthDst: boolean;
}
