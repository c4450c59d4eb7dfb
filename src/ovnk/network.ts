/**
 * Networks as OVN-Kubernetes names them: `default` is the cluster's own; a UserDefinedNetwork is `<namespace>_<name>`, a
 * ClusterUserDefinedNetwork `cluster_udn_<name>`. The names of a network's switches, routers and ports carry a prefix
 * made from it, which is lossy (`-` and `/` become `.`): rows tell the network in external_ids.
 */
import type { Row } from '../ovsdb/replica/row.js';

export const DEFAULT_NETWORK = 'default';

const CONTROLLER = '-network-controller';
const CLUSTER_PREFIX = 'cluster_udn_';

/** The object that defines a network; undefined for the cluster's own and for one made by hand. */
export type NetworkObject =
  | { readonly kind: 'UserDefinedNetwork'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'ClusterUserDefinedNetwork'; readonly name: string };

export function networkObject(network: string): NetworkObject | undefined {
  if (network.startsWith(CLUSTER_PREFIX)) {
    return { kind: 'ClusterUserDefinedNetwork', name: network.slice(CLUSTER_PREFIX.length) };
  }
  const [namespace, name, more] = network.split('_');
  if (namespace === undefined || name === undefined || more !== undefined) return undefined;
  return { kind: 'UserDefinedNetwork', namespace, name };
}

/** What the names of a network's rows begin with; empty for the default network. */
export function networkPrefix(network: string): string {
  return network === DEFAULT_NETWORK ? '' : `${network.replaceAll(/[-/]/g, '.')}_`;
}

/** The network a row belongs to, from its external_ids: by name, or by the controller that wrote it. */
export function networkOf(row: Row): string {
  const ids = row.map('external_ids');
  const network = ids.get('k8s.ovn.org/network') ?? ids.get('network');
  if (network !== undefined) return network;
  const controller = ids.get('k8s.ovn.org/owner-controller');
  return controller?.endsWith(CONTROLLER) ? controller.slice(0, -CONTROLLER.length) : DEFAULT_NETWORK;
}
