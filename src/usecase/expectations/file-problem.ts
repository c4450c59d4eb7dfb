import { InputError } from '../../base/errors.js';
import type { FileProblem } from './parse-expectations.js';

/** The widest piece of a line that is shown. */
const WIDTH = 100;

/** More mistakes than these are only counted: a file of another kind has one in every line. */
const TOLD = 8;

/** A file that is not right; the first mistake with its line, the others as hints. */
export class ExpectationFileError extends InputError {
  readonly file: string;
  readonly problems: readonly FileProblem[];

  constructor(file: string, text: string, problems: readonly [FileProblem, ...FileProblem[]]) {
    super('expectations.file', `${place(file, problems[0])}: ${problems[0].message}`, told(file, text, problems));
    this.file = file;
    this.problems = problems.slice(0, TOLD);
  }
}

/** All mistakes of a file as one error. */
export function fileError(file: string, text: string, [first, ...others]: readonly FileProblem[]): InputError {
  return first === undefined
    ? new InputError('expectations.file', `${file} is not usable`)
    : new ExpectationFileError(file, text, [first, ...others]);
}

interface Told {
  readonly excerpt: readonly string[];
  readonly hints: readonly string[];
}

function told(file: string, text: string, [first, ...others]: readonly [FileProblem, ...FileProblem[]]): Told {
  const { line, column } = first.position;
  const source = text.split(/\r?\n/)[line - 1] ?? '';
  const start = column > WIDTH ? column - 1 - WIDTH / 2 : 0;
  const more = others.length + 1 - TOLD;
  return {
    excerpt: [`  ${source.slice(start, start + WIDTH)}`, `  ${' '.repeat(column - 1 - start)}^`],
    hints: [
      ...(first.hint === undefined ? [] : [first.hint]),
      ...others
        .slice(0, TOLD - 1)
        .map((each) => `also ${place(file, each)}: ${each.message}${each.hint === undefined ? '' : `; ${each.hint}`}`),
      ...(more > 0 ? [`and ${more} more`] : []),
    ],
  };
}

const place = (file: string, { position: { line, column } }: FileProblem): string => `${file}:${line}:${column}`;
