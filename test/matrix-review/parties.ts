/** Who takes part in a cell: a pod with the network and the addresses that its annotations give it, or a node. */
import { BlockList } from 'node:net';
import { clusterNetworks, connects, namespaces, nodes, pods, selects } from './objects.js';
import type { Labels, Pod } from './objects.js';

export type Family = 4 | 6;

export interface Party {
  /** NAMESPACE/NAME of the pod; the node's name of a process in the network of the node. */
  readonly name: string;
  readonly kind: 'pod' | 'host';
  readonly node: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  /** `default`, or NAMESPACE/NAME of the network attachment. */
  readonly network: string;
  readonly addresses: Readonly<Record<Family, string>>;
  /** Numbers of the ports that its containers name. */
  readonly namedPorts: ReadonlyMap<string, number>;
}

interface Attachment {
  readonly ip_addresses: readonly string[];
  readonly role: string;
}

const familyOf = (address: string): Family => (address.includes(':') ? 6 : 4);

function byFamily(texts: readonly string[]): Record<Family, string> {
  const of = (family: Family): string => texts.find((text) => familyOf(text) === family)?.split('/')[0] ?? '';
  return { 4: of(4), 6: of(6) };
}

export function hostOf(node: string): Party {
  const addresses = nodes.find(({ metadata }) => metadata.name === node)?.status.addresses ?? [];
  const own = addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
  return {
    name: node,
    kind: 'host',
    node,
    namespace: '',
    labels: {},
    namespaceLabels: {},
    network: 'default',
    addresses: byFamily(own),
    namedPorts: new Map(),
  };
}

function partyOf(pod: Pod): Party {
  const { name, namespace = '', labels = {}, annotations = {} } = pod.metadata;
  const node = pod.spec.nodeName ?? '';
  if (pod.spec.hostNetwork === true) return hostOf(node);
  const attached = JSON.parse(annotations['k8s.ovn.org/pod-networks'] ?? '{}') as Record<string, Attachment>;
  const primary = Object.entries(attached).find(([, { role }]) => role === 'primary');
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  return {
    name: `${namespace}/${name}`,
    kind: 'pod',
    node,
    namespace,
    labels,
    namespaceLabels: namespaces.find(({ metadata }) => metadata.name === namespace)?.metadata.labels ?? {},
    network: primary?.[0] ?? '',
    addresses: byFamily(primary?.[1].ip_addresses ?? []),
    namedPorts: new Map(ports.map((port) => [port.name ?? '', port.containerPort])),
  };
}

/** By NAMESPACE/NAME of the pod. */
export const parties: ReadonlyMap<string, Party> = new Map(
  pods.map((pod) => [`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`, partyOf(pod)]),
);

const connected = (network: string): readonly string[] =>
  connects.flatMap(({ spec }, at) =>
    spec.networkSelectors.some(({ clusterUserDefinedNetworkSelector: { networkSelector } }) =>
      clusterNetworks.some(
        ({ metadata }) => network.endsWith(`/${metadata.name}`) && selects(networkSelector, metadata.labels),
      ),
    )
      ? [String(at)]
      : [],
  );

/** Networks keep to themselves, unless a ClusterNetworkConnect selects both. */
export function sharesNetwork(from: Party, to: Party): boolean {
  if (from.network === to.network) return true;
  return connected(from.network).some((each) => connected(to.network).includes(each));
}

export function isInside(address: string, cidr: string): boolean {
  const type = familyOf(cidr) === 4 ? 'ipv4' : 'ipv6';
  if (familyOf(address) !== familyOf(cidr)) return false;
  const [network = '', length] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(length), type);
  return list.check(address, type);
}
