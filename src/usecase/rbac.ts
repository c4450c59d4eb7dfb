/**
 * The least rights that a job needs in a cluster. In: jobs and the namespace of OVN-Kubernetes. Out: every permission with its
 * reason, and the ClusterRole and Role that grant them and nothing else. Asks no cluster.
 */
import { ALL_PURPOSES, permissionsFor } from '../kube/rbac/permissions.js';
import type { Permission, Purpose } from '../kube/rbac/permissions.js';
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

/** The words of `--for`. */
export const RBAC_PURPOSES = ALL_PURPOSES;

/** What the jobs need together; without any, what all of them need. */
export function rbacRules(wanted: readonly Purpose[], ovnNamespace: string): RbacRules {
  const purposes = ALL_PURPOSES.filter((purpose) => wanted.length === 0 || wanted.includes(purpose));
  const permissions = permissionsFor(purposes);
  const name = ['ovnctl', ...(purposes.length === ALL_PURPOSES.length ? [] : purposes)].join('-');
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
