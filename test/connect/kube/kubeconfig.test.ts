import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { clusterAccess } from '../../../src/connect/kube/kubeconfig/cluster-access.js';
import type { ClusterOptions, Surroundings } from '../../../src/connect/kube/kubeconfig/options.js';
import { failureOf, NOWHERE } from '../../support/kube-api/client.js';
import { without } from '../../support/kube-api/model.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ovnctl-kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Parts {
  readonly clusters?: Readonly<Record<string, object>>;
  readonly users?: Readonly<Record<string, object>>;
  readonly contexts?: Readonly<Record<string, object>>;
  readonly current?: string;
}

const entries = (member: string, named: Readonly<Record<string, object>> = {}): object[] =>
  Object.entries(named).map(([name, value]) => ({ name, [member]: value }));

function file(name: string, { clusters, users, contexts, current }: Parts): string {
  const path = join(folder, name);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: entries('cluster', clusters),
    users: entries('user', users),
    contexts: entries('context', contexts),
    ...(current === undefined ? {} : { 'current-context': current }),
  };
  writeFileSync(path, stringify(config));
  return path;
}

const access = (options: ClusterOptions = {}, surroundings: Partial<Surroundings> = {}) =>
  clusterAccess(options, { ...NOWHERE, ...surroundings });

const KIND: Parts = {
  clusters: { kind: { server: 'https://192.0.2.1:6443', 'certificate-authority-data': 'Q0E=' } },
  users: { admin: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' }, robot: { token: 't' } },
  contexts: {
    'kind-ovn': { cluster: 'kind', user: 'admin', namespace: 'shop' },
    other: { cluster: 'kind', user: 'robot' },
  },
  current: 'kind-ovn',
};

describe('which file', () => {
  it('~/.kube/config when nothing else is said', async () => {
    mkdirSync(join(folder, '.kube'));
    file('.kube/config', KIND);
    const found = await access({}, { home: folder });
    expect(found).toMatchObject({
      name: 'context kind-ovn',
      namespace: 'shop',
      requestTimeout: 30_000,
      insecure: false,
    });
    expect(found.server.href).toBe('https://192.0.2.1:6443/');
    expect(found.ca).toEqual({ data: 'Q0E=' });
    expect(found.certificate).toEqual({ certificate: { data: 'Q0VSVA==' }, key: { data: 'S0VZ' } });
  });

  it('KUBECONFIG is a list: files that are missing are passed over, the first to say something wins', async () => {
    const first = file('first', { clusters: { kind: { server: 'https://first:1' } }, current: 'other' });
    const second = file('second', KIND);
    const KUBECONFIG = [join(folder, 'missing'), first, '', second].join(delimiter);
    const found = await access({}, { environment: { KUBECONFIG } });
    expect(found.server.host).toBe('first:1');
    expect(found).toMatchObject({ name: 'context other', authorization: { kind: 'token', token: 't' } });
  });

  it('--kubeconfig goes before KUBECONFIG and must be there', async () => {
    const mine = file('mine', KIND);
    const found = await access({ kubeconfig: mine }, { environment: { KUBECONFIG: '/nonexistent' } });
    expect(found.name).toBe('context kind-ovn');
    const missing = join(folder, 'missing');
    expect(await failureOf(access({ kubeconfig: missing }))).toMatchObject({
      name: 'UsageError',
      code: 'kube.no-kubeconfig',
      message: `there is no kubeconfig ${missing}`,
    });
    expect(await failureOf(access({}, { environment: { KUBECONFIG: missing } }))).toMatchObject({ name: 'UsageError' });
  });

  it('says where it looked for contexts, and which there are', async () => {
    const mine = file('mine', KIND);
    const failed = await failureOf(access({ kubeconfig: mine, context: 'nope' }));
    expect(failed).toMatchObject({
      name: 'UsageError',
      code: 'kube.no-context',
      hints: ['there are: kind-ovn, other'],
    });
    expect(failed.message).toBe(`there is no context "nope" (in ${mine})`);
    const undecided = await failureOf(access({ kubeconfig: file('undecided', without(KIND, 'current')) }));
    expect(undecided.hints[0]).toBe('give --context with one of: kind-ovn, other');
    expect(await failureOf(access())).toMatchObject({
      code: 'kube.no-context',
      message: 'no cluster to read: no kubeconfig was found',
    });
  });

  it('names the clusters and users there are', async () => {
    const mine = file('mine', KIND);
    expect(await failureOf(access({ kubeconfig: mine, user: 'eve' }))).toMatchObject({
      hints: ['there are: admin, robot'],
    });
    expect(await failureOf(access({ kubeconfig: mine, cluster: 'eve' }))).toMatchObject({ hints: ['there are: kind'] });
  });

  it.each([
    ['YAML', 'clusters: [\n', /line \d+ is no YAML/],
    ['shape', 'clusters:\n- name: 7\n', /clusters\[0\]\.name is not a string/],
    ['list', 'clusters: x\n', /clusters is not a list/],
  ])('says what is wrong with damaged %s', async (_what, text, message) => {
    const path = join(folder, 'damaged');
    writeFileSync(path, text);
    const failed = await failureOf(access({ kubeconfig: path }));
    expect(failed).toMatchObject({ name: 'InputError', code: 'kube.kubeconfig' });
    expect(failed.message).toMatch(message);
  });

  it.skipIf(process.getuid?.() === 0)('says when it may not be read', async () => {
    const mine = file('mine', KIND);
    chmodSync(mine, 0);
    expect(await failureOf(access({ kubeconfig: mine }))).toMatchObject({ name: 'AccessError' });
  });
});

describe('flags', () => {
  it('replace parts of the context', async () => {
    const kubeconfig = file('mine', KIND);
    const found = await access({ kubeconfig, server: 'api.example:8443/', user: 'robot', requestTimeout: 0 });
    expect(found.server.href).toBe('https://api.example:8443/');
    expect(found).toMatchObject({ authorization: { kind: 'token' }, requestTimeout: undefined });
  });

  it('--token replaces every credential: a certificate beside it would win at the server', async () => {
    const found = await access({ kubeconfig: file('mine', KIND), token: 'mine' });
    expect(found).toMatchObject({ certificate: undefined, authorization: { kind: 'token', token: 'mine' } });
  });

  it('--as and --as-group replace the impersonation of the kubeconfig', async () => {
    const users = { admin: { as: 'eve', 'as-groups': ['g'], 'as-uid': 'u', 'as-user-extra': { scopes: ['view'] } } };
    const kubeconfig = file('mine', { ...KIND, users });
    expect((await access({ kubeconfig })).impersonation).toEqual({
      user: 'eve',
      groups: ['g'],
      uid: 'u',
      extra: new Map([['scopes', ['view']]]),
    });
    expect((await access({ kubeconfig, as: 'bob', asGroups: ['dev', 'ops'] })).impersonation).toMatchObject({
      user: 'bob',
      groups: ['dev', 'ops'],
    });
    expect(await failureOf(access({ kubeconfig, asGroups: ['dev'] }))).toMatchObject({ code: 'kube.impersonation' });
  });

  it('--server is enough without any kubeconfig', async () => {
    const found = await access({ server: 'http://127.0.0.1:8001' });
    expect(found).toMatchObject({ authorization: { kind: 'none' }, ca: undefined, name: 'http://127.0.0.1:8001' });
  });

  it.each(['ftp://x', 'https://', 'http://[::1', ''])('--server %j is no API server', async (server) => {
    expect(await failureOf(access({ server }))).toMatchObject({ name: 'UsageError', code: 'kube.server' });
  });
});

describe('what a user entry can have', () => {
  const user = async (entry: object, cluster: object = {}) =>
    access({
      kubeconfig: file('mine', {
        ...KIND,
        users: { admin: entry },
        clusters: { kind: { server: 'https://h', ...cluster } },
      }),
    });

  it('files relative to the kubeconfig', async () => {
    const found = await user(
      { 'client-certificate': 'c.pem', 'client-key': '/abs/k.pem', tokenFile: 'token' },
      { 'certificate-authority': 'ca.pem' },
    );
    expect(found.certificate).toEqual({
      certificate: { file: join(folder, 'c.pem') },
      key: { file: '/abs/k.pem' },
    });
    expect(found.ca).toEqual({ file: join(folder, 'ca.pem') });
    expect(found.authorization).toEqual({ kind: 'token-file', file: join(folder, 'token') });
  });

  it('data, which counts before files', async () => {
    const found = await user({
      'client-certificate': 'c',
      'client-certificate-data': 'Qw==',
      'client-key-data': 'Sw==',
    });
    expect(found.certificate?.certificate).toEqual({ data: 'Qw==' });
  });

  it('a certificate without its key is a mistake', async () => {
    expect(await failureOf(user({ 'client-certificate-data': 'Qw==' }))).toMatchObject({
      message: 'the user has a client certificate but no client key',
    });
  });

  it('user and password', async () => {
    expect((await user({ username: 'u', password: 'p' })).authorization).toEqual({
      kind: 'basic',
      username: 'u',
      password: 'p',
    });
  });

  it('an exec plugin with everything', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin',
      args: ['login'],
      env: [{ name: 'A', value: 'b' }],
      installHint: 'install it',
      provideClusterInfo: true,
      interactiveMode: 'Never',
    };
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }];
    const found = await user({ exec }, { extensions });
    expect(found.authorization).toMatchObject({
      kind: 'exec',
      clusterConfig: { audience: 'x' },
      plugin: { command: join(folder, 'plugin'), args: ['login'], interactive: 'Never', installHint: 'install it' },
    });
  });

  it('a cluster behind a proxy, under another name, unchecked', async () => {
    const found = await user(
      {},
      { 'proxy-url': 'socks5://127.0.0.1:1', 'tls-server-name': 'kubernetes', 'insecure-skip-tls-verify': true },
    );
    expect(found).toMatchObject({ proxyUrl: 'socks5://127.0.0.1:1', tlsServerName: 'kubernetes', insecure: true });
  });
});

describe('inside a pod', () => {
  const inside = (host = '10.96.0.1'): Partial<Surroundings> => {
    for (const [name, text] of [
      ['token', 'pod-token\n'],
      ['ca.crt', 'CA'],
      ['namespace', 'ovn-tools'],
    ] as const) {
      writeFileSync(join(folder, name), text);
    }
    const environment = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' };
    return { serviceAccountFolder: folder, environment };
  };

  it('the service account is used', async () => {
    const found = await access({}, inside());
    expect(found).toMatchObject({
      name: "the pod's own cluster",
      namespace: 'ovn-tools',
      ca: { file: join(folder, 'ca.crt') },
      authorization: { kind: 'token-file', file: join(folder, 'token') },
    });
    expect(found.server.href).toBe('https://10.96.0.1/');
    expect((await access({}, inside('fd00::1'))).server.hostname).toBe('[fd00::1]');
  });

  it('but not when a kubeconfig has a context, or a flag names one', async () => {
    mkdirSync(join(folder, '.kube'));
    file('.kube/config', KIND);
    expect((await access({}, { ...inside(), home: folder })).name).toBe('context kind-ovn');
    expect(await failureOf(access({ context: 'x' }, inside()))).toMatchObject({ code: 'kube.no-context' });
  });
});
