import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessError, InputError, UnavailableError, UsageError } from '../../../src/base/errors.js';
import { connect } from '../../../src/connect/ovsdb/connect.js';
import type { TlsOptions } from '../../../src/connect/ovsdb/dial.js';
import { MADE_SCHEMA } from '../../support/ovsdb-made.js';
import { hasOvsdbServer, NO_OVSDB, ovsdbTool, scratchFolder, startOvsdbServer } from '../../support/ovsdb-server.js';
import type { OvsdbServer } from '../../support/ovsdb-server.js';
import { makeAuthority } from '../../support/ovsdb-tls.js';
import type { Credentials } from '../../support/ovsdb-tls.js';

const available = hasOvsdbServer();
const DAY = 86_400_000;
const daysFromNow = (days: number): string =>
  new Date(Date.now() + days * DAY).toISOString().replace(/[-:T]|\.\d+/g, '');
const EXPIRED = { from: daysFromNow(-9), to: daysFromNow(-8) };

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(!available)(available ? 'ssl remotes of a real ovsdb-server' : NO_OVSDB, () => {
  const folder = scratchFolder();
  const authority = makeAuthority(folder.path, 'authority');
  const stranger = makeAuthority(folder.path, 'stranger');
  const client = authority.issue('client', '');
  const ports = new Map<string, number>();
  const servers: OvsdbServer[] = [];
  const good: TlsOptions = { ca: authority.certificate, ...pairOf(client) };

  function pairOf({ certificate, privateKey }: Credentials): Pick<TlsOptions, 'certificate' | 'privateKey'> {
    return { certificate, privateKey };
  }
  const remote = (name: string): string => `ssl:127.0.0.1:${String(ports.get(name))}`;
  const tryWith = async (name: string, tls: TlsOptions): Promise<readonly string[]> => {
    const connected = await connect(remote(name), { tls, timeoutMs: 20_000 });
    try {
      return await connected.listDatabases();
    } finally {
      connected.close();
    }
  };

  beforeAll(async () => {
    const schema = join(folder.path, 'made.ovsschema');
    writeFileSync(schema, JSON.stringify(MADE_SCHEMA));
    const certificates = {
      good: authority.issue('good', 'IP:127.0.0.1,DNS:ovn-nb.example'),
      named: authority.issue('named', 'DNS:elsewhere.example'),
      nameless: authority.issue('nameless', ''),
      expired: authority.issue('expired', 'IP:127.0.0.1', EXPIRED),
    };
    for (const [name, { keyFile, certificateFile }] of Object.entries(certificates)) {
      const port = await freePort();
      ports.set(name, port);
      const home = join(folder.path, name);
      mkdirSync(home);
      const file = join(home, 'made.db');
      await ovsdbTool('create', file, schema);
      servers.push(
        await startOvsdbServer(
          home,
          [file],
          ['Made'],
          [
            `--remote=pssl:${String(port)}:127.0.0.1`,
            `--private-key=${keyFile}`,
            `--certificate=${certificateFile}`,
            `--ca-cert=${authority.certificateFile}`,
          ],
        ),
      );
    }
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    folder.remove();
  });

  test('answers a client that both sides trust', async () => {
    expect(await tryWith('good', good)).toContain('Made');
    expect(await tryWith('good', { ...good, serverName: 'ovn-nb.example' })).toContain('Made');
  });

  test('a certificate for another name is refused unless that name is expected', async () => {
    await expect(tryWith('named', good)).rejects.toMatchObject({ code: 'tls.server-certificate' });
    await expect(tryWith('named', good)).rejects.toThrow(AccessError);
    await expect(tryWith('good', { ...good, serverName: 'elsewhere.example' })).rejects.toThrow(AccessError);
    expect(await tryWith('named', { ...good, serverName: 'elsewhere.example' })).toContain('Made');
    // Certificates of ovs-pki carry a common name only.
    await expect(tryWith('nameless', good)).rejects.toThrow(AccessError);
    expect(await tryWith('nameless', { ...good, serverName: 'nameless' })).toContain('Made');
    expect(await tryWith('named', { ...good, serverName: { accept: 'any' } })).toContain('Made');
  });

  test('an expired certificate is refused, whatever name is accepted', async () => {
    await expect(tryWith('expired', good)).rejects.toThrow(/has expired/);
    await expect(tryWith('expired', { ...good, serverName: { accept: 'any' } })).rejects.toThrow(AccessError);
  });

  test('a certificate of an unknown CA is refused, also where the environment switches checks off', async () => {
    const unknown = { ...good, ca: stranger.certificate };
    await expect(tryWith('good', unknown)).rejects.toMatchObject({ code: 'tls.server-certificate' });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      await expect(tryWith('good', unknown)).rejects.toThrow(AccessError);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  test('a client that the server does not trust is told that it is refused', async () => {
    await expect(tryWith('good', { ca: authority.certificate })).rejects.toThrow(AccessError);
    const foreign = { ca: authority.certificate, ...pairOf(stranger.issue('foreigner', '')) };
    await expect(tryWith('good', foreign)).rejects.toMatchObject({ code: 'tls.refused' });
    const expired = { ca: authority.certificate, ...pairOf(authority.issue('late', '', EXPIRED)) };
    await expect(tryWith('good', expired)).rejects.toThrow(AccessError);
  });

  test('without a CA, or with an unreadable one, nothing is sent', async () => {
    await expect(connect(remote('good'))).rejects.toThrow(UsageError);
    await expect(tryWith('good', { ...good, privateKey: 'nonsense' })).rejects.toThrow(InputError);
    await expect(tryWith('good', { ...good, ca: 'nonsense' })).rejects.toThrow(InputError);
  });

  test('a member that refuses us does not keep another from being used', async () => {
    const connected = await connect(`${remote('expired')},${remote('good')}`, { tls: good });
    expect(connected.remote).toBe(remote('good'));
    connected.close();
  });

  test('a server without TLS on the port is unavailable, not trusted', async () => {
    const port = await freePort();
    const plain = createServer((socket) => socket.resume().end('{"id":"echo","method":"echo","params":[]}'));
    await new Promise<void>((resolve) => plain.listen(port, '127.0.0.1', resolve));
    await expect(connect(`ssl:127.0.0.1:${String(port)}`, { tls: good })).rejects.toThrow(UnavailableError);
    await new Promise((resolve) => plain.close(resolve));
  });
});
