/** Access control lists of switches and port groups (ovn-nb(5), ACL). */
import { ConflictError, NotFoundError } from '../../base/errors.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Json } from '../../ovsdb/wire/json.js';
import type { Draft } from '../draft.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { mapOfTexts, MAY_EXIST, references } from './parameters.js';

const DIRECTIONS = ['from-lport', 'to-lport'] as const;
const ACTIONS = ['allow', 'allow-related', 'allow-stateless', 'drop', 'reject', 'pass'] as const;
const SEVERITIES = ['alert', 'warning', 'notice', 'info', 'debug'] as const;

const LABELLED: ReadonlySet<string> = new Set(['allow', 'allow-related']);

const HOLDER = { name: 'holder', kind: 'argument', help: 'Name of the switch or port group', required: true } as const;
const TYPE = {
  name: 'type',
  kind: 'option',
  help: 'Which of the two it is, where both have the name',
  oneOf: ['switch', 'port-group'],
} as const;
const SETTINGS = [
  { name: 'log', kind: 'option', help: 'Whether packets that it meets are logged', oneOf: ['true', 'false'] },
  { name: 'severity', kind: 'option', help: 'Of log lines', oneOf: SEVERITIES },
  { name: 'meter', kind: 'option', value: 'METER', help: 'Limits log lines' },
  { name: 'name', kind: 'option', help: 'Stands in log lines; 63 characters at most' },
  { name: 'label', kind: 'option', value: 'NUMBER', help: 'Goes into connection tracking, from 1 to 4294967295' },
  {
    name: 'tier',
    kind: 'option',
    value: 'NUMBER',
    help: 'From 0 to 3; a lower one is asked first (OVN 23.06 and later)',
  },
] as const;

export const aclAdd: Verb = {
  name: 'acl add',
  summary: 'Add a rule to a switch or port group',
  parameters: [
    HOLDER,
    { name: 'direction', kind: 'argument', help: 'from-lport or to-lport', required: true, oneOf: DIRECTIONS },
    { name: 'priority', kind: 'argument', help: 'From 0 to 32767', required: true },
    { name: 'match', kind: 'argument', help: 'Which packets, as an expression', required: true },
    { name: 'action', kind: 'argument', help: 'What becomes of them', required: true, oneOf: ACTIONS },
    TYPE,
    ...SETTINGS,
    { name: 'apply-after-lb', kind: 'switch', help: 'Ask a from-lport rule after load balancing' },
    MAY_EXIST,
  ],
  phrase: (given) => `add an ACL to ${given.text('holder')}`,
  carryOut: (draft, given) => {
    const holder = holderOf(draft, given);
    const direction = given.text('direction');
    const priority = given.integer('priority', 0, 32767);
    const match = given.text('match');
    const [known] = aclsOf(draft, holder).filter((acl) => isRule(acl, direction, priority, match));
    if (known !== undefined) {
      if (given.flag('may-exist')) return;
      throw new ConflictError('manage.exists', `${given.text('holder')} has such an ACL already (${known.uuid})`);
    }
    const cells = settingsOf(draft, given);
    // Whoever says how to log wants it logged.
    if (cells['log'] === undefined && ['severity', 'name', 'meter'].some((name) => given.has(name)))
      cells['log'] = true;
    if (cells['label'] !== undefined && !LABELLED.has(given.text('action')))
      throw given.wrong('a label goes into connection tracking: it is for allow and allow-related');
    if (given.flag('apply-after-lb')) {
      if (direction !== 'from-lport') throw given.wrong('--apply-after-lb is for rules from-lport');
      cells['options'] = mapOfTexts([['apply-after-lb', 'true']]);
    }
    const row = draft.insert('ACL', { direction, priority, match, action: given.text('action'), ...cells });
    draft.add(holder, 'acls', references(row.uuid));
  },
};

export const aclSet: Verb = {
  name: 'acl set',
  summary: 'Change a rule',
  parameters: [
    { name: 'acl', kind: 'argument', help: 'Its uuid, or the beginning of one, or its name', required: true },
    { name: 'priority', kind: 'option', help: 'From 0 to 32767' },
    { name: 'match', kind: 'option', help: 'Which packets, as an expression' },
    { name: 'action', kind: 'option', help: 'What becomes of them', oneOf: ACTIONS },
    ...SETTINGS,
  ],
  phrase: (given) => `change ACL ${given.text('acl')}`,
  carryOut: (draft, given) => {
    const row = rowNamed(draft, 'ACL', given.text('acl'));
    const cells = settingsOf(draft, given);
    if (given.has('priority')) cells['priority'] = given.integer('priority', 0, 32767);
    for (const name of ['match', 'action']) if (given.has(name)) cells[name] = given.text(name);
    draft.update(row, cells);
  },
};

export const aclDelete: Verb = {
  name: 'acl delete',
  summary: 'Delete rules of a switch or port group',
  description:
    'With a direction, those of it; with priority and match as well, the one; with --uuid the one of that uuid; else all.',
  parameters: [
    HOLDER,
    { name: 'direction', kind: 'argument', help: 'from-lport or to-lport', oneOf: DIRECTIONS },
    { name: 'priority', kind: 'argument', help: 'From 0 to 32767' },
    { name: 'match', kind: 'argument', help: 'The expression' },
    { name: 'uuid', kind: 'option', help: 'The uuid, or the beginning of one' },
    TYPE,
  ],
  phrase: (given) => `delete ACLs of ${given.text('holder')}`,
  carryOut: (draft, given) => {
    const holder = holderOf(draft, given);
    if (given.has('priority') && !given.has('match')) throw given.wrong('a priority needs a match, too');
    const doomed = aclsOf(draft, holder).filter((acl) => isChosen(acl, given));
    if (doomed.length === 0 && (given.has('match') || given.has('uuid')))
      throw new NotFoundError('manage.not-found', `${given.text('holder')} has no such ACL`);
    if (doomed.length > 0) draft.remove(holder, 'acls', references(...doomed.map(({ uuid }) => uuid)));
  },
};

function isChosen(acl: Row, given: Given): boolean {
  const uuid = given.optional('uuid');
  if (uuid !== undefined) return acl.uuid.startsWith(uuid.toLowerCase());
  const direction = given.optional('direction');
  if (direction === undefined) return true;
  if (!given.has('match')) return acl.string('direction') === direction;
  return isRule(acl, direction, given.integer('priority', 0, 32767), given.text('match'));
}

const isRule = (acl: Row, direction: string, priority: number, match: string): boolean =>
  acl.string('direction') === direction && acl.integer('priority') === priority && acl.string('match') === match;

function aclsOf(draft: Draft, holder: Row): readonly Row[] {
  return holder.refs('acls').flatMap((uuid) => draft.table('ACL').get(uuid) ?? []);
}

function holderOf(draft: Draft, given: Given): Row {
  const name = given.text('holder');
  const type = given.optional('type');
  const logicalSwitch = type === 'port-group' ? undefined : findRow(draft, 'Logical_Switch', name);
  const group = type === 'switch' ? undefined : findRow(draft, 'Port_Group', name);
  if (logicalSwitch !== undefined && group !== undefined)
    throw given.wrong(`"${name}" is a switch and a port group`, 'say which with --type');
  const found = logicalSwitch ?? group;
  if (found === undefined) throw new NotFoundError('manage.not-found', `there is no switch or port group "${name}"`);
  return found;
}

function settingsOf(draft: Draft, given: Given): Record<string, Json> {
  const cells: Record<string, Json> = {};
  const log = given.optional('log');
  if (log !== undefined) cells['log'] = log === 'true';
  if (given.has('severity')) cells['severity'] = given.text('severity');
  if (given.has('meter')) cells['meter'] = given.text('meter');
  const name = given.optional('name');
  if (name !== undefined) {
    if (name.length > 63) throw given.wrong(`the name has ${name.length} characters; 63 are allowed`);
    cells['name'] = name;
  }
  if (given.has('label')) cells['label'] = given.integer('label', 1, 4294967295);
  if (given.has('tier')) {
    if (draft.schema.tables.get('ACL')?.columns.has('tier') !== true)
      throw given.wrong('this northbound database is older than tiers (OVN 23.06)');
    cells['tier'] = given.integer('tier', 0, 3);
  }
  return cells;
}
