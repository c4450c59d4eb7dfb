import { ones } from '../packet/slots.js';
import { cover } from '../span.js';
import type { Span } from '../span.js';
import type { FieldRef, IntegerSymbol, StringSymbol } from '../symbols/symbol.js';
import type { TokenStream } from '../token-stream.js';
import type { IntegerConstant } from '../token.js';
import type { Expr, Relop } from './ast.js';
import { join } from './build.js';
import { checkType } from './parse-constant.js';
import type { ConstantItem, ConstantList } from './parse-constant.js';

/** A field alone: true if it is not zero. Only a single bit may be tested so, unless it is negated. */
export function testField(stream: TokenStream, field: FieldRef, negated: boolean): Expr | undefined {
  if (field.symbol.width === 0 || stream.at('=')) {
    const help = stream.at('=') ? 'a match compares with ==' : undefined;
    return stream.expected('expecting relational operator', { help });
  }
  if (field.width > 1 && !negated) {
    const message = "Explicit `!= 0' is required for inequality test of multibit field against 0.";
    return stream.fail('operator', field.span, message);
  }
  const zero: IntegerConstant = { value: 0n, format: 'hexadecimal', mask: undefined };
  const { span } = field;
  const items: readonly ConstantItem[] = [{ kind: 'integer', integer: zero, span }];
  return compareField(stream, field, '!=', { items, type: 'integer', empty: false, inBraces: false, span }, negated);
}

/** A comparison with one constant or with each of several: `==` any of them, `!=` all of them. */
export function compareField(
  stream: TokenStream,
  field: FieldRef,
  op: Relop,
  list: ConstantList,
  negated: boolean,
): Expr | undefined {
  if (!checkType(stream, field, list)) return undefined;
  const span = cover(field.span, list.span);
  const problem = orderProblem(field, op, list) ?? nominalProblem(field, op, list, negated);
  if (problem !== undefined) return stream.fail('operator', span, problem);
  if (list.empty) return { kind: 'const', value: op === '!=', span };
  const terms = list.items.flatMap((item) => compareItem(field, op, item, list.inBraces ? item.span : span));
  return join(op === '!=' ? 'and' : 'or', terms, span);
}

/** Why the operator cannot be an ordering of these operands. */
function orderProblem({ symbol }: FieldRef, op: Relop, list: ConstantList): string | undefined {
  if (op === '==' || op === '!=') return undefined;
  if (list.inBraces) return 'Only == and != operators may be used with value sets.';
  if (symbol.level !== 'ordinal') {
    const level = symbol.level === 'nominal' ? 'nominal' : 'Boolean';
    return `Only == and != operators may be used with ${level} field ${symbol.name}.`;
  }
  if (list.empty) return 'Only == and != operators may be used to compare a field against an empty value set.';
  const [item] = list.items;
  const first = item?.kind === 'integer' ? item.integer : item?.kind === 'integer-set' ? item.set.values[0] : undefined;
  if (first?.mask === undefined) return undefined;
  return (
    'Only == and != operators may be used with masked constants.  Consider using subfields instead ' +
    '(e.g. eth.src[0..15] > 0x1111 in place of eth.src > 00:00:00:00:11:11/00:00:00:00:ff:ff).'
  );
}

/** Why a nominal symbol cannot be tested so: only what amounts to a positive test of the whole is allowed. */
function nominalProblem({ symbol }: FieldRef, op: Relop, list: ConstantList, negated: boolean): string | undefined {
  if (symbol.level !== 'nominal') return undefined;
  const { name } = symbol;
  if (symbol.kind !== 'predicate') {
    if (op === (negated ? '!=' : '==')) return undefined;
    return `Nominal field ${name} may only be tested for equality (taking enclosing \`!' operators into account).`;
  }
  const inverted = (op === '!=') !== negated;
  if (constantsOf(list).every((constant) => ((constant.value & 1n) === 1n) !== inverted)) return undefined;
  return `Nominal predicate ${name} may only be tested positively, e.g. \`${name}' or \`${name} == 1' but not \`!${name}' or \`${name} == 0'.`;
}

function constantsOf(list: ConstantList): readonly IntegerConstant[] {
  return list.items.flatMap((item) =>
    item.kind === 'integer' ? [item.integer] : item.kind === 'integer-set' ? item.set.values : [],
  );
}

function compareItem(field: FieldRef, op: Relop, item: ConstantItem, span: Span): Expr[] {
  const { symbol, ofs, width } = field;
  const equality = op === '!=' ? '!=' : '==';
  if (symbol.kind === 'string') return compareString(symbol, equality, item, span);
  if (item.kind === 'integer') return [compareInteger(symbol, ofs, width, op, item.integer, span)];
  if (item.kind !== 'integer-set' || item.set.values.length === 0) return [];
  // A set keeps its hash only if no member is cut by a subfield, the operator asks for membership, and there is storage.
  if ((op === '==' || op === '!=') && item.set.width <= width && symbol.kind !== 'predicate') {
    return [{ kind: 'integer-set', symbol, ofs, width, op, set: item.set, span }];
  }
  return item.set.values.map((constant) => compareInteger(symbol, ofs, width, op, constant, span));
}

function compareString(symbol: StringSymbol, op: '==' | '!=', item: ConstantItem, span: Span): Expr[] {
  if (item.kind === 'string') return [{ kind: 'string', symbol, op, value: item.value, span }];
  if (item.kind !== 'string-set' || item.set.values.length === 0) return [];
  return [{ kind: 'string-set', symbol, op, set: item.set, span }];
}

/** The constant cut to the `width` selected bits and moved to its place in the symbol. */
function compareInteger(
  symbol: IntegerSymbol,
  ofs: number,
  width: number,
  op: Relop,
  constant: IntegerConstant,
  span: Span,
): Expr {
  const bits = ones(width);
  const shift = BigInt(ofs);
  const mask = constant.mask === undefined ? bits : constant.mask & bits;
  return { kind: 'cmp', symbol, op, value: (constant.value & bits) << shift, mask: mask << shift, span };
}
