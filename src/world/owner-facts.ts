import type { Pod } from '../kube/model/pod.js';
import type { OwnerFacts } from '../ovnk/owner/describe.js';
import type { Owner } from '../ovnk/owner.js';
import type { World } from './world.js';

/**
 * The objects that make the description of an owner more telling, read from the World as needed; none when it has no
 * Kubernetes objects. `pod` is the pod whose traffic is judged.
 */
export async function ownerFacts(world: World, owner: Owner, pod?: Pod): Promise<OwnerFacts> {
  if (!world.kube.available) return {};
  const items = async <P extends Parameters<typeof world.kube.list>[0]>(plural: P) =>
    (await world.kube.list(plural)).items;
  switch (owner.kind) {
    case 'DefaultDeny':
      return { networkPolicies: await items('networkpolicies'), ...(pod === undefined ? {} : { pod }) };
    case 'EgressFirewall':
      return { egressFirewalls: await items('egressfirewalls') };
    case 'AdminNetworkPolicy':
      return { adminPolicies: await items('adminnetworkpolicies') };
    case 'BaselineAdminNetworkPolicy':
      return { adminPolicies: await items('baselineadminnetworkpolicies') };
    default:
      return {};
  }
}
