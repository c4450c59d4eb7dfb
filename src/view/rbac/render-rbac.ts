import type { NeededPermission, RbacRules } from '../../usecase/rbac.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

/** The roles as manifests, ready for `kubectl apply -f -`. */
export async function renderManifests({ manifests }: RbacRules): Promise<string> {
  const { stringify } = await import('yaml');
  return manifests.map((manifest) => stringify(manifest, { lineWidth: 0 })).join('---\n');
}

/** Every permission with its reason, one a line. */
export function renderPermissions({ permissions }: RbacRules, layout: Layout): Promise<string> {
  const columns = [
    { title: 'RESOURCE' },
    { title: 'VERBS' },
    { title: 'NAMESPACE' },
    { title: 'REASON', shrinkTo: 20 },
  ];
  const row = (permission: NeededPermission): readonly string[] => [
    qualified(permission),
    permission.verbs.join(','),
    permission.namespace ?? '*',
    permission.reason,
  ];
  return renderTable(columns, permissions.map(row), layout);
}

const qualified = ({ group, resource }: NeededPermission): string => (group === '' ? resource : `${resource}.${group}`);

/** `-o name`: the roles, as kubectl names them. */
export function rbacNames({ manifests }: RbacRules): readonly string[] {
  return manifests.map(({ kind, metadata: { name, namespace } }) =>
    [`${kind.toLowerCase()}.rbac.authorization.k8s.io`, ...(namespace === undefined ? [] : [namespace]), name].join(
      '/',
    ),
  );
}
