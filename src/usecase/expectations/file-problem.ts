import { InputError } from '../../base/errors.js';
import type { FileProblem } from './parse-expectations.js';

/** The widest piece of a line that is shown. */
const WIDTH = 100;

/** All mistakes of a file as one error: the first one with its line, the others as hints. */
export function fileError(file: string, text: string, problems: readonly FileProblem[]): InputError {
  const [first, ...others] = problems;
  if (first === undefined) return new InputError('expectations.file', `${file} is not usable`);
  const { line, column } = first.position;
  const source = text.split(/\r?\n/)[line - 1] ?? '';
  const start = column > WIDTH ? column - 1 - WIDTH / 2 : 0;
  return new InputError('expectations.file', `${place(file, first)}: ${first.message}`, {
    excerpt: [`  ${source.slice(start, start + WIDTH)}`, `  ${' '.repeat(column - 1 - start)}^`],
    hints: [
      ...(first.hint === undefined ? [] : [first.hint]),
      ...others.map(
        (each) => `also ${place(file, each)}: ${each.message}${each.hint === undefined ? '' : `; ${each.hint}`}`,
      ),
    ],
  });
}

const place = (file: string, { position: { line, column } }: FileProblem): string => `${file}:${line}:${column}`;
