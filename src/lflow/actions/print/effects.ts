import { printField } from '../../expr/field.js';
import type { Address, BareName, CommitLbAff, FwdGroup, Log, ObsPoint } from '../ast.js';
import { endpointText } from './printer.js';
import type { Printer, Printers } from './printer.js';

type Kinds =
  | 'setQueue'
  | 'setMeter'
  | 'bare'
  | 'floodRemote'
  | 'mirror'
  | 'bindVport'
  | 'handleSvcCheck'
  | 'fwdGroup'
  | 'commitEcmpNh'
  | 'commitLbAff'
  | 'sample'
  | 'log';

export const EFFECTS: Printers<Kinds> = {
  setQueue: ({ queue }) => `set_queue(${queue})`,
  setMeter: ({ rate, burst }) => `set_meter(${rate}${burst === undefined ? '' : `, ${burst}`})`,
  bare: ({ name }) => BARE[name],
  floodRemote: () => 'flood_remote',
  mirror: ({ port }, printer) => `mirror(${printer.quoted(port)})`,
  bindVport: ({ port, parent }, printer) => `bind_vport(${printer.quoted(port)}, ${printField(parent)})`,
  handleSvcCheck: ({ port }) => `handle_svc_check(${printField(port)})`,
  fwdGroup: printFwdGroup,
  commitEcmpNh: ({ ipv6, proto }) => `commit_ecmp_nh(ipv6 = ${ipv6}, proto = ${proto})`,
  commitLbAff: printCommitLbAff,
  sample: ({ probability, collectorSet, obsDomain, obsPoint }) =>
    `sample(probability=${probability},collector_set=${collectorSet},obs_domain=${obsDomain},obs_point=${obsPointText(obsPoint)})`,
  log: printLog,
};

const BARE: Readonly<Record<BareName, string>> = {
  igmp: 'igmp',
  handle_dhcpv6_reply: 'handle_dhcpv6_reply',
  handle_bfd_msg: 'handle_bfd_msg()',
  mac_cache_use: 'mac_cache_use',
};

function printFwdGroup({ liveness, childPorts }: FwdGroup, printer: Printer): string {
  const ports = childPorts.map((port) => printer.quoted(port)).join(', ');
  return `fwd_group(${liveness ? `liveness=${printer.quoted('true')}, ` : ''}childports=${ports})`;
}

function printCommitLbAff(action: CommitLbAff, printer: Printer): string {
  const { proto, timeout } = action;
  const parts = [
    `vip = ${printer.quoted(bracketed(action.vip, action.vipPort))}`,
    `backend = ${printer.quoted(bracketed(action.backend, action.backendPort))}`,
    ...(proto === undefined ? [] : [`proto = ${proto}`]),
    `timeout = ${timeout}`,
  ];
  return `commit_lb_aff(${parts.join(', ')})`;
}

/** Here IPv6 addresses have brackets even without a port. */
function bracketed(address: Address, port: number | undefined): string {
  const text = endpointText(address, port);
  return address.family === 6 && port === undefined ? `[${text}]` : text;
}

function obsPointText(point: ObsPoint): string {
  switch (point.kind) {
    case 'value':
      return `${point.value}`;
    case 'cookie':
      return '$cookie';
    case 'field':
      return printField(point.field);
  }
}

function printLog({ name, verdict, severity, meter }: Log, printer: Printer): string {
  const parts = [
    ...(name === undefined ? [] : [`name=${printer.quoted(name)}`]),
    `verdict=${verdict}`,
    `severity=${severity}`,
    ...(meter === undefined ? [] : [`meter=${printer.quoted(meter)}`]),
  ];
  return `log(${parts.join(', ')})`;
}
