/**
 * Pictures of networks as SVG, one below the other: a column for each node, its boxes from the outside to the pods, and what
 * zones share across all columns below them.
 */
import { sanitise } from '../sanitise.js';
import type { Drawn, Picture } from './collapse.js';

const [LETTER, PADDING, HEIGHT, GAP, LANE, MARGIN, TITLE] = [7.3, 12, 44, 26, 22, 24, 30];

interface Box {
  readonly drawn: Drawn;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Undefined for what zones share. */
  readonly column: number | undefined;
  readonly row: number;
}

interface Part {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

export function renderSvg(pictures: readonly Picture[]): string {
  let [width, y] = [0, MARGIN];
  const body: string[] = [];
  for (const picture of pictures) {
    const part = partOf(picture, y);
    body.push(...part.lines);
    width = Math.max(width, part.width);
    y += part.height + MARGIN;
  }
  const size = `${round(width + MARGIN)} ${round(y)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" font-family="monospace" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}

function partOf({ title, shared, groups, links }: Picture, top: number): Part {
  const letters = Math.max(0, ...groups.flatMap(({ title: of, boxes }) => [of.length, ...boxes.map(longest)]));
  const width = letters * LETTER + 2 * PADDING;
  const step = width + 2 * LANE;
  const rows = Math.max(0, ...groups.map(({ boxes }) => boxes.length));
  const first = top + TITLE + (groups.length === 0 ? 0 : TITLE);
  const yOf = (row: number): number => first + row * (HEIGHT + GAP);
  const whole = Math.max(
    groups.length * step - 2 * LANE,
    ...shared.map((drawn) => longest(drawn) * LETTER + 2 * PADDING),
  );
  const boxes = new Map<string, Box>();
  for (const [column, group] of groups.entries()) {
    for (const [row, drawn] of group.boxes.entries())
      boxes.set(drawn.id, { drawn, x: MARGIN + column * step, y: yOf(row), width, column, row });
  }
  for (const [at, drawn] of shared.entries())
    boxes.set(drawn.id, { drawn, x: MARGIN, y: yOf(rows + at), width: whole, column: undefined, row: rows + at });
  const lines = [
    text(MARGIN, top + 16, title, 'font-weight="bold" font-size="14"'),
    ...groups.map((group, column) => text(MARGIN + column * step, top + TITLE + 16, group.title, 'font-weight="bold"')),
    ...links.flatMap(([a, b]) => {
      const [from, to] = [boxes.get(a), boxes.get(b)];
      return from === undefined || to === undefined ? [] : [line(from, to)];
    }),
    ...[...boxes.values()].flatMap(boxLines),
  ];
  return { lines, width: MARGIN + whole + LANE, height: yOf(rows + shared.length) - top };
}

const longest = ({ title, detail }: Drawn): number => Math.max(title.length, detail.length);

/** Straight down to the next box; past others along the lane at their right. */
function line(a: Box, b: Box): string {
  const [upper, lower] = a.row <= b.row ? [a, b] : [b, a];
  const narrow = upper.column === undefined ? lower : upper;
  const middle = narrow.x + narrow.width / 2;
  const bottom = upper.y + HEIGHT;
  const style = 'fill="none" stroke="#64748b" stroke-width="1.5"';
  if (lower.row - upper.row === 1) return `<path d="M${round(middle)} ${bottom}V${lower.y}" ${style}/>`;
  const right = upper.x + upper.width;
  const lane = Math.min(right + LANE / 2, lower.x + lower.width + LANE / 2);
  const from = `M${round(right)} ${upper.y + HEIGHT / 2}H${round(lane)}`;
  const inside = lane < lower.x + lower.width;
  const to = inside ? `V${lower.y}` : `V${lower.y + HEIGHT / 2}H${round(lower.x + lower.width)}`;
  return `<path d="${from}${to}" ${style}/>`;
}

function boxLines({ drawn: { title, detail, element }, x, y, width }: Box): readonly string[] {
  const isRouter = element.kind === 'router';
  const style = `fill="${isRouter ? '#e0f2fe' : '#f1f5f9'}" stroke="#334155"`;
  return [
    `<rect x="${round(x)}" y="${y}" width="${round(width)}" height="${HEIGHT}" rx="${isRouter ? 14 : 3}" ${style}/>`,
    text(x + PADDING, y + (detail === '' ? 27 : 19), title),
    ...(detail === '' ? [] : [text(x + PADDING, y + 35, detail, 'fill="#475569"')]),
  ];
}

function text(x: number, y: number, content: string, style = ''): string {
  const escaped = sanitise(content).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${round(x)}" y="${y}"${style === '' ? '' : ` ${style}`}>${escaped}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
