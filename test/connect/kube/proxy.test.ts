import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { liveKubeView } from '../../../src/connect/kube/live-view.js';
import { proxyFor } from '../../../src/connect/kube/transport/proxy-choice.js';
import { Coverage } from '../../../src/world/coverage.js';
import { failureOf, openTestClient, QUIET } from '../../support/kube-api/client.js';
import { httpProxy, socksProxy } from '../../support/kube-api/proxies.js';
import type { Proxy } from '../../support/kube-api/proxies.js';
import { RECORDED_USERS } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import { makeAuthority } from '../../support/ovsdb-tls.js';
import type { Authority } from '../../support/ovsdb-tls.js';

let folder: string;
let authority: Authority;
let secure: KubeApi;
let plain: KubeApi;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ovnctl-proxy-'));
  authority = makeAuthority(folder, 'ca');
  const { certificate: cert, privateKey: key } = authority.issue('server', 'IP:127.0.0.1');
  secure = await startKubeApi({ tokens: RECORDED_USERS, tls: { cert, key } });
  plain = await startKubeApi({ tokens: RECORDED_USERS });
});
afterAll(async () => {
  await secure.stop();
  await plain.stop();
  rmSync(folder, { recursive: true, force: true });
});

let proxy: Proxy | undefined;
afterEach(async () => {
  await proxy?.stop();
  proxy = undefined;
});

/** Two requests at once, and one more, through what the kubeconfig calls `proxy-url`. */
async function askThrough(proxyUrl: string, api: KubeApi): Promise<void> {
  const kubeconfig = join(folder, 'config');
  const cluster = { server: api.url, 'certificate-authority': 'ca.pem', 'proxy-url': proxyUrl };
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 'admin' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const { client } = await openTestClient(undefined, { options: { kubeconfig, requestTimeout: 5000 } });
  const view = liveKubeView(client, new Coverage(), QUIET);
  try {
    await Promise.all([view.list('pods'), view.list('services')]);
    await view.list('nodes');
  } finally {
    client.connection.close();
  }
}

describe('through proxy-url', () => {
  it.each([['https'], ['http']] as const)('an HTTP proxy, to an %s server', async (scheme) => {
    const api = scheme === 'https' ? secure : plain;
    proxy = await httpProxy();
    const before = api.requests.length;
    await askThrough(`http://127.0.0.1:${String(proxy.port)}`, api);
    expect(api.requests.length - before).toBe(3);
    expect(new Set(proxy.targets)).toEqual(new Set([`127.0.0.1:${String(api.port)}`]));
  });

  it('a proxy that wants a login', async () => {
    proxy = await httpProxy('me:s3cr@t');
    await askThrough(`http://me:s3cr%40t@127.0.0.1:${String(proxy.port)}`, secure);
    expect(proxy.targets.length).toBeGreaterThan(0);
    expect(await failureOf(askThrough(`http://127.0.0.1:${String(proxy.port)}`, secure))).toMatchObject({
      name: 'AccessError',
      code: 'kube.proxy-refused',
      hints: ['give user and password in the proxy URL: http://USER:PASSWORD@HOST:PORT'],
    });
  });

  it.each([['https'], ['http']] as const)('a SOCKS proxy, to an %s server', async (scheme) => {
    const api = scheme === 'https' ? secure : plain;
    proxy = await socksProxy();
    await askThrough(`socks5://127.0.0.1:${String(proxy.port)}`, api);
    expect(proxy.targets).toContain(`127.0.0.1:${String(api.port)}`);
  });

  it('checks the certificate of the server behind it', async () => {
    const other = makeAuthority(folder, 'other');
    const { certificate: cert, privateKey: key } = other.issue('server2', 'IP:127.0.0.1');
    const api = await startKubeApi({ tokens: RECORDED_USERS, tls: { cert, key } });
    proxy = await httpProxy();
    expect(await failureOf(askThrough(`http://127.0.0.1:${String(proxy.port)}`, api))).toMatchObject({
      name: 'AccessError',
      code: 'tls.server-certificate',
    });
    await api.stop();
  });

  it('says when the proxy cannot reach the server, or is not there', async () => {
    const gone = await startKubeApi();
    await gone.stop();
    proxy = await httpProxy();
    const url = `http://127.0.0.1:${String(proxy.port)}`;
    expect(await failureOf(askThrough(url, gone))).toMatchObject({ name: 'UnavailableError', code: 'kube.proxy' });
    await proxy.stop();
    expect(await failureOf(askThrough(url, secure))).toMatchObject({
      name: 'UnavailableError',
      code: 'kube.unreachable',
    });
    expect(await failureOf(askThrough('quic://x', secure))).toMatchObject({ code: 'kube.proxy-url' });
  });
});

describe('which proxy the environment names', () => {
  const choose = (server: string, environment: Record<string, string>, proxyUrl?: string): string | undefined =>
    proxyFor(new URL(server), proxyUrl, environment);
  const HTTPS_PROXY = 'http://proxy:3128';

  it.each([
    ['https://api.example:6443', { HTTPS_PROXY }, HTTPS_PROXY],
    ['https://api.example:6443', { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
    ['http://api.example', { HTTPS_PROXY }, undefined],
    ['http://api.example', { HTTP_PROXY: HTTPS_PROXY }, HTTPS_PROXY],
    ['https://localhost:6443', { HTTPS_PROXY }, undefined],
    ['https://127.0.0.9:6443', { HTTPS_PROXY }, undefined],
    ['https://[::1]:6443', { HTTPS_PROXY }, undefined],
    ['https://api.example', { HTTPS_PROXY, NO_PROXY: '*' }, undefined],
    ['https://api.example', { HTTPS_PROXY, NO_PROXY: 'other, example' }, undefined],
    ['https://api.example', { HTTPS_PROXY, no_proxy: '.example' }, undefined],
    ['https://badexample', { HTTPS_PROXY, NO_PROXY: 'example' }, HTTPS_PROXY],
    ['https://api.example:6443', { HTTPS_PROXY, NO_PROXY: 'api.example:443' }, HTTPS_PROXY],
    ['https://api.example:6443', { HTTPS_PROXY, NO_PROXY: 'api.example:6443' }, undefined],
    ['https://10.1.2.3', { HTTPS_PROXY, NO_PROXY: '10.0.0.0/8' }, undefined],
    ['https://11.1.2.3', { HTTPS_PROXY, NO_PROXY: '10.0.0.0/8,bad/99' }, HTTPS_PROXY],
    ['https://[fd00::5]', { HTTPS_PROXY, NO_PROXY: 'fd00::/16' }, undefined],
    ['https://10.1.2.3', { HTTPS_PROXY, NO_PROXY: '10.1.2.3' }, undefined],
  ] as const)('%s with %j', (server, environment, expected) => {
    expect(choose(server, environment)).toBe(expected);
  });

  it('the kubeconfig goes first', () => {
    expect(choose('https://api.example', { HTTPS_PROXY, NO_PROXY: '*' }, 'http://mine:1')).toBe('http://mine:1');
  });
});
