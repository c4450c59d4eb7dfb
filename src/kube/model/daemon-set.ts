import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';

/** apps/v1 DaemonSet, its counts of nodes. */
export interface DaemonSet extends KubeObject {
  /** Names of the containers of its pods. */
  readonly containers: readonly string[];
  /** Nodes that ought to have a pod of it. */
  readonly desired: number;
  /** Nodes whose pod of it is ready. */
  readonly ready: number;
  /** Nodes whose pod is of the newest template. */
  readonly updated: number;
  /** Whether the counts are of the newest template: the controller has seen it. */
  readonly observed: boolean;
}

export function readDaemonSet(object: Fields): DaemonSet {
  const status = object.inside('status');
  const generation = object.inside('metadata').whole('generation');
  return {
    metadata: readMeta(object),
    containers: object
      .inside('spec')
      .inside('template')
      .inside('spec')
      .list('containers', (container) => container.text('name') ?? ''),
    desired: status.whole('desiredNumberScheduled') ?? 0,
    ready: status.whole('numberReady') ?? 0,
    updated: status.whole('updatedNumberScheduled') ?? 0,
    observed: generation === undefined || (status.whole('observedGeneration') ?? 0) >= generation,
  };
}
