/**
 * What `ovn-trace` writes on its standard output, byte for byte, for a finished trace.
 *
 * Input: the packet line and the tree of src/trace/tree.ts; output: one text. The three formats are three prunings of the
 * same tree. This folder knows nothing of databases, flows or how the tree came to be, and changes no text of a node.
 */
import type { TraceNode } from '../../trace/tree.js';
import { detailedLines } from './detailed.js';
import { minimalLines, summaryLines } from './pruned.js';

export type TraceFormat = 'detailed' | 'summary' | 'minimal';

interface Rendered {
  readonly packetLine: string;
  readonly tree: readonly TraceNode[];
}

const FORMATS = {
  detailed: { heading: '# Detailed trace.', lines: detailedLines },
  summary: { heading: '# Summary trace.', lines: summaryLines },
  minimal: { heading: '# Minimal trace.', lines: minimalLines },
} as const;

/**
 * The packet line, then each wanted format in the fixed order detailed, summary, minimal; headings only where there are
 * several. No format given means detailed.
 */
export function renderOvnTrace(trace: Rendered, formats: readonly TraceFormat[]): string {
  const wanted = (['detailed', 'summary', 'minimal'] as const).filter((name) => formats.includes(name));
  const chosen = wanted.length === 0 ? (['detailed'] as const) : wanted;
  const lines = [`# ${trace.packetLine}`];
  for (const name of chosen) {
    if (chosen.length > 1) lines.push(FORMATS[name].heading);
    // One by one: a trace in circles has more lines than a call takes arguments.
    for (const line of FORMATS[name].lines(trace.tree)) lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}
