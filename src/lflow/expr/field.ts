import { suggestion } from '../nearest-name.js';
import { cover } from '../span.js';
import type { FieldRef, LflowSymbol, SymbolTable } from '../symbols/symbol.js';
import type { TokenStream } from '../token-stream.js';
import { printRange } from './print.js';

/** Takes `NAME`, `NAME[BIT]` or `NAME[LOW..HIGH]` from the stream; the action parser names its operands the same way. */
export function parseField(stream: TokenStream, symbols: SymbolTable): FieldRef | undefined {
  const token = stream.token;
  if (token.kind !== 'id') return stream.expected('expecting field name');
  const symbol = symbols.get(token.name);
  if (symbol === undefined) {
    const help = suggestion(token.name, symbols.keys());
    return stream.expected('expecting field name', { code: 'unknown-name', help });
  }
  stream.take();
  if (!stream.accept('[')) return { symbol, ofs: 0, width: symbol.width, span: token.span };
  if (symbol.width === 0) {
    return stream.fail('subfield', token.span, `Cannot select subfield of string field ${symbol.name}.`);
  }
  const low = stream.expectSmallInteger();
  if (low === undefined) return undefined;
  const high = stream.accept('..') ? stream.expectSmallInteger() : low;
  if (high === undefined || !stream.expect(']')) return undefined;

  const span = cover(token.span, stream.previousSpan);
  if (low > high) return stream.fail('subfield', span, `Invalid bit range ${low} to ${high}.`);
  if (high >= symbol.width) {
    const message = `Cannot select bits ${low} to ${high} of ${symbol.width}-bit field ${symbol.name}.`;
    return stream.fail('subfield', span, message, `its bits are 0 to ${symbol.width - 1}`);
  }
  if (symbol.level === 'nominal' && high - low + 1 !== symbol.width) {
    return stream.fail('subfield', span, `Cannot select subfield of nominal field ${symbol.name}.`);
  }
  return { symbol, ofs: low, width: high - low + 1, span };
}

/** The text of a field operand: the name, and the selected bits unless all are. */
export function printField(field: FieldRef): string {
  return `${field.symbol.name}${printRange(field.ofs, field.width, field.symbol.width)}`;
}

/** The conditions that any use of a symbol implies, its own first and then those of its parent, as texts. */
export function prerequisitesOf(symbol: LflowSymbol): readonly string[] {
  const own = symbol.prerequisite === undefined ? [] : [symbol.prerequisite];
  return symbol.kind === 'subfield' ? [...own, ...prerequisitesOf(symbol.parent)] : own;
}
