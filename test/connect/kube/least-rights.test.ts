import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveKubeView } from '../../../src/connect/kube/live-view.js';
import type { Plural } from '../../../src/kube/model/kinds.js';
import { RESOURCES } from '../../../src/kube/model/resource.js';
import { rbacRules } from '../../../src/usecase/rbac.js';
import type { RoleManifest } from '../../../src/usecase/rbac.js';
import { Coverage } from '../../../src/world/coverage.js';
import type { Attempt } from '../../support/kube-api/call.js';
import { failureOf, openTestClient, QUIET } from '../../support/kube-api/client.js';
import { OVN_KINDS } from '../../support/kube-api/model.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import { loadSnapshot } from '../../support/kube-api/snapshot.js';
import { repository, runNode } from '../../support/run-cli.js';

/** What RBAC makes of roles. */
const granting =
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

let api: KubeApi;
beforeEach(async () => {
  const tracer = { name: 'tracer', may: granting(rbacRules(['trace'], 'ovn-kubernetes').manifests) };
  api = await startKubeApi({ tokens: { admin: { name: 'admin' }, tracer }, kinds: OVN_KINDS });
  loadSnapshot(api.store, 'examples/ic-dualstack');
});
afterEach(() => api.stop());

describe('a user with the roles that "ovnctl rbac --for trace" prints', () => {
  it('can read every kind, all of it, in a namespace, and one object', async () => {
    const { client } = await openTestClient(undefined, { options: { server: api.url, token: 'tracer' } });
    const view = liveKubeView(client, new Coverage(), QUIET);
    // Events are read by the doctor alone.
    const plurals = (Object.keys(RESOURCES) as Plural[]).filter((plural) => plural !== 'events');
    for (const plural of plurals) {
      await view.list(plural);
      expect(await view.get(plural, 'nowhere', 'nothing')).toBeUndefined();
      if (RESOURCES[plural].namespaced) await view.list(plural, { namespace: 'shop' });
    }
    expect(api.requests.length).toBeGreaterThan(plurals.length);
  });

  it('can read no secret', async () => {
    const { client } = await openTestClient(undefined, { options: { server: api.url, token: 'tracer' } });
    const asked = { verb: 'list', group: '', resource: 'secrets', namespace: 'shop' };
    const request = { asked, method: 'GET', path: '/api/v1/namespaces/shop/secrets' } as const;
    expect(await failureOf(client.json(request, QUIET))).toMatchObject({ code: 'kube.forbidden' });
  });
});

it('an ordinary read of a cluster loads nothing but Node itself', async () => {
  const coverage = mkdtempSync(join(tmpdir(), 'ovnctl-loaded-'));
  const script = `
    import { openCluster } from ${JSON.stringify(join(repository, 'src/connect/kube/open-cluster.ts'))};
    import { liveKubeView } from ${JSON.stringify(join(repository, 'src/connect/kube/live-view.ts'))};
    import { Coverage } from ${JSON.stringify(join(repository, 'src/world/coverage.ts'))};
    const say = (text) => console.log(text);
    const client = await openCluster({ server: ${JSON.stringify(api.url)}, token: 'admin' }, { warn: say, note: say });
    const { items } = await liveKubeView(client, new Coverage(), new AbortController().signal).list('pods');
    console.log(items.length);
    client.connection.close();
  `;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const environment = { NODE_V8_COVERAGE: coverage, KUBECONFIG: undefined, HOME: coverage };
  expect(await runNode(args, { environment })).toEqual({ stdout: '32\n', stderr: '', code: 0 });
  const urls = readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as { result: readonly { url: string }[] };
    return result.map(({ url }) => url);
  });
  expect(urls.some((url) => url.endsWith('/live-view.ts'))).toBe(true);
  expect(urls.filter((url) => /node_modules\/(?:@kubernetes|yaml|ws)\//.test(url))).toEqual([]);
  rmSync(coverage, { recursive: true });
});
