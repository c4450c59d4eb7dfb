import { BugError } from '../../base/errors.js';
import { annotatedText } from '../expr/annotate.js';
import type { Expr } from '../expr/ast.js';
import { combine } from '../expr/build.js';
import { parseField, prerequisitesOf } from '../expr/field.js';
import type { FieldRef } from '../symbols/symbol.js';
import type { TokenStream } from '../token-stream.js';
import type { Action } from './ast.js';
import type { ActionEnvironment } from './environment.js';

/** An action before its span is known; every family's parser makes one. */
export type Draft = Action extends infer A ? (A extends Action ? Omit<A, 'span'> : never) : never;

/** What may be assigned: anything but conntrack fields, or, inside `ct_commit { }`, nothing but conntrack fields. */
type WriteScope = 'read-write' | 'ct-commit';

/** Deepest list that is parsed, the outermost one counted as the first. */
const DEEPEST = 32;

/**
 * The state of parsing one action list: the cursor, what may be assigned here, and the prerequisites collected so far.
 * A body has a parser of its own with the same cursor. A method answers `undefined` or false after a mistake, which is
 * then in the token stream.
 */
export class ActionParser {
  readonly stream: TokenStream;
  readonly environment: ActionEnvironment;
  /** Parses one statement with its `;`. */
  readonly #statement: (parser: ActionParser) => Action | undefined;
  readonly #scope: WriteScope;
  readonly #depth: number;
  #prerequisites: Expr | undefined;

  constructor(
    stream: TokenStream,
    environment: ActionEnvironment,
    statement: (parser: ActionParser) => Action | undefined,
    scope: WriteScope = 'read-write',
    depth = 1,
  ) {
    this.stream = stream;
    this.environment = environment;
    this.#statement = statement;
    this.#scope = scope;
    this.#depth = depth;
  }

  /** What a packet must be for this list to apply to it; absent if anything will do. */
  get prerequisites(): Expr | undefined {
    return this.#prerequisites;
  }

  /** Statements up to `end`, which is taken. `drop;` stands alone and means the same as nothing. */
  list(end: '}' | 'end'): readonly Action[] | undefined {
    const { stream } = this;
    const actions: Action[] = [];
    if (stream.acceptName('drop')) {
      return stream.expect(';') && (end === 'end' ? stream.expectEnd() : stream.expect(end)) ? actions : undefined;
    }
    while (!stream.accept(end)) {
      const action = this.#statement(this);
      if (action === undefined) return undefined;
      actions.push(action);
    }
    return actions;
  }

  /**
   * A list in braces. With a `prerequisite` that is all the statement requires: the inner actions run on another packet.
   * Without one, what the inner actions require is required of the statement.
   */
  body(prerequisite?: string, scope: WriteScope = this.#scope): readonly Action[] | undefined {
    const { stream } = this;
    const { span } = stream.token;
    if (!stream.expect('{')) return undefined;
    if (this.#depth >= DEEPEST) return stream.fail('nesting', span, 'maximum depth of nested actions reached');
    const inner = new ActionParser(stream, this.environment, this.#statement, scope, this.#depth + 1);
    const actions = inner.list('}');
    if (prerequisite !== undefined) this.requirePredicate(prerequisite);
    else this.#requireFirst(inner.#prerequisites);
    return actions;
  }

  /** A field with its prerequisites; a predicate is none. */
  field(): FieldRef | undefined {
    const { stream } = this;
    const field = parseField(stream, this.environment.symbols);
    if (field === undefined) return undefined;
    const { symbol, span } = field;
    if (symbol.kind === 'predicate') {
      return stream.fail('type', span, `Predicate symbol ${symbol.name} used where lvalue required.`);
    }
    for (const text of prerequisitesOf(symbol)) {
      const prerequisite = annotatedText(text, this.environment.symbols);
      if (!prerequisite.ok) return stream.fail(prerequisite.error.code, span, prerequisite.error.message);
      this.#require(prerequisite.value);
    }
    return field;
  }

  /** A field of the given width in bits (0 = a port name), with its prerequisites. */
  operand(width: number): FieldRef | undefined {
    const field = this.field();
    return field !== undefined && this.checkWidth(field, width) ? field : undefined;
  }

  /** `(` operands `)`, as many as there are widths. */
  operands<const Widths extends readonly number[]>(
    ...widths: Widths
  ): { readonly [I in keyof Widths]: FieldRef } | undefined {
    const fields: FieldRef[] = [];
    for (const width of widths) {
      if (!this.stream.expect(fields.length === 0 ? '(' : ',')) return undefined;
      const field = this.operand(width);
      if (field === undefined) return undefined;
      fields.push(field);
    }
    // One field was pushed for every width.
    return this.stream.expect(')') ? (fields as unknown as { readonly [I in keyof Widths]: FieldRef }) : undefined;
  }

  /** Whether the field has this many bits (0 = a port name); if not, that is the mistake. */
  checkWidth(field: FieldRef, width: number): boolean {
    if (field.width === width) return true;
    const { name } = field.symbol;
    const message =
      width === 0
        ? `Cannot use numeric field ${name} where string field is required.`
        : field.width === 0
          ? `Cannot use string field ${name} where numeric field is required.`
          : `Cannot use ${field.width}-bit field ${rangeText(field)} where ${width}-bit field is required.`;
    this.stream.fail('type', field.span, message);
    return false;
  }

  /** Whether the field may be assigned in this list; if not, that is the mistake. */
  checkModifiable(field: FieldRef): boolean {
    const { name, access } = field.symbol;
    if (access === this.#scope) return true;
    const help = access === 'ct-commit' ? `${name} is assigned inside \`ct_commit { }\`` : undefined;
    this.stream.fail('not-modifiable', field.span, `Field ${name} is not modifiable.`, help);
    return false;
  }

  /** Whether a result of this many bits may be stored in the field. */
  checkDestination(field: FieldRef, width: number): boolean {
    return this.checkWidth(field, width) && this.checkModifiable(field);
  }

  /** Requires a predicate such as `ip` of the packet. */
  requirePredicate(name: string): void {
    const symbol = this.environment.symbols.get(name);
    if (symbol?.kind !== 'predicate') throw new BugError(`action prerequisite ${name} is no predicate`);
    this.#require({ kind: 'cmp', symbol, op: '!=', value: 0n, mask: 1n, span: this.stream.previousSpan });
  }

  #require(condition: Expr): void {
    this.#prerequisites =
      this.#prerequisites === undefined ? condition : combine('and', this.#prerequisites, condition);
  }

  /** What an inner list requires stands before what this list requires so far, as OVN has it. */
  #requireFirst(inner: Expr | undefined): void {
    const outer = this.#prerequisites;
    this.#prerequisites = inner === undefined || outer === undefined ? (inner ?? outer) : combine('and', inner, outer);
  }
}

/** A field with its bits, spelled out even where they are the whole field: the form of OVN's messages. */
export function rangeText({ symbol, ofs, width }: FieldRef): string {
  return `${symbol.name}[${ofs}..${ofs + width - 1}]`;
}
