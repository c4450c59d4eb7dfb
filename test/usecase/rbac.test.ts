import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { RESOURCES } from '../../src/kube/model/resource.js';
import { permissionsFor } from '../../src/kube/rbac/permissions.js';
import { RBAC_PURPOSES, rbacRules } from '../../src/usecase/rbac.js';
import { rbacNames, renderManifests, renderPermissions } from '../../src/view/rbac/render-rbac.js';
import { loadPalette } from '../../src/view/color.js';

const NAMESPACE = 'ovn-kubernetes';

describe('the roles of a job', () => {
  it.each(RBAC_PURPOSES)('%s: grant exactly what it needs', (purpose) => {
    const { permissions, manifests } = rbacRules([purpose], NAMESPACE);
    const granted = manifests
      .flatMap(({ kind, rules }) =>
        rules.flatMap(({ apiGroups, resources, verbs }) =>
          resources.flatMap((resource) => verbs.map((verb) => `${kind} ${apiGroups.join()} ${resource} ${verb}`)),
        ),
      )
      .sort();
    const needed = permissions
      .flatMap(({ group, resource, verbs, namespace }) =>
        verbs.map((verb) => `${namespace === undefined ? 'ClusterRole' : 'Role'} ${group} ${resource} ${verb}`),
      )
      .sort();
    expect(granted).toEqual(needed);
    expect(new Set(granted).size).toBe(granted.length);
  });

  it('never include a secret, a wildcard or a way to change anything but a stream into a pod', () => {
    for (const { resource, verbs, group } of rbacRules([], NAMESPACE).permissions) {
      expect(resource).not.toMatch(/secrets|\*/);
      expect(group).not.toBe('*');
      const changing = verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb));
      expect(changing).toEqual(resource === 'pods/exec' ? ['create'] : []);
    }
  });

  it('for a trace, let every kind be read that the tracer may ask for', () => {
    const readable = permissionsFor(['trace']).map(({ group, resource }) => `${resource} ${group}`);
    const asked = Object.values(RESOURCES)
      // Events are read by the doctor alone.
      .filter(({ plural }) => plural !== 'events')
      .map(({ group, plural }) => `${plural} ${group}`);
    expect(asked.filter((each) => !readable.includes(each))).toEqual([]);
  });

  it('open exec in the namespace of OVN-Kubernetes alone, with both verbs it is checked for', () => {
    const { manifests } = rbacRules(['trace'], 'openshift-ovn-kubernetes');
    expect(manifests[1]).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'ovnctl-trace', namespace: 'openshift-ovn-kubernetes' },
      rules: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] }],
    });
  });
});

describe('shown', () => {
  it('as manifests that parse to the same roles', async () => {
    const rules = rbacRules(['zones'], NAMESPACE);
    const documents = parseAllDocuments(await renderManifests(rules)).map((document) => document.toJS() as unknown);
    expect(documents).toEqual(rules.manifests);
  });

  it('as a table with reasons', async () => {
    const table = await renderPermissions(rbacRules(['zones'], NAMESPACE), {
      palette: await loadPalette(false),
      headers: true,
    });
    expect(table).toMatch(/^RESOURCE +VERBS +NAMESPACE +REASON\n/);
    expect(table).toMatch(/^pods\/exec +get,create +ovn-kubernetes +reach the zones' databases/m);
    expect(table).toMatch(/^nodes +get,list +\* /m);
  });

  it('as names', () => {
    expect(rbacNames(rbacRules([], NAMESPACE))).toEqual([
      'clusterrole.rbac.authorization.k8s.io/ovnctl',
      'role.rbac.authorization.k8s.io/ovn-kubernetes/ovnctl',
    ]);
  });
});
