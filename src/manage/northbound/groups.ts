/** Port groups and address sets (ovn-nb(5), Port_Group and Address_Set). */
import { ConflictError } from '../../base/errors.js';
import { formatAddress, parseAddress, parsePrefix } from '../../net/prefix.js';
import type { Draft } from '../draft.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { IF_EXISTS, MAY_EXIST, references, setOfTexts } from './parameters.js';

const GROUP = { name: 'group', kind: 'argument', help: 'Name of the port group', required: true } as const;
const PORTS = { name: 'ports', kind: 'argument', many: true, help: 'Names of switch ports' } as const;
const SET = { name: 'set', kind: 'argument', help: 'Name of the address set', required: true } as const;
const ADDRESSES = {
  name: 'addresses',
  kind: 'argument',
  many: true,
  help: 'IP addresses, networks or MAC addresses',
} as const;

export const portGroupAdd: Verb = {
  name: 'portgroup add',
  summary: 'Add a port group',
  parameters: [GROUP, PORTS, MAY_EXIST],
  phrase: (given) => `add port group ${given.text('group')}`,
  carryOut: (draft, given) => {
    const name = given.text('group');
    const [known] = draft.table('Port_Group').find('name', name);
    if (known !== undefined) {
      if (!given.flag('may-exist')) throw new ConflictError('manage.exists', `port group "${name}" exists already`);
      return;
    }
    const ports = portsOf(draft, given);
    draft.insert('Port_Group', { name, ...(ports.length === 0 ? {} : { ports: references(...ports) }) });
  },
};

/** Verbs on the ports of a group differ in one thing. */
const portGroupVerb = (what: 'set' | 'join' | 'leave', summary: string): Verb => ({
  name: `portgroup ${what}`,
  summary,
  parameters: [GROUP, PORTS],
  phrase: (given) => `change the ports of port group ${given.text('group')}`,
  carryOut: (draft, given) => {
    const row = rowNamed(draft, 'Port_Group', given.text('group'));
    const ports = references(...portsOf(draft, given));
    if (what === 'set') draft.update(row, { ports });
    else if (what === 'join') draft.add(row, 'ports', ports);
    else draft.remove(row, 'ports', ports);
  },
});

export const portGroupSet = portGroupVerb('set', 'Give a port group other ports');
export const portGroupJoin = portGroupVerb('join', 'Put ports into a port group');
export const portGroupLeave = portGroupVerb('leave', 'Take ports out of a port group');

export const portGroupDelete: Verb = {
  name: 'portgroup delete',
  summary: 'Delete a port group with its rules',
  parameters: [GROUP, IF_EXISTS],
  phrase: (given) => `delete port group ${given.text('group')}`,
  carryOut: (draft, given) => {
    remove(draft, 'Port_Group', given.text('group'), given);
  },
};

export const addressSetAdd: Verb = {
  name: 'addressset add',
  summary: 'Add an address set',
  parameters: [SET, ADDRESSES, MAY_EXIST],
  phrase: (given) => `add address set ${given.text('set')}`,
  carryOut: (draft, given) => {
    const name = given.text('set');
    const [known] = draft.table('Address_Set').find('name', name);
    if (known !== undefined) {
      if (!given.flag('may-exist')) throw new ConflictError('manage.exists', `address set "${name}" exists already`);
      return;
    }
    const addresses = addressesOf(given);
    draft.insert('Address_Set', { name, ...(addresses.length === 0 ? {} : { addresses: setOfTexts(addresses) }) });
  },
};

const addressSetVerb = (what: 'set' | 'join' | 'leave', summary: string): Verb => ({
  name: `addressset ${what}`,
  summary,
  parameters: [SET, ADDRESSES],
  phrase: (given) => `change the addresses of address set ${given.text('set')}`,
  carryOut: (draft, given) => {
    const row = rowNamed(draft, 'Address_Set', given.text('set'));
    const addresses = setOfTexts(addressesOf(given));
    if (what === 'set') draft.update(row, { addresses });
    else if (what === 'join') draft.add(row, 'addresses', addresses);
    else draft.remove(row, 'addresses', addresses);
  },
});

export const addressSetSet = addressSetVerb('set', 'Give an address set other addresses');
export const addressSetJoin = addressSetVerb('join', 'Put addresses into an address set');
export const addressSetLeave = addressSetVerb('leave', 'Take addresses out of an address set');

export const addressSetDelete: Verb = {
  name: 'addressset delete',
  summary: 'Delete an address set',
  parameters: [SET, IF_EXISTS],
  phrase: (given) => `delete address set ${given.text('set')}`,
  carryOut: (draft, given) => {
    remove(draft, 'Address_Set', given.text('set'), given);
  },
};

function remove(draft: Draft, table: string, name: string, given: Given): void {
  const row = given.flag('if-exists') ? findRow(draft, table, name) : rowNamed(draft, table, name);
  if (row !== undefined) draft.delete(row);
}

const portsOf = (draft: Draft, given: Given): readonly string[] => [
  ...new Set(given.many('ports').map((name) => rowNamed(draft, 'Logical_Switch_Port', name).uuid)),
];

function addressesOf(given: Given): readonly string[] {
  const addresses = given.many('addresses').map((text) => {
    const address = parseAddress(text);
    if (address !== undefined) return formatAddress(address);
    if (parsePrefix(text) !== undefined || /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)) return text;
    throw given.wrong(`"${text}" is no IP address, network or MAC address`);
  });
  return [...new Set(addresses)];
}
