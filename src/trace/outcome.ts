import { makesPacket } from './path/chains.js';
import type { TableNode, TraceNode } from './tree.js';

export type PacketOutcome = 'delivered' | 'rejected' | 'dropped' | 'unknown';

/** Generators whose packet tells the sender that its own was refused. */
const REFUSALS: ReadonlySet<string> = new Set([
  'reject',
  'tcp_reset',
  'sctp_abort',
  'icmp4',
  'icmp4_error',
  'icmp6',
  'icmp6_error',
]);

/** A table being looked into: one after which nothing follows is a dead end. */
interface Ending {
  readonly table: TableNode;
  hasMore: boolean;
}

/**
 * What became of a packet: delivered if one of its ways ends at a port, unknown if the trace had to stop on one, rejected
 * if somebody was told so, else dropped. Packets that flows make on their own are no ways of the packet.
 */
export function outcomeOf(tree: readonly TraceNode[]): PacketOutcome {
  let [isDelivered, hasStopped] = [false, false];
  const endings: Ending[] = [];
  // A long way is a deep tree, so the nodes to come are kept here and not on the stack.
  const open: { nodes: readonly TraceNode[]; isOwn: boolean; above: Ending | undefined }[] = [];
  open.push({ nodes: tree, isOwn: true, above: undefined });
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    for (const node of list.nodes) {
      if (node.kind === 'error' && (node.reason === 'limit' || node.reason === 'unsupported')) hasStopped = true;
      let { isOwn, above } = list;
      if (isOwn && node.kind === 'transformation') isOwn = !makesPacket(node.action);
      if (isOwn && (node.kind === 'table' || (node.kind === 'modify' && node.delivered !== undefined))) {
        if (above !== undefined) above.hasMore = true;
        if (node.kind === 'modify') isDelivered = true;
        else endings.push((above = { table: node, hasMore: false }));
      }
      if (node.children.length > 0) open.push({ nodes: node.children, isOwn, above });
    }
  }
  if (isDelivered) return 'delivered';
  if (hasStopped) return 'unknown';
  const refuses = endings.some(({ table, hasMore }) => !hasMore && table.children.some(isRefusal));
  return refuses ? 'rejected' : 'dropped';
}

function isRefusal(node: TraceNode): boolean {
  return node.kind === 'transformation' && node.action.kind === 'nested' && REFUSALS.has(node.action.name);
}
