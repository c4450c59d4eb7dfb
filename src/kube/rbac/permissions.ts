/**
 * What each job of ovnctl asks of a cluster, as data: the one place that knows. `ovnctl rbac` prints it as ClusterRole and
 * Role; a refused request looks up here which rule would have allowed it. A job that begins to read another kind adds a line
 * here. Must not know: clusters, users, YAML.
 */
import type { Plural } from '../model/kinds.js';
import { RESOURCES } from '../model/resource.js';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch';

export interface Permission {
  /** Empty for the core group. */
  readonly group: string;
  /** With its subresource, like `pods/exec`. */
  readonly resource: string;
  readonly verbs: readonly Verb[];
  /** Everywhere, or only in the namespace that OVN-Kubernetes runs in. */
  readonly scope: 'cluster' | 'ovn-namespace';
  /** What for, one phrase. */
  readonly reason: string;
}

const reading = (plural: Plural, reason: string): Permission => {
  const { group, plural: resource } = RESOURCES[plural];
  return { group, resource, verbs: ['get', 'list'], scope: 'cluster', reason };
};

/** The kubelet's exec is opened with GET, and checked for `get` and then again for `create`. */
const EXEC: Permission = {
  group: '',
  resource: 'pods/exec',
  verbs: ['create', 'get'],
  scope: 'ovn-namespace',
  reason: "reach the zones' databases, which listen on unix sockets inside the pods",
};

const NODES = reading('nodes', 'which node is in which zone, and its addresses');
const PODS = reading('pods', 'find the OVN pods by label, and the ends of a trace');

const TRACE: readonly Permission[] = [
  PODS,
  NODES,
  reading('namespaces', 'networks and routes that a namespace chooses'),
  reading('services', 'addresses and ports of a service'),
  reading('endpointslices', 'backends of a service'),
  reading('networkpolicies', 'name the rule that decides'),
  reading('adminnetworkpolicies', 'name the rule that decides'),
  reading('baselineadminnetworkpolicies', 'name the rule that decides'),
  reading('egressfirewalls', 'name the rule that decides'),
  reading('egressips', 'name what governs egress'),
  reading('egressqoses', 'name what governs egress'),
  reading('egressservices', 'name what governs egress'),
  reading('adminpolicybasedexternalroutes', 'name what governs egress'),
  reading('network-attachment-definitions', 'networks of a pod'),
  reading('userdefinednetworks', 'networks of a pod'),
  reading('clusteruserdefinednetworks', 'networks of a pod'),
  EXEC,
];

const SNAPSHOT: readonly Permission[] = [
  ...TRACE,
  reading('events', 'why something was not set up'),
  {
    group: '',
    resource: 'configmaps',
    verbs: ['get', 'list'],
    scope: 'ovn-namespace',
    reason: 'configuration of OVN-Kubernetes',
  },
  { group: '', resource: 'pods/log', verbs: ['get'], scope: 'ovn-namespace', reason: 'last lines of the OVN pods' },
];

/** The jobs that need a cluster, by the word that `ovnctl rbac --for` takes. */
export type Purpose = 'trace' | 'zones' | 'snapshot' | 'doctor';

const PURPOSES: Readonly<Record<Purpose, readonly Permission[]>> = {
  trace: TRACE,
  zones: [PODS, NODES, EXEC],
  snapshot: SNAPSHOT,
  // What a snapshot holds is what the doctor looks at.
  doctor: SNAPSHOT,
};

export const ALL_PURPOSES = Object.keys(PURPOSES) as readonly Purpose[];

const rank = (verb: string): number => ['get', 'list', 'watch', 'create', 'patch'].indexOf(verb);
const key = ({ scope, group, resource }: Permission): string => `${scope}\n${group}\n${resource}`;

/** What the jobs need together, each resource once with all its verbs; in order of scope, group and resource. */
export function permissionsFor(purposes: readonly Purpose[]): readonly Permission[] {
  const merged = new Map<string, Permission>();
  for (const permission of purposes.flatMap((purpose) => PURPOSES[purpose])) {
    const known = merged.get(key(permission));
    const verbs = [...new Set([...(known?.verbs ?? []), ...permission.verbs])].sort((a, b) => rank(a) - rank(b));
    merged.set(key(permission), { ...(known ?? permission), verbs });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, permission]) => permission);
}

/** The jobs that need this, in the order they are listed here. */
export function purposesNeeding(group: string, resource: string, verb: string): readonly Purpose[] {
  const needs = (permission: Permission): boolean =>
    permission.group === group &&
    permission.resource === resource &&
    (permission.verbs as readonly string[]).includes(verb);
  return ALL_PURPOSES.filter((purpose) => PURPOSES[purpose].some(needs));
}
