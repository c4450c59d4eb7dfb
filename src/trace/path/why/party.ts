import type { Namespace } from '../../../kube/model/namespace.js';
import { qualifiedName } from '../../../kube/model/object-meta.js';
import { isCompleted } from '../../../kube/model/pod.js';
import type { Pod } from '../../../kube/model/pod.js';
import { formatAddress, parseAddress } from '../../../net/prefix.js';
import type { Address } from '../../../net/prefix.js';
import { portAddresses } from '../../../ovn/northbound/northbound.js';
import { podNetworks } from '../../../ovnk/pod-networks.js';
import type { World } from '../../../world/world.js';
import { isManagementPort } from '../arrival.js';
import type { Leg } from '../walk.js';

/** One end of a packet, as policies see it: an address, and the pod or node that has it. */
export interface Party {
  readonly address: Address;
  readonly pod?: Pod;
  readonly namespace?: Namespace;
  readonly node?: string;
  /** The router on the way that put its own address in place of the real one. */
  readonly router?: string;
  /** `pod shop/client`, `node ovn-worker`, or the bare address. */
  readonly name: string;
}

/** Who has the address; `likely` are the pods to look at first. Just the address when nobody known has it. */
export async function partyAt(world: World, address: Address, likely: readonly Pod[]): Promise<Party> {
  const text = formatAddress(address);
  const bare: Party = { address, name: text };
  if (!world.kube.available) return bare;
  const holds = (pod: Pod): boolean =>
    !pod.hostNetwork && !isCompleted(pod) && addressesOf(pod).some((own) => own === text);
  const pod = likely.find(holds) ?? (await world.kube.list('pods')).items.find(holds);
  if (pod !== undefined) {
    const namespace = await world.kube.get('namespaces', '', pod.metadata.namespace);
    return { address, pod, ...(namespace === undefined ? {} : { namespace }), name: `pod ${qualifiedName(pod)}` };
  }
  const nodes = (await world.kube.list('nodes')).items;
  const node = nodes.find(({ addresses }) => addresses.some((own) => canonical(own.address) === text));
  return node === undefined ? bare : { address, node: node.metadata.name, name: `node ${node.metadata.name}` };
}

/**
 * The party with a better name where its address is that of a port of a datapath the packet came through: the management
 * port of a node, or a router that hides the real sender.
 */
export function onTheWay(party: Party, legs: readonly Leg[]): Party {
  if (party.pod !== undefined || party.node !== undefined) return party;
  const text = formatAddress(party.address);
  for (const { nodes, southbound, chassis } of legs) {
    const datapaths = new Set(nodes.flatMap((node) => (node.kind === 'table' ? [node.datapath] : [])));
    for (const datapath of datapaths) {
      for (const port of southbound.ports.of(datapath)) {
        const own = portAddresses(port.row.strings('mac')).flatMap(({ ips }) => ips);
        if (!own.some((each) => canonical(each.split('/')[0] ?? '') === text)) continue;
        if (datapath.kind === 'router') {
          return { ...party, router: datapath.displayName, name: `${text} of ${datapath.displayName}` };
        }
        if (isManagementPort(port)) return { ...party, node: chassis.hostname, name: `node ${chassis.hostname}` };
      }
    }
  }
  return party;
}

/** Every address of the pod on OVN's networks, canonical. */
function addressesOf(pod: Pod): readonly string[] {
  const networks = podNetworks(pod);
  const annotated = networks.ok ? (networks.value ?? []).flatMap(({ addresses }) => addresses) : [];
  return [...pod.podIPs, ...annotated].flatMap((each) => canonical(each.split('/')[0] ?? '') ?? []);
}

function canonical(text: string): string | undefined {
  const address = parseAddress(text);
  return address && formatAddress(address);
}
