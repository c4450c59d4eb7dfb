/**
 * The least rights that a job needs in a cluster. In: jobs and the namespace of OVN-Kubernetes. Out: every permission with its
 * reason, and the ClusterRole and Role that grant them and nothing else. Asks no cluster.
 */
import type { Analyzer } from '../doctor/analyzer.js';
import { ANALYZERS, BEFORE_DUAL_STACK } from '../doctor/registry.js';
import type { Plural } from '../kube/model/kinds.js';
import { CONFIGURATION, EXEC, LOGS, merged, permissionsOf, PODS, reading } from '../kube/rbac/permissions.js';
import type { Job, Permission } from '../kube/rbac/permissions.js';
import type { PolicyRule } from '../kube/rbac/rule.js';

/** A Role or ClusterRole of rbac.authorization.k8s.io/v1. */
export interface RoleManifest {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'ClusterRole' | 'Role';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: readonly PolicyRule[];
}

export interface NeededPermission {
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Absent when it is needed everywhere. */
  readonly namespace?: string;
  readonly reason: string;
}

export interface RbacRules {
  readonly purposes: readonly Purpose[];
  readonly permissions: readonly NeededPermission[];
  readonly manifests: readonly RoleManifest[];
}

/** A job that needs a cluster. */
type Purpose = Job | 'doctor';

/** The words of `--for`. */
export const RBAC_PURPOSES: readonly Purpose[] = ['trace', 'zones', 'snapshot', 'doctor', 'egressip'];

/** Jobs that change something: their rights are granted only when they are asked for. */
const CHANGING: readonly Purpose[] = ['egressip'];

/** What the jobs need together; without any, what all those need that change nothing. */
export function rbacRules(wanted: readonly Purpose[], ovnNamespace: string): RbacRules {
  const purposes = RBAC_PURPOSES.filter((purpose) =>
    wanted.length === 0 ? !CHANGING.includes(purpose) : wanted.includes(purpose),
  );
  const permissions = merged(purposes.flatMap(permissionsFor));
  const name = ['ovnctl', ...(wanted.length === 0 ? [] : purposes)].join('-');
  const within = (scope: Permission['scope']): readonly Permission[] =>
    permissions.filter((permission) => permission.scope === scope);
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return {
    purposes,
    permissions: permissions.map(({ group, resource, verbs, scope, reason }) => ({
      group,
      resource,
      verbs,
      ...(scope === 'cluster' ? {} : { namespace: ovnNamespace }),
      reason,
    })),
    manifests: [
      { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: rulesOf(within('cluster')) },
      {
        apiVersion,
        kind: 'Role',
        metadata: { name, namespace: ovnNamespace },
        rules: rulesOf(within('ovn-namespace')),
      },
    ],
  };
}

/** One rule for the resources of a group that need the same verbs. */
function rulesOf(permissions: readonly Permission[]): readonly PolicyRule[] {
  const rules = new Map<string, { group: string; verbs: readonly string[]; resources: string[] }>();
  for (const { group, resource, verbs } of permissions) {
    const key = `${group}\n${verbs.join()}`;
    const rule = rules.get(key) ?? { group, verbs, resources: [] };
    rules.set(key, { ...rule, resources: [...rule.resources, resource] });
  }
  return [...rules.values()].map(({ group, verbs, resources }) => ({ apiGroups: [group], resources, verbs }));
}

const permissionsFor = (purpose: Purpose): readonly Permission[] =>
  purpose === 'doctor' ? doctorPermissions([...ANALYZERS, ...BEFORE_DUAL_STACK]) : permissionsOf(purpose);

/** What the analyzers declare to look at, as rights, and what it takes to find the databases. */
function doctorPermissions(analyzers: readonly Analyzer[]): readonly Permission[] {
  const inputs = new Set(analyzers.flatMap((analyzer) => analyzer.inputs));
  const ids = (of: (analyzer: Analyzer) => boolean): string => {
    const [first = '', ...others] = analyzers.filter(of).map(({ id }) => id);
    return others.length === 0 ? `looked at by ${first}` : `looked at by ${first} and others`;
  };
  const permissions = [PODS];
  for (const input of [...inputs].sort()) {
    const reason = ids((analyzer) => analyzer.inputs.includes(input));
    if (input.startsWith('kube.')) permissions.push(reading(input.slice('kube.'.length) as Plural, reason));
    else if (input === 'hosts.logs') permissions.push(LOGS);
    else if (input === 'hosts.configuration') permissions.push(CONFIGURATION);
    // Databases, and what `ip` prints on a node, both come through a pod.
    else permissions.push(EXEC);
  }
  return permissions;
}
