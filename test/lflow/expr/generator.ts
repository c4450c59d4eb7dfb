import type { Expr, Relop } from '../../../src/lflow/expr/ast.js';
import { emptyMicroflow, ones, Slot } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import type { MatchScope } from '../../../src/lflow/expr/compile.js';
import { SymbolTableBuilder } from '../../../src/lflow/symbols/builder.js';
import type { FieldSymbol, StringSymbol, SymbolTable } from '../../../src/lflow/symbols/symbol.js';

/**
 * OVN's exhaustive expression generator, redone: every AND/OR tree over `terms` leaves, every leaf running through every
 * comparison of every variable and both constants. The first leaf of a tree does not multiply the count (upstream leaves it
 * alone); here it rotates through all its values as the others advance.
 */
export interface GeneratorArgs {
  readonly operation: 'convert' | 'simplify' | 'normalize' | 'flow';
  readonly numericVariables: number;
  readonly stringVariables: number;
  readonly bits: number;
  readonly relops: readonly Relop[];
  readonly terms: number;
}

const ALL_RELOPS: readonly Relop[] = ['==', '!=', '<', '<=', '>', '>='];
const NUMERIC_SLOTS = [Slot.pktMark, Slot.ctMark, Slot.flags];
const STRING_SLOTS = [Slot.reg11, Slot.reg12, Slot.reg13, Slot.inport];
const NOWHERE = { start: 0, end: 0 };

/** The arguments as exhaustive.json records them, for example `--operation=normalize --nvars=3 --svars=0 --bits=1 4`. */
export function parseArgs(text: string): GeneratorArgs {
  const option = (name: string, fallback: string): string => new RegExp(`--${name}=(\\S+)`).exec(text)?.[1] ?? fallback;
  const relops = option('relops', '');
  return {
    operation: option('operation', '') as GeneratorArgs['operation'],
    numericVariables: Number(option('nvars', '2')),
    stringVariables: Number(option('svars', '2')),
    bits: Number(option('bits', '3')),
    relops: relops === '' ? ALL_RELOPS : (relops.replaceAll("'", '').split(' ') as Relop[]),
    terms: Number(text.split(' ').at(-1)),
  };
}

/** A generated world: its symbols, every leaf, and every packet there is. */
export interface Universe {
  readonly symbols: SymbolTable;
  readonly leaves: readonly Expr[];
  readonly packets: readonly Microflow[];
  readonly scope: MatchScope;
}

export function universe(args: GeneratorArgs): Universe {
  const builder = new SymbolTableBuilder();
  for (let i = 0; i < args.numericVariables; i++) builder.field(`n${i}`, NUMERIC_SLOTS[i]!, args.bits);
  for (let i = 0; i < args.stringVariables; i++) builder.string(`s${i}`, STRING_SLOTS[i]!);
  const symbols = builder.build();
  const leaves: Expr[] = [];
  for (const symbol of symbols.values()) {
    if (symbol.kind === 'field') leaves.push(...comparisons(symbol, args.relops));
    if (symbol.kind === 'string') leaves.push(...stringComparisons(symbol));
  }
  for (const value of [false, true]) leaves.push({ kind: 'const', value, span: NOWHERE });
  return {
    symbols,
    leaves,
    packets: packets([...symbols.values()], args.bits),
    scope: { portKey: (name) => BigInt(name), isChassisResident: () => false },
  };
}

/** Every value under every mask; an ordering needs a contiguous mask that is not empty. */
function comparisons(symbol: FieldSymbol, relops: readonly Relop[]): Expr[] {
  const found: Expr[] = [];
  const limit = ones(symbol.width);
  for (const op of relops) {
    for (let mask = 0n; mask <= limit; mask++) {
      if (op !== '==' && op !== '!=' && !isContiguous(mask)) continue;
      for (let value = 0n; value <= limit; value++) {
        if ((value & ~mask) === 0n) found.push({ kind: 'cmp', symbol, op, value, mask, span: NOWHERE });
      }
    }
  }
  return found;
}

function isContiguous(mask: bigint): boolean {
  if (mask === 0n) return false;
  const run = mask / (mask & -mask);
  return (run & (run + 1n)) === 0n;
}

function stringComparisons(symbol: StringSymbol): Expr[] {
  return ['0', '1'].map((value) => ({ kind: 'string', symbol, op: '==', value, span: NOWHERE }));
}

/** Every combination of values; a string variable may also have a value no leaf names. */
function packets(
  symbols: readonly (FieldSymbol | StringSymbol | { readonly kind: string })[],
  bits: number,
): Microflow[] {
  let all = [emptyMicroflow()];
  for (const symbol of symbols as readonly (FieldSymbol | StringSymbol)[]) {
    const values = symbol.kind === 'field' ? 2 ** bits : 3;
    all = all.flatMap((flow) =>
      Array.from({ length: values }, (_, value) => Object.assign([], flow, { [symbol.slot]: BigInt(value) }) as never),
    );
  }
  return all;
}

/** A tree without its leaves. */
type Shape = 'leaf' | { readonly kind: 'and' | 'or'; readonly parts: readonly Shape[] };

/** Every tree over `leaves` leaves in which AND and OR alternate. */
export function shapes(leaves: number): Shape[] {
  if (leaves === 1) return ['leaf'];
  return [...shapesOf('and', leaves), ...shapesOf('or', leaves)];
}

function shapesOf(kind: 'and' | 'or', leaves: number): Shape[] {
  if (leaves === 1) return ['leaf'];
  const other = kind === 'and' ? 'or' : 'and';
  return compositions(leaves)
    .filter((parts) => parts.length > 1)
    .flatMap((parts) => product(parts.map((part) => shapesOf(other, part))).map((chosen) => ({ kind, parts: chosen })));
}

function compositions(n: number): number[][] {
  if (n === 0) return [[]];
  return Array.from({ length: n }, (_, i) => i + 1).flatMap((first) =>
    compositions(n - first).map((rest) => [first, ...rest]),
  );
}

function product<T>(choices: readonly (readonly T[])[]): T[][] {
  return choices.reduce<T[][]>((done, next) => done.flatMap((head) => next.map((item) => [...head, item])), [[]]);
}

/** Every expression; returns how many there were. */
export function* expressions(args: GeneratorArgs, leaves: readonly Expr[]): Generator<Expr, number> {
  let count = 0;
  for (const shape of shapes(args.terms)) {
    const digits = new Array<number>(args.terms).fill(0);
    for (;;) {
      let i = args.terms - 1;
      while (i > 0 && ++digits[i]! === leaves.length) digits[i--] = 0;
      if (i === 0) break;
      digits[0] = count % leaves.length;
      count += 1;
      yield build(shape, digits, leaves, { next: 0 });
    }
  }
  return count;
}

function build(shape: Shape, digits: readonly number[], leaves: readonly Expr[], cursor: { next: number }): Expr {
  if (shape === 'leaf') return leaves[digits[cursor.next++]!]!;
  const terms = shape.parts.map((part) => build(part, digits, leaves, cursor));
  return { kind: shape.kind, terms, span: NOWHERE };
}

/** The packets an expression matches, as a bit set; the tables of leaves are computed once. */
export function truthTables({ packets, scope }: Universe): (expr: Expr) => bigint {
  const known = new Map<string, Map<number | string, bigint>>();
  const everything = ones(packets.length);
  const where = (holds: (flow: Microflow) => boolean): bigint => {
    let table = 0n;
    for (const [i, flow] of packets.entries()) if (holds(flow)) table |= 1n << BigInt(i);
    return table;
  };
  const leaf = (name: string, key: number | string, holds: (flow: Microflow) => boolean): bigint => {
    let tables = known.get(name);
    if (tables === undefined) known.set(name, (tables = new Map<number | string, bigint>()));
    let table = tables.get(key);
    if (table === undefined) tables.set(key, (table = where(holds)));
    return table;
  };
  const tableOf = (expr: Expr): bigint => {
    switch (expr.kind) {
      case 'and':
        return expr.terms.reduce((table, term) => table & tableOf(term), everything);
      case 'or':
        return expr.terms.reduce((table, term) => table | tableOf(term), 0n);
      case 'const':
        return expr.value ? everything : 0n;
      case 'cmp': {
        const { symbol, op, value, mask } = expr;
        const key = (ALL_RELOPS.indexOf(op) << 6) | (Number(mask) << 3) | Number(value);
        return leaf(symbol.name, key, (flow) => compare(flow[(symbol as FieldSymbol).slot] & mask, op, value));
      }
      case 'string':
        return leaf(expr.symbol.name, expr.value, (flow) => flow[expr.symbol.slot] === scope.portKey(expr.value));
      default:
        throw new Error(`the generator makes no ${expr.kind}`);
    }
  };
  return tableOf;
}

function compare(left: bigint, op: Relop, right: bigint): boolean {
  switch (op) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
