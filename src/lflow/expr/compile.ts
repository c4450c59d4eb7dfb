/**
 * An annotated expression as a function of the packet: compiled once, evaluated for every packet that meets the flow.
 *
 * Masks and shifts are computed at compile time; an evaluation is a bigint AND and a comparison for each field, a hash
 * look-up for each address set. Port names and chassis residency are asked of the scope at every evaluation, because the
 * same flow belongs to many datapaths.
 */
import { BugError } from '../../base/errors.js';
import { SLOT_WIDTH, ones } from '../packet/slots.js';
import type { Microflow, Slot } from '../packet/slots.js';
import type { IntegerSymbol, LflowSymbol } from '../symbols/symbol.js';
import type { CompareExpr, Expr, IntegerSetExpr, StringExpr, StringSetExpr } from './ast.js';

/** What a match needs to know about the datapath and the chassis. */
export interface MatchScope {
  /** Tunnel key of a port or multicast group name; `undefined` for a name the datapath does not have. */
  portKey(name: string): bigint | undefined;
  isChassisResident(port: string): boolean;
}

export type CompiledMatch = (flow: Microflow, scope: MatchScope) => boolean;

export function compile(expr: Expr): CompiledMatch {
  switch (expr.kind) {
    case 'cmp':
      return compileComparison(expr);
    case 'string':
      return compileString(expr);
    case 'integer-set':
      return compileIntegerSet(expr);
    case 'string-set':
      return compileStringSet(expr);
    case 'and':
      return compileAnd(expr.terms.map(compile));
    case 'or':
      return compileOr(expr.terms.map(compile));
    case 'const':
      return expr.value ? ALWAYS : NEVER;
    case 'resident': {
      const { port, negated } = expr;
      return (_flow, scope) => scope.isChassisResident(port) !== negated;
    }
  }
}

const ALWAYS: CompiledMatch = () => true;
const NEVER: CompiledMatch = () => false;

/** Where a field's bits are; `undefined` for a field that no packet holds. */
export interface Bits {
  readonly slot: Slot;
  readonly ofs: number;
}

export function bitsOf(symbol: LflowSymbol): Bits | undefined {
  return symbol.kind === 'predicate' || symbol.kind === 'action-field' ? undefined : symbol;
}

function compileComparison(expr: CompareExpr): CompiledMatch {
  const bits = bitsOf(storage(expr.symbol));
  if (bits === undefined) return NEVER;
  const { slot } = bits;
  const mask = expr.mask << BigInt(bits.ofs);
  const value = expr.value << BigInt(bits.ofs);
  const whole = ones(SLOT_WIDTH[slot]);
  const covers = (mask & whole) === whole;
  switch (expr.op) {
    case '==':
      if (covers) return (flow) => flow[slot] === value;
      return (flow) => (flow[slot] & mask) === value;
    case '!=':
      if (covers) return (flow) => flow[slot] !== value;
      return (flow) => (flow[slot] & mask) !== value;
    case '<':
      return (flow) => (flow[slot] & mask) < value;
    case '<=':
      return (flow) => (flow[slot] & mask) <= value;
    case '>':
      return (flow) => (flow[slot] & mask) > value;
    case '>=':
      return (flow) => (flow[slot] & mask) >= value;
  }
}

/** Compiling a tree that is not annotated would ignore what its predicates mean. */
function storage(symbol: IntegerSymbol): IntegerSymbol {
  if (symbol.kind === 'predicate') throw new BugError(`${symbol.name} is a predicate: annotate before compiling`);
  return symbol;
}

function compileString(expr: StringExpr): CompiledMatch {
  const bits = keyBits(expr);
  const { value: name } = expr;
  const equal = expr.op === '==';
  return (flow, scope) => {
    const key = scope.portKey(name);
    return key !== undefined && (keyOf(flow, bits) === key) === equal;
  };
}

function compileStringSet(expr: StringSetExpr): CompiledMatch {
  const bits = keyBits(expr);
  const names = expr.set.values;
  // `!=` holds when every member is known and differs; a member without a key makes its own comparison false.
  if (expr.op === '!=') {
    return (flow, scope) => {
      const actual = keyOf(flow, bits);
      return names.every((name) => {
        const key = scope.portKey(name);
        return key !== undefined && key !== actual;
      });
    };
  }
  return (flow, scope) => {
    const actual = keyOf(flow, bits);
    return names.some((name) => scope.portKey(name) === actual);
  };
}

function keyBits(expr: StringExpr | StringSetExpr): Bits {
  return expr.symbol;
}

/** The tunnel key in the 32 bits of a port register. */
function keyOf(flow: Microflow, { slot, ofs }: Bits): bigint {
  return SLOT_WIDTH[slot] === 32 ? flow[slot] : BigInt.asUintN(32, flow[slot] >> BigInt(ofs));
}

function compileIntegerSet(expr: IntegerSetExpr): CompiledMatch {
  const bits = bitsOf(storage(expr.symbol));
  if (bits === undefined) return NEVER;
  const { slot } = bits;
  const ofs = BigInt(bits.ofs + expr.ofs);
  const mask = ones(expr.width);
  const { exact } = expr.set;
  const masked = expr.set.masked.map((entry) => ({ mask: entry.mask ?? mask, value: entry.value }));
  const wanted = expr.op === '==';
  const isWholeSlot = ofs === 0n && expr.width >= SLOT_WIDTH[slot];
  const contains = (value: bigint): boolean => {
    if (exact.has(value)) return true;
    for (const entry of masked) if ((value & entry.mask) === entry.value) return true;
    return false;
  };
  if (isWholeSlot) return (flow) => contains(flow[slot]) === wanted;
  return (flow) => contains((flow[slot] >> ofs) & mask) === wanted;
}

function compileAnd(terms: readonly CompiledMatch[]): CompiledMatch {
  const [first = ALWAYS, second = ALWAYS, third = ALWAYS] = terms;
  if (terms.length === 2) return (flow, scope) => first(flow, scope) && second(flow, scope);
  if (terms.length === 3) return (flow, scope) => first(flow, scope) && second(flow, scope) && third(flow, scope);
  return (flow, scope) => {
    for (const term of terms) if (!term(flow, scope)) return false;
    return true;
  };
}

function compileOr(terms: readonly CompiledMatch[]): CompiledMatch {
  const [first = NEVER, second = NEVER] = terms;
  if (terms.length === 2) return (flow, scope) => first(flow, scope) || second(flow, scope);
  return (flow, scope) => {
    for (const term of terms) if (term(flow, scope)) return true;
    return false;
  };
}
