import type { EgressIP } from '../../kube/model/egress.js';
import type { Pod } from '../../kube/model/pod.js';
import { parseAddress } from '../../net/prefix.js';
import type { Family } from '../../net/prefix.js';
import { bare, defaultNetworkOf } from '../pods/networked-pods.js';
import type { SelectablePods } from '../policies/selected-pods.js';
import { canonical, servedBy } from './egress-nodes.js';

export interface ServedAddress {
  readonly egressIP: EgressIP;
  readonly pod: Pod & { readonly nodeName: string };
  /** As packets have it. */
  readonly address: string;
  readonly family: Family;
}

/** The addresses of running pods in the cluster's own network that one EgressIP, and no other, serves. */
export function servedAddresses(egressIPs: readonly EgressIP[], selectable: SelectablePods): readonly ServedAddress[] {
  const by = new Map<Pod, EgressIP[]>();
  for (const egressIP of egressIPs) {
    for (const pod of selectable.networked(servedBy(egressIP))) by.set(pod, [...(by.get(pod) ?? []), egressIP]);
  }
  return [...by].flatMap(([pod, [egressIP, ...more]]) => {
    const network = defaultNetworkOf(pod);
    const { nodeName } = pod;
    if (egressIP === undefined || more.length > 0 || nodeName === undefined) return [];
    // A pod that just came up gets its rows a moment later.
    if (pod.phase !== 'Running' || network?.role !== 'primary') return [];
    return network.addresses.flatMap((text) => {
      const address = canonical(bare(text));
      const family = parseAddress(address)?.family;
      return family === undefined ? [] : [{ egressIP, pod: { ...pod, nodeName }, address, family }];
    });
  });
}

/** Who holds what, as `status.items` says. */
export const assignmentText = ({ assignments }: EgressIP): string =>
  assignments.map((each) => `${each.egressIP} on ${each.node}`).join(', ') || 'none';
