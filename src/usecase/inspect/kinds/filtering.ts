/** Access control, the groups and sets it names, traffic classes and meters (ovn-nb(5)). */
import { contentLabel } from '../../../manage/look-up.js';
import { column, count, flag, integer, map, set, text } from '../kind.js';
import type { Kind } from '../kind.js';

export const acls: Kind = {
  name: 'acl',
  plural: 'access control rules',
  database: 'northbound',
  table: 'ACL',
  heldBy: {
    title: 'ON',
    argument: 'entity',
    columns: [
      ['Logical_Switch', 'acls'],
      ['Port_Group', 'acls'],
    ],
  },
  reads: ['Logical_Router'],
  label: contentLabel,
  order: (row) => [row.string('direction'), row.integer('tier'), -row.integer('priority')],
  columns: [
    text('direction'),
    integer('tier'),
    integer('priority'),
    text('match', 'match', { long: true }),
    text('action'),
    text('name', 'acl_name', { wide: true }),
    column('log', (row) => row.boolean('log'), { wide: true }),
    text('severity', 'severity', { wide: true }),
    text('meter', 'meter', { wide: true }),
    integer('label', 'label', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
};

export const portGroups: Kind = {
  name: 'portgroup',
  plural: 'port groups',
  database: 'northbound',
  table: 'Port_Group',
  nameColumn: 'name',
  whole: true,
  reads: ['Logical_Router'],
  columns: [
    count('ports'),
    count('acls'),
    column(
      'ids',
      (row) => {
        const ids = row.map('external_ids');
        return ids.get('k8s.ovn.org/id') ?? ids.get('name');
      },
      { wide: true, long: true },
    ),
  ],
  holds: [
    ['ports', 'switch port'],
    ['acls', 'acl'],
  ],
};

export const addressSets: Kind = {
  name: 'addressset',
  plural: 'address sets',
  database: 'northbound',
  table: 'Address_Set',
  nameColumn: 'name',
  reads: ['Logical_Router'],
  columns: [count('addresses', 'size'), set('addresses', 'addresses', { wide: true })],
};

export const qosRules: Kind = {
  name: 'qos',
  plural: 'QoS rules',
  database: 'northbound',
  table: 'QoS',
  heldBy: { title: 'SWITCH', argument: 'switch', columns: [['Logical_Switch', 'qos_rules']] },
  reads: ['Logical_Router'],
  label: contentLabel,
  order: (row) => [row.string('direction'), -row.integer('priority')],
  columns: [
    text('direction'),
    integer('priority'),
    text('match', 'match', { long: true }),
    map('action'),
    map('bandwidth'),
  ],
};

export const meters: Kind = {
  name: 'meter',
  plural: 'meters',
  database: 'northbound',
  table: 'Meter',
  nameColumn: 'name',
  reads: ['Meter_Band', 'Logical_Router'],
  columns: [
    text('unit'),
    flag('fair'),
    column('bands', (row, { database }) =>
      row
        .refs('bands')
        .flatMap((uuid) => database.table('Meter_Band').get(uuid) ?? [])
        .map((band) => {
          const burst = band.integer('burst_size');
          return `${band.string('action')} above ${band.integer('rate')}${burst === 0 ? '' : ` burst ${burst}`}`;
        })
        .sort(),
    ),
  ],
};
