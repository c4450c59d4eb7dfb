import type { Plural } from './kinds.js';

/** Where the API serves a kind: the path of its resource, without the version a particular cluster has. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  /** Versions whose objects we can read, the one to prefer first. */
  readonly versions: readonly [string, ...string[]];
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const resource = (group: string, version: string, plural: string, kind: string, namespaced: boolean): Resource => ({
  group,
  versions: [version],
  plural,
  kind,
  namespaced,
});

const OVN = 'k8s.ovn.org';
const ADMIN_POLICY = 'policy.networking.k8s.io';

/** The resources behind the kinds we read. Those outside the API server's own groups exist only where a CRD defines them. */
export const RESOURCES: { readonly [P in Plural]: Resource } = {
  pods: resource('', 'v1', 'pods', 'Pod', true),
  services: resource('', 'v1', 'services', 'Service', true),
  endpointslices: resource('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice', true),
  nodes: resource('', 'v1', 'nodes', 'Node', false),
  namespaces: resource('', 'v1', 'namespaces', 'Namespace', false),
  networkpolicies: resource('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', true),
  adminnetworkpolicies: resource(ADMIN_POLICY, 'v1alpha1', 'adminnetworkpolicies', 'AdminNetworkPolicy', false),
  baselineadminnetworkpolicies: resource(
    ADMIN_POLICY,
    'v1alpha1',
    'baselineadminnetworkpolicies',
    'BaselineAdminNetworkPolicy',
    false,
  ),
  egressfirewalls: resource(OVN, 'v1', 'egressfirewalls', 'EgressFirewall', true),
  egressips: resource(OVN, 'v1', 'egressips', 'EgressIP', false),
  egressqoses: resource(OVN, 'v1', 'egressqoses', 'EgressQoS', true),
  egressservices: resource(OVN, 'v1', 'egressservices', 'EgressService', true),
  adminpolicybasedexternalroutes: resource(
    OVN,
    'v1',
    'adminpolicybasedexternalroutes',
    'AdminPolicyBasedExternalRoute',
    false,
  ),
  'network-attachment-definitions': resource(
    'k8s.cni.cncf.io',
    'v1',
    'network-attachment-definitions',
    'NetworkAttachmentDefinition',
    true,
  ),
  userdefinednetworks: resource(OVN, 'v1', 'userdefinednetworks', 'UserDefinedNetwork', true),
  clusteruserdefinednetworks: resource(OVN, 'v1', 'clusteruserdefinednetworks', 'ClusterUserDefinedNetwork', false),
  events: resource('', 'v1', 'events', 'Event', true),
};
