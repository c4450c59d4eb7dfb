import { UsageError } from '../../base/errors.js';
import type { Address } from '../../net/prefix.js';
import { formatAddress, parseAddress, parsePrefix } from '../../net/prefix.js';
import type { KubeKinds, Plural } from '../../kube/model/kinds.js';
import { unlessUnreadable } from '../../world/unreadable.js';
import type { World } from '../../world/world.js';
import { podNetworks } from '../../ovnk/pod-networks.js';

/** An address outside of what a name in the cluster could say. */
export interface ExternalEndpoint {
  readonly kind: 'External';
  readonly address: Address;
  /** What the address turns out to be when it is the cluster's own, one sentence each. */
  readonly notes: readonly string[];
}

/** An IPv4 or IPv6 literal; a UsageError `endpoint.address` otherwise. */
function parseExternal(text: string): Address {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const address = parseAddress(bare);
  if (address !== undefined) return address;
  const hint =
    parsePrefix(bare) === undefined ? 'Host names are not resolved: give the address.' : 'Leave out the prefix length.';
  throw new UsageError('endpoint.address', `"${text}" is not an IP address`, { hints: [hint] });
}

/** The objects of a kind; none when they can't be read, since only notes depend on them. */
async function known<P extends Plural>(world: World, plural: P): Promise<readonly KubeKinds[P][]> {
  return (await unlessUnreadable(() => world.kube.list(plural)))?.items ?? [];
}

/** Resolves an address, noting when it belongs to a service, a pod or a node: then it is not outside at all. */
export async function resolveExternal(world: World, text: string): Promise<ExternalEndpoint> {
  const address = parseExternal(text);
  const wanted = formatAddress(address);
  const notes: string[] = [];
  const is = (what: string) => notes.push(`${wanted} is ${what}, not an outside address`);
  const equal = (other: string): boolean => {
    const parsed = parsePrefix(other);
    return parsed !== undefined && parsed.family === address.family && parsed.value === address.value;
  };
  if (!world.kube.available) return { kind: 'External', address, notes };
  for (const { metadata, clusterIPs } of await known(world, 'services')) {
    if (clusterIPs.some(equal)) is(`the cluster address of service ${metadata.namespace}/${metadata.name}`);
  }
  for (const pod of await known(world, 'pods')) {
    if (pod.hostNetwork) continue;
    const networks = podNetworks(pod);
    const own = networks.ok ? (networks.value ?? []).flatMap(({ addresses }) => addresses) : [];
    if (own.some(equal)) is(`an address of pod ${pod.metadata.namespace}/${pod.metadata.name}`);
  }
  for (const { metadata, addresses } of await known(world, 'nodes')) {
    if (addresses.some((node) => equal(node.address))) is(`an address of node ${metadata.name}`);
  }
  return { kind: 'External', address, notes };
}
