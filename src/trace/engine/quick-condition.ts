import { ones, SLOT_WIDTH } from '../../lflow/packet/slots.js';
import type { Slot } from '../../lflow/packet/slots.js';
import { tokenize } from '../../lflow/lexer.js';
import { parseIpv4 } from '../../net/ipv4.js';
import type { LflowSymbol, SymbolTable } from '../../lflow/symbols/symbol.js';

/** Something every packet must have for a match to hold, read off the text without parsing it. */
export type QuickCondition =
  /** A whole slot has this value. */
  | { readonly kind: 'value'; readonly slot: Slot; readonly value: bigint; readonly rank: number }
  /** Some bits of a slot have this value; both are in place. */
  | { readonly kind: 'bits'; readonly slot: Slot; readonly mask: bigint; readonly value: bigint }
  /** A port register names this port, or one of this group. */
  | { readonly kind: 'port'; readonly slot: Slot; readonly name: string; readonly rank: number }
  | { readonly kind: 'group'; readonly slot: Slot; readonly name: string };

/** Fields that tell flows apart, the most telling first: addresses, ports of the datapath, ports of the packet. */
const TELLING = [
  ...['nd.target', 'arp.tpa', 'ip4.dst', 'ip6.dst', 'eth.dst', 'ip4.src', 'ip6.src', 'eth.src'],
  ...['outport', 'inport', 'tcp.dst', 'udp.dst', 'sctp.dst'],
];
/** No alternatives, parentheses, comments, or names that look like any of these. */
export const PLAIN = /^(?:[^"|()/]|"[\w.:-]*")*$/;
const QUOTES_OR_COMMENTS = /["/]/;
const VERBATIM = /"(?:[^"\\]|\\.)*"|\/\*[^]*?\*\/|\/\/.*/g;
const EQUALITY = /^([\w.]+)(?:\[(\d+)(?:\.\.(\d+))?\])?\s*==\s*([^\s{]+|"(?:[^"\\]|\\.)*")$/;

/** What flows have in common (`ct.new`, a port, a protocol's number) is read once. */
const known = new WeakMap<SymbolTable, Map<string, QuickCondition | undefined>>();

/** The conditions among the conjuncts of a match, nested ones included. */
export function quickConditions(text: string, symbols: SymbolTable): readonly QuickCondition[] {
  let terms = known.get(symbols);
  if (terms === undefined) known.set(symbols, (terms = new Map<string, QuickCondition | undefined>()));
  const conditions: QuickCondition[] = [];
  for (const term of conjunctsOf(text)) {
    let condition = terms.get(term);
    if (condition === undefined && !terms.has(term)) {
      condition = conditionOf(term, symbols);
      terms.set(term, condition);
    }
    if (condition !== undefined) conditions.push(condition);
  }
  return conditions;
}

/**
 * The terms that all must hold. Alternatives and conjunctions can't be mixed without parentheses, so one look at the
 * operators outside of them tells which it is; a parenthesised term is looked into in the same way.
 */
function conjunctsOf(text: string): readonly string[] {
  if (PLAIN.test(text)) return text.split('&&').map((term) => term.trim());
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  // Text in quotes and comments has operators that are none.
  const plain = QUOTES_OR_COMMENTS.test(text) ? text.replace(VERBATIM, (part) => '_'.repeat(part.length)) : text;
  for (let i = 0; i < plain.length; i++) {
    const char = plain[i];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (depth > 0) continue;
    else if (char === '|') return [];
    else if (char === '&') {
      terms.push(text.slice(start, i));
      start = ++i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms.flatMap((term) => {
    const bare = term.trim();
    return bare.startsWith('(') && bare.endsWith(')') ? conjunctsOf(bare.slice(1, -1)) : [bare];
  });
}

const DECIMAL = /^(?:0|[1-9]\d{0,14})$/;
const DOTTED = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** An integer without mask; the two commonest forms by a short way. */
function integerOf(operand: string): bigint | undefined {
  if (DECIMAL.test(operand)) return BigInt(operand);
  const address = DOTTED.test(operand) ? parseIpv4(operand) : undefined;
  if (address !== undefined) return address;
  const [token, more] = tokenize(operand);
  return token?.kind === 'integer' && more === undefined && token.integer.mask === undefined
    ? token.integer.value
    : undefined;
}

function conditionOf(term: string, symbols: SymbolTable): QuickCondition | undefined {
  const equality = EQUALITY.exec(term);
  if (equality === null) return flagOf(symbols.get(term));
  const [, field = '', low, high = low, operand = ''] = equality;
  const symbol = symbols.get(field);
  if (symbol?.kind === 'string') {
    if (low !== undefined) return undefined;
    if (operand.startsWith('@')) return { kind: 'group', slot: symbol.slot, name: operand.slice(1) };
    const [token, more] = tokenize(operand);
    if (token?.kind !== 'string' || more !== undefined) return undefined;
    return { kind: 'port', slot: symbol.slot, name: token.value, rank: TELLING.indexOf(field) };
  }
  if (symbol?.kind !== 'field' && symbol?.kind !== 'subfield') return undefined;
  const value = integerOf(operand);
  if (value === undefined) return undefined;
  const first = Number(low ?? 0);
  const width = low === undefined ? symbol.width : Number(high) - first + 1;
  const rank = TELLING.indexOf(field);
  if (rank >= 0 && symbol.ofs === 0 && width === SLOT_WIDTH[symbol.slot]) {
    return { kind: 'value', slot: symbol.slot, value, rank };
  }
  return bits(symbol.slot, symbol.ofs + first, width, value);
}

/** A bare one-bit field (`ct.new`, `flags.loopback`) must be set. */
function flagOf(symbol: LflowSymbol | undefined): QuickCondition | undefined {
  if ((symbol?.kind !== 'field' && symbol?.kind !== 'subfield') || symbol.width !== 1) return undefined;
  return bits(symbol.slot, symbol.ofs, 1, 1n);
}

function bits(slot: Slot, ofs: number, width: number, value: bigint): QuickCondition {
  const shift = BigInt(ofs);
  return { kind: 'bits', slot, mask: ones(width) << shift, value: (value & ones(width)) << shift };
}
