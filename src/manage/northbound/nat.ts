/** Address translation on routers (ovn-nb(5), NAT). */
import { ConflictError, NotFoundError } from '../../base/errors.js';
import { parseMac } from '../../net/mac.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Json } from '../../ovsdb/wire/json.js';
import type { Draft } from '../draft.js';
import { rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { addressIn, networkIn } from './addresses.js';
import { IF_EXISTS, mapOfTexts, MAY_EXIST, references } from './parameters.js';
import { ROUTER } from './routers.js';

const TYPES = ['snat', 'dnat', 'dnat_and_snat'] as const;

export const natAdd: Verb = {
  name: 'nat add',
  summary: 'Add a NAT rule to a router',
  parameters: [
    ROUTER,
    { name: 'type', kind: 'argument', help: 'Which addresses are translated', required: true, oneOf: TYPES },
    { name: 'external', kind: 'argument', help: 'Address outside', required: true },
    { name: 'logical', kind: 'argument', help: 'Address inside, for snat also a network', required: true },
    { name: 'port', kind: 'argument', help: 'Switch port of a distributed rule' },
    { name: 'mac', kind: 'argument', help: 'Ethernet address of a distributed rule' },
    { name: 'stateless', kind: 'switch', help: 'Without connection tracking; dnat_and_snat only' },
    { name: 'portrange', kind: 'option', value: 'FROM-TO', help: 'Ports outside' },
    MAY_EXIST,
  ],
  phrase: (given) =>
    `add ${given.text('type')} ${given.text('external')} for ${given.text('logical')} to router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const router = rowNamed(draft, 'Logical_Router', given.text('router'));
    const type = given.text('type');
    const external = addressIn(given.text('external'), given);
    const logical = type === 'snat' ? networkIn(given.text('logical'), given) : addressIn(given.text('logical'), given);
    if (external.family !== logical.family) throw given.wrong('the addresses are of different families');
    const cells: Record<string, Json> = {
      type,
      external_ip: external.text,
      logical_ip: logical.text,
      ...distributed(draft, given, type),
    };
    const stateless = given.flag('stateless');
    if (stateless && type !== 'dnat_and_snat') throw given.wrong('--stateless is for dnat_and_snat');
    // ovn-nbctl says it of every rule, and so do we.
    cells['options'] = mapOfTexts([['stateless', String(stateless)]]);
    if (given.has('portrange')) cells['external_port_range'] = portRange(given);
    for (const rule of rulesOf(draft, router)) {
      if (rule.string('type') !== type) continue;
      const [inside, outside] = [
        rule.string('logical_ip') === logical.text,
        rule.string('external_ip') === external.text,
      ];
      // One translation for each source; one source for each destination.
      const clashes = type === 'snat' ? inside : type === 'dnat' ? outside : outside || inside;
      if (!clashes) continue;
      if (inside && outside && given.flag('may-exist')) {
        draft.update(rule, cells);
        return;
      }
      const what = type === 'snat' ? rule.string('logical_ip') : rule.string('external_ip');
      throw new ConflictError(
        'manage.exists',
        `router "${router.string('name')}" has a ${type} rule for ${what} already (${rule.uuid})`,
      );
    }
    const row = draft.insert('NAT', cells);
    draft.add(router, 'nat', references(row.uuid));
  },
};

export const natDelete: Verb = {
  name: 'nat delete',
  summary: 'Delete NAT rules of a router',
  description:
    'With a type, those of it; with an address as well (inside for snat, outside for the others), the one; else all.',
  parameters: [
    ROUTER,
    { name: 'type', kind: 'argument', help: 'Which addresses are translated', oneOf: TYPES },
    { name: 'address', kind: 'argument', help: 'The address inside for snat, outside for the others' },
    IF_EXISTS,
  ],
  phrase: (given) => `delete NAT rules of router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const router = rowNamed(draft, 'Logical_Router', given.text('router'));
    const type = given.optional('type');
    const address = given.has('address') ? networkIn(given.text('address'), given).text : undefined;
    const column = type === 'snat' ? 'logical_ip' : 'external_ip';
    const doomed = rulesOf(draft, router).filter(
      (rule) =>
        (type === undefined || rule.string('type') === type) &&
        (address === undefined || rule.string(column) === address),
    );
    if (doomed.length === 0) {
      if (address === undefined || given.flag('if-exists')) return;
      throw new NotFoundError(
        'manage.not-found',
        `router "${router.string('name')}" has no ${type ?? ''} rule for ${address}`,
      );
    }
    draft.remove(router, 'nat', references(...doomed.map(({ uuid }) => uuid)));
  },
};

function distributed(draft: Draft, given: Given, type: string): Record<string, Json> {
  if (!given.has('port')) return {};
  if (type !== 'dnat_and_snat') throw given.wrong('a switch port and MAC address are for dnat_and_snat');
  if (!given.has('mac')) throw given.wrong('a distributed rule needs a MAC address, too');
  if (parseMac(given.text('mac')) === undefined) throw given.wrong(`"${given.text('mac')}" is not a MAC address`);
  return {
    logical_port: rowNamed(draft, 'Logical_Switch_Port', given.text('port')).string('name'),
    external_mac: given.text('mac'),
  };
}

function portRange(given: Given): string {
  const text = given.text('portrange');
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const isPort = (port: string | undefined): boolean =>
    port !== undefined && Number(port) >= 1 && Number(port) <= 65535;
  if (!isPort(from) || !isPort(to) || Number(from) > Number(to))
    throw given.wrong(`"${text}" is no range of ports`, 'for example 1024-65535');
  return text;
}

function rulesOf(draft: Draft, router: Row): readonly Row[] {
  return router.refs('nat').flatMap((uuid) => draft.table('NAT').get(uuid) ?? []);
}
