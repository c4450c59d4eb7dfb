import type { Palette } from './color.js';
import { sanitise } from './sanitise.js';

/** A column of a table: its heading and how wide it may be cut on a narrow terminal. */
export interface Column {
  readonly title: string;
  /** Never shrink below this many characters on a terminal; columns without it are not shrunk at all. */
  readonly shrinkTo?: number;
  /** Colours a cell after it was neutralised. */
  readonly paint?: (text: string) => string;
}

/** How a renderer may lay out text; decided from the stream by the caller. */
export interface Layout {
  readonly palette: Palette;
  /** Columns of the terminal; undefined when stdout is not one, and then nothing is cut. */
  readonly width?: number;
  /** False with `--no-headers`. */
  readonly headers: boolean;
}

/** No borders, two spaces between columns: the look of `kubectl get`. */
const BORDERLESS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((part) => [part, '']),
);
const GAP = '  ';
/** cli-table3 takes quadratic time: a long table is laid out in parts. */
const PART = 500;

const longest = (texts: readonly string[]): number => Math.max(...texts.map((text) => Array.from(text).length));

/** Widths for a terminal too narrow for the natural ones: the widest shrinkable column gives way first. */
function fit(natural: readonly number[], columns: readonly Column[], width: number): number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, each) => sum + each + GAP.length, 0) - GAP.length - width;
  while (over > 0) {
    let widest = -1;
    columns.forEach((column, at) => {
      const floor = column.shrinkTo ?? Infinity;
      if ((widths[at] ?? 0) > floor && (widest === -1 || (widths[at] ?? 0) > (widths[widest] ?? 0))) widest = at;
    });
    if (widest === -1) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}

/**
 * A borderless table, one line a row, ending in a line feed; headings stay when there are no rows. Every cell is
 * neutralised. Returns the empty string only for no rows under `--no-headers`.
 */
export async function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  layout: Layout,
): Promise<string> {
  const heading = layout.headers ? [columns.map((column) => column.title)] : [];
  const cells = [...heading, ...rows.map((row) => row.map(sanitise))];
  if (cells.length === 0) return '';
  const natural = columns.map((_, at) => longest(cells.map((row) => row[at] ?? '')));
  const widths = layout.width === undefined ? natural : fit(natural, columns, layout.width);
  const { default: Table } = await import('cli-table3');
  const options = {
    chars: { ...BORDERLESS, middle: GAP },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: widths.map((width, at) => (width === natural[at] ? null : width)),
  };
  const painted = cells.map((row, line) =>
    columns.map((column, at) => {
      const text = row[at] ?? '';
      const shown = line < heading.length ? layout.palette.dim(text) : column.paint ? column.paint(text) : text;
      // A column gets its width from its cells: in a part, too, they have to be as wide as in the whole.
      const isPadded = cells.length > PART && widths[at] === natural[at];
      return isPadded ? shown + ' '.repeat((natural[at] ?? 0) - Array.from(text).length) : shown;
    }),
  );
  const parts: string[] = [];
  for (let at = 0; at < painted.length; at += PART) {
    const table = new Table(options);
    table.push(...painted.slice(at, at + PART));
    parts.push(table.toString());
  }
  const lines = parts.join('\n').split('\n');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
