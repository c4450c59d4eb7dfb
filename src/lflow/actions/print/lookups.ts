import { printField } from '../../expr/field.js';
import type { Family, Select } from '../ast.js';
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
  getMacBinding: (a) => `get_${resolution(a.family)}(${printField(a.port)}, ${printField(a.ip)})`,
  putMacBinding: (a) => `put_${resolution(a.family)}(${printField(a.port)}, ${printField(a.ip)}, ${printField(a.mac)})`,
  lookupMacBinding: (a) => {
    const operands = [a.port, a.ip, a.mac].map(printField).join(', ');
    return `${printField(a.dst)} = lookup_${resolution(a.family)}(${operands})`;
  },
  lookupMacBindingIp: (a) =>
    `${printField(a.dst)} = lookup_${resolution(a.family)}_ip(${printField(a.port)}, ${printField(a.ip)})`,
  lookupFdb: (a) => `${printField(a.dst)} = lookup_fdb(${printField(a.port)}, ${printField(a.mac)})`,
  getFdb: (a) => `${printField(a.dst)} = get_fdb(${printField(a.mac)})`,
  getRemoteFdb: (a) => `${printField(a.dst)} = get_remote_fdb(${printField(a.mac)})`,
  putFdb: (a) => `put_fdb(${printField(a.port)}, ${printField(a.mac)})`,
  dnsLookup: (a) => `${printField(a.dst)} = dns_lookup()`,
  checkPktLarger: (a) => `${printField(a.dst)} = check_pkt_larger(${a.bytes})`,
  chkLbHairpin: (a) => `${printField(a.dst)} = chk_lb_hairpin${a.reply ? '_reply' : ''}()`,
  checkPortSec: (a) => `${printField(a.dst)} = check_${a.direction}_port_sec()`,
  chkEcmpNh: (a) => `${printField(a.dst)} = chk_ecmp_nh${a.mac ? '_mac' : ''}()`,
  chkLbAff: (a) => `${printField(a.dst)} = chk_lb_aff()`,
  select: printSelect,
};

/** Neighbour resolution of the family, as the action names have it. */
function resolution(family: Family): 'arp' | 'nd' {
  return family === 4 ? 'arp' : 'nd';
}

function printSelect({ dst, members, hashFields }: Select, printer: Printer): string {
  const list = members.map(({ id, weight }) => `${id}=${weight}`).join(', ');
  const argument = hashFields === undefined ? list : `values=(${list}); hash_fields=${printer.quoted(hashFields)}`;
  return `${printField(dst)} = select(${argument})`;
}
