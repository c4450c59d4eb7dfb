import type { Pod } from '../kube/model/pod.js';
import type { OwnerFacts } from '../ovnk/owner/describe.js';
import type { Owner } from '../ovnk/owner.js';
import { unlessUnreadable } from './unreadable.js';
import type { World } from './world.js';

/**
 * The objects that make the description of an owner more telling, read from the World as needed; none when it has no
 * Kubernetes objects, and without those that we may not read. `pod` is the pod whose traffic is judged.
 */
export async function ownerFacts(world: World, owner: Owner, pod?: Pod): Promise<OwnerFacts> {
  if (!world.kube.available) return {};
  const items = <P extends Parameters<typeof world.kube.list>[0]>(plural: P) =>
    unlessUnreadable(async () => (await world.kube.list(plural)).items);
  switch (owner.kind) {
    case 'DefaultDeny': {
      const networkPolicies = await items('networkpolicies');
      return networkPolicies === undefined ? {} : { networkPolicies, ...(pod === undefined ? {} : { pod }) };
    }
    case 'EgressFirewall': {
      const egressFirewalls = await items('egressfirewalls');
      return egressFirewalls === undefined ? {} : { egressFirewalls };
    }
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy': {
      const adminPolicies = await items(
        owner.kind === 'AdminNetworkPolicy' ? 'adminnetworkpolicies' : 'baselineadminnetworkpolicies',
      );
      return adminPolicies === undefined ? {} : { adminPolicies };
    }
    default:
      return {};
  }
}
