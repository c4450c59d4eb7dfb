import type { TraceNode } from '../trace/tree.js';
import type { ZonedPacketTrace } from './trace-packet-in-zone.js';

/** Uuids of the flows that a packet met, by zone: what its answer rests on. */
export function flowsMet({
  zone,
  tree,
}: Pick<ZonedPacketTrace, 'zone' | 'tree'>): ReadonlyMap<string, readonly string[]> {
  const flows: string[] = [];
  const visit = (node: TraceNode): void => {
    if (node.kind === 'table' && node.flow !== undefined) flows.push(node.flow.uuid);
    node.children.forEach(visit);
  };
  tree.forEach(visit);
  return new Map([[zone, flows]]);
}
