import type { TraceNode } from '../../trace/tree.js';

/** Kinds that never open a block of their own: they stay one step to the right of the table that ran them. */
const LEAF = new Set<TraceNode['kind']>(['output', 'action', 'error']);
const TITLE = new Set<TraceNode['kind']>(['pipeline', 'transformation']);

/** A list of nodes being printed, and how far that is. */
interface Frame {
  readonly nodes: readonly TraceNode[];
  readonly level: number;
  next: number;
}

/**
 * The `--detailed` form: every table with its flow, forks set apart by a title and a rule. A node moves right only when
 * something follows it, so that a straight path stays at the left margin. A long way is a deep tree, so the lists above the
 * current one are kept here and not on the stack.
 */
export function detailedLines(tree: readonly TraceNode[]): string[] {
  const lines: string[] = [];
  const frames: Frame[] = [{ nodes: tree, level: 0, next: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const index = frame.next++;
    const node = frame.nodes[index];
    if (node === undefined) {
      frames.pop();
      continue;
    }
    // What a step changes is not shown, yet it counts when deciding whether its predecessor is the last one.
    if (node.kind === 'modify') continue;
    const isLast = index === frame.nodes.length - 1;
    const more = !isLast || node.indented === true || LEAF.has(node.kind) ? 1 : 0;
    const indent = ' '.repeat(4 * (frame.level + more));
    if (TITLE.has(node.kind)) lines.push('', indent + node.text, indent + '-'.repeat(byteLength(node.text)));
    else lines.push(indent + node.text);
    if (node.children.length > 0) frames.push({ nodes: node.children, level: frame.level + 2 * more, next: 0 });
  }
  return lines;
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
