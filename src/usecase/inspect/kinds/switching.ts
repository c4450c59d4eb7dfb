/** Switches and their ports (ovn-nb(5)). */
import { column, count, entry, flag, map, optionalInteger, set, text } from '../kind.js';
import type { Kind } from '../kind.js';

export const switches: Kind = {
  name: 'switch',
  plural: 'logical switches',
  database: 'northbound',
  table: 'Logical_Switch',
  nameColumn: 'name',
  columns: [
    count('ports'),
    entry('other_config', ['subnet', 'ipv6_prefix'], 'subnet'),
    count('acls'),
    column('lbs', (row) => row.refs('load_balancer').length + row.refs('load_balancer_group').length),
    count('qos_rules', 'qos', { wide: true }),
    count('dns_records', 'dns', { wide: true }),
    map('other_config', 'other_config', { wide: true }),
  ],
  reads: ['Logical_Router'],
  holds: [
    ['ports', 'switch port'],
    ['acls', 'acl'],
    ['qos_rules', 'qos'],
    ['load_balancer', 'lb'],
    ['dns_records', 'dns'],
    ['copp', 'copp'],
  ],
};

export const switchPorts: Kind = {
  name: 'switch port',
  plural: 'ports of logical switches',
  database: 'northbound',
  table: 'Logical_Switch_Port',
  nameColumn: 'name',
  heldBy: { title: 'SWITCH', argument: 'switch', columns: [['Logical_Switch', 'ports']] },
  columns: [
    column('type', (row) => row.string('type') || 'vif'),
    flag('up'),
    set('addresses'),
    flag('enabled', 'enabled', { wide: true }),
    optionalInteger('tag', 'tag', { wide: true }),
    text('parent_name', 'parent', { wide: true }),
    set('port_security', 'port_security', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
  reads: ['Logical_Router'],
  holds: [
    ['dhcpv4_options', 'dhcp'],
    ['dhcpv6_options', 'dhcp'],
  ],
};
