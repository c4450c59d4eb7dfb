import { BugError } from '../../base/errors.js';
import { readField, writeField, prerequisitesHold } from '../../lflow/packet/field-access.js';
import { Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import type { Display, FieldRef, LflowSymbol } from '../../lflow/symbols/symbol.js';
import { formatIpv4 } from '../../net/ipv4.js';
import { formatIpv6 } from '../../net/ipv6.js';
import { formatMac } from '../../net/mac.js';
import { formatCtState } from '../packet-line.js';

type Stored = Extract<LflowSymbol, { readonly slot: Slot }>;

const REGISTERS: ReadonlySet<Slot> = new Set([
  Slot.xxreg0,
  Slot.xxreg1,
  Slot.xreg4,
  Slot.flags,
  Slot.reg11,
  Slot.reg12,
  Slot.reg13,
  Slot.inport,
  Slot.outport,
]);
/** A string symbol is a port register of this width. */
const PORT_WIDTH = 32;

/** Operands of actions are fields with storage: the parser admits nothing else. */
function stored(ref: FieldRef): Stored {
  const { symbol } = ref;
  if (!('slot' in symbol)) throw new BugError(`${symbol.name} has no storage but is an operand`);
  return symbol;
}

export function widthOf(ref: FieldRef): number {
  return ref.symbol.kind === 'string' ? PORT_WIDTH : ref.width;
}

export function read(packet: Microflow, ref: FieldRef): bigint {
  return readField(packet, stored(ref), ref.ofs, widthOf(ref));
}

export function write(packet: Microflow, ref: FieldRef, value: bigint): void {
  writeField(packet, stored(ref), ref.ofs, widthOf(ref), value);
}

/** Whether the packet has the field; an assignment to one it lacks is ignored by the switch. */
export function applies(packet: Microflow, ref: FieldRef): boolean {
  return prerequisitesHold(stored(ref), packet);
}

/** Registers and port registers: the tracer does not report what happens to them. */
export function isRegister(ref: FieldRef): boolean {
  return REGISTERS.has(stored(ref).slot);
}

/** `eth.dst`, `reg0[6]`, `ip4.dst[0..7]`: a reference in canonical form. */
export function refText({ symbol, ofs, width }: FieldRef): string {
  if (symbol.kind === 'string' || (ofs === 0 && width === symbol.width)) return symbol.name;
  const end = ofs + width - 1;
  return width === 1 ? `${symbol.name}[${ofs}]` : `${symbol.name}[${ofs}..${end}]`;
}

/** A number as Open vSwitch shows the value of a subfield. */
export function hexText(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}

/** A value read from `source` the way Open vSwitch shows it: by the field's type when it is a whole packet field. */
export function valueText(source: FieldRef, value: bigint): string {
  const { symbol } = source;
  if (symbol.kind !== 'field' || isRegister(source) || source.ofs !== 0 || source.width < symbol.width) {
    return hexText(value);
  }
  return FORMATS[symbol.display](value);
}

const FORMATS: Readonly<Record<Display, (value: bigint) => string>> = {
  decimal: String,
  hexadecimal: (value) => `0x${value.toString(16)}`,
  ethernet: formatMac,
  ipv4: formatIpv4,
  ipv6: formatIpv6,
  fragment: (value) => ['no', 'first', '<error>', 'later'][Number(value)] ?? '<error>',
  'tcp-flags': (value) => `0x${value.toString(16)}`,
  'ct-state': formatCtState,
};
