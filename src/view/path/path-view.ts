import type { PathTrace } from '../../trace/path/path-trace.js';
import type { Layout } from '../table.js';
import { causeLines } from './cause-lines.js';
import { egressLines } from './egress-lines.js';
import { cell, columns, flow, type Piece } from './flowing.js';
import { grouped, singly, type PathGroup } from './path-groups.js';
import { pieceOf, type PathRow } from './path-rows.js';
import { pathLine, replyLine, verdictLine } from './verdict-view.js';

const INDENT = '  ';
const GAP = 2;

interface Widths {
  readonly zone: number;
  readonly type: number;
  readonly datapath: number;
  readonly ports: number;
}

/** One set of widths for the whole answer, so that the eye can compare paths. */
function widthsOf(rows: readonly PathRow[]): Widths {
  const widest = (text: (row: PathRow) => string): number =>
    rows.reduce((most, row) => Math.max(most, columns(text(row))), 0);
  return {
    zone: widest((row) => row.zone),
    type: widest((row) => row.type),
    datapath: widest((row) => row.datapath),
    ports: widest((row) => row.ports),
  };
}

/** One visit of a datapath; the zone is named where it changes. */
function rowLines(
  row: PathRow,
  before: PathRow | undefined,
  widths: Widths,
  layout: Layout,
  evidence: boolean,
): string[] {
  const { palette } = layout;
  const zone: Piece = { text: before?.zone === row.zone ? '' : row.zone, paint: palette.strong };
  const head =
    INDENT +
    cell(zone, widths.zone + GAP) +
    cell({ text: row.type, paint: palette.dim }, widths.type + GAP) +
    cell({ text: row.datapath }, widths.datapath + GAP) +
    cell({ text: row.ports, paint: palette.dim }, widths.ports + GAP);
  const headWidth = INDENT.length + widths.zone + widths.type + widths.datapath + widths.ports + 4 * GAP;
  const pieces = row.happenings.map((happening) => pieceOf(happening, palette, evidence));
  // Where nothing fits beside them, the words stand below the datapath's own column and leave the zones in sight.
  return flow(head, headWidth, pieces, layout, ';', INDENT.length + widths.zone + 2 * GAP);
}

/** The headings of a group, its visits, and what decided. */
function groupLines(
  { paths, rows, replyRows }: PathGroup,
  trace: PathTrace,
  widths: Widths,
  layout: Layout,
  evidence: boolean,
): string[] {
  const [first] = paths;
  const visits = (shown: readonly PathRow[]): string[] =>
    shown.flatMap((row, at) => rowLines(row, shown[at - 1], widths, layout, evidence));
  return [
    ...paths.flatMap((path) => pathLine(path, trace, layout, false)),
    ...visits(rows),
    ...egressLines(first, layout),
    ...(first.reply === undefined ? [] : replyLine(first.reply, layout)),
    ...visits(replyRows),
    ...causeLines(first, layout, evidence),
  ];
}

/**
 * `--view path`: the answer, then every path with one line for every visit of a datapath, what became
 * of the reply, and the reason. Paths that
 * differ only in their backend are shown once; `wide` shows each by itself with the flows behind what happened.
 */
export function renderPaths(trace: PathTrace, layout: Layout, wide: boolean): string {
  const groups = wide ? singly(trace.paths) : grouped(trace.paths);
  const widths = widthsOf(groups.flatMap(({ rows, replyRows }) => [...rows, ...replyRows]));
  const blocks = groups.map((group) => groupLines(group, trace, widths, layout, wide));
  return [verdictLine(trace, layout), ...blocks].map((lines) => `${lines.join('\n')}\n`).join('\n');
}
