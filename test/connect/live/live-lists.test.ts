import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRemoteWorld } from '../../../src/connect/live/remote-world.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { whenHeld } from '../../../src/ovsdb/replica/not-held.js';
import { KINDS } from '../../../src/usecase/inspect/kinds/all.js';
import { listFlows } from '../../../src/usecase/inspect/list-flows.js';
import { listRows } from '../../../src/usecase/inspect/list-rows.js';
import { showRow } from '../../../src/usecase/inspect/show-row.js';
import type { World } from '../../../src/world/world.js';
import { hasOvsdbServer, NO_OVSDB } from '../../support/ovsdb-server.js';
import { EXAMPLE, startZoneServers } from '../../support/zone-servers.js';
import type { ZoneServers } from '../../support/zone-servers.js';

const present = hasOvsdbServer();

describe.skipIf(!present)(present ? 'lists over servers' : NO_OVSDB, () => {
  let zones: ZoneServers;
  let files: World;

  beforeAll(async () => {
    zones = await startZoneServers();
    files = await openWorld(EXAMPLE);
  }, 120_000);
  afterAll(() => zones.stop());

  const over = async <T>(whole: boolean, ask: (world: World) => Promise<T>) => {
    const opened = await openRemoteWorld({
      zones: [...zones.servers.values()].map(({ remote }) => ({ nb: remote, sb: remote })),
      wholeRows: whole,
    });
    try {
      return { answer: await whenHeld(() => ask(opened.world)), readings: opened.readings() };
    } finally {
      opened.close();
    }
  };

  it.each(KINDS.map((kind) => [kind.name, kind] as const))('%s: the same as from files', async (name, { whole }) => {
    const { answer, readings } = await over(whole === true, (world) => listRows(world, name));
    expect(answer).toEqual(await listRows(files, name));
    for (const { roundTrips } of readings) expect(roundTrips).toBeLessThanOrEqual(4);
  });

  it('flows: the same as from files, in few round trips', async () => {
    for (const datapath of ['ovn-worker', 'ovn_cluster_router']) {
      const { answer, readings } = await over(false, (world) => listFlows(world, datapath));
      expect(answer).toEqual(await listFlows(files, datapath));
      for (const { roundTrips } of readings) expect(roundTrips).toBeLessThanOrEqual(12);
    }
  });

  it('details: the same as from files', async () => {
    const { answer } = await over(true, (world) => showRow(world, 'router', 'GR_ovn-worker'));
    const recorded = await showRow(files, 'router', 'GR_ovn-worker');
    // Files leave out what has its default value, servers do not.
    const known = recorded.rows.map((row) => ({ ...row, values: {} }));
    expect(answer.rows.map((row) => ({ ...row, values: {} }))).toEqual(known);
    expect(answer.rows).toHaveLength(recorded.rows.length);
  });
});
