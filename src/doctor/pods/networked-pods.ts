import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { podNetworks } from '../../ovnk/pod-networks.js';
import type { PodNetwork } from '../../ovnk/pod-networks.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';

/** A pod that should have a port, and its network; those of hosts and those that have ended have none. */
export function isNetworked(pod: Pod): pod is Pod & { readonly nodeName: string } {
  return !pod.hostNetwork && pod.nodeName !== undefined && !isCompleted(pod) && !pod.metadata.deleting;
}

export const POD_NETWORKS = 'k8s.ovn.org/pod-networks';

/** The networks of a pod; none when they can't be read. */
export function networksOf(pod: Pod): readonly PodNetwork[] {
  const read = podNetworks(pod);
  return read.ok ? (read.value ?? []) : [];
}

/** What the pod has in the cluster's own network. */
export function defaultNetworkOf(pod: Pod): PodNetwork | undefined {
  return networksOf(pod).find(({ attachment }) => attachment === DEFAULT_NETWORK);
}

/** The address without its prefix length. */
export const bare = (address: string): string => address.split('/')[0] ?? address;
