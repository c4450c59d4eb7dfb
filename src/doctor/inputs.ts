import type { Plural } from '../kube/model/kinds.js';
import type { HostFact } from '../world/host-facts.js';

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

/** A fact without the family it is of. */
export type HostTopic = HostFact extends infer Fact ? (Fact extends `${infer Name}${4 | 6}` ? Name : Fact) : never;

/** Something of the World that an analyzer looks at: a kind of object, a table, a fact of hosts. */
export type Input =
  | `kube.${Plural}`
  | `nb.${string}`
  | `sb.${string}`
  | `ovs.${string}`
  | `hosts.${HostTopic}`
  | 'hosts.logs'
  | 'hosts.configuration';
