/**
 * Who a northbound row stands for: the Kubernetes object and rule that a user knows, or the part of OVN-Kubernetes'
 * own plumbing that it is.
 *
 * Always read from external_ids (and, for rows that have none, from the router they hang on): names of port groups and
 * address sets are hashes and never taken apart.
 */
import { unreachable } from '../base/unreachable.js';
import type { PolicyDirection } from '../kube/model/network-policy.js';

interface Named {
  readonly network: string;
}

export type Owner = Named &
  (
    | {
        readonly kind: 'NetworkPolicy';
        readonly namespace: string;
        readonly name: string;
        readonly direction: PolicyDirection | undefined;
        /** Position of the rule in the policy's list of that direction. */
        readonly rule: number | undefined;
      }
    | {
        /** The drop (or the ARP exception to it) that isolates the pods any policy of that direction selects. */
        readonly kind: 'DefaultDeny';
        readonly namespace: string;
        readonly direction: PolicyDirection | undefined;
        readonly exception: boolean;
      }
    | {
        readonly kind: 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';
        readonly name: string;
        readonly direction: PolicyDirection | undefined;
        readonly rule: number | undefined;
      }
    | { readonly kind: 'EgressFirewall'; readonly namespace: string; readonly rule: number | undefined }
    | {
        readonly kind: 'UDNIsolation';
        readonly rule: string;
        readonly direction: PolicyDirection | undefined;
        /** The pod that opened ports, for such a rule. */
        readonly pod: { readonly namespace: string; readonly name: string } | undefined;
      }
    | { readonly kind: 'AdvertisedNetwork'; readonly name: string }
    | { readonly kind: 'ClusterNetworkConnect'; readonly name: string }
    /** Multicast: allowed in a namespace, or the cluster-wide rule when there is no namespace. */
    | {
        readonly kind: 'Multicast';
        readonly namespace: string | undefined;
        readonly rule: string;
        readonly direction: PolicyDirection | undefined;
      }
    | {
        readonly kind: 'EgressIP';
        readonly name: string;
        readonly pod: { readonly namespace: string; readonly name: string } | undefined;
      }
    | { readonly kind: 'EgressQoS'; readonly namespace: string; readonly rule: number | undefined }
    | {
        readonly kind: 'NetworkQoS';
        readonly namespace: string;
        readonly name: string;
        readonly rule: number | undefined;
      }
    | { readonly kind: 'EgressService'; readonly namespace: string; readonly name: string }
    | { readonly kind: 'Service'; readonly namespace: string; readonly name: string }
    | { readonly kind: 'Pod'; readonly namespace: string; readonly name: string }
    /** External gateways of a pod: an AdminPolicyBasedExternalRoute or the namespace annotations before it. */
    | { readonly kind: 'ExternalGateway'; readonly address: string; readonly pod: PodName | undefined }
    | { readonly kind: 'Namespace'; readonly name: string }
    | { readonly kind: 'Node'; readonly name: string; readonly part: string }
    | { readonly kind: 'Infrastructure'; readonly part: string }
    /** Nothing tells who wrote the row: made by hand, or by a version we do not know. */
    | { readonly kind: 'Unrecognised'; readonly table: string }
  );

interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** An owner in the few words of the output contract. */
export interface OwnerObject {
  readonly kind: Owner['kind'];
  readonly namespace?: string;
  readonly name: string;
  /** Position of the rule in the object's list of that direction, from 0. */
  readonly rule?: number;
  readonly direction?: 'ingress' | 'egress';
}

/** The rule and direction of an owner that has them. */
function ruleOf(owner: Owner): Pick<OwnerObject, 'rule' | 'direction'> {
  const rule = 'rule' in owner && typeof owner.rule === 'number' ? owner.rule : undefined;
  const direction = 'direction' in owner ? owner.direction : undefined;
  return {
    ...(rule === undefined ? {} : { rule }),
    ...(direction === undefined ? {} : { direction: direction === 'Ingress' ? 'ingress' : 'egress' }),
  };
}

function namesOf(owner: Owner): Pick<OwnerObject, 'namespace' | 'name'> {
  switch (owner.kind) {
    case 'NetworkPolicy':
    case 'NetworkQoS':
    case 'EgressService':
    case 'Service':
    case 'Pod':
      return { namespace: owner.namespace, name: owner.name };
    // Objects of these kinds must be called "default".
    case 'EgressFirewall':
    case 'EgressQoS':
      return { namespace: owner.namespace, name: 'default' };
    // No object of its own: the namespace whose policies cause it stands for it.
    case 'DefaultDeny':
      return { namespace: owner.namespace, name: owner.namespace };
    case 'Multicast':
      return owner.namespace === undefined
        ? { name: owner.rule }
        : { namespace: owner.namespace, name: owner.namespace };
    case 'UDNIsolation':
      return owner.pod ?? { name: owner.rule };
    case 'ExternalGateway':
      return owner.pod ?? { name: owner.address };
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
    case 'EgressIP':
    case 'AdvertisedNetwork':
    case 'ClusterNetworkConnect':
    case 'Namespace':
    case 'Node':
      return { name: owner.name };
    case 'Infrastructure':
      return { name: owner.part };
    case 'Unrecognised':
      return { name: owner.table };
    default:
      return unreachable(owner);
  }
}

/** The owner as an object reference, for documents. */
export function ownerObject(owner: Owner): OwnerObject {
  return { kind: owner.kind, ...namesOf(owner), ...ruleOf(owner) };
}

/** Whether the owner is something that a user made and can change, rather than OVN-Kubernetes' own plumbing. */
export function isUserObject(owner: Owner): boolean {
  return owner.kind !== 'Infrastructure' && owner.kind !== 'Node' && owner.kind !== 'Unrecognised';
}
