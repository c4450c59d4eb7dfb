/**
 * How synchronous code reads a database that holds only what has been asked of it so far.
 *
 * A look-up of something not held yet throws {@link NotHeld}; whoever started the reading ({@link whenHeld}) has it fetched
 * and starts again, so what is started must have no effects before it is done. {@link Missing} gathers several look-ups
 * that are known to be needed, to fetch them in one go. What cannot be fetched is remembered by the source, and the
 * look-up throws that error the next time. Knows nothing of servers; a database in memory never throws any of this.
 */
import type { Json } from '../wire/json.js';

export type RowRequest =
  /** The whole table. */
  | { readonly kind: 'all'; readonly table: string }
  /** The uuids of all rows, and nothing else of them. */
  | { readonly kind: 'uuids'; readonly table: string }
  | { readonly kind: 'row'; readonly table: string; readonly uuid: string }
  /** Rows whose column equals the value, or contains it. */
  | {
      readonly kind: 'where';
      readonly table: string;
      readonly column: string;
      readonly value: string | number | boolean;
    }
  /** Rows whose map column has that pair. */
  | {
      readonly kind: 'pair';
      readonly table: string;
      readonly column: string;
      readonly key: string;
      readonly value: string;
    }
  /** The given columns of the rows that match all conditions (RFC 7047 section 5.1), each combination of values once. */
  | {
      readonly kind: 'query';
      readonly table: string;
      readonly where: readonly (readonly [
        column: string,
        comparison: '==' | '!=' | 'includes' | 'excludes',
        value: Json,
      ])[];
      readonly columns: readonly string[];
    };

export interface RowSource {
  /** Fetches the rows, and remembers a failure for whoever asks for them again; does not reject for it. */
  fetch(requests: readonly RowRequest[]): Promise<void>;
}

interface Want {
  readonly source: RowSource;
  readonly request: RowRequest;
}

/** Something is not there yet. A signal, not a failure: it must reach the `whenHeld` around it. */
export class NotHeld extends Error {
  readonly wants: readonly Want[];

  constructor(wants: readonly Want[]) {
    // Nobody reads where it was thrown, and a trace asks for hundreds of names at once.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super('rows that are not held yet were asked for');
    Error.stackTraceLimit = limit;
    this.wants = wants;
  }

  async fetch(): Promise<void> {
    const bySource = new Map<RowSource, RowRequest[]>();
    for (const { source, request } of this.wants) {
      const requests = bySource.get(source);
      if (requests === undefined) bySource.set(source, [request]);
      else requests.push(request);
    }
    await Promise.all([...bySource].map(([source, requests]) => source.fetch(requests)));
  }
}

/** Asks again and again, fetching in between, until everything that is needed is held. */
export async function whenHeld<T>(ask: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NotHeld)) throw error;
      await error.fetch();
    }
  }
}

/** Look-ups that are tried one after the other before any of them is waited for. */
export class Missing {
  readonly #wants: Want[] = [];

  /** How many look-ups have failed so far. */
  get count(): number {
    return this.#wants.length;
  }

  /** The answer, or undefined when it is not held; other errors pass. */
  attempt<T>(ask: () => T): T | undefined {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof NotHeld)) throw error;
      this.#wants.push(...error.wants);
      return undefined;
    }
  }

  /** Throws one NotHeld for all that was missing, if anything was. */
  require(): void {
    if (this.#wants.length > 0) throw new NotHeld(this.#wants);
  }
}
