import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { readAdminNetworkPolicy } from './admin-network-policy.js';
import type { AdminNetworkPolicy } from './admin-network-policy.js';
import { readEgressFirewall, readEgressIP, readEgressQoS, readEgressService, readExternalRoute } from './egress.js';
import type { EgressFirewall, EgressIP, EgressQoS, EgressService, ExternalRoute } from './egress.js';
import { readEndpointSlice } from './endpoint-slice.js';
import type { EndpointSlice } from './endpoint-slice.js';
import { readEvent } from './event.js';
import type { Event } from './event.js';
import { Fields } from './fields.js';
import { readNamespace } from './namespace.js';
import type { Namespace } from './namespace.js';
import { readNetworkPolicy } from './network-policy.js';
import type { NetworkPolicy } from './network-policy.js';
import { readNode } from './node.js';
import type { Node } from './node.js';
import { readPod } from './pod.js';
import type { Pod } from './pod.js';
import { readService } from './service.js';
import type { Service } from './service.js';
import {
  readClusterUserDefinedNetwork,
  readNetworkAttachment,
  readUserDefinedNetwork,
} from './user-defined-network.js';
import type { ClusterUserDefinedNetwork, NetworkAttachment, UserDefinedNetwork } from './user-defined-network.js';

/** The kinds we read, by plural: the name of their list in a snapshot and of their resource in the API. */
export interface KubeKinds {
  readonly pods: Pod;
  readonly services: Service;
  readonly endpointslices: EndpointSlice;
  readonly nodes: Node;
  readonly namespaces: Namespace;
  readonly networkpolicies: NetworkPolicy;
  readonly adminnetworkpolicies: AdminNetworkPolicy;
  readonly baselineadminnetworkpolicies: AdminNetworkPolicy;
  readonly egressfirewalls: EgressFirewall;
  readonly egressips: EgressIP;
  readonly egressqoses: EgressQoS;
  readonly egressservices: EgressService;
  readonly adminpolicybasedexternalroutes: ExternalRoute;
  readonly 'network-attachment-definitions': NetworkAttachment;
  readonly userdefinednetworks: UserDefinedNetwork;
  readonly clusteruserdefinednetworks: ClusterUserDefinedNetwork;
  readonly events: Event;
}

export type Plural = keyof KubeKinds;

const READERS: { readonly [P in Plural]: (object: Fields) => KubeKinds[P] } = {
  pods: readPod,
  services: readService,
  endpointslices: readEndpointSlice,
  nodes: readNode,
  namespaces: readNamespace,
  networkpolicies: readNetworkPolicy,
  adminnetworkpolicies: readAdminNetworkPolicy,
  baselineadminnetworkpolicies: readAdminNetworkPolicy,
  egressfirewalls: readEgressFirewall,
  egressips: readEgressIP,
  egressqoses: readEgressQoS,
  egressservices: readEgressService,
  adminpolicybasedexternalroutes: readExternalRoute,
  'network-attachment-definitions': readNetworkAttachment,
  userdefinednetworks: readUserDefinedNetwork,
  clusteruserdefinednetworks: readClusterUserDefinedNetwork,
  events: readEvent,
};

/** An object that does not have the shape its kind has. */
export interface DecodeError {
  /** `pods shop/web-0`, with the position in the list where the object has no name. */
  readonly object: string;
  /** Like `spec.ports[0].port is not a whole number`. */
  readonly reason: string;
}

/** Decodes one object of a kind; `position` in its list names it when nothing else does. */
export function decodeObject<P extends Plural>(
  plural: P,
  value: unknown,
  position: number,
): Result<KubeKinds[P], DecodeError> {
  const fields = Fields.of(value);
  const object = READERS[plural](fields);
  if (fields.misfit === undefined) return ok(object);
  const { name, namespace } = object.metadata;
  const shown = name === '' ? `number ${position + 1}` : namespace === '' ? name : `${namespace}/${name}`;
  return err({ object: `${plural} ${shown}`, reason: fields.misfit });
}
