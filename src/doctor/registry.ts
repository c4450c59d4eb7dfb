/** Every analyzer, one line each, sorted by id; nothing registers itself. */
import type { Analyzer } from './analyzer.js';
import { databasesConnection } from './databases/connection.js';
import { databasesFlows } from './databases/flows.js';
import { databasesHealth } from './databases/health.js';
import { databasesNorthd } from './databases/northd.js';
import { databasesReferences } from './databases/references.js';
import { databasesScale } from './databases/scale.js';
import { egressAssignment } from './egress/assignment.js';
import { egressIps } from './egress/egress-ips.js';
import { egressExternalRoutes } from './egress/external-routes.js';
import { egressNodeSnat } from './egress/node-snat.js';
import { egressQos } from './egress/qos.js';
import { egressRouting } from './egress/routing.js';
import { egressSecondaryHost } from './egress/secondary-host.js';
import { egressServices } from './egress/services.js';
import { gatewayAddresses, gatewayAddressesBeforeDualStack } from './gateway/addresses.js';
import { gatewayAnnotation, gatewayStale } from './gateway/annotation.js';
import { gatewayBeforeDualStack, gatewayHostRoutes } from './gateway/host-routes.js';
import { gatewayRouterRoutes } from './gateway/router.js';
import { gatewayStartup } from './gateway/startup.js';
import { ipsecCertificates } from './ipsec/certificates.js';
import { ipsecFlag } from './ipsec/flag.js';
import { ipsecHeadroom } from './ipsec/headroom.js';
import { ipsecTunnels } from './ipsec/tunnels.js';
import { networkDnsDhcp } from './network/dns-dhcp.js';
import { networkHybrid } from './network/hybrid.js';
import { networkLocalnet } from './network/localnet.js';
import { networkMode } from './network/mode.js';
import { networkMulticast } from './network/multicast.js';
import { networkOffload } from './network/offload.js';
import { networkOverlaps } from './network/overlaps.js';
import { networkSubnets } from './network/subnets.js';
import { networkUserDefined } from './network/user-defined.js';
import { nodesAnnotations } from './nodes/annotations.js';
import { nodesBridge } from './nodes/bridge.js';
import { nodesChassis } from './nodes/chassis.js';
import { nodesCoverage } from './nodes/coverage.js';
import { nodesErrors } from './nodes/errors.js';
import { nodesForwarding } from './nodes/forwarding.js';
import { nodesMtu } from './nodes/mtu.js';
import { nodesOvnkube } from './nodes/ovnkube.js';
import { nodesPolicyRoutes } from './nodes/policy-routes.js';
import { nodesSubnets } from './nodes/subnets.js';
import { nodesTunnels } from './nodes/tunnels.js';
import { podsBindings } from './pods/bindings.js';
import { podsCreation } from './pods/creation.js';
import { podsDuplicates } from './pods/duplicates.js';
import { podsHostNetwork } from './pods/host-network.js';
import { podsPorts } from './pods/ports.js';
import { podsStaleSnat } from './pods/stale-snat.js';
import { policiesAdmin } from './policies/admin.js';
import { policiesFirewallRows } from './policies/firewall-rows.js';
import { policiesFirewallRules } from './policies/firewall-rules.js';
import { policiesLogging } from './policies/logging.js';
import { policiesMembers } from './policies/members.js';
import { policiesNamedPorts } from './policies/named-ports.js';
import { policiesNetworkPolicies } from './policies/network-policies.js';
import { policiesNoEffect } from './policies/no-effect.js';
import { servicesAffinity } from './services/affinity.js';
import { servicesExternalAddresses } from './services/external-addresses.js';
import { servicesFamilies } from './services/families.js';
import { servicesGroups } from './services/groups.js';
import { servicesLoadBalancers } from './services/load-balancers.js';
import { servicesLocalPolicy } from './services/local-policy.js';
import { servicesNodePorts } from './services/node-ports.js';
import { servicesPortClaims } from './services/port-claims.js';
import { servicesTemplates } from './services/templates.js';
import { versionsRisks } from './versions/risks.js';
import { versionsSchema } from './versions/schema.js';
import { versionsSkew } from './versions/skew.js';

export const ANALYZERS: readonly Analyzer[] = [
  databasesConnection,
  databasesFlows,
  databasesHealth,
  databasesNorthd,
  databasesReferences,
  databasesScale,
  egressAssignment,
  egressIps,
  egressExternalRoutes,
  egressNodeSnat,
  egressQos,
  egressRouting,
  egressSecondaryHost,
  egressServices,
  gatewayAddresses,
  gatewayAnnotation,
  gatewayHostRoutes,
  gatewayRouterRoutes,
  gatewayStale,
  gatewayStartup,
  ipsecCertificates,
  ipsecFlag,
  ipsecHeadroom,
  ipsecTunnels,
  networkDnsDhcp,
  networkHybrid,
  networkLocalnet,
  networkMode,
  networkMulticast,
  networkOffload,
  networkOverlaps,
  networkSubnets,
  networkUserDefined,
  nodesAnnotations,
  nodesBridge,
  nodesChassis,
  nodesCoverage,
  nodesErrors,
  nodesForwarding,
  nodesMtu,
  nodesOvnkube,
  nodesPolicyRoutes,
  nodesSubnets,
  nodesTunnels,
  podsBindings,
  podsCreation,
  podsDuplicates,
  podsHostNetwork,
  podsPorts,
  podsStaleSnat,
  policiesAdmin,
  policiesFirewallRows,
  policiesFirewallRules,
  policiesLogging,
  policiesMembers,
  policiesNamedPorts,
  policiesNetworkPolicies,
  policiesNoEffect,
  servicesAffinity,
  servicesExternalAddresses,
  servicesFamilies,
  servicesGroups,
  servicesLoadBalancers,
  servicesLocalPolicy,
  servicesNodePorts,
  servicesPortClaims,
  servicesTemplates,
  versionsRisks,
  versionsSchema,
  versionsSkew,
];

/** What `--pre dual-stack` runs: what is asked of hosts before the conversion. */
export const BEFORE_DUAL_STACK: readonly Analyzer[] = [
  gatewayAddressesBeforeDualStack,
  gatewayBeforeDualStack,
  gatewayStartup,
];
