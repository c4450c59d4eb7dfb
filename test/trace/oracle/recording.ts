/**
 * The recorded datapath: what the OpenFlow pipelines of a three-zone cluster did with 988 packets, and the databases they
 * were made from, all in one archive. Addresses, ports and names are text as the recorder wrote it.
 */
import { join } from 'node:path';
import { list } from 'tar';

/** Opens as it is: the databases and Kubernetes objects are in it too. */
export const ARCHIVE = join(import.meta.dirname, '../../fixtures/ic-oracle.tar.gz');

export interface RecordedHeader {
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmp6';
  readonly src: string;
  readonly dst: string;
  readonly eth_src: string;
  readonly eth_dst: string;
  readonly ttl: number;
  /** The type of an ICMP message. */
  readonly tp_src: number;
  readonly tp_dst: number;
  readonly tos?: number;
}

export interface RecordedConnection {
  readonly zone: string;
  readonly orig: RecordedTuple;
  readonly reply: RecordedTuple;
  readonly mark: string;
  readonly label: string;
  readonly seen_reply: boolean;
}

/** Protocol, addresses, ports; an ICMP message has type and code in place of the source port. */
export type RecordedTuple = readonly [
  protocol: number,
  source: string,
  destination: string,
  sourcePort: number | readonly number[],
  destinationPort: number,
];

interface RecordedRow {
  readonly table: string;
  readonly uuid: string;
  readonly name?: string | null;
  readonly external_ids?: Readonly<Record<string, string>>;
}

export interface RecordedEnd {
  readonly zone: string;
  readonly datapath: string;
  readonly stage: string;
  readonly lflow: { readonly uuid: string; readonly actions: string };
  readonly nb?: RecordedRow;
  readonly acls_hit?: readonly { readonly nb: RecordedAcl }[];
}

interface RecordedAcl extends RecordedRow {
  readonly action: string;
}

export interface RecordedBranch {
  readonly backend: { readonly address: string; readonly port: number; readonly pod: string } | null;
  readonly legs: readonly {
    readonly zone: string;
    readonly out: string;
    readonly header_in: RecordedHeader;
    readonly tunnel?: string;
  }[];
  readonly verdict: 'delivered' | 'dropped' | 'rejected' | 'external' | 'arp-pending';
  readonly delivered_to: string | null;
  readonly delivered_lsp: string | null;
  readonly final: {
    readonly ip_src: string;
    readonly ip_dst: string;
    readonly tp_src: number;
    readonly tp_dst: number;
    readonly ttl: number;
    readonly eth_src: string;
    readonly eth_dst: string;
    readonly tos: number;
    readonly pkt_mark: number;
    readonly vlan?: string;
  };
  readonly snat: string | null;
  readonly dnat: string | null;
  readonly egress_node: string | null;
  readonly dropped_in: RecordedEnd | null;
  readonly ct?: readonly RecordedConnection[];
}

export const STATES = ['new', 'reply', 'established', 'again'] as const;

interface RecordedPlace {
  readonly kind: string;
  readonly ns?: string;
  readonly name?: string;
  readonly address?: string;
  readonly lsp?: string;
  /** `NAMESPACE/NAME` of the service that has the node port. */
  readonly service?: string;
  readonly network?: string;
}

export interface RecordedCase {
  readonly name: string;
  readonly kind: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly port: number | null;
  readonly src: RecordedPlace;
  readonly dst: RecordedPlace;
  readonly start: { readonly zone: string; readonly in_port: string; readonly header: RecordedHeader };
  readonly state: (typeof STATES)[number];
  /** The packet before this one, and which of its branches it took; only where `state` is not `new`. */
  readonly forward_case?: string;
  readonly forward_branch?: number;
  /** Connections when the packet starts. */
  readonly ct_before?: readonly RecordedConnection[];
  readonly branches: readonly RecordedBranch[];
  /** False where the recording itself can't know. */
  readonly reliable?: boolean;
}

export function recordedCases(): readonly RecordedCase[] {
  const chunks: Buffer[] = [];
  list({
    file: ARCHIVE,
    sync: true,
    filter: (path) => path.endsWith('/oracle.json'),
    onReadEntry: (entry) => entry.on('data', (chunk) => chunks.push(chunk)),
  });
  return (JSON.parse(Buffer.concat(chunks).toString()) as { readonly cases: readonly RecordedCase[] }).cases;
}
