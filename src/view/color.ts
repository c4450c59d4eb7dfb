/** The few meanings a renderer may colour; decided per stream by the caller, so stdout and stderr can differ. */
export interface Palette {
  /** Delivered, healthy. */
  readonly good: (text: string) => string;
  /** Dropped, failed. */
  readonly bad: (text: string) => string;
  /** Unknown, rejected, to be looked at. */
  readonly warn: (text: string) => string;
  /** Secondary detail. */
  readonly dim: (text: string) => string;
  /** What the eye should find first. */
  readonly strong: (text: string) => string;
  /** Names of objects. */
  readonly name: (text: string) => string;
}

const plain = (text: string): string => text;

/** No colour at all: files, pipes, `NO_COLOR`. */
export const PLAIN: Palette = { good: plain, bad: plain, warn: plain, dim: plain, strong: plain, name: plain };

/** The palette for one stream. chalk is loaded only when there is something to colour. */
export async function loadPalette(colored: boolean): Promise<Palette> {
  if (!colored) return PLAIN;
  const { Chalk } = await import('chalk');
  // Sixteen colours: they follow the theme of the terminal, whatever its background.
  const chalk = new Chalk({ level: 1 });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    dim: (text) => chalk.dim(text),
    strong: (text) => chalk.bold(text),
    name: (text) => chalk.cyan(text),
  };
}
