import { suggestion } from '../nearest-name.js';
import { cover } from '../span.js';
import type { Span } from '../span.js';
import type { FieldRef } from '../symbols/symbol.js';
import type { TokenStream } from '../token-stream.js';
import type { IntegerConstant } from '../token.js';
import type { Constant } from './ast.js';
import { constantWidth } from './constant-set.js';
import type { IntegerSet, SetSource, StringSet } from './constant-set.js';

/** One operand of a comparison: constants and whole sets, in the order they were written. */
export interface ConstantList {
  readonly items: readonly ConstantItem[];
  /** Of the members; sets that are all empty count with the type of the last one. */
  readonly type: 'integer' | 'string';
  /** Whether nothing is left after the sets are expanded. */
  readonly empty: boolean;
  readonly inBraces: boolean;
  readonly span: Span;
}

export type ConstantItem =
  | Constant
  | { readonly kind: 'integer-set'; readonly set: IntegerSet; readonly span: Span }
  | { readonly kind: 'string-set'; readonly set: StringSet; readonly span: Span };

/** Takes a constant, or several in braces with optional commas. */
export function parseConstants(stream: TokenStream, sets: SetSource): ConstantList | undefined {
  const start = stream.token.span;
  const list = { items: new Array<ConstantItem>(), type: undefined as ConstantList['type'] | undefined, empty: true };
  const inBraces = stream.accept('{');
  do {
    if (!parseItem(stream, sets, list)) return undefined;
    if (inBraces) stream.accept(',');
  } while (inBraces && !stream.accept('}'));
  return {
    items: list.items,
    type: list.type ?? 'integer',
    empty: list.empty,
    inBraces,
    span: cover(start, stream.previousSpan),
  };
}

interface Growing {
  readonly items: ConstantItem[];
  type: ConstantList['type'] | undefined;
  empty: boolean;
}

function parseItem(stream: TokenStream, sets: SetSource, list: Growing): boolean {
  const token = stream.token;
  switch (token.kind) {
    case 'integer':
    case 'string': {
      if (!agree(stream, list, token.kind)) return false;
      list.items.push(token);
      list.empty = false;
      break;
    }
    case 'address-set': {
      if (!agree(stream, list, 'integer')) return false;
      const set = sets.addressSet(token.name);
      if (set === undefined) return unknownSet(stream, 'address set', token.name, sets.addressSetNames?.());
      list.items.push({ kind: 'integer-set', set, span: token.span });
      list.empty &&= set.values.length === 0;
      break;
    }
    case 'port-group': {
      if (!agree(stream, list, 'string')) return false;
      const set = sets.portGroup(token.name);
      if (set === undefined) return unknownSet(stream, 'port group', token.name, sets.portGroupNames?.());
      list.items.push({ kind: 'string-set', set, span: token.span });
      list.empty &&= set.values.length === 0;
      break;
    }
    case 'template':
      stream.fail('template', token.span, 'Unexpanded template.');
      return false;
    default:
      stream.expected('expecting constant');
      return false;
  }
  stream.take();
  return true;
}

/** All constants of one operand have one type; a list that is still empty takes any. */
function agree(stream: TokenStream, list: Growing, type: ConstantList['type']): boolean {
  if (!list.empty && list.type !== undefined && list.type !== type) {
    stream.expected(`expecting ${list.type}`, { code: 'type' });
    return false;
  }
  list.type = type;
  return true;
}

function unknownSet(stream: TokenStream, what: string, name: string, known: Iterable<string> = []): boolean {
  const help = suggestion(name, known);
  stream.expected(`expecting ${what} name`, { code: 'unknown-name', help });
  return false;
}

/** Takes exactly one literal constant that fits the field: the right side of an assignment. */
export function parseConstant(stream: TokenStream, field: FieldRef): Constant | undefined {
  const token = stream.token;
  if (token.kind === 'template') return stream.fail('template', token.span, 'Unexpanded template.');
  if (token.kind !== 'integer' && token.kind !== 'string') return stream.expected('expecting constant');
  stream.take();
  const list: ConstantList = { items: [token], type: token.kind, empty: false, inBraces: false, span: token.span };
  return checkType(stream, field, list) ? token : undefined;
}

/** Reports a constant that the field cannot hold. Width is that of the whole symbol: a subfield cuts off silently. */
export function checkType(stream: TokenStream, field: FieldRef, list: ConstantList): boolean {
  const { symbol } = field;
  if ((list.type === 'string') !== (symbol.width === 0)) {
    const kind = symbol.width === 0 ? 'String' : 'Integer';
    const message = `${kind} field ${symbol.name} is not compatible with ${list.type} constant.`;
    stream.fail('type', list.span, message);
    return false;
  }
  if (symbol.width === 0) return true;
  for (const item of list.items) {
    const constants =
      item.kind === 'integer' ? [item.integer] : item.kind === 'integer-set' ? wide(item.set, symbol.width) : [];
    for (const constant of constants) {
      const width = constantWidth(constant);
      if (width <= symbol.width) continue;
      const message = `${width}-bit constant is not compatible with ${symbol.width}-bit field ${symbol.name}.`;
      stream.fail('type', item.span, message);
      return false;
    }
  }
  return true;
}

/** The members of a set to look at: none of a set whose widest member fits. */
function wide(set: IntegerSet, width: number): readonly IntegerConstant[] {
  return set.width <= width ? [] : set.values;
}
