import type { EndpointSlice } from '../../kube/model/endpoint-slice.js';
import type { Service, ServicePort } from '../../kube/model/service.js';
import { formatAddress, parseAddress } from '../../net/prefix.js';

const SERVICE_LABEL = 'kubernetes.io/service-name';

/** `ADDRESS:PORT`, IPv6 in brackets, as load balancers have it. */
export function endpointText(address: string, port: number): string {
  const parsed = parseAddress(address);
  const text = parsed === undefined ? address : formatAddress(parsed);
  return parsed?.family === 6 ? `[${text}]:${port}` : `${text}:${port}`;
}

/** The slices of a service. */
export function slicesByService(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly EndpointSlice[]> {
  const found = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata.labels.get(SERVICE_LABEL);
    if (service === undefined) continue;
    const key = `${slice.metadata.namespace}/${service}`;
    found.set(key, [...(found.get(key) ?? []), slice]);
  }
  return found;
}

export interface ServiceEndpoints {
  /** Every endpoint there is, ready or not. */
  readonly all: ReadonlySet<string>;
  /** Those that must get connections. */
  readonly ready: ReadonlySet<string>;
}

/** The endpoints behind a port of a service, in one family. */
export function endpointsOf(
  service: Service,
  port: ServicePort,
  family: 4 | 6,
  slices: readonly EndpointSlice[],
): ServiceEndpoints {
  const all = new Set<string>();
  const ready = new Set<string>();
  for (const slice of slices.filter(({ addressType }) => addressType === `IPv${family}`)) {
    for (const { name, port: number, protocol } of slice.ports) {
      const fits = protocol === port.protocol && (name === port.name || service.ports.length === 1);
      if (!fits || number === undefined) continue;
      for (const endpoint of slice.endpoints) {
        for (const address of endpoint.addresses) {
          const text = endpointText(address, number);
          all.add(text);
          if (endpoint.ready && !endpoint.terminating) ready.add(text);
        }
      }
    }
  }
  return { all, ready };
}
