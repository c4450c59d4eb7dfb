import { printField } from '../../expr/field.js';
import { atLeast } from '../../release.js';
import { printHexadecimal } from '../../token-print.js';
import type { Backend, CtLb, CtNat, MaskedValue, PortRange } from '../ast.js';
import { endpointText } from './printer.js';
import type { Printer, Printers } from './printer.js';

type Kinds =
  | 'ctNext'
  | 'ctCommit'
  | 'ctCommitV1'
  | 'ctNat'
  | 'ctCommitNat'
  | 'ctCommitToZone'
  | 'ctLb'
  | 'ctClear'
  | 'ctSnatToVip'
  | 'ctRead';

export const CONNTRACK: Printers<Kinds> = {
  // Releases that know the parameter always print it, older ones would not read it back.
  ctNext: ({ zone }, { context }) => (atLeast(context.release, '24.03') ? `ct_next(${zone})` : 'ct_next'),
  ctCommit: ({ body }, printer) => (body.length === 0 ? 'ct_commit' : `ct_commit ${printer.body(body)}`),
  ctCommitV1: ({ mark, label }) => {
    const parts = [maskedText('ct_mark', mark), maskedText('ct_label', label)].filter((part) => part !== undefined);
    return `ct_commit(${parts.join(', ')})`;
  },
  ctNat: printNat,
  ctCommitNat: ({ zone }, { context }) =>
    atLeast(context.release, '23.09') ? `ct_commit_nat(${zone})` : 'ct_commit_nat',
  ctCommitToZone: ({ zone }) => `ct_commit_to_zone(${zone})`,
  ctLb: printLb,
  ctClear: () => 'ct_clear',
  ctSnatToVip: () => 'ct_snat_to_vip',
  ctRead: ({ dst, name }) => `${printField(dst)} = ${name}()`,
};

function maskedText(name: string, masked: MaskedValue | undefined): string | undefined {
  if (masked === undefined) return undefined;
  const mask = masked.mask === undefined ? '' : `/${printHexadecimal(masked.mask)}`;
  return `${name}=${printHexadecimal(masked.value)}${mask}`;
}

function printNat({ variant, address, portRange }: CtNat): string {
  if (address === undefined) return variant;
  return `${variant}(${endpointText(address)}${portRange === undefined ? '' : `,${rangeText(portRange)}`})`;
}

function rangeText({ low, high }: PortRange): string {
  return high === undefined ? `${low}` : `${low}-${high}`;
}

function printLb({ variant, backends, hashFields, flag }: CtLb, printer: Printer): string {
  if (backends.length === 0) return variant;
  const parts = [`backends=${backends.map((backend) => backendText(backend, printer)).join(',')}`];
  if (hashFields !== undefined) parts.push(`hash_fields=${printer.quoted(hashFields)}`);
  if (flag !== undefined) parts.push(flag);
  return `${variant}(${parts.join('; ')})`;
}

function backendText({ address, port, logicalPort }: Backend, printer: Printer): string {
  const endpoint = endpointText(address, port);
  return logicalPort === undefined ? endpoint : `${printer.quoted(logicalPort)}:${endpoint}`;
}
