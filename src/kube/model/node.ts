import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';

export interface NodeAddress {
  /** InternalIP, ExternalIP, Hostname, … */
  readonly type: string;
  readonly address: string;
}

export interface Node extends KubeObject {
  readonly addresses: readonly NodeAddress[];
  readonly ready: boolean;
}

export function readNode(object: Fields): Node {
  const status = object.inside('status');
  return {
    metadata: readMeta(object),
    addresses: status.list('addresses', (entry) => ({
      type: entry.text('type') ?? '',
      address: entry.text('address') ?? '',
    })),
    ready: status
      .list('conditions', (condition) => condition.text('type') === 'Ready' && condition.text('status') === 'True')
      .includes(true),
  };
}
