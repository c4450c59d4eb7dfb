/** Logical routers and their ports (ovn-nb(5), Logical_Router and Logical_Router_Port). */
import { ConflictError } from '../../base/errors.js';
import { parseMac } from '../../net/mac.js';
import { parsePrefix } from '../../net/prefix.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Json } from '../../ovsdb/wire/json.js';
import type { Draft } from '../draft.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { IF_EXISTS, mapOfTexts, MAY_EXIST, references, setOfTexts } from './parameters.js';

export const ROUTER = { name: 'router', kind: 'argument', help: 'Name of the router', required: true } as const;
const PORT = { name: 'port', kind: 'argument', help: 'Name of the port', required: true } as const;
const SETTINGS = [
  { name: 'option', kind: 'option', many: true, value: 'KEY=VALUE', help: 'Entry of options' },
  { name: 'peer', kind: 'option', value: 'PORT', help: 'Router port that it is connected to directly' },
  { name: 'enabled', kind: 'option', help: 'Whether packets may pass', oneOf: ['true', 'false'] },
] as const;

export const routerAdd: Verb = {
  name: 'router add',
  summary: 'Add a logical router',
  parameters: [
    ROUTER,
    { name: 'option', kind: 'option', many: true, value: 'KEY=VALUE', help: 'Entry of options' },
    MAY_EXIST,
  ],
  phrase: (given) => `add router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const name = given.text('router');
    if (draft.table('Logical_Router').find('name', name).length > 0) {
      if (given.flag('may-exist')) return;
      throw new ConflictError('manage.exists', `router "${name}" exists already`, {
        hints: ['--may-exist leaves an existing one as it is'],
      });
    }
    const options = given.pairs('option');
    draft.insert('Logical_Router', { name, ...(options.length === 0 ? {} : { options: mapOfTexts(options) }) });
  },
};

export const routerDelete: Verb = {
  name: 'router delete',
  summary: 'Delete a logical router with its ports, routes, policies and NAT rules',
  parameters: [ROUTER, IF_EXISTS],
  phrase: (given) => `delete router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const name = given.text('router');
    const row = given.flag('if-exists')
      ? findRow(draft, 'Logical_Router', name)
      : rowNamed(draft, 'Logical_Router', name);
    if (row !== undefined) draft.delete(row);
  },
};

export const routerPortAdd: Verb = {
  name: 'router port add',
  summary: 'Add a port to a logical router',
  parameters: [
    ROUTER,
    PORT,
    { name: 'mac', kind: 'argument', help: 'Its Ethernet address', required: true },
    { name: 'networks', kind: 'argument', many: true, help: 'Its addresses with prefix length', value: 'IP/LENGTH' },
    ...SETTINGS,
    MAY_EXIST,
  ],
  phrase: (given) => `add port ${given.text('port')} to router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const router = rowNamed(draft, 'Logical_Router', given.text('router'));
    const name = given.text('port');
    const mac = macOf(given);
    const networks = given.many('networks').map((text) => networkOf(text, given));
    const [known] = draft.table('Logical_Router_Port').find('name', name);
    if (known !== undefined) {
      const same = router.refs('ports').includes(known.uuid) && known.string('mac') === mac && hasAll(known, networks);
      if (given.flag('may-exist') && same) return;
      const [holder] = draft.table('Logical_Router').find('ports', known.uuid);
      throw new ConflictError(
        'manage.exists',
        `router port "${name}" exists already on router ${holder?.string('name') ?? 'unknown'}${given.flag('may-exist') ? ', and is another one' : ''}`,
      );
    }
    const row = draft.insert('Logical_Router_Port', {
      name,
      mac,
      networks: setOfTexts(networks),
      ...settingsOf(given),
    });
    draft.add(router, 'ports', references(row.uuid));
  },
};

export const routerPortSet: Verb = {
  name: 'router port set',
  summary: 'Change a port of a logical router',
  parameters: [
    PORT,
    { name: 'mac', kind: 'option', help: 'Its Ethernet address' },
    {
      name: 'networks',
      kind: 'option',
      many: true,
      value: 'IP/LENGTH',
      help: 'Its addresses, instead of those it has',
    },
    ...SETTINGS,
  ],
  phrase: (given) => `change router port ${given.text('port')}`,
  carryOut: (draft, given) => {
    let row = rowNamed(draft, 'Logical_Router_Port', given.text('port'));
    const { options, ...others } = settingsOf(given);
    if (given.has('mac')) others['mac'] = macOf(given);
    if (given.has('networks'))
      others['networks'] = setOfTexts(given.many('networks').map((text) => networkOf(text, given)));
    if (Object.keys(others).length > 0) row = draft.update(row, others);
    if (options !== undefined) draft.add(row, 'options', options);
  },
};

export const routerPortDelete: Verb = {
  name: 'router port delete',
  summary: 'Delete a port of a logical router',
  parameters: [PORT, IF_EXISTS],
  phrase: (given) => `delete router port ${given.text('port')}`,
  carryOut: (draft, given) => {
    const row = portFor(draft, given);
    if (row === undefined) return;
    for (const holder of draft.table('Logical_Router').find('ports', row.uuid))
      draft.remove(holder, 'ports', references(row.uuid));
    draft.delete(row);
  },
};

export const gatewayChassisSet: Verb = {
  name: 'gateway-chassis set',
  summary: 'Let a chassis be gateway of a distributed router port',
  parameters: [
    PORT,
    { name: 'chassis', kind: 'argument', help: 'Name of the chassis', required: true },
    { name: 'priority', kind: 'option', help: 'From 0 to 32767; the highest that lives is the gateway' },
  ],
  phrase: (given) => `make ${given.text('chassis')} a gateway of router port ${given.text('port')}`,
  carryOut: (draft, given) => {
    const port = rowNamed(draft, 'Logical_Router_Port', given.text('port'));
    const chassis = given.text('chassis');
    const priority = given.has('priority') ? given.integer('priority', 0, 32767) : 0;
    const name = `${port.string('name')}-${chassis}`;
    const [known] = draft.table('Gateway_Chassis').find('name', name);
    if (known === undefined) {
      const row = draft.insert('Gateway_Chassis', { name, chassis_name: chassis, priority });
      draft.add(port, 'gateway_chassis', references(row.uuid));
    } else {
      draft.update(known, { priority, chassis_name: chassis });
      draft.add(port, 'gateway_chassis', references(known.uuid));
    }
  },
};

export const gatewayChassisDelete: Verb = {
  name: 'gateway-chassis delete',
  summary: 'Let a chassis no longer be gateway of a router port',
  parameters: [PORT, { name: 'chassis', kind: 'argument', help: 'Name of the chassis', required: true }],
  phrase: (given) => `make ${given.text('chassis')} no gateway of router port ${given.text('port')}`,
  carryOut: (draft, given) => {
    const port = rowNamed(draft, 'Logical_Router_Port', given.text('port'));
    const row = rowNamed(draft, 'Gateway_Chassis', `${port.string('name')}-${given.text('chassis')}`);
    draft.remove(port, 'gateway_chassis', references(row.uuid));
  },
};

function portFor(draft: Draft, given: Given): Row | undefined {
  const name = given.text('port');
  return given.flag('if-exists')
    ? findRow(draft, 'Logical_Router_Port', name)
    : rowNamed(draft, 'Logical_Router_Port', name);
}

function macOf(given: Given): string {
  const text = given.text('mac');
  if (parseMac(text) === undefined)
    throw given.wrong(`"${text}" is not a MAC address`, 'for example 0a:58:0a:f4:00:01');
  return text;
}

function networkOf(text: string, given: Given): string {
  if (!text.includes('/') || parsePrefix(text) === undefined)
    throw given.wrong(`"${text}" is not an address with a prefix length`, 'for example 10.244.0.1/24');
  return text;
}

const hasAll = (row: Row, networks: readonly string[]): boolean =>
  row.strings('networks').length === networks.length &&
  networks.every((network) => row.strings('networks').includes(network));

function settingsOf(given: Given): Record<string, Json> {
  const cells: Record<string, Json> = {};
  const options = given.pairs('option');
  if (options.length > 0) cells['options'] = mapOfTexts(options);
  const peer = given.optional('peer');
  if (peer !== undefined) cells['peer'] = peer;
  const enabled = given.optional('enabled');
  if (enabled !== undefined) cells['enabled'] = enabled === 'true';
  return cells;
}
