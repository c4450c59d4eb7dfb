import type { SymbolTableBuilder, Since } from './builder.js';

/** Bits of the logical flow flags that have a name in the language; their places moved between releases. */
export function addFlagSymbols(builder: SymbolTableBuilder, since: Since): void {
  const flag = (name: string, low: number, high = low): unknown =>
    builder.subfield(`flags.${name}`, 'flags', low, high);
  flag('loopback', 0);
  flag('force_snat_for_dnat', 2);
  flag('force_snat_for_lb', 3);
  flag('skip_snat_for_lb', 9);
  flag('use_snat_zone', 11);
  if (since('23.03')) {
    flag('localnet', 15);
    flag('from_ctrl', since('24.03') ? 19 : since('23.09') ? 18 : 16);
  }
  // The bit went away when tunnel_rx and icmp_snat came, and returned elsewhere two years later.
  if (since('23.06') && !since('23.09')) flag('igmp_loopback', 18);
  if (since('25.09')) flag('igmp_loopback', 22);
  if (since('23.09')) {
    flag('tunnel_rx', 16);
    flag('icmp_snat', 17);
  }
  if (since('24.03')) flag('network_id', 28, 31);
  if (since('25.03')) {
    flag('unsnat_new', 20);
    flag('unsnat_not_tracked', 21);
  }
  if (since('26.03')) flag('pkt_sampled', 23);
}
