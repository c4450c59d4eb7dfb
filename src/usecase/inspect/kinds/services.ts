/** Load balancers, and what switches answer by themselves: DHCP, DNS; what protects the control plane (ovn-nb(5)). */
import { column, entry, map, set, text } from '../kind.js';
import type { Kind } from '../kind.js';

export const loadBalancers: Kind = {
  name: 'lb',
  plural: 'load balancers',
  database: 'northbound',
  table: 'Load_Balancer',
  nameColumn: 'name',
  heldBy: {
    title: 'ON',
    argument: 'entity',
    columns: [
      ['Logical_Switch', 'load_balancer'],
      ['Logical_Router', 'load_balancer'],
      ['Load_Balancer_Group', 'load_balancer'],
    ],
  },
  columns: [
    column('protocol', (row) => row.optionalString('protocol') ?? 'tcp'),
    column('vips', (row) => row.map('vips').size),
    column(
      'backends',
      (row) => new Set([...row.map('vips').values()].flatMap((to) => (to === '' ? [] : to.split(',')))).size,
    ),
    map('vips', 'targets', { wide: true }),
    set('selection_fields', 'selection_fields', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
};

export const dhcpOptions: Kind = {
  name: 'dhcp',
  plural: 'sets of DHCP options',
  database: 'northbound',
  table: 'DHCP_Options',
  reads: ['Logical_Router'],
  label: (row) => row.string('cidr'),
  columns: [
    text('cidr'),
    entry('options', ['router'], 'router'),
    entry('options', ['lease_time'], 'lease_time'),
    entry('options', ['dns_server'], 'dns_server'),
    map('options', 'options', { wide: true }),
  ],
};

export const dnsRecords: Kind = {
  name: 'dns',
  plural: 'sets of DNS records',
  database: 'northbound',
  table: 'DNS',
  heldBy: { title: 'SWITCH', argument: 'switch', columns: [['Logical_Switch', 'dns_records']] },
  reads: ['Logical_Router'],
  label: (row) => [...row.map('records').keys()].sort()[0] ?? row.uuid,
  columns: [
    column('names', (row) => row.map('records').size),
    map('records'),
    map('options', 'options', { wide: true }),
  ],
};

export const copps: Kind = {
  name: 'copp',
  plural: 'settings of control plane protection',
  database: 'northbound',
  table: 'Copp',
  nameColumn: 'name',
  heldBy: {
    title: 'ON',
    argument: 'entity',
    columns: [
      ['Logical_Switch', 'copp'],
      ['Logical_Router', 'copp'],
    ],
  },
  columns: [map('meters')],
};
