import type { Owner } from '../../ovnk/owner.js';
import type { CauseType } from '../../trace/path/path-trace.js';

/** Records rather than lists, so that a new word that is missing here does not compile. */
const TYPES: Readonly<Record<CauseType, true>> = {
  policy: true,
  'egress-firewall': true,
  acl: true,
  isolation: true,
  'no-endpoints': true,
  'session-affinity': true,
  'no-route': true,
  'no-mac': true,
  'port-security': true,
  'not-for-router': true,
  ttl: true,
  mtu: true,
  'unknown-destination': true,
  'wrong-destination': true,
  loop: true,
  'reply-lost': true,
  unsupported: true,
  gap: true,
  other: true,
};

const KINDS: Readonly<Record<Owner['kind'], true>> = {
  NetworkPolicy: true,
  DefaultDeny: true,
  AdminNetworkPolicy: true,
  BaselineAdminNetworkPolicy: true,
  EgressFirewall: true,
  UDNIsolation: true,
  AdvertisedNetwork: true,
  ClusterNetworkConnect: true,
  Multicast: true,
  EgressIP: true,
  EgressQoS: true,
  NetworkQoS: true,
  EgressService: true,
  Service: true,
  Pod: true,
  ExternalGateway: true,
  Namespace: true,
  Node: true,
  Infrastructure: true,
  Unrecognised: true,
};

/** What a reason may be called. */
export const CAUSE_TYPES = Object.keys(TYPES) as readonly CauseType[];

/** Kinds of objects that can decide about a packet. */
export const OWNER_KINDS: readonly string[] = Object.keys(KINDS);
