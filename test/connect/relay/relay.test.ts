import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AccessError, NotFoundError, UnavailableError } from '../../../src/base/errors.js';
import { closeZone, reachZones, ZoneRelay } from '../../../src/connect/relay/zone-relay.js';
import { connect } from '../../../src/connect/ovsdb/connect.js';
import type { OvsdbClient } from '../../../src/ovsdb/client/client.js';
import type { Json } from '../../../src/ovsdb/wire/json.js';
import { containerDown, forbidden } from '../../support/kube-api/exec-endpoint.js';
import { startExecCluster } from '../../support/kube-api/exec-cluster.js';
import type { ExecCluster } from '../../support/kube-api/exec-cluster.js';
import { startExecZone } from '../../support/kube-api/exec-zone.js';
import type { ExecZone } from '../../support/kube-api/exec-zone.js';
import { hasOvsdbServer, NO_OVSDB, scratchFolder } from '../../support/ovsdb-server.js';
import type { OvsdbServer } from '../../support/ovsdb-server.js';

const never = new AbortController().signal;
const NB = 'OVN_Northbound';
const RELAYS = [
  ['python3', ['python3', 'socat', 'nc', 'ovsdb-client']],
  ['socat', ['socat', 'nc', 'ovsdb-client']],
  ['nc', ['nc', 'ovsdb-client']],
  ['one-shot', ['ovsdb-client']],
] as const;

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function eventually(condition: () => boolean, milliseconds = 5000): Promise<boolean> {
  for (let waited = 0; waited < milliseconds && !condition(); waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

/** 24 MB of rows, more than a window has room for. */
async function fill({ remote }: OvsdbServer): Promise<void> {
  const client = await connect(remote);
  const filler: Json = ['map', [['filler', 'x'.repeat(100_000)]]];
  const inserts = Array.from({ length: 240 }, (_, i) => ({
    op: 'insert' as const,
    table: 'Address_Set',
    row: { name: `set${String(i)}`, external_ids: filler },
  }));
  await client.transact(NB, inserts);
  client.close();
}

describe.skipIf(!hasOvsdbServer())('databases through pods', () => {
  const folder = scratchFolder();
  const zones = new Map<string, ExecZone>();
  const closing: (() => void)[] = [];
  let cluster: ExecCluster;

  const zoneOf = (name: string): ExecZone => {
    const zone = zones.get(name);
    if (zone === undefined) throw new Error(NO_OVSDB);
    return zone;
  };
  const opened = (name: string, limitMs = 60_000): ZoneRelay => {
    const relay = new ZoneRelay(cluster.connection, zoneOf(name).zone, { limitMs });
    closing.push(() => relay.close());
    return relay;
  };
  const clientOf = (
    relay: ZoneRelay,
    socket: 'northbound' | 'southbound' = 'northbound',
    options = {},
  ): OvsdbClient => {
    const client = relay.client(socket, options);
    closing.push(() => client.close());
    return client;
  };
  const nothingRuns = (): Promise<boolean> => eventually(() => cluster.endpoint.running.size === 0);

  beforeAll(async () => {
    cluster = await startExecCluster();
    for (const [kind, programs] of RELAYS) zones.set(kind, await startExecZone(cluster, folder.path, kind, programs));
    zones.set('bare', await startExecZone(cluster, folder.path, 'bare', []));
    for (const [name, { server }] of zones) if (name !== 'bare') await fill(server);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) close();
    cluster.faults = {};
    const ended = await nothingRuns();
    for (const child of cluster.endpoint.running) child.kill('SIGKILL');
    if (!ended) throw new Error('something was left running in a pod');
  });
  afterAll(async () => {
    await cluster.stop();
    for (const { server } of zones.values()) await server.stop();
    folder.remove();
  });

  describe.each(RELAYS)('by %s', (kind) => {
    it('is chosen by what the container has', async () => {
      expect(await opened(kind).kind('northbound', never)).toBe(kind);
    });

    it('reads rows of both databases, and long replies whole', async () => {
      const relay = opened(kind);
      const north = clientOf(relay);
      const south = clientOf(relay, 'southbound');
      const [sets, globals, names] = await Promise.all([
        north.select(NB, 'Address_Set'),
        south.select('OVN_Southbound', 'SB_Global'),
        north.listDatabases(),
      ]);
      expect(sets.length).toBe(240);
      expect(globals).toEqual([]);
      expect(names).toEqual(expect.arrayContaining(['OVN_Northbound', 'OVN_Southbound']));
      expect(north.traffic.bytesIn).toBeGreaterThan(24_000_000);
    });

    it('works where only v4 is spoken, and leaves nothing behind', async () => {
      cluster.faults = { protocols: ['v4.channel.k8s.io'] };
      const client = clientOf(opened(kind));
      expect((await client.select(NB, 'Address_Set', [], ['name'])).length).toBe(240);
    });

    it('is right when bytes come one at a time', async () => {
      cluster.faults = { trickle: true };
      const client = clientOf(opened(kind));
      const rows = await client.select(NB, 'Address_Set', [['name', '==', 'set7']], ['name']);
      expect(rows.map((row) => row.string('name'))).toEqual(['set7']);
    });

    it('fails in time when the connection breaks in the middle of a reply', async () => {
      cluster.faults = { cutAfter: 3_000_000 };
      const client = clientOf(opened(kind), 'northbound', { timeoutMs: 2000 });
      expect(await failure(client.select(NB, 'Address_Set'))).toBeInstanceOf(UnavailableError);
    });

    it('says that the server is not there', async () => {
      const zone = zoneOf(kind);
      const container = (cluster.pods.get(zone.key) as Record<string, object>)['nbdb'] as { bin: string };
      const lost = await startExecZone(cluster, folder.path, `${kind}-lost`, []);
      await lost.server.kill();
      const mounts = { '/var/run/ovn': `${folder.path}/${kind}-lost`, '/run/ovn': `${folder.path}/${kind}-lost` };
      cluster.pods.set(lost.key, { nbdb: { ...container, mounts }, sbdb: { ...container, mounts } });
      zones.set(`${kind}-lost`, lost);
      const error = await failure(clientOf(opened(`${kind}-lost`), 'northbound', { timeoutMs: 15_000 }).ready());
      expect(error).toBeInstanceOf(UnavailableError);
      expect((error as Error).message).toContain(`northbound database of pod ovn-kubernetes/ovnkube-node-${kind}-lost`);
    });
  });

  describe.each(RELAYS.filter(([kind]) => kind !== 'one-shot'))('by %s, a stream', (kind) => {
    it('carries changes and follows them', async () => {
      const relay = opened(kind);
      const client = clientOf(relay);
      const monitor = client.monitor(NB, { Logical_Switch: { columns: ['name'] } });
      const events = monitor[Symbol.asyncIterator]();
      const rows = async (): Promise<number> => {
        const event = await events.next();
        if (event.done === true) throw new Error('the monitor has ended');
        return [...event.value.database.table('Logical_Switch').rows()].length;
      };
      expect(await rows()).toBe(0);
      const value = 'y'.repeat(9_000_000);
      const row = { name: 'sw', external_ids: ['map', [['long', value]]] };
      await client.transact(NB, [{ op: 'insert', table: 'Logical_Switch', row }]);
      expect(await rows()).toBe(1);
      const [found] = await client.select(NB, 'Logical_Switch');
      expect(found?.map('external_ids').get('long')?.length).toBe(value.length);
      await client.transact(NB, [{ op: 'delete', table: 'Logical_Switch', where: [] }]);
      monitor.close();
    });
  });

  it('one-shot refuses changes and monitors', async () => {
    const client = clientOf(opened('one-shot'), 'northbound', { timeoutMs: 20_000 });
    const insert = { op: 'insert', table: 'Logical_Switch', row: { name: 'no' } } as const;
    expect(await failure(client.transact(NB, [insert]))).toMatchObject({ code: 'ovsdb.not-allowed' });
  });

  it('python3 carries all databases of a pod over one connection', async () => {
    const relay = opened('python3');
    const before = cluster.endpoint.handshakes;
    const clients = [clientOf(relay), clientOf(relay, 'southbound'), clientOf(relay)];
    await Promise.all(clients.map((client) => client.ready()));
    expect(cluster.endpoint.handshakes - before).toBe(2);
    expect(cluster.endpoint.running.size).toBe(1);
  });

  it('a reader that stands still holds up nobody else', async () => {
    const relay = opened('python3');
    const slow = clientOf(relay);
    const quick = clientOf(relay, 'southbound');
    await Promise.all([slow.ready(), quick.ready()]);
    const all = slow.select(NB, 'Address_Set');
    for (let i = 0; i < 50; i++) await quick.echo([i]);
    expect((await all).length).toBe(240);
  });

  it('is opened anew after it broke', async () => {
    const client = clientOf(opened('python3'));
    await client.ready();
    for (const child of cluster.endpoint.running) child.kill('SIGKILL');
    expect((await client.select(NB, 'Address_Set', [], ['name'])).length).toBe(240);
  });

  it.each(['python3', 'socat', 'nc'])('%s ends by itself when its client has gone without a trace', async (kind) => {
    cluster.faults = { deaf: true, protocols: ['v4.channel.k8s.io'] };
    const relay = opened(kind, 4000);
    // More often than the limit, as in earnest.
    const client = clientOf(relay, 'northbound', { probeMs: 400 });
    await client.ready();
    await new Promise((resolve) => setTimeout(resolve, 5500));
    expect(cluster.endpoint.running.size).toBeGreaterThan(0);
    cluster.endpoint.vanish();
    client.close();
    relay.close();
    expect(await nothingRuns()).toBe(true);
  });

  it('python3 ends when it is told to, where neither the end of its input nor a limit would end it', async () => {
    cluster.faults = { deaf: true, protocols: ['v4.channel.k8s.io'] };
    const relay = opened('python3', 600_000);
    await clientOf(relay).ready();
    expect(cluster.endpoint.running.size).toBe(1);
    relay.close();
    expect(await nothingRuns()).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('nothing is left in the pod after %s', async (signal) => {
    const { server } = cluster.connection.access;
    const root = new URL('../../../', import.meta.url).href;
    const program = `
      const { ZoneRelay } = await import('${root}src/connect/relay/zone-relay.ts');
      const { connectTo } = await import('${root}test/support/kube-api/exec-cluster.ts');
      const relay = new ZoneRelay(connectTo('${server.href}'), ${JSON.stringify(zoneOf('python3').zone)});
      await relay.client('northbound').ready();
      console.log('ready');`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(cluster.endpoint.running.size).toBe(1);
    child.kill(signal);
    await once(child, 'exit');
    expect(await nothingRuns()).toBe(true);
  });

  describe('what can be in the way', () => {
    const reached = async (name: string, change: () => void) => {
      const { key } = zoneOf(name);
      const before = cluster.pods.get(key);
      change();
      try {
        return await failure(clientOf(opened(name), 'northbound', { timeoutMs: 15_000 }).ready());
      } finally {
        if (before !== undefined) cluster.pods.set(key, before);
      }
    };

    it('exec is denied', async () => {
      const { key } = zoneOf('python3');
      const error = await reached('python3', () => cluster.pods.set(key, forbidden('p', 'ovn-kubernetes', 'bob')));
      expect(error).toBeInstanceOf(AccessError);
      expect((error as AccessError).hints.join()).toContain('"pods/exec"');
    });

    it('the pod is gone', async () => {
      const { key } = zoneOf('python3');
      const error = await reached('python3', () => cluster.pods.delete(key));
      expect(error).toMatchObject({ message: expect.stringContaining('there is no pod') as string });
      expect(error).toBeInstanceOf(NotFoundError);
    });

    it('both containers restart', async () => {
      const { key } = zoneOf('python3');
      const down = { nbdb: containerDown('nbdb'), sbdb: containerDown('sbdb') };
      expect(await reached('python3', () => cluster.pods.set(key, down))).toMatchObject({ code: 'exec.node' });
    });

    it('one container restarts: the other sees the same sockets', async () => {
      const { key } = zoneOf('python3');
      const containers = cluster.pods.get(key) as Record<string, never>;
      expect(
        await reached('python3', () => cluster.pods.set(key, { ...containers, nbdb: containerDown('nbdb') })),
      ).toBeUndefined();
    });

    it('the node does not answer', async () => {
      expect(await reached('python3', () => (cluster.faults = { mute: true }))).toBeInstanceOf(UnavailableError);
    });

    it('the container has no program for it', async () => {
      expect(await reached('bare', () => undefined)).toMatchObject({ code: 'relay.no-program' });
    });

    it('no socket is there', async () => {
      const { key } = zoneOf('python3');
      const { nbdb } = cluster.pods.get(key) as Record<string, { bin: string }>;
      const elsewhere = { bin: nbdb?.bin ?? '', mounts: { '/var/run': '/nowhere', '/run': '/nowhere' } };
      expect(await reached('python3', () => cluster.pods.set(key, { nbdb: elsewhere, sbdb: elsewhere }))).toMatchObject(
        {
          code: 'relay.no-socket',
        },
      );
    });
  });

  describe('many zones', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => {
        const { zone } = zoneOf('python3');
        return { ...zone, name: `zone${String(i).padStart(2, '0')}` };
      });

    it('are reached some at a time', async () => {
      const done: number[] = [];
      const zonesReached = await reachZones(cluster.connection, many(40), {
        signal: never,
        bound: 8,
        progress: (_, count) => done.push(count),
      });
      closing.push(() => zonesReached.forEach(closeZone));
      expect(zonesReached.every(({ clients, gaps }) => clients.size === 2 && gaps.length === 0)).toBe(true);
      expect(done).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
      expect(cluster.endpoint.running.size).toBe(40);
    });

    it('one that cannot be reached is a gap, and only that', async () => {
      const zone = {
        ...zoneOf('python3').zone,
        name: 'lost',
        pods: [{ ...zoneOf('python3').zone.pods[0], name: 'gone' }],
      };
      const list = [...many(2), zone as never];
      const zonesReached = await reachZones(cluster.connection, list, { signal: never });
      closing.push(() => zonesReached.forEach(closeZone));
      expect(zonesReached.map(({ gaps }) => gaps.map(({ subject }) => subject))).toEqual([
        [],
        [],
        ['northbound database of zone lost', 'southbound database of zone lost'],
      ]);
      expect(zonesReached[2]?.gaps[0]?.reason).toContain('there is no pod ovn-kubernetes/gone');
    });

    it('end with the signal', async () => {
      cluster.faults = { mute: true };
      const control = new AbortController();
      const reaching = failure(reachZones(cluster.connection, many(5), { signal: control.signal }));
      const reason = new Error('interrupted');
      setTimeout(() => control.abort(reason), 100);
      expect(await reaching).toBe(reason);
    });
  });
});
