import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccessError, UnavailableError, UsageError } from '../../../src/base/errors.js';
import { openRemoteWorld } from '../../../src/connect/live/remote-world.js';
import type { RemoteWorldOptions } from '../../../src/connect/live/remote-world.js';
import type { OpenedWorld } from '../../../src/connect/live/opened-world.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { whenHeld } from '../../../src/ovsdb/replica/not-held.js';
import { packetDocument } from '../../../src/usecase/packet-document.js';
import { tracePacketInZone } from '../../../src/usecase/trace-packet-in-zone.js';
import { tracePodToPod, tracePodToService } from '../../../src/usecase/trace-path.js';
import type { PathTrace } from '../../../src/trace/path/path-trace.js';
import { makeAuthority } from '../../support/ovsdb-tls.js';
import { hasOvsdbServer, NO_OVSDB, startOvsdbServer } from '../../support/ovsdb-server.js';
import { EXAMPLE, startZoneServers } from '../../support/zone-servers.js';
import type { ZoneServers } from '../../support/zone-servers.js';

const present = hasOvsdbServer();
/** For servers that will not answer; those that do may be slow. */
const SHORT = 4000;
const LONG = { timeoutMs: 60_000 };
const PACKET = {
  datapath: 'ovn-worker',
  microflow: 'inport=="shop_client" && eth.src==0a:58:0a:f4:02:06 && eth.dst==ff:ff:ff:ff:ff:ff',
};

describe.skipIf(!present)(present ? 'servers that fail' : NO_OVSDB, { timeout: 60_000 }, () => {
  let zones: ZoneServers;
  let opened: OpenedWorld | undefined;

  beforeEach(async () => {
    zones = await startZoneServers();
  }, 60_000);

  afterEach(async () => {
    opened?.close();
    opened = undefined;
    await zones.stop();
  });

  const server = (zone: string) => zones.servers.get(zone)!;

  async function open(options: Partial<RemoteWorldOptions> = {}): Promise<OpenedWorld> {
    const files = await openWorld(EXAMPLE);
    opened = await openRemoteWorld({
      zones: [...zones.servers].map(([name, { remote }]) => ({ name, nb: remote, sb: remote })),
      kube: files.kube,
      timeoutMs: SHORT,
      ...options,
    });
    return opened;
  }

  const toOtherNode = ({ world }: OpenedWorld): Promise<PathTrace> =>
    whenHeld(() =>
      tracePodToPod(world, { source: 'shop/client', destination: 'shop/web-1', port: '8080', family: '4' }),
    );

  it('a zone that is gone ends the way there with a gap that names it', async () => {
    const before = await toOtherNode(await open(LONG));
    expect(before.verdict).toBe('delivered');
    const away = before.paths[0]!.hops.at(-1)!.zone;
    expect(away).not.toBe('ovn-worker');
    await server(away).kill();
    opened?.close();
    const trace = await toOtherNode(await open());
    expect(trace.verdict).toBe('unknown');
    expect(trace.paths[0]!.cause?.type).toBe('gap');
    expect(trace.paths[0]!.cause?.message).toContain(`zone ${away}`);
    // What is known of the way is still told.
    expect(trace.paths[0]!.hops.map(({ zone }) => zone)).toContain('ovn-worker');
    expect(opened!.world.coverage.gaps()).toContainEqual(
      expect.objectContaining({ code: 'ovsdb.unreachable', zone: away, database: 'southbound' }),
    );
  });

  it('a server that dies in the middle of a trace leaves the verdict unknown', async () => {
    const live = await open();
    const zone = live.world.zones.find(({ name }) => name === 'ovn-worker')!;
    // Enough for the sender, and nothing of its datapath.
    await whenHeld(async () => (await zone.southbound()).ports.named('shop_client'));
    await server('ovn-worker').kill();
    const trace = await toOtherNode(live);
    expect(trace.verdict).toBe('unknown');
    expect(trace.paths[0]!.cause?.type).toBe('gap');
    expect(live.world.coverage.gaps()).toContainEqual(
      expect.objectContaining({ zone: 'ovn-worker', database: 'southbound' }),
    );
  });

  it('a server that says nothing more is given up in time', async () => {
    const live = await open();
    const zone = live.world.zones.find(({ name }) => name === 'ovn-worker')!;
    await whenHeld(async () => (await zone.southbound()).ports.named('shop_client'));
    server('ovn-worker').signal('SIGSTOP');
    try {
      const trace = await toOtherNode(live);
      expect(trace.verdict).toBe('unknown');
      expect(live.world.coverage.complete).toBe(false);
    } finally {
      server('ovn-worker').signal('SIGCONT');
    }
  });

  it('names of flows are left out when the northbound server is gone, and the verdict stays', async () => {
    const files = await openWorld(EXAMPLE);
    const remotes = [...zones.servers].map(([name, { remote }]) => ({
      name,
      nb: `unix:${join(zones.folder, 'nothing.sock')}`,
      sb: remote,
    }));
    const live = await open({ zones: remotes, kube: files.kube, ...LONG });
    const trace = await whenHeld(() =>
      tracePodToService(live.world, { source: 'shop/client', destination: 'shop/empty-svc', port: '80', family: '4' }),
    );
    expect(trace.verdict).toBe('rejected');
    expect(trace.paths[0]!.cause?.row?.database).toBe('southbound');
    expect(live.world.coverage.gaps()).toContainEqual(expect.objectContaining({ database: 'northbound' }));
  });

  it('say what they are when there is only one zone', async () => {
    const gone = await open({ zones: [{ name: 'a', sb: `unix:${join(zones.folder, 'nothing.sock')}` }] });
    await expect(tracePacketInZone(gone.world, PACKET)).rejects.toThrow(UnavailableError);
    gone.close();
    const { remote } = server('ovn-worker');
    const half = await open({ zones: [{ name: 'a', nb: remote }], ...LONG });
    await expect(half.world.zones[0]!.southbound()).rejects.toThrow(/no remote is given for the southbound database/);
  });

  it('a server without the database is not taken for an empty one', async () => {
    await server('ovn-worker').control('ovsdb-server/remove-db', 'OVN_Southbound');
    const live = await open();
    const only = live.world.zones.filter(({ name }) => name === 'ovn-worker');
    await expect(tracePacketInZone({ ...live.world, zones: only }, PACKET)).rejects.toMatchObject({
      code: 'ovsdb.no-database',
    });
  });

  it('notes when flows that decided are gone', async () => {
    const live = await open(LONG);
    const trace = await whenHeld(() => tracePacketInZone(live.world, PACKET));
    await live.confirm(() => [trace.tree.length > 0 ? '00000000-0000-0000-0000-000000000001' : '']);
    expect(live.world.coverage.gaps()).toContainEqual(
      expect.objectContaining({ code: 'ovsdb.changed', zone: 'ovn-worker' }),
    );
  });

  it('speaks TLS to servers that both sides trust, and to no others', async () => {
    const authority = makeAuthority(zones.folder, 'ca');
    const own = authority.issue('server', 'IP:127.0.0.1');
    const me = authority.issue('client', '');
    const stranger = makeAuthority(zones.folder, 'other').issue('stranger', '');
    const port = await freePort();
    await server('ovn-worker').stop();
    const folder = join(zones.folder, 'ovn-worker');
    const secure = await startOvsdbServer(
      folder,
      ['nb.db', 'sb.db'].map((file) => join(folder, file)),
      ['OVN_Northbound', 'OVN_Southbound'],
      [
        `--remote=pssl:${String(port)}:127.0.0.1`,
        `--private-key=${own.keyFile}`,
        `--certificate=${own.certificateFile}`,
        `--ca-cert=${authority.certificateFile}`,
      ],
    );
    try {
      const remote = `ssl:127.0.0.1:${String(port)}`;
      const ask = async (tls: RemoteWorldOptions['tls']): Promise<unknown> => {
        const live = await openRemoteWorld({
          zones: [{ nb: remote, sb: remote }],
          timeoutMs: SHORT * 4,
          ...(tls === undefined ? {} : { tls }),
        });
        try {
          return packetDocument(await whenHeld(() => tracePacketInZone(live.world, PACKET)));
        } finally {
          live.close();
        }
      };
      const ca = authority.certificate;
      const files = await openWorld(EXAMPLE);
      const offline = packetDocument(await tracePacketInZone(files, PACKET));
      expect(await ask({ ca, certificate: me.certificate, privateKey: me.privateKey })).toEqual(offline);
      await expect(ask({ ca, certificate: stranger.certificate, privateKey: stranger.privateKey })).rejects.toThrow(
        AccessError,
      );
      await expect(
        ask({ ca: stranger.certificate, certificate: me.certificate, privateKey: me.privateKey }),
      ).rejects.toThrow(AccessError);
      await expect(ask(undefined)).rejects.toThrow(UsageError);
    } finally {
      await secure.stop();
    }
  });
});

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
