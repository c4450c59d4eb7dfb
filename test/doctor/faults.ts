import { DATABASE_FAULTS } from './databases/database-faults.js';
import { SERVER_FAULTS } from './databases/server-faults.js';
import { EGRESS_FAULTS } from './egress/egress-faults.js';
import { FEATURE_FAULTS } from './egress/feature-faults.js';
import { ASSIGNMENT_FAULTS, ROUTING_FAULTS, SECONDARY_FAULTS } from './egress/routing-faults.js';
import { GATEWAY_FAULTS } from './gateway/gateway-faults.js';
import { IPSEC_FAULTS } from './ipsec/ipsec-faults.js';
import { HOST_FAULTS } from './nodes/host-faults.js';
import { FEATURE_FAULTS as NETWORK_FAULTS } from './network/feature-faults.js';
import { SUBNET_FAULTS } from './network/subnet-faults.js';
import { USER_NETWORK_FAULTS } from './network/user-network-faults.js';
import { NODE_FAULTS } from './nodes/node-faults.js';
import { CREATION_FAULTS } from './pods/creation-faults.js';
import { POD_FAULTS } from './pods/pod-faults.js';
import { ADMIN_FAULTS } from './policies/admin-faults.js';
import { FIREWALL_FAULTS } from './policies/firewall-faults.js';
import { MEANING_FAULTS } from './policies/meaning-faults.js';
import { POLICY_FAULTS } from './policies/policy-faults.js';
import { NODE_PORT_FAULTS } from './services/node-port-faults.js';
import { POLICY_FAULTS as LOCAL_POLICY_FAULTS } from './services/policy-faults.js';
import { SERVICE_FAULTS } from './services/service-faults.js';
import { VERSION_FAULTS } from './versions/version-faults.js';
import type { SmallCluster } from './small-cluster.js';

/** A fault in the small cluster and what the analyzer must say about it, and nothing else. */
export interface Fault {
  readonly analyzer: string;
  readonly name: string;
  readonly change: (cluster: SmallCluster) => void;
  /** `CODE=KIND/NAME`, sorted; empty for what must not alarm. */
  readonly finds: readonly string[];
  /** Words that the messages and excerpts of the findings must have. */
  readonly says?: readonly (string | RegExp)[];
  /** The outcome where nothing is found; `clean` if left out. */
  readonly outcome?: 'clean' | 'skipped' | 'inconclusive';
}

export const FAULTS: readonly Fault[] = [
  ...CREATION_FAULTS,
  ...DATABASE_FAULTS,
  ...ASSIGNMENT_FAULTS,
  ...EGRESS_FAULTS,
  ...FEATURE_FAULTS,
  ...ROUTING_FAULTS,
  ...SECONDARY_FAULTS,
  ...GATEWAY_FAULTS,
  ...HOST_FAULTS,
  ...IPSEC_FAULTS,
  ...NODE_FAULTS,
  ...NODE_PORT_FAULTS,
  ...POD_FAULTS,
  ...SERVER_FAULTS,
  ...ADMIN_FAULTS,
  ...FIREWALL_FAULTS,
  ...MEANING_FAULTS,
  ...POLICY_FAULTS,
  ...SERVICE_FAULTS,
  ...NETWORK_FAULTS,
  ...LOCAL_POLICY_FAULTS,
  ...SUBNET_FAULTS,
  ...USER_NETWORK_FAULTS,
  ...VERSION_FAULTS,
];
