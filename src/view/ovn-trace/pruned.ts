import type { TraceNode } from '../../trace/tree.js';

/** A tree whose uninteresting nodes are gone and whose remaining ones are plain statements. */
interface Statement {
  readonly text: string;
  /** What ends it where it has no body. */
  readonly ending: string;
  readonly body: Statement[];
}

/** The `--summary` form: pipelines and every action in order, tables left out. */
export function summaryLines(nodes: readonly TraceNode[]): string[] {
  return print(prune(nodes, summaryKeeps));
}

/** The `--minimal` form: only what happens to the packet. */
export function minimalLines(nodes: readonly TraceNode[]): string[] {
  return print(prune(nodes, minimalKeeps));
}

function summaryKeeps(node: TraceNode): boolean {
  if (node.kind === 'modify' || node.kind === 'table') return false;
  return !(node.kind === 'action' && node.text.startsWith('next('));
}

function minimalKeeps(node: TraceNode): boolean {
  return node.kind === 'modify' || node.kind === 'error' || node.kind === 'transformation';
}

/** Lists being worked on, the innermost last: a long way is a deep tree, too deep for functions that call themselves. */
interface Frame<T, Extra> {
  readonly list: readonly T[];
  readonly extra: Extra;
  next: number;
}

/** Children of a node that goes take its place. */
function prune(tree: readonly TraceNode[], keeps: (node: TraceNode) => boolean): Statement[] {
  const statements: Statement[] = [];
  const frames: Frame<TraceNode, Statement[]>[] = [{ list: tree, extra: statements, next: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const node = frame.list[frame.next++];
    if (node === undefined) {
      frames.pop();
      continue;
    }
    const body: Statement[] = [];
    const { kind, text, children } = node;
    // An action is a statement already; what is told about it (a comment) stays bare.
    if (keeps(node)) frame.extra.push({ text, ending: kind === 'action' || text.endsWith(';') ? '' : ';', body });
    if (children.length > 0) frames.push({ list: children, extra: keeps(node) ? body : frame.extra, next: 0 });
  }
  return statements;
}

function print(statements: readonly Statement[]): string[] {
  const lines: string[] = [];
  const frames: Frame<Statement, string>[] = [{ list: statements, extra: '', next: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const statement = frame.list[frame.next++];
    const indent = frame.extra;
    if (statement === undefined) {
      frames.pop();
      const outer = frames.at(-1);
      if (outer !== undefined) lines.push(`${outer.extra}};`);
    } else if (statement.body.length === 0) {
      lines.push(indent + statement.text + statement.ending);
    } else {
      lines.push(`${indent}${statement.text} {`);
      frames.push({ list: statement.body, extra: `${indent}    `, next: 0 });
    }
  }
  return lines;
}
