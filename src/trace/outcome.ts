import { chainsOf } from './path/chains.js';
import type { TraceNode, TransformationNode } from './tree.js';

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

/**
 * What became of a packet: delivered if one of its ways ends at a port, unknown if the trace had to stop on one, rejected
 * if somebody was told so, else dropped.
 */
export function outcomeOf(tree: readonly TraceNode[]): PacketOutcome {
  const ends = chainsOf(tree).map(({ end }) => end);
  if (ends.some(({ kind }) => kind === 'delivered')) return 'delivered';
  const dead = ends.flatMap((end) => (end.kind === 'dead' ? [end] : []));
  if (hasStopped(tree)) return 'unknown';
  return dead.some(({ generated }) => generated.some(isRefusal)) ? 'rejected' : 'dropped';
}

/** Whether the trace gave up somewhere: what lies behind is not known. */
function hasStopped(nodes: readonly TraceNode[]): boolean {
  return nodes.some(
    (node) =>
      (node.kind === 'error' && (node.reason === 'limit' || node.reason === 'unsupported')) ||
      hasStopped(node.children),
  );
}

function isRefusal({ action }: TransformationNode): boolean {
  return action.kind === 'nested' && REFUSALS.has(action.name);
}
