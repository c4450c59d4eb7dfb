import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSnapshotFiles } from '../../../src/connect/files/open-snapshot.js';
import type { Disk } from '../../../src/connect/files/disk.js';
import { realDisk } from '../../../src/connect/files/disk.js';
import { logRecord } from '../../support/ovsdb-made.js';
import { scratchFolder } from '../../support/ovsdb-server.js';

const capture = join(import.meta.dirname, '../../../examples/ic-dualstack');
const zoneNames = ['ovn-control-plane', 'ovn-worker', 'ovn-worker2'];
const meta = JSON.parse(readFileSync(join(capture, 'META.json'), 'utf8')) as {
  zones: Record<string, { rows: Record<string, number> }>;
};
const flowsOf = (zone: string): number => meta.zones[zone]?.rows['sb.Logical_Flow'] ?? -1;

const folder = scratchFolder();
afterAll(() => {
  folder.remove();
});
const at = (...parts: string[]): string => join(folder.path, ...parts);

describe('a snapshot folder', () => {
  test('has its zones, databases and Kubernetes objects', async () => {
    const files = await openSnapshotFiles(capture);
    expect(files).toMatchObject({ path: capture, kind: 'folder', hasKubernetes: true });
    expect(files.zones.map(({ name, namedBy }) => [name, namedBy])).toEqual(zoneNames.map((name) => [name, 'folder']));
    for (const zone of files.zones) {
      const [northbound, southbound] = [await zone.northbound(), await zone.southbound()];
      expect([northbound.database.name, southbound.database.name]).toEqual(['OVN_Northbound', 'OVN_Southbound']);
      expect(southbound.database.table('Logical_Flow').size).toBe(flowsOf(zone.name));
      expect([...northbound.gaps, ...southbound.gaps]).toEqual([]);
      expect(southbound.file).toBe(join(capture, zone.name, 'sb.db'));
      expect((await zone.openVSwitch()).database.name).toBe('Open_vSwitch');
    }
    const nodes = (await files.kubernetes('nodes'))?.items as { metadata: { name: string } }[];
    expect(nodes.map(({ metadata }) => metadata.name)).toEqual(zoneNames);
    expect(await files.kubernetes('vteps')).toEqual({ items: [], gaps: [] });
    expect(await files.kubernetes('unheardofs')).toBeUndefined();
  });

  test('is listed when opened, and each file read once and only when asked for', async () => {
    const read: string[] = [];
    const disk: Disk = {
      ...realDisk,
      read: (path) => {
        read.push(path.slice(capture.length + 1));
        return realDisk.read(path);
      },
    };
    const files = await openSnapshotFiles(capture, { disk });
    expect(read).toEqual([]);
    const zone = files.zones[1];
    const [first, second] = await Promise.all([zone?.southbound(), zone?.southbound()]);
    expect(first).toBe(second);
    await files.kubernetes('pods');
    await files.kubernetes('pods');
    expect(read).toEqual(['ovn-worker/sb.db', 'k8s/pods.json']);
  });

  test('may have a folder around it, and links in it', async () => {
    mkdirSync(at('around'));
    symlinkSync(capture, at('around', 'inner'));
    symlinkSync(at('nowhere'), at('around', 'dangling'));
    const files = await openSnapshotFiles(at('around'));
    expect([files.hasKubernetes, files.zones.map(({ name }) => name)]).toEqual([true, zoneNames]);
  });

  test('may lack the Kubernetes objects, or the databases', async () => {
    cpSync(join(capture, 'ovn-worker'), at('zones-only', 'ovn-worker'), { recursive: true });
    cpSync(join(capture, 'ovn-worker2'), at('zones-only', 'ovn-worker2'), { recursive: true });
    const zones = await openSnapshotFiles(at('zones-only'));
    expect([zones.hasKubernetes, zones.zones.length, await zones.kubernetes('pods')]).toEqual([false, 2, undefined]);
    cpSync(join(capture, 'k8s'), at('k8s-only', 'k8s'), { recursive: true });
    const objects = await openSnapshotFiles(at('k8s-only'));
    expect([objects.hasKubernetes, objects.zones]).toEqual([true, []]);
  });
});

describe('bare databases', () => {
  test('a folder of them is one zone, named by NB_Global', async () => {
    cpSync(join(capture, 'ovn-worker'), at('bare'), { recursive: true });
    const { zones } = await openSnapshotFiles(at('bare'));
    expect(zones.map((zone) => [zone.name, zone.namedBy, zone.has('nb'), zone.has('sb'), zone.has('ovs')])).toEqual([
      ['ovn-worker', 'NB_Global', true, true, true],
    ]);
  });

  test('without a northbound database, or with a useless one, the folder names the zone', async () => {
    mkdirSync(at('lone-sb'));
    cpSync(join(capture, 'ovn-worker', 'sb.db'), at('lone-sb', 'ovnsb_db.db'));
    writeFileSync(at('lone-sb', 'nb.db'), 'nothing of the kind');
    const { zones } = await openSnapshotFiles(`${at('lone-sb')}/`);
    expect(zones.map(({ name, namedBy }) => [name, namedBy])).toEqual([['lone-sb', 'folder']]);
    expect((await zones[0]?.southbound())?.database.table('Logical_Flow').size).toBe(flowsOf('ovn-worker'));
    await expect(zones[0]?.northbound()).rejects.toMatchObject({ code: 'ovsdb.file-format' });
  });

  test('one file alone, known by its name', async () => {
    const files = await openSnapshotFiles(join(capture, 'ovn-worker', 'sb.db'));
    expect(files).toMatchObject({ kind: 'file', hasKubernetes: false });
    const [zone] = files.zones;
    expect([zone?.name, zone?.has('nb'), zone?.has('sb')]).toEqual(['ovn-worker', false, true]);
    await expect(zone?.northbound()).rejects.toMatchObject({ code: 'snapshot.no-database' });
    expect(await files.kubernetes('pods')).toBeUndefined();
  });

  test('one file of any other name, known by its contents', async () => {
    cpSync(join(capture, 'ovn-worker', 'nb.db'), at('yesterday.backup'));
    const { zones } = await openSnapshotFiles(at('yesterday.backup'));
    expect(zones.map((zone) => [zone.name, zone.namedBy, zone.has('nb')])).toEqual([['ovn-worker', 'NB_Global', true]]);
    expect((await zones[0]?.northbound())?.database.table('Logical_Switch').size).toBeGreaterThan(0);
  });
});

describe('an archive', () => {
  beforeAll(async () => {
    const options = { cwd: capture, portable: true };
    await create({ ...options, file: at('flat.tar') }, ['k8s', ...zoneNames]);
    await create({ ...options, file: at('flat.tar.gz'), gzip: true }, ['./k8s', ...zoneNames]);
    await create({ cwd: join(capture, '..'), file: at('wrapped.tgz'), gzip: true }, ['ic-dualstack']);
    await create({ cwd: capture, file: at('zone.tgz'), gzip: true }, ['ovn-worker']);
    await create({ cwd: join(capture, 'ovn-worker'), file: at('bare.tar'), portable: true }, ['nb.db', 'sb.db']);
  });

  test.each(['flat.tar', 'flat.tar.gz', 'wrapped.tgz'])('%s is as good as the folder', async (name) => {
    const files = await openSnapshotFiles(at(name));
    expect([files.kind, files.hasKubernetes, files.zones.map((zone) => zone.name)]).toEqual([
      'archive',
      true,
      zoneNames,
    ]);
    const southbound = await files.zones[2]?.southbound();
    expect(southbound?.database.table('Logical_Flow').size).toBe(flowsOf('ovn-worker2'));
    expect(southbound?.file).toMatch(new RegExp(`/${name}:.*ovn-worker2/sb\\.db$`));
    const pods = await (await openSnapshotFiles(capture)).kubernetes('pods');
    expect(await files.kubernetes('pods')).toEqual(pods);
  });

  test('of one zone, or of bare databases', async () => {
    const zone = await openSnapshotFiles(at('zone.tgz'));
    expect(zone.zones.map(({ name, namedBy }) => [name, namedBy])).toEqual([['ovn-worker', 'folder']]);
    const bare = await openSnapshotFiles(at('bare.tar'));
    expect(bare.zones.map(({ name, namedBy }) => [name, namedBy])).toEqual([['ovn-worker', 'NB_Global']]);
  });
});

test('damage inside a database is a gap beside what precedes it', async () => {
  const bytes = readFileSync(join(capture, 'ovn-worker', 'sb.db'));
  mkdirSync(at('damaged'));
  const lost = logRecord('{"Logical_Flow":{}}');
  writeFileSync(at('damaged', 'sb.db'), Buffer.concat([bytes, lost.subarray(0, lost.length - 4)]));
  const { zones } = await openSnapshotFiles(at('damaged'));
  const southbound = await zones[0]?.southbound();
  expect(southbound?.database.table('Logical_Flow').size).toBe(flowsOf('ovn-worker'));
  expect(southbound?.gaps).toMatchObject([{ reason: 'cut', record: 3, offset: bytes.length }]);
});
