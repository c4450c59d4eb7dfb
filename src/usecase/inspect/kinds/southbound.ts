/** Chassis and port bindings (ovn-sb(5)). */
import { column, count, entry, flag, integer, map, optionalInteger, set, text } from '../kind.js';
import type { Kind } from '../kind.js';

export const chassis: Kind = {
  name: 'chassis',
  plural: 'chassis',
  database: 'southbound',
  table: 'Chassis',
  nameColumn: 'name',
  whole: true,
  reads: ['Encap', 'Chassis_Private'],
  columns: [
    text('hostname'),
    column('remote', (row) => row.map('other_config').get('is-remote') === 'true'),
    column('encaps', (row, { database }) =>
      row
        .refs('encaps')
        .flatMap((uuid) => database.table('Encap').get(uuid) ?? [])
        .map((encap) => `${encap.string('type')}:${encap.string('ip')}`)
        .sort(),
    ),
    column('nb_cfg', (row, { database }) =>
      database.table('Chassis_Private').find('name', row.string('name'))[0]?.integer('nb_cfg'),
    ),
    entry('other_config', ['ovn-bridge-mappings'], 'bridge_mappings', { wide: true, long: true }),
    entry('other_config', ['datapath-type'], 'datapath_type', { wide: true }),
    set('transport_zones', 'transport_zones', { wide: true }),
  ],
};

export const bindings: Kind = {
  name: 'binding',
  plural: 'port bindings',
  database: 'southbound',
  table: 'Port_Binding',
  nameColumn: 'logical_port',
  whole: true,
  reads: ['Chassis', 'Datapath_Binding'],
  columns: [
    column('datapath', (row, { database }) => {
      const ids = database
        .table('Datapath_Binding')
        .get(row.ref('datapath') ?? '')
        ?.map('external_ids');
      return ids?.get('name2') ?? ids?.get('name');
    }),
    column('type', (row) => row.string('type') || 'vif'),
    column('chassis', (row, { database }) => {
      const uuid = row.ref('chassis');
      if (uuid === undefined) return undefined;
      const found = database.table('Chassis').get(uuid);
      return found === undefined ? uuid : found.string('hostname') || found.string('name');
    }),
    flag('up'),
    integer('tunnel_key'),
    set('mac', 'mac', { wide: true }),
    count('additional_chassis', 'additional_chassis', { wide: true }),
    optionalInteger('tag', 'tag', { wide: true }),
    text('parent_port', 'parent', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
};
