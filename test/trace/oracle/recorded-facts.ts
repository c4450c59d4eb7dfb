import type { Fact, Facts } from './facts.js';
import { recordedHeaderText } from './packet-text.js';
import type { RecordedBranch, RecordedCase, RecordedConnection, RecordedEnd, RecordedTuple } from './recording.js';

const NO_MAC = '00:00:00:00:00:00';
const LOGS = /^log\(/;

/**
 * The facts of one recorded way, without those that the recording does not hold: of a packet that waits for a neighbour
 * only sometimes the last changes and never what becomes of it later; of a rule that logs the logging, not the end.
 */
export function recordedFacts(branch: RecordedBranch, { ct_before: before }: RecordedCase): Facts {
  const { final, legs, dropped_in: end, ct } = branch;
  const pending = branch.verdict === 'arp-pending';
  const unwritten = pending && final.eth_dst !== NO_MAC;
  const after = pending ? undefined : ct;
  const facts: Record<Exclude<Fact, 'backends'>, string | undefined> = {
    verdict: branch.verdict,
    legs: legs.map(({ zone, out }) => `${zone} > ${out}`).join(', '),
    'headers between legs': legs
      .slice(1)
      .map(({ header_in: header }) => recordedHeaderText(header))
      .join(', '),
    'tunnel keys': legs
      .slice(1)
      .map(({ tunnel = '' }) => tunnel)
      .join(', '),
    'delivered to': branch.delivered_to ?? '',
    'delivered lsp': branch.delivered_lsp ?? '',
    'egress node': branch.egress_node ?? '',
    addresses: `${final.ip_src} > ${final.ip_dst}`,
    ports: `${final.tp_src} > ${final.tp_dst}`,
    ttl: unwritten ? undefined : String(final.ttl),
    eth: unwritten ? undefined : `${final.eth_src} > ${final.eth_dst}`,
    tos: String(final.tos),
    mark: String(final.pkt_mark),
    vlan: final.vlan ?? '',
    snat: branch.snat ?? '',
    dnat: branch.dnat ?? '',
    'ended in':
      end === null
        ? ''
        : LOGS.test(end.lflow.actions)
          ? undefined
          : `${end.zone} ${end.datapath} ${end.stage} ${end.lflow.uuid}`,
    'deciding row': end === null ? '' : decidingRow(end),
    'connections before': before === undefined ? undefined : connectionList(before),
    'connections after': after === undefined ? undefined : connectionList(after),
  };
  return facts as Facts;
}

/** Of access control the last rule that said no, else the row behind the flow, else the flow. */
function decidingRow({ lflow, nb, acls_hit: acls = [] }: RecordedEnd): string {
  const rule = acls.findLast(({ nb: { action } }) => action === 'drop' || action === 'reject');
  return nb?.uuid ?? rule?.nb.uuid ?? lflow.uuid;
}

function connectionList(connections: readonly RecordedConnection[]): string {
  const texts = connections.map(({ zone, orig, reply, mark, label, seen_reply: seen }) =>
    connectionText({
      zone,
      original: tupleText(orig),
      reply: tupleText(reply),
      mark: BigInt(mark),
      label: BigInt(label),
      seen,
    }),
  );
  return texts.sort().join('\n');
}

interface Connection {
  readonly zone: string;
  readonly original: string;
  readonly reply: string;
  readonly mark: bigint;
  readonly label: bigint;
  readonly seen: boolean;
}

/** One connection on one line; the numbers of conntrack zones are each chassis' own and mean nothing elsewhere. */
export function connectionText({ zone, original, reply, mark, label, seen }: Connection): string {
  return `${zone}: ${original} | ${reply} mark ${mark.toString(16)} label ${label.toString(16)} ${seen ? 'replied' : 'unreplied'}`;
}

/** ICMP has no ports; its type and code are no part of ours. */
function tupleText([protocol, source, destination, from, to]: RecordedTuple): string {
  const ports = typeof from === 'number' ? `${from} ${to}` : '0 0';
  return `${protocol} ${source} > ${destination} ${ports}`;
}
