import { parseConstant } from '../../expr/parse-constant.js';
import { SLOT_WIDTH } from '../../packet/slots.js';
import type { FieldRef } from '../../symbols/symbol.js';
import type { ActionParser, Draft } from '../action-parser.js';

/** `F = CONSTANT`, after the `=`. */
export function parseLoad(parser: ActionParser, dst: FieldRef): Draft | undefined {
  if (!parser.checkModifiable(dst)) return undefined;
  const value = parseConstant(parser.stream, dst);
  if (value === undefined) return undefined;
  return dst.symbol.kind === 'action-field'
    ? { kind: 'ovnFieldLoad', field: dst, value }
    : { kind: 'load', dst, value };
}

/** `F = G`, after the `=`. */
export function parseMove(parser: ActionParser, dst: FieldRef): Draft | undefined {
  const src = parser.field();
  if (src === undefined) return undefined;
  const fit = checkPair(parser, dst, src, (left, right) => ({
    type: `Can't assign ${typeOf(right)} field (${right.symbol.name}) to ${typeOf(left)} field (${left.symbol.name}).`,
    width: `Can't assign ${right.width}-bit value to ${left.width}-bit destination.`,
    string: 'assignment',
  }));
  return fit && parser.checkModifiable(dst) ? { kind: 'move', dst, src } : undefined;
}

/** `F <-> G`, after the `<->`. */
export function parseExchange(parser: ActionParser, a: FieldRef): Draft | undefined {
  const b = parser.field();
  if (b === undefined) return undefined;
  const fit = checkPair(parser, a, b, (left, right) => ({
    type: `Can't exchange ${typeOf(left)} field (${left.symbol.name}) with ${typeOf(right)} field (${right.symbol.name}).`,
    width: `Can't exchange ${left.width}-bit field with ${right.width}-bit field.`,
    string: 'exchange',
  }));
  return fit && parser.checkModifiable(a) && parser.checkModifiable(b) ? { kind: 'exchange', a, b } : undefined;
}

interface Wording {
  readonly type: string;
  readonly width: string;
  readonly string: 'assignment' | 'exchange';
}

/** Whether both fields have one type and width; if not, says so in the wording of the statement. */
function checkPair(
  { stream }: ActionParser,
  left: FieldRef,
  right: FieldRef,
  wording: (left: FieldRef, right: FieldRef) => Wording,
): boolean {
  let message: string | undefined;
  if (typeOf(left) !== typeOf(right)) message = wording(left, right).type;
  else if (left.width !== right.width) message = wording(left, right).width;
  else if (keyWidth(left) !== keyWidth(right)) {
    const names = `${left.symbol.name} and ${right.symbol.name}`;
    message = `String fields ${names} are incompatible for ${wording(left, right).string}.`;
  }
  if (message !== undefined) stream.fail('type', right.span, message);
  return message === undefined;
}

function typeOf({ symbol }: FieldRef): 'string' | 'integer' {
  return symbol.width === 0 ? 'string' : 'integer';
}

/** Bits behind a string field; two strings can only trade places if these agree. 0 for a number. */
function keyWidth({ symbol }: FieldRef): number {
  return symbol.kind === 'string' ? SLOT_WIDTH[symbol.slot] : 0;
}

/** `push(F)`. */
export function parsePush(parser: ActionParser): Draft | undefined {
  const src = parseStackOperand(parser);
  return src && { kind: 'push', src };
}

/** `pop(F)`. */
export function parsePop(parser: ActionParser): Draft | undefined {
  const dst = parseStackOperand(parser);
  return dst && parser.checkModifiable(dst) ? { kind: 'pop', dst } : undefined;
}

function parseStackOperand(parser: ActionParser): FieldRef | undefined {
  const field = parser.stream.expect('(') ? parser.field() : undefined;
  return field !== undefined && parser.stream.expect(')') ? field : undefined;
}

/** `ip.ttl--`, after the name. */
export function parseDecTtl(parser: ActionParser): Draft | undefined {
  if (!parser.stream.expect('--')) return undefined;
  parser.requirePredicate('ip');
  return { kind: 'decTtl' };
}
