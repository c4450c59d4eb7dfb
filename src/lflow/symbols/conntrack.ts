import { Slot } from '../packet/slots.js';
import type { SymbolTableBuilder, Since } from './builder.js';

/** Conntrack state bits, mark and label with the names OVN gives to their parts. */
export function addConntrackSymbols(builder: SymbolTableBuilder, since: Since): void {
  builder.field('ct_state', Slot.ctState, 32, { access: 'read-only', display: 'ct-state' });
  builder.subfield('ct.trk', 'ct_state', 5);
  for (const [name, bit] of [
    ['new', 0],
    ['est', 1],
    ['rel', 2],
    ['rpl', 3],
    ['inv', 4],
    ['snat', 6],
    ['dnat', 7],
  ] as const) {
    builder.subfield(`ct.${name}`, 'ct_state', bit, bit, 'ct.trk');
  }

  builder.field('ct_mark', Slot.ctMark, 32, { access: 'ct-commit' });
  const mark = (name: string, low: number, high = low): unknown =>
    builder.subfield(`ct_mark.${name}`, 'ct_mark', low, high);
  mark('blocked', 0);
  mark('natted', 1);
  mark('skip_snat', 2);
  mark('force_snat', 3);
  mark('ecmp_reply_port', 16, 31);
  if (since('24.09')) {
    mark('obs_stage', 4, 5);
    mark('obs_collector_id', 16, 23);
  }
  if (since('25.03')) mark('allow_established', 6);

  builder.field('ct_label', Slot.ctLabel, 128, { access: 'ct-commit' });
  const label = (name: string, low: number, high = low): unknown =>
    builder.subfield(`ct_label.${name}`, 'ct_label', low, high);
  label('ecmp_reply_eth', 32, 79);
  label('label', 96, 127);
  if (!since('24.09')) {
    label('blocked', 0);
    label('natted', 1);
    label('skip_snat', 2);
    label('force_snat', 3);
    label('ecmp_reply_port', 80, 95);
  } else {
    label('obs_point_id', 96, 127);
    label('obs_unused', 0, 95);
  }
  if (since('25.03')) label('acl_id', 80, 95);
  if (since('26.03')) {
    label('nf', 7);
    label('nf_id', 17, 24);
    label('tun_if', 8);
    label('tun_if_id', 80, 95);
  }
}
