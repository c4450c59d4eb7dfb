import type { RoleManifest } from '../../src/usecase/rbac.js';
import type { Attempt } from './kube-api/call.js';

/** What RBAC makes of roles. */
export const granting =
  (roles: readonly RoleManifest[]) =>
  ({ group, resource, verb, namespace }: Attempt): boolean =>
    roles.some(
      ({ kind, metadata, rules }) =>
        (kind === 'ClusterRole' || metadata.namespace === namespace) &&
        rules.some(
          ({ apiGroups, resources, verbs }) =>
            apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb),
        ),
    );
