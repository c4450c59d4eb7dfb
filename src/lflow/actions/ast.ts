/**
 * The logical-flow actions of OVN 22.03 to 26.03 as a closed, read-only union on `kind`: one member for every family of
 * actions that works alike (ovn-sb(5), Logical_Flow, column `actions`).
 *
 * Input: nothing, these are shapes; the parser of this folder makes them and the printer and the tracer read them.
 * Every node carries the span of its statement (without the `;`). A nested body is a list of actions; the empty list is
 * what `drop;` and an empty body both mean. Numbers that come from the flow and may exceed 32 bits (addresses) are bigint,
 * small ones (ports, tables, weights, seconds) are number.
 * It must not know packets, tables of a database, or what an action does.
 */
import type { FieldRef } from '../symbols/symbol.js';
import type { Span } from '../span.js';
import type { Constant } from '../expr/ast.js';

export type Pipeline = 'ingress' | 'egress';
export type Family = 4 | 6;
/** The two conntrack zones of a router; switches have one, called the DNAT zone. */
export type CtZone = 'dnat' | 'snat';

/** An IP address as a number of 32 or 128 bits. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

interface Node<K extends string> {
  readonly kind: K;
  readonly span: Span;
}

interface Storing<K extends string> extends Node<K> {
  /** The field that takes the result. */
  readonly dst: FieldRef;
}

// Control

export type Output = Node<'output'>;
/** `next`: pipeline and table are absolute, however the statement was written. */
export interface Next extends Node<'next'> {
  readonly pipeline: Pipeline;
  readonly table: number;
}
export interface Clone extends Node<'clone'> {
  readonly body: readonly Action[];
}

// Assignments

export interface Load extends Storing<'load'> {
  readonly value: Constant;
}
/** Load of a field that exists only inside the action (`icmp4.frag_mtu`), never in the packet or a register. */
export interface OvnFieldLoad extends Node<'ovnFieldLoad'> {
  readonly field: FieldRef;
  readonly value: Constant;
}
export interface Move extends Storing<'move'> {
  readonly src: FieldRef;
}
export interface Exchange extends Node<'exchange'> {
  readonly a: FieldRef;
  readonly b: FieldRef;
}
export interface Push extends Node<'push'> {
  readonly src: FieldRef;
}
export type Pop = Storing<'pop'>;
export type DecTtl = Node<'decTtl'>;

// Conntrack and load balancing

export interface CtNext extends Node<'ctNext'> {
  readonly zone: CtZone;
}
/** `ct_commit;` and `ct_commit { … };` */
export interface CtCommit extends Node<'ctCommit'> {
  readonly body: readonly Action[];
}
/** The form with parentheses that OVN had before 24.09, with at least one argument. Masks are absent or non-zero. */
export interface CtCommitV1 extends Node<'ctCommitV1'> {
  readonly mark?: MaskedValue;
  readonly label?: MaskedValue;
}
export interface MaskedValue {
  readonly value: bigint;
  readonly mask?: bigint;
}
export type CtNatVariant = 'ct_dnat' | 'ct_snat' | 'ct_dnat_in_czone' | 'ct_snat_in_czone';
export interface CtNat extends Node<'ctNat'> {
  readonly variant: CtNatVariant;
  /** Absent: un-NAT, the address comes from the connection. */
  readonly address?: Address;
  readonly portRange?: PortRange;
}
export interface PortRange {
  readonly low: number;
  /** Absent for a single port. */
  readonly high?: number;
}
export interface CtCommitNat extends Node<'ctCommitNat'> {
  readonly zone: CtZone;
}
export interface CtCommitToZone extends Node<'ctCommitToZone'> {
  readonly zone: CtZone;
}
export type CtLbVariant = 'ct_lb' | 'ct_lb_mark' | 'ct_lb_mark_local';
export interface CtLb extends Node<'ctLb'> {
  readonly variant: CtLbVariant;
  /** Empty: un-NAT of an established connection. */
  readonly backends: readonly Backend[];
  /** As written, comma-separated names. */
  readonly hashFields?: string;
  readonly flag?: 'skip_snat' | 'force_snat';
}
export interface Backend {
  readonly address: Address;
  /** Absent: the destination port stays. */
  readonly port?: number;
  /** The logical port of the backend, in `ct_lb_mark_local` only. */
  readonly logicalPort?: string;
}
export type CtClear = Node<'ctClear'>;
export type CtSnatToVip = Node<'ctSnatToVip'>;
/** `F = ct_state_save();` and the reads of the original tuple. */
export interface CtRead extends Storing<'ctRead'> {
  readonly name: 'ct_state_save' | 'ct_nw_dst' | 'ct_ip6_dst' | 'ct_tp_dst' | 'ct_proto';
}

// Packet generators

export type GeneratorName =
  | 'arp'
  | 'nd_ns'
  | 'nd_na'
  | 'nd_na_router'
  | 'icmp4'
  | 'icmp4_error'
  | 'icmp6'
  | 'icmp6_error'
  | 'tcp_reset'
  | 'sctp_abort'
  | 'reject';
/** Makes a packet from the current one and runs the body on it. */
export interface Nested extends Node<'nested'> {
  readonly name: GeneratorName;
  readonly body: readonly Action[];
}

// Look-ups in southbound tables and their results

/** `get_arp` (family 4) and `get_nd` (family 6): eth.dst from MAC_Binding. */
export interface GetMacBinding extends Node<'getMacBinding'> {
  readonly family: Family;
  readonly port: FieldRef;
  readonly ip: FieldRef;
}
/** `put_arp` and `put_nd`. */
export interface PutMacBinding extends Node<'putMacBinding'> {
  readonly family: Family;
  readonly port: FieldRef;
  readonly ip: FieldRef;
  readonly mac: FieldRef;
}
/** `lookup_arp` and `lookup_nd`. */
export interface LookupMacBinding extends Storing<'lookupMacBinding'> {
  readonly family: Family;
  readonly port: FieldRef;
  readonly ip: FieldRef;
  readonly mac: FieldRef;
}
/** `lookup_arp_ip` and `lookup_nd_ip`. */
export interface LookupMacBindingIp extends Storing<'lookupMacBindingIp'> {
  readonly family: Family;
  readonly port: FieldRef;
  readonly ip: FieldRef;
}
export interface LookupFdb extends Storing<'lookupFdb'> {
  readonly port: FieldRef;
  readonly mac: FieldRef;
}
export interface GetFdb extends Storing<'getFdb'> {
  readonly mac: FieldRef;
}
export interface GetRemoteFdb extends Storing<'getRemoteFdb'> {
  readonly mac: FieldRef;
}
export interface PutFdb extends Node<'putFdb'> {
  readonly port: FieldRef;
  readonly mac: FieldRef;
}
export type DnsLookup = Storing<'dnsLookup'>;
export interface CheckPktLarger extends Storing<'checkPktLarger'> {
  readonly bytes: number;
}
export interface ChkLbHairpin extends Storing<'chkLbHairpin'> {
  readonly reply: boolean;
}
export interface CheckPortSec extends Storing<'checkPortSec'> {
  readonly direction: 'in' | 'out';
}
export interface ChkEcmpNh extends Storing<'chkEcmpNh'> {
  /** `chk_ecmp_nh_mac`: the MAC of the next hop is compared too. */
  readonly mac: boolean;
}
export type ChkLbAff = Storing<'chkLbAff'>;
export interface Select extends Storing<'select'> {
  readonly members: readonly SelectMember[];
  /** Present in the form `select(values=(…); hash_fields="…")`. */
  readonly hashFields?: string;
}
export interface SelectMember {
  readonly id: number;
  readonly weight: number;
}

// Options of DHCP, router advertisements and DHCP relay

export interface PutDhcpOpts extends Storing<'putDhcpOpts'> {
  readonly version: Family;
  readonly options: readonly Option[];
}
export interface PutNdRaOpts extends Storing<'putNdRaOpts'> {
  readonly options: readonly Option[];
}
/** One `name = value` or `name = {value, …}`. */
export interface Option {
  readonly name: string;
  readonly values: readonly Constant[];
}
export interface DhcpRelayCheck extends Storing<'dhcpRelayCheck'> {
  readonly form: 'req' | 'resp';
  /** IPv4 addresses of the relay agent and of the server. */
  readonly relay: bigint;
  readonly server: bigint;
}

// Effects outside the packet

export interface SetQueue extends Node<'setQueue'> {
  readonly queue: number;
}
export interface SetMeter extends Node<'setMeter'> {
  /** Kilobits a second. */
  readonly rate: number;
  /** Kilobits. */
  readonly burst?: number;
}
/** The statements that are a bare name (or a name with `()`) and have no effect on the packet here. */
export interface Bare extends Node<'bare'> {
  readonly name: BareName;
}
export type BareName = 'igmp' | 'handle_dhcpv6_reply' | 'handle_bfd_msg' | 'mac_cache_use';
export type FloodRemote = Node<'floodRemote'>;
export interface Mirror extends Node<'mirror'> {
  readonly port: string;
}
export interface BindVport extends Node<'bindVport'> {
  readonly port: string;
  readonly parent: FieldRef;
}
export interface HandleSvcCheck extends Node<'handleSvcCheck'> {
  readonly port: FieldRef;
}
export interface FwdGroup extends Node<'fwdGroup'> {
  readonly liveness: boolean;
  readonly childPorts: readonly string[];
}
export interface TriggerEvent extends Node<'triggerEvent'> {
  readonly event: 'empty_lb_backends';
  readonly options: readonly Option[];
}
export interface CommitEcmpNh extends Node<'commitEcmpNh'> {
  readonly ipv6: boolean;
  readonly proto: L4Proto;
}
export type L4Proto = 'tcp' | 'udp' | 'sctp';
export interface CommitLbAff extends Node<'commitLbAff'> {
  readonly vip: Address;
  readonly vipPort?: number;
  readonly backend: Address;
  readonly backendPort?: number;
  /** Absent for a load balancer without ports. */
  readonly proto?: L4Proto;
  /** Seconds. */
  readonly timeout: number;
}
export interface Sample extends Node<'sample'> {
  /** Of 65535 packets. */
  readonly probability: number;
  readonly collectorSet: number;
  readonly obsDomain: number;
  readonly obsPoint: ObsPoint;
}
export type ObsPoint =
  | { readonly kind: 'value'; readonly value: number }
  /** `$cookie`: the first 32 bits of the flow's uuid. */
  | { readonly kind: 'cookie' }
  | { readonly kind: 'field'; readonly field: FieldRef };
export type LogVerdict = 'allow' | 'drop' | 'reject' | 'pass';
export type LogSeverity = 'alert' | 'warning' | 'notice' | 'info' | 'debug';
export interface Log extends Node<'log'> {
  readonly name?: string;
  readonly verdict: LogVerdict;
  readonly severity: LogSeverity;
  readonly meter?: string;
}

export type Action =
  | Output
  | Next
  | Clone
  | Load
  | OvnFieldLoad
  | Move
  | Exchange
  | Push
  | Pop
  | DecTtl
  | CtNext
  | CtCommit
  | CtCommitV1
  | CtNat
  | CtCommitNat
  | CtCommitToZone
  | CtLb
  | CtClear
  | CtSnatToVip
  | CtRead
  | Nested
  | GetMacBinding
  | PutMacBinding
  | LookupMacBinding
  | LookupMacBindingIp
  | LookupFdb
  | GetFdb
  | GetRemoteFdb
  | PutFdb
  | DnsLookup
  | CheckPktLarger
  | ChkLbHairpin
  | CheckPortSec
  | ChkEcmpNh
  | ChkLbAff
  | Select
  | PutDhcpOpts
  | PutNdRaOpts
  | DhcpRelayCheck
  | SetQueue
  | SetMeter
  | Bare
  | FloodRemote
  | Mirror
  | BindVport
  | HandleSvcCheck
  | FwdGroup
  | TriggerEvent
  | CommitEcmpNh
  | CommitLbAff
  | Sample
  | Log;
