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
  /** Length of the IP packet in bytes, when it was given. */
  readonly size?: number;
}

export type Protocol = 'tcp' | 'udp' | 'sctp' | 'icmp';

export interface EndpointSummary {
  readonly kind: 'Pod' | 'Service' | 'External' | 'Node' | 'Port';
  readonly namespace?: string;
  readonly name?: string;
  readonly node?: string;
  readonly network?: string;
  /** One per family: the address the packet is sent from or to. */
  readonly addresses: readonly string[];
}

export interface Path {
  readonly family: 'ipv4' | 'ipv6';
  /** Not the connection asked about but the same client's next one, for services that remember their clients. */
  readonly connection?: 'next';
  /** The node by whose physical network the packet comes in, for one from outside. */
  readonly entry?: string;
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
  /** What the policies on the way said, place by place; only rules that matched. */
  readonly accessControl?: readonly AccessControl[];
  /** How the packet leaves the cluster, or would have, for a destination outside. */
  readonly egress?: Egress;
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
  /** For access control: what each tier said up to the decision, in order. */
  readonly chain?: readonly AccessStep[];
  /** For access control: the rule that came nearest to letting the packet through, and what did not fit. */
  readonly closest?: ClosestRule;
  /** What would let the packet through, when that can be said. */
  readonly remedy?: Remedy;
  /** The fact that is missing or in the way, one sentence. */
  readonly missing?: string;
  /** For a packet that is too big: where, and what the sender is told. */
  readonly mtu?: MtuLimit;
}

/** One place where access control looked at the packet. */
export interface AccessControl {
  readonly zone: string;
  readonly datapath: string;
  /** `egress`: as what its sender sends (after load balancing); `ingress`: as what a port is given. */
  readonly direction: 'ingress' | 'egress';
  readonly steps: readonly AccessStep[];
}

/** What one object of a tier said. */
export interface AccessStep {
  /** 0: isolation of networks, 1: AdminNetworkPolicy, 2: NetworkPolicy and EgressFirewall, 3: BaselineAdminNetworkPolicy. */
  readonly tier: number;
  readonly outcome: 'passes' | 'allows' | 'denies' | 'rejects' | 'no-match';
  readonly object: OwnerSummary;
  /** The step as people say it: `NetworkPolicy payments/allow-api: no rule matches`. */
  readonly text: string;
}

export interface ClosestRule {
  readonly object: OwnerSummary;
  /** What would all have to be otherwise; usually one. */
  readonly mismatches: readonly RuleMismatch[];
}

/** One condition of a rule that the packet does not meet. */
export interface RuleMismatch {
  readonly what:
    'port' | 'protocol' | 'family' | 'namespace' | 'labels' | 'address' | 'peer' | 'address-set' | 'source-port';
  readonly wanted: string;
  readonly actual: string;
  /** Both in one phrase. */
  readonly text: string;
}

export interface Remedy {
  /** What to change, in words. */
  readonly text: string;
  /** The change as a command, ready to run. */
  readonly command?: string;
  /** A rule that lets exactly this traffic through, as YAML for the list it belongs in. */
  readonly rule?: { readonly kind: string; readonly list: 'ingress' | 'egress'; readonly yaml: string };
}

/** A link that the packet does not fit through. */
export interface MtuLimit {
  readonly datapath: string;
  readonly port: string;
  /** Bytes of an IP packet, Ethernet header not counted; so is the size. */
  readonly mtu: number;
  readonly size?: number;
  /** The ICMP error that goes back to the sender; absent when none is sent. */
  readonly icmp?: {
    readonly type: number;
    readonly code: number;
    readonly nextHopMtu?: number;
    readonly from?: string;
  };
}

/** The way out of the cluster. */
export interface Egress {
  /** The node that the packet leaves from, as far as it got. */
  readonly node: string;
  /** By OVN's gateway router to the physical network, or by the node's own network stack. */
  readonly via: 'gateway' | 'host';
  /** The source translation that applies; absent when the address is kept (or the node's own stack translates it). */
  readonly snat?: { readonly from: string; readonly to: string; readonly owner?: OwnerSummary };
  readonly egressIP?: EgressAddress;
  /** The rule that decided, or just the firewall where none of its rules matched. */
  readonly egressFirewall?: OwnerSummary;
  readonly egressQoS?: { readonly dscp: number; readonly owner?: OwnerSummary };
  readonly egressService?: OwnerSummary;
  /** The load-balancer address by which that service's pods leave the node, where it says so. */
  readonly egressServiceAddress?: string;
  readonly externalRoute?: ExternalRouteTaken;
  /** The default route, where it is the one that applies or should have. */
  readonly defaultRoute?: DefaultRoute;
  /** Whom the gateway router sends the packet to; the destination itself on a connected network. */
  readonly nextHop?: string;
}

interface EgressAddress {
  readonly name: string;
  /** The address it has on that node, in the family of the packet; absent when its object does not say. */
  readonly address?: string;
  readonly owner: OwnerSummary;
}

interface ExternalRouteTaken {
  readonly router: string;
  readonly nextHop: string;
  /** The AdminPolicyBasedExternalRoutes that select the pod's namespace. */
  readonly objects: readonly string[];
  readonly owner?: OwnerSummary;
}

/** The gateway router's default route of the packet's family. */
export interface DefaultRoute {
  readonly router: string;
  /** Empty: there is none. */
  readonly nextHops: readonly string[];
  /** The next hops of that family that the node reports in its annotation k8s.ovn.org/l3-gateway-config. */
  readonly reported?: readonly string[];
  readonly row?: RowReference;
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
