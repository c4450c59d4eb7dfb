import { SLOT_WIDTH } from '../../lflow/packet/slots.js';
import type { Slot } from '../../lflow/packet/slots.js';
import { tokenize } from '../../lflow/lexer.js';
import type { SymbolTable } from '../../lflow/symbols/symbol.js';

/** Something every packet must have for a match to hold, read off the text without parsing it. */
export type QuickCondition =
  | { readonly kind: 'value'; readonly slot: Slot; readonly value: bigint }
  | { readonly kind: 'port'; readonly slot: Slot; readonly name: string }
  | { readonly kind: 'group'; readonly slot: Slot; readonly name: string };

/** Fields worth looking for, the most telling first: addresses, then ports of the datapath, then ports of the packet. */
const TELLING = [
  ...['nd.target', 'arp.tpa', 'ip4.dst', 'ip6.dst', 'eth.dst', 'ip4.src', 'ip6.src', 'eth.src'],
  ...['outport', 'inport', 'tcp.dst', 'udp.dst', 'sctp.dst'],
];
/** A conjunct without parentheses, and the `&&` or end behind it. */
const CONJUNCT = /\s*((?:[^&|()"]|"(?:[^"\\]|\\.)*")+?)\s*(&&|$)/y;
const EQUALITY = /^([\w.]+)\s*==\s*(\S+|"(?:[^"\\]|\\.)*")$/;

/**
 * The most telling condition among the conjuncts at the beginning of a match. Alternatives and conjunctions can't be mixed
 * without parentheses, so a text that begins `A && B` is a conjunction whatever follows. Undefined when nothing is found.
 */
export function quickCondition(text: string, symbols: SymbolTable): QuickCondition | undefined {
  let best: QuickCondition | undefined;
  let rank = TELLING.length;
  CONJUNCT.lastIndex = 0;
  for (let found = CONJUNCT.exec(text); found !== null; found = CONJUNCT.exec(text)) {
    const [, field = '', operand = ''] = EQUALITY.exec(found[1] ?? '') ?? [];
    const place = TELLING.indexOf(field);
    if (place >= 0 && place < rank) {
      const condition = conditionOf(field, operand, symbols);
      if (condition !== undefined) {
        best = condition;
        rank = place;
      }
    }
    if (found[2] === '') break;
  }
  return best;
}

function conditionOf(field: string, operand: string, symbols: SymbolTable): QuickCondition | undefined {
  const symbol = symbols.get(field);
  if (symbol?.kind === 'string') {
    if (operand.startsWith('@')) return { kind: 'group', slot: symbol.slot, name: operand.slice(1) };
    const [token, end] = tokenize(operand);
    const isName = token?.kind === 'string' && end?.kind === 'end';
    return isName ? { kind: 'port', slot: symbol.slot, name: token.value } : undefined;
  }
  // Only a field that is all of its slot: the packet's value can then be looked up as it is.
  if (symbol?.kind !== 'field' || symbol.ofs !== 0 || symbol.width !== SLOT_WIDTH[symbol.slot]) return undefined;
  const [token, end] = tokenize(operand);
  if (token?.kind !== 'integer' || end?.kind !== 'end' || token.integer.mask !== undefined) return undefined;
  return { kind: 'value', slot: symbol.slot, value: token.integer.value };
}
