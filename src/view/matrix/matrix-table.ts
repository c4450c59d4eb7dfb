/**
 * A matrix for people: one mark a cell under a letter for each target, the letters explained below; or, with more
 * columns, one line a cell with its counts and its reason.
 */
import { unreachable } from '../../base/unreachable.js';
import type { ConnectivityMatrix, MatrixCell } from '../../usecase/matrix/matrix-document.js';
import type { CommonVerdict } from '../../usecase/tally.js';
import { objectName } from '../../usecase/tally.js';
import type { Palette } from '../color.js';
import { countsText, reasonText } from '../reason-text.js';
import { sanitise } from '../sanitise.js';
import type { Column, Layout } from '../table.js';
import { renderTable } from '../table.js';

/** A verdict is never told by colour alone. */
function commonMark(verdict: CommonVerdict): string {
  switch (verdict) {
    case 'delivered':
      return '√';
    case 'dropped':
      return '×';
    case 'rejected':
      return '!';
    case 'unknown':
      return '?';
    case 'mixed':
      return '~';
    case 'none':
      return '·';
    default:
      return unreachable(verdict);
  }
}

function commonPaint(verdict: CommonVerdict, palette: Palette): (text: string) => string {
  switch (verdict) {
    case 'delivered':
      return palette.good;
    case 'dropped':
    case 'rejected':
      return palette.bad;
    case 'unknown':
    case 'mixed':
      return palette.warn;
    case 'none':
      return palette.dim;
    default:
      return unreachable(verdict);
  }
}

const ORDER: readonly CommonVerdict[] = ['delivered', 'dropped', 'rejected', 'mixed', 'unknown', 'none'];

/** A, B, …, Z, AA, AB, …: as spreadsheets name their columns. */
function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
  }
  return letters;
}

/** Marks under letters, as many targets side by side as fit, then what letters and marks mean. */
export async function renderMatrix(matrix: ConnectivityMatrix, layout: Layout): Promise<string> {
  const parts: string[] = [];
  for (const at of panels(matrix, layout.width)) parts.push(await panel(matrix, at, layout));
  const legend = matrix.targets.map(({ id }, at) => [columnLetters(at), id]);
  parts.push(await renderTable([{ title: 'COLUMN' }, { title: 'TARGET', shrinkTo: 20 }], legend, layout));
  const { cells, paths } = matrix.summary;
  const marks = ORDER.filter((verdict) => cells[verdict] > 0).map((verdict) =>
    commonPaint(verdict, layout.palette)(`${commonMark(verdict)} ${cells[verdict]} ${verdict}`),
  );
  parts.push(`${marks.join('  ')}  (${matrix.cells.length} cells, ${paths} paths)\n`);
  return parts.join('\n');
}

interface Panel {
  readonly from: number;
  readonly to: number;
}

const GAP = 2;

/** Columns side by side on a terminal; everywhere else all of them. */
function panels({ sources, targets }: ConnectivityMatrix, width: number | undefined): readonly Panel[] {
  if (width === undefined) return [{ from: 0, to: targets.length }];
  const head = Math.max('SOURCE'.length, ...sources.map(({ id }) => Array.from(sanitise(id)).length));
  const found: Panel[] = [];
  let from = 0;
  let used = head;
  for (const at of targets.keys()) {
    const need = GAP + columnLetters(at).length;
    if (used + need > width && at > from) {
      found.push({ from, to: at });
      [from, used] = [at, head];
    }
    used += need;
  }
  return [...found, { from, to: targets.length }];
}

async function panel(matrix: ConnectivityMatrix, { from, to }: Panel, layout: Layout): Promise<string> {
  const { palette } = layout;
  const titles = matrix.targets.slice(from, to).map((_, at) => columnLetters(from + at));
  const paint = (text: string): string => (PAINTS[text] === undefined ? text : palette[PAINTS[text]](text));
  const columns: Column[] = [{ title: 'SOURCE' }, ...titles.map((title) => ({ title, paint }))];
  const rows = matrix.sources.map(({ id }, at) => {
    const line = matrix.cells.slice(at * matrix.targets.length + from, at * matrix.targets.length + to);
    return [id, ...line.map(({ verdict }) => commonMark(verdict))];
  });
  return renderTable(columns, rows, { palette, headers: layout.headers });
}

const PAINTS: Readonly<Record<string, keyof Palette>> = {
  '√': 'good',
  '×': 'bad',
  '!': 'bad',
  '?': 'warn',
  '~': 'warn',
  '·': 'dim',
};

const HEADINGS = ['SOURCE', 'TARGET', 'VERDICT', 'PATHS', 'CAUSE', 'OBJECT', 'REASON'] as const;

/** `-o wide`: every cell with what decided about it. */
export async function renderCells(matrix: ConnectivityMatrix, layout: Layout): Promise<string> {
  const { palette } = layout;
  const columns = HEADINGS.map((title): Column => {
    if (title === 'VERDICT') return { title, paint: verdictPainter(palette) };
    return title === 'REASON' ? { title, shrinkTo: 20 } : { title };
  });
  return renderTable(columns, matrix.cells.map(cellRow), layout);
}

const verdictPainter =
  (palette: Palette) =>
  (text: string): string => {
    const verdict = ORDER.find((each) => text.endsWith(each));
    return verdict === undefined ? text : commonPaint(verdict, palette)(text);
  };

function cellRow({ source, target, verdict, counts, reasons, why }: MatrixCell): string[] {
  const [first, ...others] = reasons;
  const object = first?.cause?.object;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    source,
    target,
    `${commonMark(verdict)} ${verdict}`,
    countsText(counts) || '-',
    first?.cause?.type ?? '-',
    object === undefined ? '-' : objectName(object),
    first === undefined ? (why ?? '-') : `${reasonText(first)}${more}`,
  ];
}
