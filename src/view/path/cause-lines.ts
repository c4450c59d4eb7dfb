import type { Path } from '../../trace/path/path-trace.js';
import type { Layout } from '../table.js';
import { cell, flow, type Piece } from './flowing.js';
import { chainText, closestText, mtuAnswer, rowText, verdictPaint } from './words.js';

const INDENT = '  ';
const GAP = 2;

/** One thing to say about a cause; `text` may be several lines, each on a line of its own. */
interface Fact {
  readonly label: string;
  readonly text: string | undefined;
  readonly paint?: Piece['paint'];
}

/**
 * The last word on a path that was not delivered: why, what each policy said, what came nearest, what is missing, who
 * decided and where that is written, what to do. `wide` adds a rule that would allow it where a command says so already.
 */
export function causeLines(path: Path, layout: Layout, wide: boolean): string[] {
  const { cause } = path;
  if (cause === undefined) return [];
  const { palette } = layout;
  const { object, remedy } = cause;
  // Most reasons name the object already; saying it twice would not make it clearer.
  const isTold = object === undefined || cause.mtu !== undefined || cause.message.includes(object.text);
  const decider = isTold ? undefined : object.text;
  const rule = remedy?.command === undefined || wide ? remedy?.rule?.yaml : undefined;
  const facts: readonly Fact[] = [
    { label: 'reason', text: cause.message, paint: verdictPaint(path.verdict, palette) },
    { label: 'chain', text: chainText(cause.chain) },
    { label: 'closest', text: closestText(cause.closest) },
    { label: 'because', text: cause.missing },
    { label: 'answer', text: mtuAnswer(cause.mtu) },
    { label: 'decided by', text: decider, paint: palette.strong },
    { label: 'row', text: cause.row === undefined ? undefined : rowText(cause.row), paint: palette.dim },
    { label: 'to allow', text: remedy?.text },
    { label: '', text: remedy?.command, paint: palette.strong },
    { label: '', text: rule, paint: palette.strong },
    { label: 'next step', text: remedy === undefined ? cause.hint : undefined },
  ];
  const told = facts.filter(({ text }) => text !== undefined && text !== '');
  const width = Math.max(...facts.map(({ label }) => label.length));
  const lines = told.flatMap(({ label, text = '', paint }) =>
    text.split('\n').flatMap((line, at) => {
      const head = INDENT + cell({ text: at === 0 ? label : '', paint: palette.dim }, width + GAP);
      // The indentation of a YAML line means something, so it belongs to the head, which is not wrapped.
      const inset = text.includes('\n') ? (/^ */.exec(line)?.[0] ?? '') : '';
      const piece: Piece = { text: line.slice(inset.length), ...(paint === undefined ? {} : { paint }) };
      return flow(head + inset, INDENT.length + width + GAP + inset.length, [piece], layout);
    }),
  );
  return ['', ...lines];
}
