import type { ReadPlan } from './read-plan.js';

/** How the northbound database is read (ovn-nb(5)): single rows, found by name, by reference, or by the hints of flows. */
export const northboundPlan: ReadPlan = {
  // The ports of a group may be every pod of a cluster, and the southbound database has them divided by datapath.
  columns: new Map([['Port_Group', new Set(['name', 'acls', 'external_ids'])]]),
  wholeAbove: () => Number.POSITIVE_INFINITY,
  companions: () => [],
  later: () => [],
  followers: () => [],
};
