/**
 * A verb: one kind of change as data. The same description makes a command, an entry of `apply -f` and a line of `batch`.
 *
 * `carryOut` writes on a draft and throws what a user has to be told: UsageError for what can't be meant, NotFoundError for
 * what is not there, ConflictError for what is there already. It sees what earlier changes of the same plan did.
 */
import { UsageError } from '../base/errors.js';
import type { Draft } from './draft.js';
import type { RowChange } from './plan.js';

export interface Parameter {
  /** As written after `--`, or of a positional argument in capitals. */
  readonly name: string;
  /** `argument` is positional; `option` has a value; `switch` is there or not. */
  readonly kind: 'argument' | 'option' | 'switch';
  readonly help: string;
  /** What stands for the value in a usage line; NAME if left out. */
  readonly value?: string;
  readonly required?: boolean;
  /** Takes several; of arguments only the last may. */
  readonly many?: boolean;
  readonly oneOf?: readonly string[];
}

export interface Verb {
  /** `switch port add`: topics and what to do. */
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  /** The database it changes; the northbound one if left out. */
  readonly database?: (given: Given) => RowChange['database'];
  /** In one phrase what is about to be done: `add switch s1`. */
  readonly phrase: (given: Given) => string;
  readonly carryOut: (draft: Draft, given: Given) => void;
}

/** What was given for the parameters of a verb. */
export class Given {
  readonly #verb: Verb;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  /** UsageError for what the verb has no parameter for, and for what it can't do without. */
  constructor(verb: Verb, values: ReadonlyMap<string, readonly string[]>) {
    this.#verb = verb;
    this.#values = values;
    for (const [name, texts] of values) {
      const parameter = verb.parameters.find((each) => each.name === name);
      if (parameter === undefined) throw this.wrong(`"${verb.name}" has no ${name}`);
      if (texts.length > 1 && parameter.many !== true) throw this.wrong(`${name} is given ${texts.length} times`);
      for (const text of texts) {
        if (parameter.oneOf !== undefined && !parameter.oneOf.includes(text))
          throw this.wrong(`${name} "${text}" is not one of ${parameter.oneOf.join(', ')}`);
      }
    }
    for (const { name, required } of verb.parameters) {
      if (required === true && !values.has(name)) throw this.wrong(`"${verb.name}" needs ${name}`);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Whether a switch is on. */
  flag(name: string): boolean {
    return this.many(name)[0] === 'true';
  }

  text(name: string): string {
    const text = this.optional(name);
    if (text === undefined) throw this.wrong(`"${this.#verb.name}" needs ${name}`);
    return text;
  }

  optional(name: string): string | undefined {
    return this.many(name)[0];
  }

  many(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** An integer within limits, both included. */
  integer(name: string, minimum: number, maximum: number): number {
    const text = this.text(name);
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(number >= minimum && number <= maximum))
      throw this.wrong(`${name} "${text}" is not an integer from ${minimum} to ${maximum}`);
    return number;
  }

  /** `KEY=VALUE` of an option that takes several, in order; a key without a value means that it is to go. */
  pairs(name: string): readonly (readonly [key: string, value: string])[] {
    return this.many(name).map((text) => {
      const at = text.indexOf('=');
      if (at <= 0) throw this.wrong(`${name} "${text}" is not KEY=VALUE`);
      return [text.slice(0, at), text.slice(at + 1)];
    });
  }

  wrong(message: string, ...hints: readonly string[]): UsageError {
    return new UsageError('usage.change', message, { hints });
  }
}
