/** Ports of logical switches (ovn-nb(5), Logical_Switch_Port). */
import { ConflictError } from '../../base/errors.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Json } from '../../ovsdb/wire/json.js';
import type { Draft } from '../draft.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { readPortAddresses } from './port-addresses.js';
import { IF_EXISTS, mapOfTexts, MAY_EXIST, references, setOfTexts } from './parameters.js';

const SWITCH = { name: 'switch', kind: 'argument', help: 'Name of the switch', required: true } as const;
const PORT = { name: 'port', kind: 'argument', help: 'Name of the port', required: true } as const;
const TYPES = [
  'normal',
  'router',
  'localnet',
  'localport',
  'l2gateway',
  'vtep',
  'external',
  'virtual',
  'remote',
] as const;

const SETTINGS = [
  { name: 'type', kind: 'option', help: 'Kind of port; normal is a VM or container', oneOf: TYPES },
  {
    name: 'addresses',
    kind: 'option',
    many: true,
    value: '"MAC [IP]…"',
    help: 'Addresses behind the port, or dynamic, unknown, router',
  },
  {
    name: 'port-security',
    kind: 'option',
    many: true,
    value: '"MAC [IP]…"',
    help: 'Addresses that the port may send from',
  },
  { name: 'option', kind: 'option', many: true, value: 'KEY=VALUE', help: 'Entry of options' },
  { name: 'tag', kind: 'option', value: 'VLAN', help: 'VLAN that packets have, from 1 to 4095' },
  {
    name: 'parent',
    kind: 'option',
    value: 'PORT',
    help: 'Port of the machine that this one is nested in; needs --tag',
  },
  { name: 'enabled', kind: 'option', help: 'Whether packets may pass', oneOf: ['true', 'false'] },
  { name: 'dhcp4', kind: 'option', value: 'UUID', help: 'DHCP options for IPv4; none takes them away' },
  { name: 'dhcp6', kind: 'option', value: 'UUID', help: 'DHCP options for IPv6; none takes them away' },
  { name: 'ha-chassis-group', kind: 'option', value: 'NAME', help: 'Where an external port lives; none takes it away' },
] as const;

export const switchPortAdd: Verb = {
  name: 'switch port add',
  summary: 'Add a port to a logical switch',
  parameters: [SWITCH, PORT, ...SETTINGS, MAY_EXIST],
  phrase: (given) => `add port ${given.text('port')} to switch ${given.text('switch')}`,
  carryOut: (draft, given) => {
    const parent = rowNamed(draft, 'Logical_Switch', given.text('switch'));
    const name = given.text('port');
    const [known] = draft.table('Logical_Switch_Port').find('name', name);
    if (known !== undefined) {
      if (given.flag('may-exist') && parent.refs('ports').includes(known.uuid)) return;
      const [holder] = draft.table('Logical_Switch').find('ports', known.uuid);
      throw new ConflictError(
        'manage.exists',
        `switch port "${name}" exists already on switch ${holder?.string('name') ?? 'unknown'}`,
      );
    }
    const row = draft.insert('Logical_Switch_Port', { name, ...settingsOf(draft, given) });
    draft.add(parent, 'ports', references(row.uuid));
  },
};

export const switchPortSet: Verb = {
  name: 'switch port set',
  summary: 'Change a port of a logical switch',
  parameters: [PORT, ...SETTINGS],
  phrase: (given) => `change switch port ${given.text('port')}`,
  carryOut: (draft, given) => {
    const row = rowNamed(draft, 'Logical_Switch_Port', given.text('port'));
    const { options, ...others } = settingsOf(draft, given, row);
    let now: Row = row;
    if (Object.keys(others).length > 0) now = draft.update(now, others);
    if (options !== undefined) draft.add(now, 'options', options);
  },
};

export const switchPortDelete: Verb = {
  name: 'switch port delete',
  summary: 'Delete a port of a logical switch',
  parameters: [PORT, IF_EXISTS],
  phrase: (given) => `delete switch port ${given.text('port')}`,
  carryOut: (draft, given) => {
    const name = given.text('port');
    const row = given.flag('if-exists')
      ? findRow(draft, 'Logical_Switch_Port', name)
      : rowNamed(draft, 'Logical_Switch_Port', name);
    if (row === undefined) return;
    for (const holder of draft.table('Logical_Switch').find('ports', row.uuid))
      draft.remove(holder, 'ports', references(row.uuid));
    draft.delete(row);
  },
};

/** The columns that the options of a command give; checked, but for what only the server knows. */
function settingsOf(draft: Draft, given: Given, before?: Row): Record<string, Json> {
  const cells: Record<string, Json> = {};
  const type = given.optional('type');
  if (type !== undefined) cells['type'] = type === 'normal' ? '' : type;
  if (given.has('addresses'))
    cells['addresses'] = setOfTexts(given.many('addresses').map((text) => readPortAddresses(text, given)));
  if (given.has('port-security'))
    cells['port_security'] = setOfTexts(given.many('port-security').map((text) => readPortAddresses(text, given)));
  if (given.has('option')) cells['options'] = mapOfTexts(given.pairs('option'));
  if (given.has('parent')) {
    if (!given.has('tag')) throw given.wrong('--parent needs --tag', '--tag 0 has ovn-northd choose one');
    cells['parent_name'] = given.text('parent');
    // ovn-northd chooses, and writes the tag itself.
    cells['tag_request'] = given.integer('tag', 0, 4095);
  } else if (given.has('tag')) cells['tag'] = given.integer('tag', 1, 4095);
  const enabled = given.optional('enabled');
  if (enabled !== undefined) cells['enabled'] = enabled === 'true';
  for (const [option, column, table] of REFERENCES) {
    const name = given.optional(option);
    if (name === undefined) continue;
    cells[column] = name === 'none' ? ['set', []] : ['uuid', rowNamed(draft, table, name).uuid];
  }
  if (before === undefined && type === 'router' && !given.pairs('option').some(([key]) => key === 'router-port'))
    throw given.wrong('a port of type router needs --option router-port=PORT');
  return cells;
}

const REFERENCES = [
  ['dhcp4', 'dhcpv4_options', 'DHCP_Options'],
  ['dhcp6', 'dhcpv6_options', 'DHCP_Options'],
  ['ha-chassis-group', 'ha_chassis_group', 'HA_Chassis_Group'],
] as const;
