/**
 * What each job of ovnctl asks of a cluster, as data: the one place that knows. `ovnctl rbac` prints it as ClusterRole and
 * Role; a refused request looks up here which rule would have allowed it. A job that begins to read another kind adds a line
 * here; what the doctor needs follows from what its analyzers declare. Must not know: clusters, users, YAML.
 */
import type { Plural } from '../model/kinds.js';
import { RESOURCES } from '../model/resource.js';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';

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

/** To read all objects of a kind. */
export const reading = (plural: Plural, reason: string): Permission => {
  const { group, plural: resource } = RESOURCES[plural];
  return { group, resource, verbs: ['get', 'list'], scope: 'cluster', reason };
};

/** The kubelet's exec is opened with GET, and checked for `get` and then again for `create`. */
export const EXEC: Permission = {
  group: '',
  resource: 'pods/exec',
  verbs: ['create', 'get'],
  scope: 'ovn-namespace',
  reason: "reach the zones' databases, which listen on unix sockets inside the pods",
};

/** Both are needed to find the databases. */
export const PODS = reading('pods', 'find the OVN pods by label, and the ends of a trace');
const NODES = reading('nodes', 'which node is in which zone, and its addresses');

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

/** What only the doctor looks at, and a snapshot therefore holds. */
const EXAMINED: readonly Permission[] = [
  reading('daemonsets', 'whether OVN-Kubernetes runs on every node'),
  reading('events', 'what OVN-Kubernetes said about objects'),
  reading('certificatesigningrequests', 'certificates that nodes wait for'),
];

export const CONFIGURATION: Permission = {
  group: '',
  resource: 'configmaps',
  verbs: ['get', 'list'],
  scope: 'ovn-namespace',
  reason: 'configuration of OVN-Kubernetes',
};

export const LOGS: Permission = {
  group: '',
  resource: 'pods/log',
  verbs: ['get'],
  scope: 'ovn-namespace',
  reason: 'last lines of the OVN pods',
};

/** The jobs that are known here, by the word that `ovnctl rbac --for` takes. */
export type Job = 'trace' | 'zones' | 'snapshot' | 'egressip';

const JOBS: Readonly<Record<Job, readonly Permission[]>> = {
  trace: TRACE,
  zones: [PODS, NODES, EXEC],
  snapshot: [...TRACE, ...EXAMINED, CONFIGURATION, LOGS],
  egressip: [
    {
      ...reading('egressips', 'make, change and delete egress IPs'),
      verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    },
    { ...reading('nodes', 'label the nodes that may hold them'), verbs: ['get', 'list', 'patch'] },
    reading('namespaces', 'which namespaces an egress IP selects'),
    reading('pods', 'which pods an egress IP selects'),
  ],
};

const VERBS: readonly string[] = ['get', 'list', 'watch', 'create', 'patch', 'delete'] satisfies readonly Verb[];
const rank = (verb: string): number => VERBS.indexOf(verb);
const key = ({ scope, group, resource }: Permission): string => `${scope}\n${group}\n${resource}`;

/** The permissions together, each resource once with all its verbs; in order of scope, group and resource. */
export function merged(permissions: readonly Permission[]): readonly Permission[] {
  const byKey = new Map<string, Permission>();
  for (const permission of permissions) {
    const known = byKey.get(key(permission));
    const verbs = [...new Set([...(known?.verbs ?? []), ...permission.verbs])].sort((a, b) => rank(a) - rank(b));
    byKey.set(key(permission), { ...(known ?? permission), verbs });
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, permission]) => permission);
}

export const permissionsOf = (job: Job): readonly Permission[] => JOBS[job];

/** The jobs that need this, in the order they are listed here. */
export function jobsNeeding(group: string, resource: string, verb: string): readonly Job[] {
  const needs = (permission: Permission): boolean =>
    permission.group === group &&
    permission.resource === resource &&
    (permission.verbs as readonly string[]).includes(verb);
  return (Object.keys(JOBS) as Job[]).filter((job) => JOBS[job].some(needs));
}
