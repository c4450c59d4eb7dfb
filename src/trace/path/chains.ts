/**
 * Reads a trace tree as the ways a packet took: from the pipeline it entered, through tables and forks, to where that
 * way ends. Packets that a flow made on its own (an ARP question, an ICMP error) are no way of the packet; what they say
 * about its end is kept there.
 */
import type { Action } from '../../lflow/actions/ast.js';
import { unreachable } from '../../base/unreachable.js';
import type {
  Delivery,
  ErrorNode,
  OutputNode,
  PipelineNode,
  TableNode,
  TraceNode,
  TransformationNode,
} from '../tree.js';

/** What a way consists of, in order; each has a copy of the packet as it was then (`before`). */
export type ChainNode = PipelineNode | TableNode | TransformationNode;

export type ChainEnd =
  | { readonly kind: 'delivered'; readonly delivery: Delivery }
  | {
      readonly kind: 'dead';
      /** The table after which nothing follows. */
      readonly table: TableNode;
      /** Errors and refused outputs found there. */
      readonly remarks: readonly (ErrorNode | OutputNode)[];
      /** Packets made there instead. */
      readonly generated: readonly TransformationNode[];
    };

export interface Chain {
  readonly nodes: readonly ChainNode[];
  readonly end: ChainEnd;
}

/** Every way of the packet itself, in the order of the tree. A tree without a table has none. */
export function chainsOf(tree: readonly TraceNode[]): readonly Chain[] {
  const chains: Chain[] = [];
  collect(tree, [], chains);
  return chains;
}

function collect(nodes: readonly TraceNode[], above: readonly ChainNode[], chains: Chain[]): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'pipeline':
        collect(node.children, node.pipeline === 'multicast' ? above : [...above, node], chains);
        break;
      case 'table':
        collectTable(node, above, chains);
        break;
      case 'transformation':
        if (!makesPacket(node.action)) collect(node.children, [...above, node], chains);
        break;
      case 'modify':
        if (node.delivered !== undefined) {
          chains.push({ nodes: above, end: { kind: 'delivered', delivery: node.delivered } });
        }
        break;
      case 'action':
      case 'output':
      case 'error':
        break;
      default:
        unreachable(node);
    }
  }
}

function collectTable(table: TableNode, above: readonly ChainNode[], chains: Chain[]): void {
  const nodes = [...above, table];
  const before = chains.length;
  collect(table.children, nodes, chains);
  if (chains.length > before) return;
  const remarks = table.children.filter((child) => child.kind === 'error' || child.kind === 'output');
  const generated = table.children.filter((child) => child.kind === 'transformation');
  chains.push({ nodes, end: { kind: 'dead', table, remarks, generated } });
}

/** Whether what runs inside is another packet than the one that came. */
export function makesPacket(action: Action): boolean {
  return action.kind === 'nested' || action.kind === 'mirror' || action.kind === 'log';
}
