/** Faults of who is in port groups and address sets. */
import { defineFinding } from '../finding.js';
import { rewriteRows } from './restart.js';

interface Group {
  /** What the group stands for, as a phrase. */
  readonly what: string;
  readonly pods: readonly string[];
  readonly zone: string;
  /** Commands that show what should be in it. */
  readonly look: readonly string[];
}

interface Addresses {
  readonly what: string;
  readonly zone: string;
  readonly addresses: readonly string[];
  /** Policies that refer to the set. */
  readonly users: readonly string[];
  readonly look: readonly string[];
}

const SHOWN = 8;

const listed = (texts: readonly string[]): string =>
  texts.length > SHOWN ? `${texts.slice(0, SHOWN).join(', ')} and ${texts.length - SHOWN} more` : texts.join(', ');

const usedBy = (users: readonly string[]): string => (users.length === 0 ? 'no rule' : listed(users));

export const POD_NOT_IN_GROUP = defineFinding<Group>({
  code: 'OVN6010',
  level: 'error',
  title: 'Pods are missing in a port group',
  text: ({ what, pods, zone }) =>
    `The port group of ${what} in zone ${zone} lacks ${listed(pods)}: its rules do not hold for ${pods.length === 1 ? 'that pod' : 'those pods'}.`,
  remedy: ({ zone, look }) => rewriteRows(zone, look),
});

export const POD_IN_WRONG_GROUP = defineFinding<Group>({
  code: 'OVN6011',
  level: 'error',
  title: 'A port group holds pods that it should not',
  text: ({ what, pods, zone }) =>
    `The port group of ${what} in zone ${zone} holds ${listed(pods)}, which ${pods.length === 1 ? 'is' : 'are'} not selected: rules that were not meant for ${pods.length === 1 ? 'that pod' : 'those pods'} hold.`,
  remedy: ({ zone, look }) => rewriteRows(zone, look),
});

export const ADDRESSES_MISSING = defineFinding<Addresses>({
  code: 'OVN6012',
  level: 'error',
  title: 'An address set lacks selected pods',
  text: ({ what, zone, addresses, users }) =>
    `The address set of ${what} in zone ${zone} lacks ${listed(addresses)}. Rules that use it do not match these pods: ${usedBy(users)}.`,
  remedy: ({ zone, look }) => rewriteRows(zone, look),
});

export const ADDRESSES_STALE = defineFinding<Addresses>({
  code: 'OVN6013',
  level: 'error',
  title: 'An address set has addresses of pods that are not selected',
  text: ({ what, zone, addresses, users }) =>
    `The address set of ${what} in zone ${zone} has ${listed(addresses)}. Rules that use it match more than they should: ${usedBy(users)}.`,
  remedy: ({ zone, look }) => rewriteRows(zone, look),
});
