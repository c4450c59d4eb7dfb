/** Every analyzer, one line each, sorted by id; nothing registers itself. */
import type { Analyzer } from './analyzer.js';
import { databasesFlows } from './databases/flows.js';
import { databasesReferences } from './databases/references.js';
import { egressIps } from './egress/egress-ips.js';
import { egressNodeSnat } from './egress/node-snat.js';
import { gatewayAddresses } from './gateway/addresses.js';
import { gatewayAnnotation, gatewayStale } from './gateway/annotation.js';
import { gatewayBeforeDualStack, gatewayHostRoutes } from './gateway/host-routes.js';
import { gatewayRouterRoutes } from './gateway/router.js';
import { gatewayStartup } from './gateway/startup.js';
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
import { nodesChassis } from './nodes/chassis.js';
import { nodesOvnkube } from './nodes/ovnkube.js';
import { nodesSubnets } from './nodes/subnets.js';
import { podsBindings } from './pods/bindings.js';
import { podsCreation } from './pods/creation.js';
import { podsDuplicates } from './pods/duplicates.js';
import { podsHostNetwork } from './pods/host-network.js';
import { podsPorts } from './pods/ports.js';
import { podsStaleSnat } from './pods/stale-snat.js';
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
  databasesFlows,
  databasesReferences,
  egressIps,
  egressNodeSnat,
  gatewayAddresses,
  gatewayAnnotation,
  gatewayHostRoutes,
  gatewayRouterRoutes,
  gatewayStale,
  gatewayStartup,
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
  nodesChassis,
  nodesOvnkube,
  nodesSubnets,
  podsBindings,
  podsCreation,
  podsDuplicates,
  podsHostNetwork,
  podsPorts,
  podsStaleSnat,
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
export const BEFORE_DUAL_STACK: readonly Analyzer[] = [gatewayBeforeDualStack, gatewayStartup];
