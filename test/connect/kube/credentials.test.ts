import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveKubeView } from '../../../src/connect/kube/live-view.js';
import { Coverage } from '../../../src/world/coverage.js';
import { failureOf, openTestClient, QUIET } from '../../support/kube-api/client.js';
import type { TestClient, TestOptions } from '../../support/kube-api/client.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import type { User } from '../../support/kube-api/call.js';

let folder: string;
let api: KubeApi;
const tokens: Record<string, User> = {};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ovnctl-credentials-'));
  for (const token of Object.keys(tokens)) Reflect.deleteProperty(tokens, token);
  api = await startKubeApi({ tokens });
});
afterEach(async () => {
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(user: object, test: Omit<TestOptions, 'options'> = {}, cluster: object = {}): Promise<TestClient> {
  const kubeconfig = join(folder, 'config');
  const config = {
    clusters: [{ name: 'c', cluster: { server: api.url, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return openTestClient(undefined, { options: { kubeconfig }, ...test });
}

let asked = 0;
/** One request; a namespace of its own each time, so that no answer is kept. */
const ask = ({ client }: TestClient) =>
  liveKubeView(client, new Coverage(), QUIET).list('pods', { namespace: `n${String(asked++)}` });

const API = 'client.authentication.k8s.io/v1';

/** A plugin that counts its runs and prints what `code` makes of it. */
function plugin(code: string, more: object = {}): object {
  const script = join(folder, 'plugin.cjs');
  const runs = join(folder, 'runs');
  writeFileSync(
    script,
    `#!${process.execPath}
const fs = require('node:fs');
fs.appendFileSync(${JSON.stringify(runs)}, 'x');
const run = fs.readFileSync(${JSON.stringify(runs)}, 'utf8').length;
const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
const give = (status, extra) => console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: info.apiVersion, status, ...extra }));
${code}
`,
  );
  chmodSync(script, 0o755);
  return { exec: { apiVersion: API, command: './plugin.cjs', interactiveMode: 'IfAvailable', ...more } };
}
const runs = (): number => readFileSync(join(folder, 'runs'), 'utf8').length;

describe('an exec plugin', () => {
  it('gives a token, and is run once for many requests', async () => {
    tokens['from-plugin'] = { name: 'p' };
    const test = await open(plugin(`give({ token: 'from-plugin' });`));
    await Promise.all([ask(test), ask(test), ask(test)]);
    await ask(test);
    expect(runs()).toBe(1);
    expect(api.requests.map(({ user }) => user)).toEqual(['p', 'p', 'p', 'p']);
  });

  it('is run again when its token is about to end', async () => {
    Object.assign(tokens, { 't-1': { name: 'one' }, 't-2': { name: 'two' } });
    const code = `give({ token: 't-' + run, expirationTimestamp: new Date(1_800_000_000_000 + run * 60_000).toISOString() });`;
    const test = await open(plugin(code));
    await ask(test);
    test.clock.pass(30_000);
    await ask(test);
    test.clock.pass(26_000);
    await ask(test);
    expect(api.requests.map(({ user }) => user)).toEqual(['one', 'one', 'two']);
  });

  it('is run again, once, when the server no longer knows the token', async () => {
    tokens['t-2'] = { name: 'two' };
    const test = await open(plugin(`give({ token: 't-' + run });`));
    await ask(test);
    expect(runs()).toBe(2);
    Reflect.deleteProperty(tokens, 't-2');
    expect(await failureOf(ask(test))).toMatchObject({ code: 'kube.unauthorized' });
    expect(runs()).toBe(3);
  });

  it('learns of the cluster if it wants to, and of variables, and that nobody can be asked', async () => {
    const code = `give({ token: [info.spec.interactive, info.spec.cluster?.server, info.spec.cluster?.config?.audience, process.env.MINE].join('|') });`;
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'aud' } }];
    const seen = `false|${api.url}|aud|yes`;
    tokens[seen] = { name: 'p' };
    const env = [{ name: 'MINE', value: 'yes' }];
    await ask(await open(plugin(code, { provideClusterInfo: true, env }), {}, { extensions }));
    tokens['false|||'] = { name: 'q' };
    await ask(await open(plugin(code)));
    expect(api.requests.map(({ user }) => user)).toEqual(['p', 'q']);
  });

  it('talks to the user on stderr', async () => {
    tokens['t'] = { name: 'p' };
    const test = await open(
      plugin(`console.error('open https://login'); process.stderr.write('code 42'); give({ token: 't' });`),
    );
    await ask(test);
    expect(test.warnings).toEqual(['open https://login', 'code 42']);
  });

  it.each([
    ['ends with an error', `console.error('not logged in'); process.exitCode = 7;`, /it ended with 7: not logged in/],
    ['prints nothing', '', /no ExecCredential/],
    ['prints something else', `console.log('{"kind":"Pod"}');`, /no ExecCredential/],
    [
      'speaks another version',
      `give({ token: 't' }, { apiVersion: 'client.authentication.k8s.io/v1beta1' });`,
      /it speaks .*v1beta1/,
    ],
    ['has no credential', `give({});`, /neither token nor certificate/],
    ['has half a certificate', `give({ clientCertificateData: 'x' });`, /certificate without its key/],
    ['has no real time', `give({ token: 't', expirationTimestamp: 'soon' });`, /no time/],
    ['prints without end', `process.stdout.write('x'.repeat(3 << 20));`, /more than a credential/],
  ])('that %s gives no access', async (_what, code, message) => {
    const failed = await failureOf(ask(await open(plugin(code, { installHint: 'run the installer' }))));
    expect(failed).toMatchObject({ name: 'AccessError', code: 'kube.exec-plugin', hints: ['run the installer'] });
    expect(failed.message).toMatch(message);
    expect(api.requests).toEqual([]);
  });

  it('that is not installed, or needs somebody to talk to, gives no access', async () => {
    const missing = { exec: { apiVersion: API, command: 'ovnctl-no-such-plugin', installHint: 'get it' } };
    expect(await failureOf(ask(await open(missing)))).toMatchObject({
      message: 'credential plugin ovnctl-no-such-plugin gives no credential: it cannot be started',
      hints: ['get it'],
    });
    const asking = plugin(`give({ token: 't' });`, { interactiveMode: 'Always' });
    expect((await failureOf(ask(await open(asking)))).message).toContain('there is no terminal');
  });

  it('that never ends is ended', async () => {
    const test = await open(plugin('setInterval(() => {}, 1000);'), { pluginTimeout: 300 });
    expect(await failureOf(ask(test))).toMatchObject({ name: 'UnavailableError', code: 'kube.exec-plugin-timeout' });
  });
});

describe('other credentials', () => {
  it('a token file is read again for each request', async () => {
    Object.assign(tokens, { first: { name: 'one' }, second: { name: 'two' } });
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'first\n');
    const test = await open({ tokenFile: 'token', token: 'stale' });
    await ask(test);
    writeFileSync(tokenFile, 'second\n');
    await ask(test);
    expect(api.requests.map(({ user }) => user)).toEqual(['one', 'two']);
    rmSync(tokenFile);
    expect(await failureOf(ask(test))).toMatchObject({ name: 'UsageError', code: 'kube.file' });
  });

  it('a token with a line feed inside is told as what it is', async () => {
    expect(await failureOf(ask(await open({ token: 'a\nb' })))).toMatchObject({ code: 'kube.token' });
  });

  it('user and password', async () => {
    api.fault = () => ({ kind: 'answer', status: 200, body: { kind: 'PodList', metadata: {}, items: [] } });
    await ask(await open({ username: 'u', password: 'p' }));
    expect(api.requests[0]?.headers.authorization).toBe('Basic dTpw');
  });

  it('impersonation with everything', async () => {
    tokens['t'] = { name: 'root' };
    tokens['x'] = { name: 'eve' };
    await ask(
      await open({ token: 't', as: 'eve', 'as-groups': ['a', 'b'], 'as-uid': '7', 'as-user-extra': { 'x/y': ['1'] } }),
    );
    expect(api.requests[0]?.headers).toMatchObject({
      'impersonate-user': 'eve',
      'impersonate-group': 'a, b',
      'impersonate-uid': '7',
      'impersonate-extra-x%2fy': '1',
    });
  });

  it('the token of an old OIDC provider that still holds, and none that has ended', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwt = (exp: number): string => `${part({ alg: 'none' })}.${part({ exp })}.c2ln`;
    const good = jwt(4_000_000_000);
    tokens[good] = { name: 'oidc' };
    const provider = (token: string) => ({ 'auth-provider': { name: 'oidc', config: { 'id-token': token } } });
    await ask(await open(provider(good)));
    expect(api.requests[0]?.user).toBe('oidc');
    expect(await failureOf(ask(await open(provider(jwt(1_000_000_000)))))).toMatchObject({
      code: 'kube.auth-provider',
    });
    const unknown = { 'auth-provider': { name: 'sorcery', config: {} } };
    expect(await failureOf(ask(await open(unknown)))).toMatchObject({ name: 'UsageError', code: 'kube.auth-provider' });
  });
});
