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

/** Children of a node that goes take its place. Appended to one list: a trace may have more nodes than a call takes arguments. */
function prune(nodes: readonly TraceNode[], keeps: (node: TraceNode) => boolean, into: Statement[] = []): Statement[] {
  for (const node of nodes) {
    if (!keeps(node)) {
      prune(node.children, keeps, into);
      continue;
    }
    const body = prune(node.children, keeps);
    // An action is a statement already; what is told about it (a comment) stays bare.
    const text = node.kind === 'action' || node.text.endsWith(';') ? node.text : `${node.text};`;
    into.push({ text: body.length > 0 ? node.text : text, body });
  }
  return into;
}

function print(statements: readonly Statement[], level: number, into: string[] = []): string[] {
  const indent = ' '.repeat(4 * level);
  for (const { text, body } of statements) {
    if (body.length === 0) into.push(indent + text);
    else {
      into.push(`${indent}${text} {`);
      print(body, level + 1, into);
      into.push(`${indent}};`);
    }
  }
  return into;
}
