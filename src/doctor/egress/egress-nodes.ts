import type { EgressIP } from '../../kube/model/egress.js';
import type { Node } from '../../kube/model/node.js';
import { formatAddress, parseAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import type { PodChoice } from '../policies/selected-pods.js';

export const ASSIGNABLE = 'k8s.ovn.org/egress-assignable';
export const HOST_CIDRS = 'k8s.ovn.org/host-cidrs';
export const PRIMARY = 'k8s.ovn.org/node-primary-ifaddr';
const CLOUD = 'cloud.network.openshift.io/egress-ipconfig';
const TRANSIT = 'k8s.ovn.org/node-transit-switch-port-ifaddr';

/** Every text in a JSON value, at any depth. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** The texts in a node's annotation of JSON. */
export function textsOf(node: Node, annotation: string): readonly string[] {
  const text = node.metadata.annotations.get(annotation);
  if (text === undefined) return [];
  try {
    return textsIn(JSON.parse(text));
  } catch {
    return [];
  }
}

const prefixesOf = (node: Node, annotation: string): readonly Prefix[] =>
  textsOf(node, annotation).flatMap((text) => (text.includes('/') ? (parsePrefix(text) ?? []) : []));

/** Networks of the node's uplink. */
export const primaryNetworks = (node: Node): readonly Prefix[] => prefixesOf(node, PRIMARY);

/** Networks that an egress IP of the node may be in: in a cloud what the cloud says, else those of its interfaces. */
export function egressNetworks(node: Node): readonly Prefix[] {
  const cloud = prefixesOf(node, CLOUD);
  return cloud.length > 0 ? cloud : [...primaryNetworks(node), ...prefixesOf(node, HOST_CIDRS)];
}

/** The node's own addresses. */
export const hostAddresses = (node: Node): readonly string[] => [
  ...new Set([
    ...prefixesOf(node, HOST_CIDRS).map(formatAddress),
    ...node.addresses.flatMap(({ address }) => {
      const parsed = parseAddress(address);
      return parsed === undefined ? [] : [formatAddress(parsed)];
    }),
  ]),
];

/** Where other zones send packets for the node, of each family. */
export const transitAddresses = (node: Node): readonly Prefix[] => prefixesOf(node, TRANSIT);

export const canonical = (text: string): string => {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
};

export const holds = (networks: readonly Prefix[], text: string): boolean => {
  const address = parseAddress(text);
  return address !== undefined && networks.some((network) => prefixContains(network, address));
};

export const servedBy = ({ namespaceSelector, podSelector }: EgressIP): PodChoice => ({
  namespaces: namespaceSelector,
  pods: podSelector,
});

export const networkText = (prefix: Prefix): string => `${formatAddress(prefix)}/${prefix.length}`;
