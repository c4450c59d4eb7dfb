/**
 * Who a northbound row stands for: the Kubernetes object and rule that a user knows, or the part of OVN-Kubernetes'
 * own plumbing that it is.
 *
 * Always read from external_ids (and, for rows that have none, from the router they hang on): names of port groups and
 * address sets are hashes and never taken apart.
 */
import type { PolicyDirection } from '../../kube/model/network-policy.js';

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

/** The Kubernetes object of an owner, in the words of the output contract. */
export interface OwnerObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly rule?: number;
  readonly direction?: PolicyDirection;
}

function withRule(
  object: OwnerObject,
  owner: { readonly rule?: number | undefined; readonly direction?: PolicyDirection | undefined },
): OwnerObject {
  return {
    ...object,
    ...(owner.rule === undefined ? {} : { rule: owner.rule }),
    ...(owner.direction === undefined ? {} : { direction: owner.direction }),
  };
}

/** The object a user would edit; undefined for plumbing. A default deny has no object of its own: its namespace stands for it. */
export function ownerObject(owner: Owner): OwnerObject | undefined {
  switch (owner.kind) {
    case 'NetworkPolicy':
      return withRule({ kind: owner.kind, namespace: owner.namespace, name: owner.name }, owner);
    case 'DefaultDeny':
      return withRule({ kind: 'Namespace', name: owner.namespace }, { direction: owner.direction });
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return withRule({ kind: owner.kind, name: owner.name }, owner);
    case 'EgressFirewall':
    case 'EgressQoS':
      return withRule({ kind: owner.kind, namespace: owner.namespace, name: 'default' }, { rule: owner.rule });
    case 'NetworkQoS':
      return withRule({ kind: owner.kind, namespace: owner.namespace, name: owner.name }, { rule: owner.rule });
    case 'EgressService':
    case 'Service':
    case 'Pod':
      return { kind: owner.kind, namespace: owner.namespace, name: owner.name };
    case 'UDNIsolation':
      return owner.pod && { kind: 'Pod', ...owner.pod };
    case 'Multicast':
      return owner.namespace === undefined ? undefined : { kind: 'Namespace', name: owner.namespace };
    case 'ExternalGateway':
      return owner.pod && { kind: 'Pod', ...owner.pod };
    case 'EgressIP':
    case 'ClusterNetworkConnect':
    case 'Namespace':
    case 'Node':
      return { kind: owner.kind, name: owner.name };
    case 'AdvertisedNetwork':
    case 'Infrastructure':
    case 'Unrecognised':
      return undefined;
  }
}
