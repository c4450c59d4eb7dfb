/** Load balancers, their virtual addresses and where they are attached (ovn-nb(5), Load_Balancer). */
import { ConflictError, NotFoundError } from '../../base/errors.js';
import { formatAddress, parseAddress } from '../../net/prefix.js';
import type { Address } from '../../net/prefix.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { IF_EXISTS, mapOfTexts, MAY_EXIST, references } from './parameters.js';

const BALANCER = { name: 'balancer', kind: 'argument', help: 'Name of the load balancer', required: true } as const;
const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;

export const lbAdd: Verb = {
  name: 'lb add',
  summary: 'Add a virtual address, and the load balancer where there is none yet',
  parameters: [
    BALANCER,
    { name: 'vip', kind: 'argument', help: 'Virtual address, IP or IP:PORT ([IP6]:PORT)', required: true },
    { name: 'backends', kind: 'argument', help: 'Backends, separated by commas; none with ""', required: true },
    { name: 'protocol', kind: 'argument', help: 'tcp unless said otherwise', oneOf: PROTOCOLS },
    { name: 'reject', kind: 'switch', help: 'Answer connections with a reset where there is no backend' },
    { name: 'event', kind: 'switch', help: 'Raise an event for connections where there is no backend' },
    { name: 'replace', kind: 'switch', help: 'Give a virtual address that exists these backends' },
    MAY_EXIST,
  ],
  phrase: (given) => `add ${given.text('vip')} to load balancer ${given.text('balancer')}`,
  carryOut: (draft, given) => {
    const name = given.text('balancer');
    const vip = endpointOf(given.text('vip'), given);
    if (vip.port === undefined && given.has('protocol'))
      throw given.wrong('a virtual address without a port is for every protocol');
    const backends = backendsOf(given.text('backends'), vip, given);
    const protocol = given.optional('protocol') ?? 'tcp';
    const known = findRow(draft, 'Load_Balancer', name);
    const options = [
      ...(given.flag('reject') ? [['reject', 'true'] as const] : []),
      ...(given.flag('event') ? [['event', 'true'] as const] : []),
    ];
    const settings = {
      ...(options.length === 0 ? {} : { options: mapOfTexts(options) }),
      protocol,
    };
    if (known === undefined) {
      draft.insert('Load_Balancer', { name, vips: mapOfTexts([[vip.text, backends]]), ...settings });
      return;
    }
    const there = known.map('vips').get(vip.text);
    if (there !== undefined && !given.flag('replace')) {
      if (given.flag('may-exist') && there === backends) return;
      throw new ConflictError('manage.exists', `load balancer "${name}" has ${vip.text} already`, {
        hints: ['--replace gives it other backends'],
      });
    }
    const { options: more, ...columns } = settings;
    let row = draft.add(known, 'vips', mapOfTexts([[vip.text, backends]]));
    if (Object.keys(columns).length > 0) row = draft.update(row, columns);
    if (more !== undefined) draft.add(row, 'options', more);
  },
};

export const lbDelete: Verb = {
  name: 'lb delete',
  summary: 'Delete a virtual address, or a whole load balancer',
  parameters: [
    BALANCER,
    { name: 'vip', kind: 'argument', help: 'Virtual address; without one, the load balancer goes' },
    IF_EXISTS,
  ],
  phrase: (given) => `delete ${given.optional('vip') ?? 'all'} of load balancer ${given.text('balancer')}`,
  carryOut: (draft, given) => {
    const name = given.text('balancer');
    const row = given.flag('if-exists')
      ? findRow(draft, 'Load_Balancer', name)
      : rowNamed(draft, 'Load_Balancer', name);
    if (row === undefined) return;
    const text = given.optional('vip');
    if (text === undefined) {
      draft.delete(row);
      return;
    }
    const vip = endpointOf(text, given).text;
    if (!row.map('vips').has(vip)) {
      if (given.flag('if-exists')) return;
      throw new NotFoundError('manage.not-found', `load balancer "${name}" has no ${vip}`);
    }
    // One without virtual addresses has no use.
    if (row.map('vips').size === 1) draft.delete(row);
    else draft.remove(row, 'vips', ['set', [vip]]);
  },
};

const TARGETS = { switch: 'Logical_Switch', router: 'Logical_Router', group: 'Load_Balancer_Group' } as const;
const KINDS = ['switch', 'router', 'group'] as const;

const attachment = (what: 'attach' | 'detach', summary: string, other: typeof MAY_EXIST): Verb => ({
  name: `lb ${what}`,
  summary,
  parameters: [
    BALANCER,
    { name: 'kind', kind: 'argument', help: 'What it is attached to', required: true, oneOf: KINDS },
    { name: 'target', kind: 'argument', help: 'Name of the switch, router or load balancer group', required: true },
    other,
  ],
  phrase: (given) => `${what} load balancer ${given.text('balancer')}: ${given.text('kind')} ${given.text('target')}`,
  carryOut: (draft, given) => {
    const balancer = rowNamed(draft, 'Load_Balancer', given.text('balancer'));
    const target = rowNamed(draft, TARGETS[given.text('kind') as keyof typeof TARGETS], given.text('target'));
    const has = target.refs('load_balancer').includes(balancer.uuid);
    if (has === (what === 'attach')) {
      if (given.flag(other.name)) return;
      const state = has ? 'is attached to it already' : 'is not attached to it';
      throw has
        ? new ConflictError('manage.exists', `load balancer "${balancer.string('name')}" ${state}`)
        : new NotFoundError('manage.not-found', `load balancer "${balancer.string('name')}" ${state}`);
    }
    if (has) draft.remove(target, 'load_balancer', references(balancer.uuid));
    else draft.add(target, 'load_balancer', references(balancer.uuid));
  },
});

export const lbAttach = attachment('attach', 'Attach a load balancer to a switch, router or group', MAY_EXIST);
export const lbDetach = attachment('detach', 'Detach a load balancer from a switch, router or group', IF_EXISTS);

interface Endpoint {
  readonly address: Address;
  readonly port: number | undefined;
  /** As rows have it. */
  readonly text: string;
}

function endpointOf(text: string, given: Given): Endpoint {
  const bare = parseAddress(text);
  if (bare !== undefined) return { address: bare, port: undefined, text: formatAddress(bare) };
  const [, inside, outside, digits = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = parseAddress(inside ?? outside ?? '');
  const port = Number(digits);
  if (
    address === undefined ||
    digits === '' ||
    port > 65535 ||
    port < 1 ||
    (inside === undefined) !== (address.family === 4)
  )
    throw given.wrong(
      `"${text}" is neither an address nor one with a port`,
      'for example 10.96.0.10:53, [fd00::10]:53 or 10.96.0.10',
    );
  return { address, port, text: `${written(address)}:${port}` };
}

const written = (address: Address): string =>
  address.family === 4 ? formatAddress(address) : `[${formatAddress(address)}]`;

function backendsOf(text: string, vip: Endpoint, given: Given): string {
  const words = text.split(',').filter((word) => word.trim() !== '');
  const backends = words.map((word) => {
    const backend = endpointOf(word.trim(), given);
    if (backend.address.family !== vip.address.family)
      throw given.wrong(`backend "${word}" has another family than ${vip.text}`);
    if ((backend.port === undefined) !== (vip.port === undefined))
      throw given.wrong(
        `backend "${word}" has ${backend.port === undefined ? 'no' : 'a'} port, and ${vip.text} ${vip.port === undefined ? 'none' : 'one'}`,
      );
    return backend.text;
  });
  return backends.join(',');
}
