import { Slot } from '../packet/slots.js';
import type { SymbolTableBuilder, Since } from './builder.js';

/** Logical ports and the registers under their 128-, 64- and 32-bit names (ovn-architecture(7), "Logical registers"). */
export function addRegisterSymbols(builder: SymbolTableBuilder, since: Since): void {
  builder.string('inport', Slot.inport).string('outport', Slot.outport);
  // Shares its bits with reg1.
  if (since('25.09')) builder.string('remote_outport', Slot.xxreg0, 64);
  if (since('26.03')) {
    builder.field('__inport', Slot.inport, 32).field('__outport', Slot.outport, 32);
    builder.predicate('from_evpn_vtep', '__inport[31]').predicate('to_evpn_vtep', '__outport[31]');
  }

  builder.field('xxreg0', Slot.xxreg0, 128).field('xxreg1', Slot.xxreg1, 128).field('xreg4', Slot.xreg4, 64);
  const parents = ['xxreg0', 'xxreg1'];
  for (const [i, parent] of parents.entries()) {
    builder.subfield(`xreg${2 * i}`, parent, 64, 127).subfield(`xreg${2 * i + 1}`, parent, 0, 63);
    for (let j = 0; j < 4; j++) builder.subfield(`reg${4 * i + j}`, parent, 96 - 32 * j, 127 - 32 * j);
  }
  builder.subfield('reg8', 'xreg4', 32, 63).subfield('reg9', 'xreg4', 0, 31);

  builder.field('flags', Slot.flags, 32).field('pkt.mark', Slot.pktMark, 32);
}
