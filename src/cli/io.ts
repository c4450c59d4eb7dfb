/**
 * The two streams of the process and what each can show. stdout carries the answer, stderr the conversation; either may be
 * a terminal, a pipe or a file, and nothing about one says anything about the other.
 */

/** `--color`: what the user wants, whatever the environment says. */
export type ColorChoice = 'auto' | 'always' | 'never';

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal, undefined where there is none. */
  readonly width: number | undefined;
  /** Whether to colour what is written here. */
  colored(choice: ColorChoice): boolean;
}

export interface Io {
  readonly out: Output;
  readonly err: Output;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Colour for one stream: the flag wins, then `NO_COLOR` (any non-empty value, see no-color.org), then `FORCE_COLOR`
 * (`0` and `false` switch it off), then whether the stream is a terminal that can.
 */
export function wantsColor(choice: ColorChoice, environment: Environment, isTTY: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (environment['NO_COLOR']) return false;
  const force = environment['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return isTTY && environment['TERM'] !== 'dumb';
}

/** What we use of a process stream; for a pipe or a file the last two are absent, whatever Node's types say. */
export interface Target {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** One stream as the rest of the program sees it. */
export function outputOn(stream: Target, environment: Environment): Output {
  const isTTY = stream.isTTY ?? false;
  return {
    write: (text) => void stream.write(text),
    isTTY,
    get width() {
      return isTTY && stream.columns ? stream.columns : undefined;
    },
    colored: (choice) => wantsColor(choice, environment, isTTY),
  };
}

/** The streams of this process. */
export function processIo(): Io {
  return { out: outputOn(process.stdout, process.env), err: outputOn(process.stderr, process.env) };
}

/** A reader that went away (`| head`) ends the program quietly; any other write error is a failure. */
export function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}
