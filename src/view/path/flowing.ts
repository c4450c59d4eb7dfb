import { sanitise } from '../sanitise.js';
import type { Layout } from '../table.js';

type Paint = (text: string) => string;

/** A piece of text with one colour; not yet neutralised. */
export interface Piece {
  readonly text: string;
  readonly paint?: Paint;
}

/** Columns a text takes. Names in a cluster are ASCII; what is not counts one column a code point. */
export const columns = (text: string): number => Array.from(sanitise(text)).length;

/** A cell of fixed width, padded before it is coloured so that colours never shift a column. */
export function cell({ text, paint }: Piece, width: number): string {
  const clean = sanitise(text);
  const padding = ' '.repeat(Math.max(0, width - columns(text)));
  return (paint === undefined || clean === '' ? clean : paint(clean)) + padding;
}

interface Word {
  readonly text: string;
  readonly paint: Paint | undefined;
}

/** The pieces one after another, `separator` between them, cut into words that remember their colour. */
function wordsOf(pieces: readonly Piece[], separator: string): Word[] {
  return pieces.flatMap(({ text, paint }, at) => {
    const whole = sanitise(text) + (at < pieces.length - 1 ? separator : '');
    return whole
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => ({ text: word, paint }));
  });
}

/** Neighbouring words of one colour are coloured together: fewer escapes, the same look. */
function paintLine(words: readonly Word[]): string {
  let line = '';
  for (let at = 0; at < words.length;) {
    const { paint } = words[at] ?? { paint: undefined };
    let end = at;
    while (end < words.length && words[end]?.paint === paint) end++;
    const text = words
      .slice(at, end)
      .map((word) => word.text)
      .join(' ');
    line += (at === 0 ? '' : ' ') + (paint === undefined ? text : paint(text));
    at = end;
  }
  return line;
}

/** Words packed into lines of at most `room` columns; a word longer than that has a line of its own and is not cut. */
function pack(words: readonly Word[], room: number): Word[][] {
  const lines: Word[][] = [];
  let current: Word[] = [];
  let used = 0;
  for (const word of words) {
    const width = Array.from(word.text).length;
    if (current.length > 0 && used + 1 + width > room) {
      lines.push(current);
      current = [];
      used = 0;
    }
    used += width + (current.length === 0 ? 0 : 1);
    current.push(word);
  }
  if (current.length > 0) lines.push(current);
  return lines;
}

/** A column narrower than this is not worth having: the text goes below instead. */
const NARROWEST = 28;

/**
 * Text behind a head that is already laid out (`headWidth` columns). Where there is no terminal it is one line, however
 * long. On a terminal it wraps under itself, or below the head when too little room is left beside it: nothing is cut.
 */
export function flow(
  head: string,
  headWidth: number,
  pieces: readonly Piece[],
  layout: Layout,
  separator = ';',
  below = 8,
): string[] {
  const words = wordsOf(pieces, separator);
  if (words.length === 0) return [head.trimEnd()];
  if (layout.width === undefined) {
    const texts = pieces.map(({ text, paint = (plain) => plain }) => paint(sanitise(text)));
    return [head + texts.join(`${separator} `)];
  }
  const total = words.reduce((sum, { text }) => sum + Array.from(text).length + 1, -1);
  const room = layout.width - headWidth;
  if (room >= Math.min(NARROWEST, total)) {
    return pack(words, room).map((line, at) => (at === 0 ? head : ' '.repeat(headWidth)) + paintLine(line));
  }
  const lines = pack(words, Math.max(layout.width - below, 1));
  return [head.trimEnd(), ...lines.map((line) => ' '.repeat(below) + paintLine(line))];
}
