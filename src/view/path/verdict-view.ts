import type { Path, PathTrace, Reply, Verdict } from '../../trace/path/path-trace.js';
import type { Layout } from '../table.js';
import { cell, columns, flow, type Piece } from './flowing.js';
import { count, question, replyFrom, route, verdictMark, verdictPaint } from './words.js';

const ORDER: readonly Verdict[] = ['unknown', 'dropped', 'rejected', 'delivered'];

/** `3 paths, all delivered`, `1 of 3 paths dropped, 2 delivered`; nothing to add when there is one path. */
function tally({ paths, verdict }: PathTrace): string | undefined {
  if (paths.length < 2) return undefined;
  const parts = ORDER.flatMap((each) => {
    const number = paths.filter((path) => path.verdict === each).length;
    return number === 0 ? [] : [{ each, number }];
  });
  if (parts.length === 1) return `${count(paths.length, 'path')}, all ${verdict}`;
  const worst = parts.sort((a, b) => Number(b.each === verdict) - Number(a.each === verdict));
  return worst
    .map(({ each, number }, at) =>
      at === 0 ? `${number} of ${count(paths.length, 'path')} ${each}` : `${number} ${each}`,
    )
    .join(', ');
}

/** The answer in one line: mark, verdict, what was asked, and how many paths say so. */
export function verdictLine(trace: PathTrace, layout: Layout): string[] {
  const paint = verdictPaint(trace.verdict, layout.palette);
  const word = `${verdictMark(trace.verdict)} ${trace.verdict}`;
  const sum = tally(trace);
  const pieces: Piece[] = [{ text: question(trace.request), paint: layout.palette.strong }];
  if (sum !== undefined) pieces.push({ text: sum });
  return flow(`${paint(word)}  `, Array.from(word).length + 2, pieces, layout);
}

/** One path in one line: mark, verdict, family, the addresses, and with `why` what decided against it. */
export function pathLine(path: Path, trace: PathTrace, layout: Layout, why: boolean): string[] {
  const paint = verdictPaint(path.verdict, layout.palette);
  // Verdicts of different length must not push the families and addresses out of line.
  const width = 2 + Math.max(...trace.paths.map(({ verdict }) => verdict.length)) + 2;
  const pieces: Piece[] = [{ text: route(path) }];
  const reason = path.cause?.object?.text ?? path.cause?.message;
  if (why && reason !== undefined) pieces.push({ text: reason });
  const head = `${cell({ text: `${verdictMark(path.verdict)} ${path.verdict}`, paint }, width)}${path.family}  `;
  return flow(head, width + path.family.length + 2, pieces, layout);
}

/** `√ reply delivered  from 10.96.35.50:80`: what became of the answer. */
export function replyLine(reply: Reply, layout: Layout): string[] {
  const paint = verdictPaint(reply.verdict, layout.palette);
  const word = `${verdictMark(reply.verdict)} reply ${reply.verdict}`;
  return flow(`  ${paint(word)}  `, columns(word) + 4, [{ text: `from ${replyFrom(reply)}` }], layout);
}

/** `--view verdict`: the answer, then one line a path. */
export function renderVerdicts(trace: PathTrace, layout: Layout): string {
  const inner: Layout = layout.width === undefined ? layout : { ...layout, width: layout.width - 2 };
  const lines = trace.paths.flatMap((path) => pathLine(path, trace, inner, true));
  return [...verdictLine(trace, layout), ...lines.map((line) => `  ${line}`)].join('\n') + '\n';
}
