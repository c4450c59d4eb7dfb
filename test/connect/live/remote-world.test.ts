import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRemoteWorld } from '../../../src/connect/live/remote-world.js';
import type { OpenedWorld } from '../../../src/connect/live/opened-world.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { whenHeld } from '../../../src/ovsdb/replica/not-held.js';
import { packetDocument } from '../../../src/usecase/packet-document.js';
import { tracePacketInZone } from '../../../src/usecase/trace-packet-in-zone.js';
import type { PacketQuery } from '../../../src/usecase/trace-packet-in-zone.js';
import { tracePodToExternal, tracePodToPod, tracePodToService } from '../../../src/usecase/trace-path.js';
import type { PathQuery } from '../../../src/usecase/trace-path.js';
import type { World } from '../../../src/world/world.js';
import { hasOvsdbServer, NO_OVSDB } from '../../support/ovsdb-server.js';
import { EXAMPLE, startZoneServers } from '../../support/zone-servers.js';
import type { ZoneServers } from '../../support/zone-servers.js';

const present = hasOvsdbServer();

type Ask = (world: World) => Promise<unknown>;

const path =
  (trace: typeof tracePodToPod, source: string, destination: string, more: Partial<PathQuery> = {}): Ask =>
  (world) =>
    trace(world, { source, destination, family: 'both', ...more });
const packet =
  (query: PacketQuery): Ask =>
  async (world) =>
    packetDocument(await tracePacketInZone(world, query));

const SHOP =
  'inport=="shop_client" && eth.src==0a:58:0a:f4:02:06 && eth.dst==0a:58:0a:f4:02:03 && ip4.src==10.244.2.6 && ' +
  'ip4.dst==10.244.2.3 && ip.ttl==64 && tcp.dst==8080';

const QUESTIONS: Readonly<Record<string, Ask>> = {
  'the quickstart': path(tracePodToService, 'shop/client', 'shop/web-svc', { port: '80' }),
  'same node': path(tracePodToPod, 'shop/client', 'shop/web-0', { port: '8080' }),
  'another node': path(tracePodToPod, 'shop/client', 'shop/web-1', { port: '8080' }),
  'ping over IPv6': path(tracePodToPod, 'shop/client', 'shop/api-1', { protocol: 'icmp', family: '6' }),
  'default deny': path(tracePodToPod, 'default/toolbox', 'shop/web-1', { port: '8080' }),
  'an admin policy': path(tracePodToPod, 'monitoring/probe-0', 'payments/db-0', { port: '5432' }),
  'an egress firewall': path(tracePodToExternal, 'shop/client', '198.51.100.200', { port: '443' }),
  'external gateways': path(tracePodToExternal, 'monitoring/probe-0', '198.51.100.9', { port: '443' }),
  'an egress service': path(tracePodToExternal, 'shop/api-0', '1.2.3.4', { port: '443' }),
  'no endpoints': path(tracePodToService, 'shop/client', 'shop/empty-svc', { port: '80' }),
  hairpin: path(tracePodToService, 'shop/web-2', 'shop/solo-local'),
  affinity: path(tracePodToService, 'shop/client', 'shop/web-sticky'),
  'a node port, by template': path(tracePodToService, 'shop/client', 'shop/web-np', { via: 'nodePort', family: '4' }),
  'a lost reply': path(tracePodToService, 'shop/cart-0', 'shop/api-ext', { family: '4' }),
  'an established connection': path(tracePodToPod, 'shop/client', 'shop/web-0', { port: '8080', state: 'established' }),
  'a layer 3 network': path(tracePodToPod, 'udn-blue/b-0', 'udn-blue/b-1', { port: '8080' }),
  'a layer 2 network': path(tracePodToPod, 'udn-green/g-0', 'udn-green/g-1', { port: '8080' }),
  'connected networks': path(tracePodToPod, 'cudn-red/r-0', 'cudn-gold/au-0', { port: '8080' }),
  'one packet': packet({ datapath: 'ovn-worker', microflow: SHOP, ct: ['new', 'new'] }),
  'one packet, its datapath left out': packet({ microflow: SHOP.replace('0a:58:0a:f4:02:03', 'ff:ff:ff:ff:ff:ff') }),
  'one packet as the switch treats it': packet({ datapath: 'ovn-worker', microflow: SHOP, faithful: true }),
};

describe.skipIf(!present)(present ? 'databases behind servers' : NO_OVSDB, () => {
  let zones: ZoneServers;
  let files: World;
  const opened: OpenedWorld[] = [];

  const open = async (): Promise<OpenedWorld> => {
    const world = await openRemoteWorld({
      // Named by what the databases say.
      zones: [...zones.servers.values()].map(({ remote }) => ({ nb: remote, sb: remote })),
      kube: files.kube,
    });
    opened.push(world);
    return world;
  };

  beforeAll(async () => {
    zones = await startZoneServers();
    files = await openWorld(EXAMPLE);
  }, 60_000);

  afterAll(async () => {
    for (const each of opened) each.close();
    await zones.stop();
  });

  it('are called as their own databases call the zones', async () => {
    const { world } = await open();
    expect(world.zones.map(({ name }) => name)).toEqual(files.zones.map(({ name }) => name));
    expect(world.source.kind).toBe('remotes');
  });

  it.each(Object.keys(QUESTIONS))('answer like files: %s', { timeout: 60_000 }, async (name) => {
    const ask = QUESTIONS[name]!;
    const live = await open();
    const answer = await whenHeld(() => ask(live.world));
    expect(answer).toEqual(await ask(files));
    expect(JSON.stringify(answer)).toBe(JSON.stringify(await ask(files)));
    expect(live.world.coverage.gaps()).toEqual([]);
  });

  it('read a part of the flows only, in few round trips', { timeout: 60_000 }, async () => {
    const live = await open();
    await whenHeld(() => QUESTIONS['one packet']!(live.world));
    const total = (await files.zones.find(({ name }) => name === 'ovn-worker')!.southbound()).database.table(
      'Logical_Flow',
    ).size;
    const reading = live.readings().find(({ zone, database }) => zone === 'ovn-worker' && database === 'southbound')!;
    expect(reading.rows).toBeLessThan(total / 2);
    expect(reading.bytes).toBeGreaterThan(10_000);
    expect(reading.roundTrips).toBeLessThan(15);
  });
});
