import type { Family, Select } from '../ast.js';
import { fieldText } from './printer.js';
import type { Printer, Printers } from './printer.js';

type Kinds =
  | 'getMacBinding'
  | 'putMacBinding'
  | 'lookupMacBinding'
  | 'lookupMacBindingIp'
  | 'lookupFdb'
  | 'getFdb'
  | 'getRemoteFdb'
  | 'putFdb'
  | 'dnsLookup'
  | 'checkPktLarger'
  | 'chkLbHairpin'
  | 'checkPortSec'
  | 'chkEcmpNh'
  | 'chkLbAff'
  | 'select';

export const LOOKUPS: Printers<Kinds> = {
  getMacBinding: (a) => `get_${resolution(a.family)}(${fieldText(a.port)}, ${fieldText(a.ip)})`,
  putMacBinding: (a) => `put_${resolution(a.family)}(${fieldText(a.port)}, ${fieldText(a.ip)}, ${fieldText(a.mac)})`,
  lookupMacBinding: (a) => {
    const operands = [a.port, a.ip, a.mac].map(fieldText).join(', ');
    return `${fieldText(a.dst)} = lookup_${resolution(a.family)}(${operands})`;
  },
  lookupMacBindingIp: (a) =>
    `${fieldText(a.dst)} = lookup_${resolution(a.family)}_ip(${fieldText(a.port)}, ${fieldText(a.ip)})`,
  lookupFdb: (a) => `${fieldText(a.dst)} = lookup_fdb(${fieldText(a.port)}, ${fieldText(a.mac)})`,
  getFdb: (a) => `${fieldText(a.dst)} = get_fdb(${fieldText(a.mac)})`,
  getRemoteFdb: (a) => `${fieldText(a.dst)} = get_remote_fdb(${fieldText(a.mac)})`,
  putFdb: (a) => `put_fdb(${fieldText(a.port)}, ${fieldText(a.mac)})`,
  dnsLookup: (a) => `${fieldText(a.dst)} = dns_lookup()`,
  checkPktLarger: (a) => `${fieldText(a.dst)} = check_pkt_larger(${a.bytes})`,
  chkLbHairpin: (a) => `${fieldText(a.dst)} = chk_lb_hairpin${a.reply ? '_reply' : ''}()`,
  checkPortSec: (a) => `${fieldText(a.dst)} = check_${a.direction}_port_sec()`,
  chkEcmpNh: (a) => `${fieldText(a.dst)} = chk_ecmp_nh${a.mac ? '_mac' : ''}()`,
  chkLbAff: (a) => `${fieldText(a.dst)} = chk_lb_aff()`,
  select: printSelect,
};

/** Neighbour resolution of the family, as the action names have it. */
function resolution(family: Family): 'arp' | 'nd' {
  return family === 4 ? 'arp' : 'nd';
}

function printSelect({ dst, members, hashFields }: Select, printer: Printer): string {
  const list = members.map(({ id, weight }) => `${id}=${weight}`).join(', ');
  const argument = hashFields === undefined ? list : `values=(${list}); hash_fields=${printer.quoted(hashFields)}`;
  return `${fieldText(dst)} = select(${argument})`;
}
