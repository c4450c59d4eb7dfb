import { isPartOf } from '../gateway/cluster.js';
import type { Sight } from '../sight.js';

/** Names of the nodes that OVN-Kubernetes runs on. */
export async function nodeNames(sight: Sight): Promise<readonly string[]> {
  return (await sight.objects('nodes')).filter(isPartOf).map(({ metadata }) => metadata.name);
}

/** A node that is a zone of its own has its own databases. */
export const hasOwnZone = (sight: Sight, node: string): boolean => sight.zones.some(({ name }) => name === node);
