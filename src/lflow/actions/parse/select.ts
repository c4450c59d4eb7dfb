import type { FieldRef } from '../../symbols/symbol.js';
import type { ActionParser, Draft } from '../action-parser.js';
import { rangeText } from '../action-parser.js';
import type { SelectMember } from '../ast.js';
import { acceptString, parseUint16 } from './arguments.js';

const ID_WIDTH = 16;
const DEFAULT_WEIGHT = 100;

/** `F = select(ID[=WEIGHT], …);` or, since 25.03, `F = select(values=(…); hash_fields="…");`, from the parenthesis on. */
export function parseSelect(parser: ActionParser, dst: FieldRef): Draft | undefined {
  const { stream } = parser;
  if (!parser.checkModifiable(dst)) return undefined;
  if (dst.width < ID_WIDTH) {
    const message = `cannot use ${dst.width}-bit field ${rangeText(dst)} for "select", which requires at least 16 bits.`;
    return stream.fail('type', dst.span, message);
  }
  if (!stream.expect('(')) return undefined;
  const hashed = stream.acceptName('values');
  if (hashed && !(stream.expect('=') && stream.expect('('))) return undefined;
  const members = parseMembers(parser);
  if (members === undefined || !hashed) return members && { kind: 'select', dst, members };
  const hashFields = parseHashFields(parser);
  return hashFields === undefined ? undefined : { kind: 'select', dst, members, hashFields };
}

/** Members up to the closing parenthesis, which is taken. */
function parseMembers({ stream }: ActionParser): readonly SelectMember[] | undefined {
  const members: SelectMember[] = [];
  while (!stream.accept(')')) {
    const id = parseUint16(stream, 'id');
    if (id === undefined) return undefined;
    let weight: number | undefined = DEFAULT_WEIGHT;
    if (stream.accept('=')) {
      weight = parseUint16(stream, 'weight');
      if (weight === 0) return stream.expected("weight can't be 0");
      if (weight === undefined) return undefined;
    }
    stream.accept(',');
    members.push({ id, weight });
  }
  return members.length >= 2 ? members : stream.expected('expecting at least 2 group members');
}

function parseHashFields({ stream }: ActionParser): string | undefined {
  if (!stream.expect(';')) return undefined;
  if (!stream.acceptName('hash_fields')) return stream.expected('expecting hash_fields');
  const fields = stream.accept('=') ? acceptString(stream) : undefined;
  if (fields === undefined) return stream.expected('invalid hash_fields');
  return stream.expect(')') ? fields : undefined;
}
