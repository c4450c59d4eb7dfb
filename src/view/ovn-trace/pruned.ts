import type { TraceNode } from '../../trace/tree.js';

/** A tree whose uninteresting nodes are gone and whose remaining ones are plain statements. */
interface Statement {
  readonly text: string;
  readonly body: readonly Statement[];
}

/** The `--summary` form: pipelines and every action in order, tables left out. */
export function summaryLines(nodes: readonly TraceNode[]): string[] {
  return print(prune(nodes, summaryKeeps), 0);
}

/** The `--minimal` form: only what happens to the packet. */
export function minimalLines(nodes: readonly TraceNode[]): string[] {
  return print(prune(nodes, minimalKeeps), 0);
}

function summaryKeeps(node: TraceNode): boolean {
  if (node.kind === 'modify' || node.kind === 'table') return false;
  return !(node.kind === 'action' && node.text.startsWith('next('));
}

function minimalKeeps(node: TraceNode): boolean {
  return node.kind === 'modify' || node.kind === 'error' || node.kind === 'transformation';
}

/** Children of a node that goes take its place. */
function prune(nodes: readonly TraceNode[], keeps: (node: TraceNode) => boolean): Statement[] {
  return nodes.flatMap((node) => {
    const body = prune(node.children, keeps);
    // An action is a statement already; what is told about it (a comment) stays bare.
    const text = node.kind === 'action' || node.text.endsWith(';') ? node.text : `${node.text};`;
    return keeps(node) ? [{ text: body.length > 0 ? node.text : text, body }] : body;
  });
}

function print(statements: readonly Statement[], level: number): string[] {
  const indent = ' '.repeat(4 * level);
  return statements.flatMap(({ text, body }) => {
    if (body.length > 0) return [`${indent}${text} {`, ...print(body, level + 1), `${indent}};`];
    return [indent + text];
  });
}
