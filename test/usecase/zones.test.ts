import { join } from 'node:path';
import { mkdirSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AccessError, UnavailableError } from '../../src/base/errors.js';
import { openWorld } from '../../src/connect/open-world.js';
import { versionReport } from '../../src/usecase/version.js';
import { isWhole, zonesReport } from '../../src/usecase/zones.js';
import { PLAIN } from '../../src/view/color.js';
import { renderVersion, renderZones, versionNames, zoneNames } from '../../src/view/zones-view.js';
import type { World, Zone } from '../../src/world/world.js';
import { repository } from '../support/run-cli.js';
import { scratchFolder } from '../support/ovsdb-server.js';

const example = join(repository, 'examples/ic-dualstack');
const layout = { palette: PLAIN, headers: true };

const failing = (error: Error): Zone => ({
  name: 'far',
  hasNorthbound: false,
  hasSouthbound: true,
  northbound: () => Promise.reject(error),
  southbound: () => Promise.reject(error),
});

const only = (world: World, ...zones: readonly Zone[]): World => ({ ...world, zones });

describe('zones', () => {
  it('of the recorded cluster are whole and up to date', async () => {
    const report = await zonesReport(await openWorld(example));
    expect(isWhole(report)).toBe(true);
    expect(report.zones.map(({ zone, nodes, northd }) => [zone, nodes, northd.state])).toEqual([
      ['ovn-control-plane', ['ovn-control-plane'], 'current'],
      ['ovn-worker', ['ovn-worker'], 'current'],
      ['ovn-worker2', ['ovn-worker2'], 'current'],
    ]);
    expect(report.zones[1]?.southbound.rows).toEqual({ Datapath_Binding: 29, Port_Binding: 102, Chassis: 3 });
    expect(zoneNames(report)).toEqual(['zone/ovn-control-plane', 'zone/ovn-worker', 'zone/ovn-worker2']);
    const text = await renderZones(report, layout, true);
    expect(text.split('\n')[2]).toMatch(
      /^ovn-worker +ovn-worker +ok +ok +current +29 +102 +\S+ +7\.18\.0 +21\.8\.0 +26\.03\.1 /,
    );
  });

  it('that can not be read say why, each in its own way', async () => {
    const world = await openWorld(example);
    const refused = await zonesReport(only(world, failing(new AccessError('kube.forbidden', 'exec is not allowed'))));
    const gone = await zonesReport(only(world, failing(new UnavailableError('ovsdb.unreachable', 'nothing listens'))));
    expect(refused.zones[0]).toMatchObject({
      northbound: { state: 'absent' },
      southbound: { state: 'refused', reason: 'exec is not allowed' },
      northd: { state: 'unknown' },
    });
    expect(gone.zones[0]?.southbound).toEqual({ state: 'unreachable', reason: 'nothing listens' });
    expect([isWhole(refused), isWhole(gone)]).toEqual([false, false]);
  });

  it('with a database file cut short are damaged, and what it has is counted', async () => {
    const folder = scratchFolder();
    try {
      mkdirSync(join(folder.path, 'z'));
      copyFileSync(join(example, 'ovn-worker/nb.db'), join(folder.path, 'z/nb.db'));
      const bytes = readFileSync(join(example, 'ovn-worker/sb.db'));
      writeFileSync(join(folder.path, 'z/sb.db'), bytes.subarray(0, bytes.length - 200));
      const report = await zonesReport(await openWorld(folder.path));
      expect(report.zones[0]?.southbound.state).toBe('damaged');
      expect(report.zones[0]?.southbound.reason).toContain('what follows');
      expect(isWhole(report)).toBe(false);
    } finally {
      folder.remove();
    }
  });
});

describe('versions', () => {
  it('of the recorded cluster', async () => {
    const report = await versionReport(await openWorld(example), { version: '1.2.3', node: 'v20' });
    expect(report.zones[1]).toMatchObject({
      zone: 'ovn-worker',
      ovn: '26.03.1',
      schemas: { northbound: '7.18.0', southbound: '21.8.0' },
    });
    // The recording has no pods of OVN-Kubernetes itself.
    expect(report.deployment).toBeUndefined();
    expect(versionNames(report)[0]).toBe('ovnctl/1.2.3');
    expect(await renderVersion(report, layout)).toMatch(/^OVN +26\.03\.1 +every zone$/m);
  });

  it('that differ between zones are told apart', async () => {
    const text = await renderVersion(
      {
        client: { version: '1', node: 'v20' },
        deployment: { shape: 'interconnect', namespace: 'ovn-kubernetes' },
        images: [{ image: 'example.com/ovn:1', pods: 2 }],
        zones: [
          { zone: 'a', ovn: '25.09.0', schemas: { southbound: '20.42.0' } },
          { zone: 'b', ovn: '26.03.1', schemas: { southbound: '21.8.0' } },
        ],
      },
      layout,
    );
    expect(text).toMatch(/^deployment +interconnect +namespace ovn-kubernetes$/m);
    expect(text).toMatch(/^image +example\.com\/ovn:1 +2 pods$/m);
    expect(text).toMatch(/^OVN +25\.09\.0 +zones a$/m);
    expect(text).toMatch(/^southbound schema +21\.8\.0 +zones b$/m);
  });
});
