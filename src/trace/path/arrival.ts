import { parsePrefix } from '../../net/prefix.js';
import { portAddresses } from '../../ovn/northbound/northbound.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { Delivery as TraceDelivery } from '../tree.js';
import { addressText } from './headers.js';
import type { Delivery } from './path-trace.js';
import type { Leg } from './walk.js';

/** Where a delivered packet is, in words: a pod, the node's own network stack, the physical network, or some port. */
export function describeDelivery({ port: { key, port } }: TraceDelivery, leg: Leg): Delivery {
  const zone = leg.zone.name;
  const node = leg.chassis.hostname;
  if (port === undefined) return { kind: 'port', zone, port: String(key), portType: '' };
  const where = { zone, port: port.displayName, portType: port.type };
  if (port.type === 'localnet') return { kind: 'external', ...where, name: node };
  const pod = podOf(port);
  if (pod !== undefined) return { kind: 'pod', ...where, name: pod };
  if (isManagementPort(port)) return { kind: 'host', ...where, name: node };
  return { kind: 'port', ...where };
}

/** `NAMESPACE/NAME` of the pod behind a port: OVN-Kubernetes writes the namespace, and the name ends the port's. */
function podOf({ row, name }: Port): string | undefined {
  const ids = row.map('external_ids');
  const namespace = ids.get('namespace');
  if (namespace === undefined || ids.get('pod') !== 'true') return undefined;
  return `${namespace}/${name.slice(name.lastIndexOf('_') + 1)}`;
}

/** The node's own port on a switch of pods (`k8s-NODE`). */
export function isManagementPort(port: Port): boolean {
  return port.type === '' && port.name.startsWith('k8s-');
}

/** Whether the packet's destination is an address of the port it was delivered to. */
export function isAddressee({ port: { port }, packet }: TraceDelivery): boolean {
  if (port === undefined) return false;
  const wanted = parsePrefix(addressText(packet, 'destination'));
  return portAddresses(port.row.strings('mac')).some(({ ips }) =>
    ips.some((text) => {
      const own = parsePrefix(text);
      return own !== undefined && own.family === wanted?.family && own.value === wanted.value;
    }),
  );
}
