/**
 * Names that OVN-Kubernetes gives to switches, routers and ports (its types/const.go and util/multi_network.go).
 * Network names become prefixes; see network.ts.
 */
import { DEFAULT_NETWORK, networkPrefix } from './network.js';

/** The one switch that all nodes share in a layer 2 network. */
export const layer2Switch = (network: string): string => `${networkPrefix(network)}ovn_layer2_switch`;

export const localnetSwitch = (network: string): string => `${networkPrefix(network)}ovn_localnet_switch`;

export const gatewayRouter = (network: string, node: string): string => `GR_${networkPrefix(network)}${node}`;

export const externalSwitch = (network: string, node: string): string => `ext_${networkPrefix(network)}${node}`;

export const transitSwitch = (network: string): string => `${networkPrefix(network)}transit_switch`;

/** Distributed router: of the default and of layer 3 networks. */
export const clusterRouter = (network: string): string => `${networkPrefix(network)}ovn_cluster_router`;

/** Distributed router of a layer 2 network. */
export const transitRouter = (network: string): string => `${networkPrefix(network)}transit_router`;

export const joinSwitch = (network: string): string => `${networkPrefix(network)}join`;

/** The node's own port on its switch of pods. */
export const managementPort = (network: string, node: string): string => `k8s-${networkPrefix(network)}${node}`;

/** Name of a pod's logical port; `attachment` is the `namespace/name` of its network attachment, absent for default. */
export function podPort(namespace: string, pod: string, attachment: string = DEFAULT_NETWORK): string {
  const prefix = attachment === DEFAULT_NETWORK ? '' : `${attachment.replaceAll(/[-/]/g, '.')}_`;
  return `${prefix}${namespace}_${pod}`;
}
