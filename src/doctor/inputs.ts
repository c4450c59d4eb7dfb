import type { Plural } from '../kube/model/kinds.js';

/** The parts of a cluster that people ask about, in the order they are shown. */
export const AREAS = [
  'gateway',
  'nodes',
  'databases',
  'services',
  'pods',
  'policies',
  'egress',
  'ipsec',
  'network',
  'versions',
] as const;
export type Area = (typeof AREAS)[number];

/** Something of the World that an analyzer looks at: a kind of object, a table, a fact of hosts. */
export type Input =
  | `kube.${Plural}`
  | `nb.${string}`
  | `sb.${string}`
  | `ovs.${string}`
  | 'hosts.routes'
  | 'hosts.addresses'
  | 'hosts.logs'
  | 'hosts.configuration';
