import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ANALYZERS } from '../../src/doctor/registry.js';
import { RESOURCES } from '../../src/kube/model/resource.js';
import { permissionsOf } from '../../src/kube/rbac/permissions.js';
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
    const { permissions, purposes } = rbacRules([], NAMESPACE);
    expect(purposes).toEqual(['trace', 'zones', 'snapshot', 'doctor']);
    for (const { resource, verbs, group } of permissions) {
      expect(resource).not.toMatch(/secrets|\*/);
      expect(group).not.toBe('*');
      const changing = verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb));
      expect(changing).toEqual(resource === 'pods/exec' ? ['create'] : []);
    }
  });

  it('for egress IPs, let them be changed and nodes be labelled, and nothing else', () => {
    const { permissions } = rbacRules(['egressip'], NAMESPACE);
    const reading = ['get', 'list'];
    expect(permissions.map(({ group, resource, verbs }) => [group, resource, verbs])).toEqual([
      ['', 'namespaces', reading],
      ['', 'nodes', [...reading, 'patch']],
      ['', 'pods', reading],
      ['k8s.ovn.org', 'egressips', [...reading, 'watch', 'create', 'patch', 'delete']],
    ]);
  });

  it('for the doctor, are what its analyzers declare to look at', () => {
    const has = rbacRules(['doctor'], NAMESPACE).permissions.map(({ resource }) => resource);
    const inputs = ANALYZERS.flatMap((analyzer) => analyzer.inputs);
    const kinds = inputs.flatMap((input) => (input.startsWith('kube.') ? [input.slice('kube.'.length)] : []));
    const others = ['pods', 'pods/exec', 'pods/log', 'configmaps'];
    expect([...new Set(has)].sort()).toEqual([...new Set([...kinds, ...others])].sort());
  });

  it('for a trace, let every kind be read that the tracer may ask for', () => {
    const readable = permissionsOf('trace').map(({ group, resource }) => `${resource} ${group}`);
    const asked = Object.values(RESOURCES).map(({ group, plural }) => `${plural} ${group}`);
    // What only the doctor asks for says how OVN-Kubernetes fares, not where packets go.
    expect(asked.filter((each) => !readable.includes(each))).toEqual([
      'daemonsets apps',
      'events ',
      'certificatesigningrequests certificates.k8s.io',
    ]);
    const all = permissionsOf('snapshot').map(({ group, resource }) => `${resource} ${group}`);
    expect(asked.filter((each) => !all.includes(each))).toEqual([]);
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
