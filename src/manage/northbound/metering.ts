/** QoS rules of switches and meters (ovn-nb(5), QoS, Meter and Meter_Band). */
import { ConflictError, NotFoundError } from '../../base/errors.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Json } from '../../ovsdb/wire/json.js';
import type { Draft } from '../draft.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Verb } from '../verb.js';
import { IF_EXISTS, MAY_EXIST, references } from './parameters.js';

const SWITCH = { name: 'switch', kind: 'argument', help: 'Name of the switch', required: true } as const;
const DIRECTIONS = ['from-lport', 'to-lport'] as const;
const MOST = 4294967295;

export const qosAdd: Verb = {
  name: 'qos add',
  summary: 'Add a QoS rule to a switch',
  parameters: [
    SWITCH,
    { name: 'direction', kind: 'argument', help: 'from-lport or to-lport', required: true, oneOf: DIRECTIONS },
    { name: 'priority', kind: 'argument', help: 'From 0 to 32767', required: true },
    { name: 'match', kind: 'argument', help: 'Which packets, as an expression', required: true },
    { name: 'dscp', kind: 'option', help: 'Mark for the packets, from 0 to 63' },
    { name: 'rate', kind: 'option', help: 'Most that passes, in kbps' },
    { name: 'burst', kind: 'option', help: 'Most that passes at once, in kbit; needs --rate' },
    MAY_EXIST,
  ],
  phrase: (given) => `add a QoS rule to switch ${given.text('switch')}`,
  carryOut: (draft, given) => {
    const parent = rowNamed(draft, 'Logical_Switch', given.text('switch'));
    const [direction, match] = [given.text('direction'), given.text('match')];
    const priority = given.integer('priority', 0, 32767);
    if (!given.has('dscp') && !given.has('rate')) throw given.wrong('a QoS rule marks (--dscp) or limits (--rate)');
    if (given.has('burst') && !given.has('rate')) throw given.wrong('--burst needs --rate');
    const bandwidth: (readonly [string, Json])[] = [
      ...(given.has('rate') ? [['rate', given.integer('rate', 1, MOST)] as const] : []),
      ...(given.has('burst') ? [['burst', given.integer('burst', 1, MOST)] as const] : []),
    ];
    const [known] = rulesOf(draft, parent).filter((rule) => isRule(rule, direction, priority, match));
    if (known !== undefined) {
      if (given.flag('may-exist')) return;
      throw new ConflictError(
        'manage.exists',
        `switch "${parent.string('name')}" has such a QoS rule already (${known.uuid})`,
      );
    }
    const row = draft.insert('QoS', {
      direction,
      priority,
      match,
      ...(given.has('dscp') ? { action: ['map', [['dscp', given.integer('dscp', 0, 63)]]] } : {}),
      ...(bandwidth.length === 0 ? {} : { bandwidth: ['map', bandwidth] }),
    });
    draft.add(parent, 'qos_rules', references(row.uuid));
  },
};

export const qosDelete: Verb = {
  name: 'qos delete',
  summary: 'Delete QoS rules of a switch',
  description: 'With a direction, those of it; with priority and match as well, the one; else all.',
  parameters: [
    SWITCH,
    { name: 'direction', kind: 'argument', help: 'from-lport or to-lport', oneOf: DIRECTIONS },
    { name: 'priority', kind: 'argument', help: 'From 0 to 32767' },
    { name: 'match', kind: 'argument', help: 'The expression' },
  ],
  phrase: (given) => `delete QoS rules of switch ${given.text('switch')}`,
  carryOut: (draft, given) => {
    const parent = rowNamed(draft, 'Logical_Switch', given.text('switch'));
    if (given.has('priority') && !given.has('match')) throw given.wrong('a priority needs a match, too');
    const direction = given.optional('direction');
    const doomed = rulesOf(draft, parent).filter((rule) => {
      if (direction === undefined) return true;
      if (!given.has('match')) return rule.string('direction') === direction;
      return isRule(rule, direction, given.integer('priority', 0, 32767), given.text('match'));
    });
    if (doomed.length === 0 && given.has('match'))
      throw new NotFoundError('manage.not-found', `switch "${parent.string('name')}" has no such QoS rule`);
    if (doomed.length > 0) draft.remove(parent, 'qos_rules', references(...doomed.map(({ uuid }) => uuid)));
  },
};

function rulesOf(draft: Draft, parent: Row): readonly Row[] {
  return parent.refs('qos_rules').flatMap((uuid) => draft.table('QoS').get(uuid) ?? []);
}

const isRule = (rule: Row, direction: string, priority: number, match: string): boolean =>
  rule.string('direction') === direction && rule.integer('priority') === priority && rule.string('match') === match;

const METER = { name: 'meter', kind: 'argument', help: 'Name of the meter', required: true } as const;

export const meterAdd: Verb = {
  name: 'meter add',
  summary: 'Add a meter',
  parameters: [
    METER,
    { name: 'rate', kind: 'argument', help: 'Most that passes in a second', required: true },
    { name: 'unit', kind: 'argument', help: 'kbps or pktps (packets)', required: true, oneOf: ['kbps', 'pktps'] },
    { name: 'burst', kind: 'argument', help: 'Most that passes at once, in kbit or packets' },
    {
      name: 'fair',
      kind: 'option',
      help: 'Whether each user of the meter has a rate of its own',
      oneOf: ['true', 'false'],
    },
  ],
  phrase: (given) => `add meter ${given.text('meter')}`,
  carryOut: (draft, given) => {
    const name = given.text('meter');
    if (draft.table('Meter').find('name', name).length > 0)
      throw new ConflictError('manage.exists', `meter "${name}" exists already`);
    if (name.startsWith('__')) throw given.wrong('names that begin with "__" are for OVN itself');
    const band = draft.insert('Meter_Band', {
      action: 'drop',
      rate: given.integer('rate', 1, MOST),
      ...(given.has('burst') ? { burst_size: given.integer('burst', 0, MOST) } : {}),
    });
    const fair = given.optional('fair');
    draft.insert('Meter', {
      name,
      unit: given.text('unit'),
      bands: references(band.uuid),
      ...(fair === undefined ? {} : { fair: fair === 'true' }),
    });
  },
};

export const meterDelete: Verb = {
  name: 'meter delete',
  summary: 'Delete a meter',
  parameters: [METER, IF_EXISTS],
  phrase: (given) => `delete meter ${given.text('meter')}`,
  carryOut: (draft, given) => {
    const name = given.text('meter');
    const row = given.flag('if-exists') ? findRow(draft, 'Meter', name) : rowNamed(draft, 'Meter', name);
    if (row !== undefined) draft.delete(row);
  },
};
