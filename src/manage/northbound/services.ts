/** What switches offer to machines: DHCP options and DNS records; mirrors; groups of chassis (ovn-nb(5)). */
import { ConflictError, NotFoundError } from '../../base/errors.js';
import { parseAddress } from '../../net/prefix.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Draft } from '../draft.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { addressIn, networkIn } from './addresses.js';
import { IF_EXISTS, mapOfTexts, MAY_EXIST, reference, references, textsOf } from './parameters.js';

const OPTIONS = { name: 'options', kind: 'argument', many: true, help: 'Options, as KEY=VALUE' } as const;
const SET = {
  name: 'set',
  kind: 'argument',
  help: 'uuid of the set of options, or the beginning of one',
  required: true,
} as const;

export const dhcpAdd: Verb = {
  name: 'dhcp add',
  summary: 'Add a set of DHCP options',
  parameters: [{ name: 'cidr', kind: 'argument', help: 'Network that it is for', required: true }, OPTIONS],
  phrase: (given) => `add DHCP options for ${given.text('cidr')}`,
  carryOut: (draft, given) => {
    draft.insert('DHCP_Options', {
      cidr: networkIn(given.text('cidr'), given).text,
      ...textsOf('options', given.pairs('options')),
    });
  },
};

export const dhcpSet: Verb = {
  name: 'dhcp set',
  summary: 'Give a set of DHCP options other options',
  parameters: [SET, OPTIONS],
  phrase: (given) => `change DHCP options ${given.text('set')}`,
  carryOut: (draft, given) => {
    draft.update(rowNamed(draft, 'DHCP_Options', given.text('set'), 'cidr'), {
      options: mapOfTexts(given.pairs('options')),
    });
  },
};

export const dhcpDelete: Verb = {
  name: 'dhcp delete',
  summary: 'Delete a set of DHCP options',
  parameters: [SET, IF_EXISTS],
  phrase: (given) => `delete DHCP options ${given.text('set')}`,
  carryOut: (draft, given) => {
    const name = given.text('set');
    const row = given.flag('if-exists')
      ? findRow(draft, 'DHCP_Options', name, 'cidr')
      : rowNamed(draft, 'DHCP_Options', name, 'cidr');
    if (row !== undefined) draft.delete(row);
  },
};

const SWITCH = { name: 'switch', kind: 'argument', help: 'Name of the switch', required: true } as const;
const NAME = { name: 'name', kind: 'argument', help: 'Name that is asked for', required: true } as const;

export const dnsSet: Verb = {
  name: 'dns set',
  summary: 'Have a switch answer for a name',
  description: 'Puts the addresses into the record set of the switch, which gets one when it has none.',
  parameters: [
    SWITCH,
    NAME,
    { name: 'addresses', kind: 'argument', many: true, required: true, help: 'Addresses it has' },
  ],
  phrase: (given) => `let switch ${given.text('switch')} answer for ${given.text('name')}`,
  carryOut: (draft, given) => {
    const parent = rowNamed(draft, 'Logical_Switch', given.text('switch'));
    for (const text of given.many('addresses'))
      if (parseAddress(text) === undefined) throw given.wrong(`"${text}" is not an IP address`);
    // Names are compared in lower case, and must be stored so (ovn-nb(5), DNS:records).
    const record = mapOfTexts([[given.text('name').toLowerCase(), given.many('addresses').join(' ')]]);
    const [known] = recordsOf(draft, parent);
    if (known !== undefined) {
      draft.add(known, 'records', record);
      return;
    }
    const row = draft.insert('DNS', { records: record });
    draft.add(parent, 'dns_records', references(row.uuid));
  },
};

export const dnsDelete: Verb = {
  name: 'dns delete',
  summary: 'Have a switch no longer answer for a name',
  parameters: [SWITCH, NAME, IF_EXISTS],
  phrase: (given) => `let switch ${given.text('switch')} not answer for ${given.text('name')}`,
  carryOut: (draft, given) => {
    const parent = rowNamed(draft, 'Logical_Switch', given.text('switch'));
    const name = given.text('name').toLowerCase();
    const holders = recordsOf(draft, parent).filter((row) => row.map('records').has(name));
    if (holders.length === 0 && !given.flag('if-exists'))
      throw new NotFoundError('manage.not-found', `switch "${parent.string('name')}" does not answer for ${name}`);
    for (const row of holders) draft.remove(row, 'records', ['set', [name]]);
  },
};

function recordsOf(draft: Draft, parent: Row): readonly Row[] {
  return parent.refs('dns_records').flatMap((uuid) => draft.table('DNS').get(uuid) ?? []);
}

const MIRROR = { name: 'mirror', kind: 'argument', help: 'Name of the mirror', required: true } as const;
const PORT = { name: 'port', kind: 'argument', help: 'Name of the switch port', required: true } as const;
const FILTERS = ['from-lport', 'to-lport', 'both'] as const;

export const mirrorAdd: Verb = {
  name: 'mirror add',
  summary: 'Add a mirror, to copy packets of ports to',
  parameters: [
    MIRROR,
    { name: 'type', kind: 'argument', help: 'How copies travel', required: true, oneOf: ['gre', 'erspan'] },
    { name: 'index', kind: 'argument', help: 'Key or session of the tunnel', required: true },
    { name: 'filter', kind: 'argument', help: 'Which packets', required: true, oneOf: FILTERS },
    { name: 'sink', kind: 'argument', help: 'Address that copies go to', required: true },
  ],
  phrase: (given) => `add mirror ${given.text('mirror')}`,
  carryOut: (draft, given) => {
    const name = given.text('mirror');
    if (draft.table('Mirror').find('name', name).length > 0)
      throw new ConflictError('manage.exists', `mirror "${name}" exists already`);
    draft.insert('Mirror', {
      name,
      type: given.text('type'),
      index: given.integer('index', 0, 4294967295),
      filter: given.text('filter'),
      sink: addressIn(given.text('sink'), given).text,
    });
  },
};

export const mirrorDelete: Verb = {
  name: 'mirror delete',
  summary: 'Delete a mirror',
  parameters: [MIRROR, IF_EXISTS],
  phrase: (given) => `delete mirror ${given.text('mirror')}`,
  carryOut: (draft, given) => {
    const name = given.text('mirror');
    const row = given.flag('if-exists') ? findRow(draft, 'Mirror', name) : rowNamed(draft, 'Mirror', name);
    if (row !== undefined) draft.delete(row);
  },
};

const mirroring = (what: 'attach' | 'detach', summary: string, other: typeof MAY_EXIST): Verb => ({
  name: `mirror ${what}`,
  summary,
  parameters: [MIRROR, PORT, other],
  phrase: (given) => `${what} mirror ${given.text('mirror')}: port ${given.text('port')}`,
  carryOut: (draft, given) => {
    const mirror = rowNamed(draft, 'Mirror', given.text('mirror'));
    const port = rowNamed(draft, 'Logical_Switch_Port', given.text('port'));
    const has = port.refs('mirror_rules').includes(mirror.uuid);
    if (has === (what === 'attach')) {
      if (given.flag(other.name)) return;
      if (has) throw new ConflictError('manage.exists', `port "${port.string('name')}" is mirrored there already`);
      throw new NotFoundError('manage.not-found', `port "${port.string('name')}" is not mirrored there`);
    }
    if (has) draft.remove(port, 'mirror_rules', references(mirror.uuid));
    else draft.add(port, 'mirror_rules', references(mirror.uuid));
  },
});

export const mirrorAttach = mirroring('attach', 'Copy the packets of a port', MAY_EXIST);
export const mirrorDetach = mirroring('detach', 'No longer copy the packets of a port', IF_EXISTS);

const GROUP = { name: 'group', kind: 'argument', help: 'Name of the group', required: true } as const;
const CHASSIS = { name: 'chassis', kind: 'argument', help: 'Name of the chassis', required: true } as const;

export const haGroupAdd: Verb = {
  name: 'ha-group add',
  summary: 'Add a group of chassis that stand in for each other',
  parameters: [GROUP],
  phrase: (given) => `add HA chassis group ${given.text('group')}`,
  carryOut: (draft, given) => {
    const name = given.text('group');
    if (draft.table('HA_Chassis_Group').find('name', name).length > 0)
      throw new ConflictError('manage.exists', `HA chassis group "${name}" exists already`);
    draft.insert('HA_Chassis_Group', { name });
  },
};

export const haGroupDelete: Verb = {
  name: 'ha-group delete',
  summary: 'Delete a group of chassis',
  parameters: [GROUP],
  phrase: (given) => `delete HA chassis group ${given.text('group')}`,
  carryOut: (draft, given) => draft.delete(rowNamed(draft, 'HA_Chassis_Group', given.text('group'))),
};

export const haGroupJoin: Verb = {
  name: 'ha-group join',
  summary: 'Put a chassis into a group',
  parameters: [
    GROUP,
    CHASSIS,
    { name: 'priority', kind: 'argument', help: 'From 0 to 32767; the highest that lives is active', required: true },
  ],
  phrase: (given) => `put ${given.text('chassis')} into HA chassis group ${given.text('group')}`,
  carryOut: (draft, given) => {
    const group = rowNamed(draft, 'HA_Chassis_Group', given.text('group'));
    const priority = given.integer('priority', 0, 32767);
    const known = memberOf(draft, group, given);
    if (known !== undefined) {
      draft.update(known, { priority });
      return;
    }
    const row = draft.insert('HA_Chassis', { chassis_name: given.text('chassis'), priority });
    draft.add(group, 'ha_chassis', references(row.uuid));
  },
};

export const haGroupLeave: Verb = {
  name: 'ha-group leave',
  summary: 'Take a chassis out of a group',
  parameters: [GROUP, CHASSIS],
  phrase: (given) => `take ${given.text('chassis')} out of HA chassis group ${given.text('group')}`,
  carryOut: (draft, given) => {
    const group = rowNamed(draft, 'HA_Chassis_Group', given.text('group'));
    const known = memberOf(draft, group, given);
    if (known === undefined)
      throw new NotFoundError(
        'manage.not-found',
        `${given.text('chassis')} is not in HA chassis group "${group.string('name')}"`,
      );
    draft.remove(group, 'ha_chassis', ['set', [reference(known.uuid)]]);
  },
};

function memberOf(draft: Draft, group: Row, given: Given): Row | undefined {
  return group
    .refs('ha_chassis')
    .flatMap((uuid) => draft.table('HA_Chassis').get(uuid) ?? [])
    .find((row) => row.string('chassis_name') === given.text('chassis'));
}
