import type { TraceNode } from '../../trace/tree.js';

/** Kinds that never open a block of their own: they stay one step to the right of the table that ran them. */
const LEAF = new Set<TraceNode['kind']>(['output', 'action', 'error']);
const TITLE = new Set<TraceNode['kind']>(['pipeline', 'transformation']);

/**
 * The `--detailed` form: every table with its flow, forks set apart by a title and a rule. A node moves right only when
 * something follows it, so that a straight path stays at the left margin.
 */
export function detailedLines(nodes: readonly TraceNode[], level = 0): string[] {
  const lines: string[] = [];
  append(lines, nodes, level);
  return lines;
}

function append(lines: string[], nodes: readonly TraceNode[], level: number): void {
  const last = nodes.length - 1;
  for (const [index, node] of nodes.entries()) {
    // What a step changes is not shown, yet it counts when deciding whether its predecessor is the last one.
    if (node.kind === 'modify') continue;
    const more = index !== last || node.indented === true || LEAF.has(node.kind) ? 1 : 0;
    const indent = ' '.repeat(4 * (level + more));
    if (TITLE.has(node.kind)) lines.push('', indent + node.text, indent + '-'.repeat(byteLength(node.text)));
    else lines.push(indent + node.text);
    append(lines, node.children, level + 2 * more);
  }
}

/** ovn-trace counts bytes when it underlines, and names may hold any UTF-8. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
