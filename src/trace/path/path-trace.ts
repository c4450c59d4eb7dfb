/**
 * What a path command answers: the `data` of `kind: PathTrace` (CONTRACT, "Trace"), for people, scripts and the JSON Schema.
 * Everything here is plain JSON: no bigint, no class, no time. Addresses and MACs are canonical text.
 */
import type { Owner } from '../../ovnk/owner.js';

/** `delivered` only when the packet reached the asked-for endpoint (or left for the asked-for external address). */
export type Verdict = 'delivered' | 'dropped' | 'rejected' | 'unknown';

export interface PathTrace {
  /** The worst over all paths: unknown, then dropped, then rejected, then delivered. */
  readonly verdict: Verdict;
  readonly request: PathRequest;
  readonly paths: readonly Path[];
  /** What the tool decided or assumed on its own, one sentence each: ambiguities, retired backends, skipped families. */
  readonly notes: readonly string[];
}

export interface PathRequest {
  readonly source: EndpointSummary;
  readonly destination: EndpointSummary;
  readonly protocol: Protocol;
  readonly port?: number;
  readonly sourcePort?: number;
  readonly family: 'ipv4' | 'ipv6' | 'both';
  /** The first packet of a connection, or one after its reply. */
  readonly state: 'new' | 'established';
}

export type Protocol = 'tcp' | 'udp' | 'sctp' | 'icmp';

export interface EndpointSummary {
  readonly kind: 'Pod' | 'Service' | 'External';
  readonly namespace?: string;
  readonly name?: string;
  readonly node?: string;
  readonly network?: string;
  /** One per family: the address the packet is sent from or to. */
  readonly addresses: readonly string[];
}

export interface Path {
  readonly family: 'ipv4' | 'ipv6';
  /** Set when a load balancer chose a backend on this path. */
  readonly backend?: Backend;
  /** Which member was taken at each other fork of the road (equal-cost routes, forwarding groups), in order. */
  readonly choices?: readonly string[];
  readonly verdict: Verdict;
  readonly cause?: Cause;
  /** Where the packet ended up: a logical port, in words and as a row. */
  readonly deliveredTo?: Delivery;
  /** Translations of addresses on the way, in order. */
  readonly translations: readonly Translation[];
  readonly hops: readonly Hop[];
  readonly packet: { readonly in: PacketHeaders; readonly out: PacketHeaders };
  /** The receiver's answer on its way back, judged with the conntrack state that the packet left. */
  readonly reply?: Reply;
}

export interface Reply {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly translations: readonly Translation[];
  readonly hops: readonly Hop[];
  readonly packet: { readonly in: PacketHeaders; readonly out: PacketHeaders };
}

export interface Backend {
  readonly address: string;
  readonly port?: number;
  /** `NAMESPACE/NAME` of the pod that has the address, when one has. */
  readonly pod?: string;
}

export interface Delivery {
  readonly kind: 'pod' | 'external' | 'host' | 'port';
  readonly zone: string;
  readonly port: string;
  readonly portType: string;
  /** The pod as `NAMESPACE/NAME`, the node for host and external. */
  readonly name?: string;
}

export interface Translation {
  readonly kind: 'dnat' | 'snat';
  readonly zone: string;
  readonly datapath: string;
  readonly from: string;
  readonly to: string;
  /** What made it: a Service, an EgressIP, the node's SNAT. */
  readonly owner?: OwnerSummary;
}

export type CauseType =
  | 'policy'
  | 'egress-firewall'
  | 'acl'
  | 'isolation'
  | 'no-endpoints'
  | 'session-affinity'
  | 'no-route'
  | 'no-mac'
  | 'port-security'
  | 'not-for-router'
  | 'ttl'
  | 'mtu'
  | 'unknown-destination'
  | 'wrong-destination'
  | 'loop'
  | 'reply-lost'
  | 'unsupported'
  | 'gap'
  | 'other';

export interface Cause {
  readonly type: CauseType;
  /** The Kubernetes object and rule that decided, when one did. */
  readonly object?: OwnerSummary;
  /** The row that decided: the northbound row when there is one, else the southbound flow. */
  readonly row?: RowReference;
  /** One sentence for people. */
  readonly message: string;
  /** The next step, one sentence. */
  readonly hint?: string;
}

export interface RowReference {
  readonly database: 'northbound' | 'southbound';
  readonly zone: string;
  readonly table: string;
  readonly uuid: string;
}

export interface OwnerSummary {
  readonly kind: Owner['kind'];
  readonly namespace?: string;
  readonly name: string;
  /** Index of the rule inside its direction, as in the object's own list, from 0. */
  readonly rule?: number;
  readonly direction?: 'ingress' | 'egress';
  /** The owner as people say it. */
  readonly text: string;
}

/** One pass through one pipeline of one datapath. */
export interface Hop {
  readonly zone: string;
  readonly datapath: string;
  readonly datapathType: 'switch' | 'router';
  readonly pipeline: 'ingress' | 'egress';
  readonly inport?: string;
  readonly outport?: string;
  readonly stages: readonly Stage[];
  /** Header fields that left this hop different, canonical text `before -> after`. */
  readonly changes?: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly pipeline: 'ingress' | 'egress';
  readonly table: number;
  readonly name?: string;
  /** Absent when no flow of the table matched. */
  readonly priority?: number;
  readonly match?: string;
  readonly actions?: string;
  readonly uuid?: string;
  readonly owner?: OwnerSummary;
}

export interface PacketHeaders {
  readonly ethSrc: string;
  readonly ethDst: string;
  readonly ipSrc: string;
  readonly ipDst: string;
  readonly ttl: number;
  readonly protocol: Protocol | number;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly dscp?: number;
  readonly mark?: number;
}
