/**
 * What the Kubernetes objects say should become of a connection: networks that keep to themselves, services and their
 * ready endpoints, policies. One word for each way it can take: one to a pod, one for each backend of a service.
 */
import { services, slices } from './objects.js';
import type { Service } from './objects.js';
import { hostOf, parties, sharesNetwork } from './parties.js';
import type { Family, Party } from './parties.js';
import { deniedBy } from './policies.js';
import type { Socket } from './policies.js';

export type Word = 'delivered' | 'dropped' | 'rejected';

/** To a pod at its own address; nothing when there is no such address. */
export function toPod(from: Party, to: Party, socket: Socket, family: Family): readonly Word[] {
  if (from.addresses[family] === '' || to.addresses[family] === '') return [];
  return [wordFor(from, to, socket, family)];
}

function wordFor(from: Party, to: Party, socket: Socket, family: Family): Word {
  // What a pod sends to itself is nobody's business.
  if (from.name === to.name) return 'delivered';
  // Nodes can be reached from every network; no network of its own can be reached from a node.
  if (to.kind === 'pod' && !sharesNetwork(from, to)) return 'dropped';
  return deniedBy(from, to, socket, family) === undefined ? 'delivered' : 'dropped';
}

/** Services of the default network that OVN-Kubernetes gives pods of every network. */
const EVERYWHERE: ReadonlySet<string> = new Set(['default/kubernetes', 'kube-system/kube-dns']);

export function toService(from: Party, name: string, socket: Socket, family: Family): readonly Word[] {
  const service = services.find(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}` === name);
  if (service === undefined) throw new Error(`no service ${name}`);
  const { spec, metadata } = service;
  if (!spec.ipFamilies.includes(`IPv${family}`) || from.addresses[family] === '') return [];
  const network = networkOf(service);
  const isShared = network === from.network || EVERYWHERE.has(name);
  const backends = backendsOf(service, network, socket, family);
  if (!isShared) return spec.clusterIP === 'None' ? backends.map(() => 'dropped') : ['dropped'];
  const local = spec.internalTrafficPolicy === 'Local' ? backends.filter(({ to }) => to.node === from.node) : backends;
  if (local.length === 0) return ['rejected'];
  return local.map(({ to, port }) =>
    wordFor({ ...from, ...onNetworkOf(from, metadata.namespace, to) }, to, { ...socket, port }, family),
  );
}

/** Where a service of the default network is given to all, its backends are reached like nodes are. */
const onNetworkOf = (from: Party, namespace: string | undefined, to: Party): Partial<Party> =>
  from.network !== to.network && from.namespace !== namespace ? { network: to.network } : {};

/** A namespace with a primary network of its own has its services there. */
function networkOf({ metadata: { namespace } }: Service): string {
  const own = [...parties.values()].find((party) => party.kind === 'pod' && party.namespace === namespace);
  return own?.network ?? 'default';
}

function backendsOf({ metadata, spec }: Service, network: string, { protocol, port }: Socket, family: Family) {
  const named = spec.ports.find((each) => each.port === port && each.protocol.toLowerCase() === protocol)?.name ?? '';
  const label = network === 'default' ? 'kubernetes.io/service-name' : 'k8s.ovn.org/service-name';
  return slices
    .filter(
      (slice) =>
        slice.metadata.namespace === metadata.namespace &&
        slice.metadata.labels?.[label] === metadata.name &&
        slice.addressType === `IPv${family}`,
    )
    .flatMap(({ ports, endpoints }) => {
      const target = ports?.find(({ name = '' }) => name === named)?.port;
      if (target === undefined) return [];
      return (endpoints ?? [])
        .filter(({ conditions }) => conditions.ready !== false)
        .map((endpoint) => ({ to: partyAt(endpoint.addresses[0] ?? '', family), port: target }));
    });
}

function partyAt(address: string, family: Family): Party {
  const all = [...parties.values(), ...['ovn-control-plane', 'ovn-worker', 'ovn-worker2'].map(hostOf)];
  const found = all.find((party) => party.addresses[family] === address);
  if (found === undefined) throw new Error(`nobody has the address ${address}`);
  return found;
}
