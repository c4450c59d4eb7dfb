import type { Delivery } from '../trace/path/path-trace.js';

/** Where a packet came out, when that is not where it was meant to. */
export function whereabouts({ kind, name, port }: Delivery): string {
  switch (kind) {
    case 'external':
      return `the packet leaves the cluster from node ${name ?? '?'}`;
    case 'host':
      return `the packet is handed to the network of node ${name ?? '?'}`;
    case 'pod':
      return `the packet comes to pod ${name ?? port}`;
    case 'port':
      return `the packet comes to port ${port}`;
  }
}
