/** Every analyzer, one line each, sorted by id; nothing registers itself. */
import type { Analyzer } from './analyzer.js';
import { databasesFlows } from './databases/flows.js';
import { databasesReferences } from './databases/references.js';
import { egressAssignment } from './egress/assignment.js';
import { egressIps } from './egress/egress-ips.js';
import { egressExternalRoutes } from './egress/external-routes.js';
import { egressNodeSnat } from './egress/node-snat.js';
import { egressQos } from './egress/qos.js';
import { egressRouting } from './egress/routing.js';
import { egressSecondaryHost } from './egress/secondary-host.js';
import { egressServices } from './egress/services.js';
import { gatewayAddresses } from './gateway/addresses.js';
import { gatewayAnnotation, gatewayStale } from './gateway/annotation.js';
import { gatewayBeforeDualStack, gatewayHostRoutes } from './gateway/host-routes.js';
import { gatewayRouterRoutes } from './gateway/router.js';
import { gatewayStartup } from './gateway/startup.js';
import { nodesAnnotations } from './nodes/annotations.js';
import { nodesChassis } from './nodes/chassis.js';
import { nodesOvnkube } from './nodes/ovnkube.js';
import { nodesSubnets } from './nodes/subnets.js';
import { podsBindings } from './pods/bindings.js';
import { podsDuplicates } from './pods/duplicates.js';
import { podsPorts } from './pods/ports.js';
import { policiesAdmin } from './policies/admin.js';
import { policiesFirewallRows } from './policies/firewall-rows.js';
import { policiesFirewallRules } from './policies/firewall-rules.js';
import { policiesLogging } from './policies/logging.js';
import { policiesMembers } from './policies/members.js';
import { policiesNamedPorts } from './policies/named-ports.js';
import { policiesNetworkPolicies } from './policies/network-policies.js';
import { policiesNoEffect } from './policies/no-effect.js';
import { servicesLoadBalancers } from './services/load-balancers.js';

export const ANALYZERS: readonly Analyzer[] = [
  databasesFlows,
  databasesReferences,
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
  nodesAnnotations,
  nodesChassis,
  nodesOvnkube,
  nodesSubnets,
  podsBindings,
  podsDuplicates,
  podsPorts,
  policiesAdmin,
  policiesFirewallRows,
  policiesFirewallRules,
  policiesLogging,
  policiesMembers,
  policiesNamedPorts,
  policiesNetworkPolicies,
  policiesNoEffect,
  servicesLoadBalancers,
];

/** What `--pre dual-stack` runs: what is asked of hosts before the conversion. */
export const BEFORE_DUAL_STACK: readonly Analyzer[] = [gatewayBeforeDualStack, gatewayStartup];
