import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import { readProtocol } from './protocol.js';
import type { Protocol } from './protocol.js';

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string | undefined;
  /** Set when `targetRef` names a pod. */
  readonly pod: { readonly namespace: string; readonly name: string } | undefined;
}

export interface EndpointPort {
  readonly name: string;
  /** Absent means "all ports", which no service of ours uses. */
  readonly port: number | undefined;
  readonly protocol: Protocol;
}

export interface EndpointSlice extends KubeObject {
  /** IPv4, IPv6 or FQDN. */
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
}

function readEndpoint(endpoint: Fields, namespace: string): Endpoint {
  const conditions = endpoint.inside('conditions');
  const target = endpoint.optional('targetRef');
  // Absent conditions read as ready (discovery/v1 EndpointConditions): old writers left them out.
  const ready = conditions.flag('ready') ?? true;
  return {
    addresses: endpoint.texts('addresses'),
    ready,
    serving: conditions.flag('serving') ?? ready,
    terminating: conditions.flag('terminating') ?? false,
    nodeName: endpoint.text('nodeName'),
    pod:
      target?.text('kind') === 'Pod'
        ? { namespace: target.text('namespace') ?? namespace, name: target.required('name') }
        : undefined,
  };
}

export function readEndpointSlice(object: Fields): EndpointSlice {
  const metadata = readMeta(object);
  return {
    metadata,
    addressType: object.text('addressType') ?? 'IPv4',
    endpoints: object.list('endpoints', (endpoint) => readEndpoint(endpoint, metadata.namespace)),
    ports: object.list('ports', (port) => ({
      name: port.text('name') ?? '',
      port: port.whole('port'),
      protocol: readProtocol(port),
    })),
  };
}
