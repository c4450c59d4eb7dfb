import type { Path } from '../../trace/path/path-trace.js';
import type { Layout } from '../table.js';
import { cell, flow, type Piece } from './flowing.js';
import { rowText, verdictPaint } from './words.js';

const INDENT = '  ';
const GAP = 2;

/** The last word on a path that was not delivered: why, who decided, where that is written, what to do. */
export function causeLines(path: Path, layout: Layout): string[] {
  const { cause } = path;
  if (cause === undefined) return [];
  const { palette } = layout;
  const { object } = cause;
  // Most reasons name the object already; saying it twice would not make it clearer.
  const decider = object === undefined || cause.message.includes(object.text) ? undefined : object.text;
  const facts: [string, string | undefined, Piece['paint']][] = [
    ['reason', cause.message, verdictPaint(path.verdict, palette)],
    ['decided by', decider, palette.strong],
    ['row', cause.row === undefined ? undefined : rowText(cause.row), palette.dim],
    ['next step', cause.hint, undefined],
  ];
  const width = Math.max(...facts.map(([label]) => label.length));
  const lines = facts.flatMap(([label, text, paint]) => {
    if (text === undefined) return [];
    const head = INDENT + cell({ text: label, paint: palette.dim }, width + GAP);
    const piece: Piece = { text, ...(paint === undefined ? {} : { paint }) };
    return flow(head, INDENT.length + width + GAP, [piece], layout);
  });
  return ['', ...lines];
}
