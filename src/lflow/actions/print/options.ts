import { printField } from '../../expr/field.js';
import type { Option } from '../ast.js';
import { constantText } from './assign.js';
import { endpointText } from './printer.js';
import type { Printer, Printers } from './printer.js';

export const OPTIONS: Printers<'putDhcpOpts' | 'putNdRaOpts' | 'dhcpRelayCheck' | 'triggerEvent'> = {
  putDhcpOpts: ({ dst, version, options }, printer) =>
    `${printField(dst)} = put_dhcp${version === 4 ? '' : 'v6'}_opts(${options.map((o) => optionText(o, printer)).join(', ')})`,
  putNdRaOpts: ({ dst, options }, printer) =>
    `${printField(dst)} = put_nd_ra_opts(${options.map((o) => optionText(o, printer)).join(', ')})`,
  dhcpRelayCheck: ({ dst, form, relay, server }) => {
    const [relayText, serverText] = [relay, server].map((value) => endpointText({ family: 4, value }));
    return `${printField(dst)} = dhcp_relay_${form}_chk(${relayText}, ${serverText})`;
  },
  triggerEvent: ({ event, options }, printer) =>
    `trigger_event(${[`event = ${printer.quoted(event)}`, ...options.map((o) => optionText(o, printer))].join(', ')})`,
};

function optionText({ name, values }: Option, printer: Printer): string {
  const list = values.map((value) => constantText(value, printer)).join(', ');
  return `${name} = ${values.length === 1 ? list : `{${list}}`}`;
}
