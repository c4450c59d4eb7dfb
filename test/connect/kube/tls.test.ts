import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/cli/exit-codes.js';
import { liveKubeView } from '../../../src/connect/kube/live-view.js';
import { Coverage } from '../../../src/world/coverage.js';
import { failureOf, openTestClient, QUIET } from '../../support/kube-api/client.js';
import { RECORDED_USERS } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import { makeAuthority } from '../../support/ovsdb-tls.js';
import type { Authority, Credentials } from '../../support/ovsdb-tls.js';

let folder: string;
let authority: Authority;
let stranger: Authority;
const issued: Record<string, Credentials> = {};
let api: KubeApi | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ovnctl-kube-tls-'));
  authority = makeAuthority(folder, 'kube-ca');
  stranger = makeAuthority(folder, 'stranger-ca');
  issued['good'] = authority.issue('good', 'DNS:kubernetes,IP:127.0.0.1');
  issued['named'] = authority.issue('named', 'DNS:kubernetes');
  issued['expired'] = authority.issue('expired', 'IP:127.0.0.1', { from: '20200101000000Z', to: '20200201000000Z' });
  issued['admin'] = authority.issue('rec-admin', '');
  issued['alien'] = stranger.issue('rec-alien', '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await api?.stop();
  api = undefined;
});

async function serve(certificate: string): Promise<KubeApi> {
  const { certificate: cert = '', privateKey: key = '' } = issued[certificate] ?? {};
  api = await startKubeApi({
    tokens: RECORDED_USERS,
    certificates: { 'rec-admin': { name: 'rec-admin' } },
    tls: { cert, key, clientCa: authority.certificate },
  });
  return api;
}

interface Entry {
  readonly cluster?: object;
  readonly user?: object;
}

/** Lists namespaces through a kubeconfig of this cluster and user. */
async function list({ cluster, user }: Entry, insecure = false): Promise<number> {
  const kubeconfig = join(folder, 'config');
  const config = {
    clusters: [
      { name: 'c', cluster: { server: api?.url, 'certificate-authority': authority.certificateFile, ...cluster } },
    ],
    users: [{ name: 'u', user: user ?? { token: 'admin' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const options = { kubeconfig, ...(insecure ? { insecureSkipTlsVerify: true } : {}) };
  const { client } = await openTestClient(undefined, { options });
  try {
    return (await liveKubeView(client, new Coverage(), QUIET).list('namespaces')).items.length;
  } finally {
    client.connection.close();
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the server', () => {
  it('is trusted when the CA of the kubeconfig has signed its certificate, from a file or as data', async () => {
    await serve('good');
    expect(await list({})).toBe(0);
    const data = { 'certificate-authority-data': base64(authority.certificate) };
    expect(await list({ cluster: { 'certificate-authority': undefined, ...data } })).toBe(0);
  });

  it.each([
    ['of another CA', 'good', { 'certificate-authority': 'stranger-ca.pem' }, /is not signed by the given CA/],
    [
      'of no known CA',
      'good',
      { 'certificate-authority': undefined },
      /is not signed by the given CA|signed by itself/,
    ],
    ['for another name', 'named', {}, /is for another name/],
    ['that has expired', 'expired', {}, /has expired/],
  ])('with a certificate %s is refused', async (_what, certificate, cluster, message) => {
    await serve(certificate);
    const work = list({ cluster });
    const failed = await failureOf(work);
    expect(failed).toMatchObject({ name: 'AccessError', code: 'tls.server-certificate' });
    expect(failed.message).toMatch(message);
    expect(failed.hints).toHaveLength(1);
    expect(await work.catch(exitCodeOf)).toBe(3);
    expect(api?.requests).toEqual([]);
  });

  it('may be known under another name', async () => {
    await serve('named');
    expect(await list({ cluster: { 'tls-server-name': 'kubernetes' } })).toBe(0);
    expect(await failureOf(list({ cluster: { 'tls-server-name': 'other' } }))).toMatchObject({ name: 'AccessError' });
  });

  it('is not checked when that is said in so many words, and never because of the environment', async () => {
    await serve('expired');
    expect(await list({ cluster: { 'insecure-skip-tls-verify': true } })).toBe(0);
    expect(await list({}, true)).toBe(0);
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await failureOf(list({}))).toMatchObject({ name: 'AccessError' });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('that speaks no TLS is told from one that cannot be trusted', async () => {
    api = await startKubeApi({ tokens: RECORDED_USERS });
    const server = api.url.replace('http:', 'https:');
    expect(await failureOf(list({ cluster: { server } }))).toMatchObject({
      name: 'UnavailableError',
      code: 'tls.protocol',
      hints: ['is the server http:// rather than https://?'],
    });
  });
});

describe('a client certificate', () => {
  const files = (who: string) => ({
    'client-certificate': issued[who]?.certificateFile,
    'client-key': issued[who]?.keyFile,
  });

  it('says who we are, from files or as data', async () => {
    await serve('good');
    expect(await list({ user: files('admin') })).toBe(0);
    const { certificate = '', privateKey = '' } = issued['admin'] ?? {};
    const data = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(privateKey) };
    expect(await list({ user: data })).toBe(0);
    expect(api?.requests.map(({ user }) => user)).toEqual(['rec-admin', 'rec-admin']);
  });

  it('of another CA is nobody: 401, no error of TLS', async () => {
    await serve('good');
    expect(await failureOf(list({ user: files('alien') }))).toMatchObject({ code: 'kube.unauthorized' });
  });

  it('that is missing or no PEM is a mistake of the kubeconfig', async () => {
    await serve('good');
    const missing = { ...files('admin'), 'client-key': 'missing.key' };
    expect(await failureOf(list({ user: missing }))).toMatchObject({
      name: 'UsageError',
      message: `client key ${join(folder, 'missing.key')} can't be read: there is no such file`,
    });
    const swapped = { 'client-certificate': issued['admin']?.keyFile, 'client-key': issued['admin']?.certificateFile };
    expect(await failureOf(list({ user: swapped }))).toMatchObject({ name: 'InputError', code: 'tls.credentials' });
    expect(await failureOf(list({ cluster: { 'certificate-authority': issued['admin']?.keyFile } }))).toMatchObject({
      code: 'tls.credentials',
    });
  });
});

describe('without TLS', () => {
  it('a token goes to this machine only', async () => {
    const options = { server: 'http://192.0.2.1:8080', token: 't' };
    expect(await failureOf(openTestClient(undefined, { options }))).toMatchObject({
      name: 'UsageError',
      code: 'kube.clear-text',
    });
    const anyway = { ...options, insecureSkipTlsVerify: true };
    expect((await openTestClient(undefined, { options: anyway })).client).toBeDefined();
  });
});
