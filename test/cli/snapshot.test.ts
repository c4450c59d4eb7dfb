import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logRecord } from '../support/ovsdb-made.js';
import { hasOvsdbServer, scratchFolder } from '../support/ovsdb-server.js';
import { repository, runCli } from '../support/run-cli.js';
import { serveZone } from '../support/snapshot-cluster.js';

const EXAMPLE = 'examples/ic-dualstack';
const folder = scratchFolder();
afterAll(() => folder.remove());
const at = (...parts: string[]): string => join(folder.path, ...parts);
const golden = (name: string): string => join(repository, 'test/golden/snapshot', name);
const QUICKSTART = ['trace', 'pod-to-service', 'shop/client', 'shop/web-svc', '--port', '80', '-o', 'json'];
const dataOf = (text: string): unknown => (JSON.parse(text) as { readonly data: unknown }).data;

/** What depends on where the test runs, made the same everywhere. */
const plain = (text: string): string => text.replaceAll(folder.path, 'SCRATCH').replace(/taken( +)\S+/, 'taken$1TIME');

describe('snapshot take', () => {
  it('makes a folder and an archive that answer as what they were taken from', async () => {
    for (const name of ['copy', 'copy.tar.gz']) {
      const taken = await runCli(['snapshot', 'take', at(name), '--from', EXAMPLE]);
      expect(taken.code).toBe(0);
      expect(taken.stderr).toMatch(/reading the southbound database of zone ovn-worker2/);
      expect(taken.stderr).not.toMatch(/warning|error/);
      await expect(plain(taken.stdout).replace('copy.tar.gz', 'copy')).toMatchFileSnapshot(golden('take.txt'));
      const [before, after] = [
        await runCli([...QUICKSTART, '--from', EXAMPLE]),
        await runCli([...QUICKSTART, '--from', at(name)]),
      ];
      expect(dataOf(after.stdout)).toEqual(dataOf(before.stdout));
      const diff = await runCli(['snapshot', 'diff', EXAMPLE, at(name), '-q']);
      expect(diff).toEqual({ stdout: 'no difference\n', stderr: '', code: 0 });
    }
  });

  it('says what it would read, and reads and writes nothing', async () => {
    const args = ['snapshot', 'take', at('dry'), '--dry-run', '--zone', 'ovn-worker', '--from', EXAMPLE];
    const { stdout, code } = await runCli(args);
    expect([code, existsSync(at('dry'))]).toEqual([0, false]);
    expect(stdout).toMatch(/southbound database +zone ovn-worker /);
    expect(stdout).toMatch(/objects +pods/);
    expect(stdout).not.toContain('ovn-worker2');
    const names = await runCli([...args, '-o', 'name']);
    expect(names.stdout.split('\n').slice(0, 2)).toEqual(['zone/ovn-worker', 'objects/adminnetworkpolicies']);
  });

  it('takes one zone, by zone or node', async () => {
    for (const flag of ['--zone', '--node']) {
      const out = at(`one${flag}`);
      const { code } = await runCli(['snapshot', 'take', out, flag, 'ovn-worker2', '--from', EXAMPLE, '-q']);
      expect([code, readdirSync(out).sort()]).toEqual([0, ['k8s', 'manifest.json', 'ovn-worker2']]);
    }
  });

  it('refuses what exists, and replaces it with --force', async () => {
    mkdirSync(at('there'));
    writeFileSync(at('there/mine'), 'x');
    const args = ['snapshot', 'take', at('there'), '--from', EXAMPLE, '-q'];
    const refused = await runCli(args);
    expect([refused.code, refused.stderr]).toEqual([6, `error: ${at('there')} exists already\n`]);
    expect(readFileSync(at('there/mine'), 'utf8')).toBe('x');
    expect((await runCli([...args, '--force'])).code).toBe(0);
    expect(existsSync(at('there/mine'))).toBe(false);
  });

  it.each([
    ['no place', ['snapshot', 'take'], 2, /missing/],
    [
      'a wrong time',
      ['snapshot', 'take', 'x', '--since', 'yesterday', '--from', EXAMPLE],
      2,
      /neither a duration nor a time/,
    ],
    ['an unknown zone', ['snapshot', 'take', at('z'), '--zone', 'nowhere', '--from', EXAMPLE], 7, /no zone nowhere/],
    ['an unknown node', ['snapshot', 'take', at('z'), '--node', 'nowhere', '--from', EXAMPLE], 7, /no node nowhere/],
    ['no such folder', ['snapshot', 'take', at('no/folder/x'), '--from', EXAMPLE], 2, /is no folder/],
    ['nothing to read', ['snapshot', 'take', at('z'), '--from', at('absent')], 65, /there is no such file/],
  ])('bad input: %s', async (_what, args, code, message) => {
    const ran = await runCli(args);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
    expect(ran.stderr).toMatch(message);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('.'))).toEqual([]);
    const json = await runCli([...args, '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'Error', data: { exitCode: code } });
  });

  it.skipIf(!hasOvsdbServer())('reads database servers, with the objects of a snapshot', async () => {
    const server = await serveZone(at('served'), 'ovn-worker');
    try {
      const args = [
        'snapshot',
        'take',
        at('live.tgz'),
        '--nb',
        server.remote,
        '--sb',
        server.remote,
        '--from',
        EXAMPLE,
      ];
      const taken = await runCli([...args, '-o', 'json']);
      expect(taken.code).toBe(0);
      expect(JSON.parse(taken.stdout)).toMatchObject({
        kind: 'SnapshotInfo',
        metadata: { source: { kind: 'remotes' }, coverage: { complete: true } },
        data: { zones: [{ name: 'ovn-worker', databases: [{ source: 'server' }, { source: 'server' }] }] },
      });
      // Only that zone is there, so the backends elsewhere are unknown.
      const same = ['snapshot', 'diff', EXAMPLE, at('live.tgz'), '--only', 'nb', '--only', 'sb', '-o', 'json'];
      expect(JSON.parse((await runCli(same)).stdout)).toMatchObject({
        data: { rows: [], zones: { removed: ['ovn-control-plane', 'ovn-worker2'] } },
      });
    } finally {
      await server.stop();
    }
  });
});

describe('snapshot info', () => {
  it('says what there is', async () => {
    const table = await runCli(['snapshot', 'info', EXAMPLE, '-q']);
    expect(table.code).toBe(0);
    await expect(table.stdout).toMatchFileSnapshot(golden('info.txt'));
    const wide = await runCli(['snapshot', 'info', EXAMPLE, '-q', '-o', 'wide']);
    await expect(wide.stdout).toMatchFileSnapshot(golden('info.wide.txt'));
    const names = await runCli(['snapshot', 'info', EXAMPLE, '-q', '-o', 'name']);
    expect(names.stdout).toBe('zone/ovn-control-plane\nzone/ovn-worker\nzone/ovn-worker2\n');
  });

  it('tells gaps, of a file and of a manifest, and reads YAML as JSON', async () => {
    cpSync(join(repository, EXAMPLE), at('gaps'), { recursive: true });
    writeFileSync(at('gaps/ovn-worker/sb.db'), readFileSync(at('gaps/ovn-worker/sb.db')).subarray(0, 900_000));
    const { stdout, stderr, code } = await runCli(['snapshot', 'info', at('gaps'), '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      metadata: { coverage: { complete: false } },
      data: { gaps: [{ code: 'ovsdb.damaged', zone: 'ovn-worker', database: 'southbound' }] },
    });
    expect(stderr).toMatch(
      /warning: not everything could be read: southbound database of zone ovn-worker: .*sb\.db: record/,
    );
    const { parse } = await import('yaml');
    const yaml = await runCli(['snapshot', 'info', at('gaps'), '-q', '-o', 'yaml']);
    expect(parse(yaml.stdout)).toEqual(JSON.parse(stdout));
  });

  it.each([
    ['nothing there', 'absent', 65],
    ['no snapshot', '.', 65],
  ])('bad input: %s', async (_what, path, code) => {
    const ran = await runCli(['snapshot', 'info', path === '.' ? at('empty') : at(path)]);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
  });

  beforeAll(() => mkdirSync(at('empty')));
});

describe('snapshot diff', () => {
  const changed = at('changed');
  beforeAll(() => {
    cpSync(join(repository, EXAMPLE), changed, { recursive: true });
    edit('networkpolicies', (items) => {
      const policy = items.find(({ metadata }) => metadata.name === 'web-ingress');
      Object.assign(policy?.['spec'] ?? {}, { policyTypes: ['Ingress', 'Egress'] });
    });
    edit(
      'pods',
      (items) =>
        void items.splice(
          items.findIndex(({ metadata }) => metadata.name === 'cart-0'),
          1,
        ),
    );
    edit('services', (items) => void items.push({ metadata: { name: 'new', namespace: 'shop' }, spec: {} }));
    // Another transaction after the one in the file, with a row of a policy, a set and a counter.
    const northbound = join(changed, 'ovn-worker/nb.db');
    const rows = JSON.parse(readFileSync(northbound, 'utf8').split('\n')[3] ?? '{}') as Rows;
    const uuidOf = (table: string, is: (row: Readonly<Record<string, unknown>>) => boolean): string =>
      Object.entries(rows[table] ?? {}).find(([, row]) => is(row))?.[0] ?? '';
    const acl = uuidOf('ACL', (row) => JSON.stringify(row).includes('web-ingress:Ingress:0'));
    const set = uuidOf('Address_Set', (row) => row['name'] === 'a16810521701006935891');
    const global = uuidOf('NB_Global', () => true);
    const record = {
      ACL: { [acl]: { action: 'drop' } },
      Address_Set: { [set]: { addresses: ['set', ['192.0.2.1']] } },
      NB_Global: { [global]: { nb_cfg: 4711 } },
    };
    appendFileSync(northbound, logRecord(JSON.stringify(record)));
  });

  type Items = Record<string, unknown> & { readonly metadata: { readonly name: string; readonly namespace?: string } };
  type Rows = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  function edit(plural: string, change: (items: Items[]) => void): void {
    const file = join(changed, `k8s/${plural}.json`);
    const list = JSON.parse(readFileSync(file, 'utf8')) as { readonly items: Items[] };
    change(list.items);
    writeFileSync(file, JSON.stringify(list));
  }

  it('tells objects and rows with their owners, and exits with 1', async () => {
    const table = await runCli(['snapshot', 'diff', EXAMPLE, changed, '-q']);
    expect([table.code, table.stderr]).toEqual([1, '']);
    await expect(table.stdout).toMatchFileSnapshot(golden('diff.txt'));
    const wide = await runCli(['snapshot', 'diff', EXAMPLE, changed, '-q', '-o', 'wide']);
    await expect(wide.stdout).toMatchFileSnapshot(golden('diff.wide.txt'));
    const names = await runCli(['snapshot', 'diff', EXAMPLE, changed, '-q', '-o', 'name', '--only', 'objects']);
    expect([names.code, names.stdout]).toEqual([
      1,
      'NetworkPolicy/shop/web-ingress\nPod/shop/cart-0\nService/shop/new\n',
    ]);
  });

  it('compares counters only when asked, and only what is asked for', async () => {
    const rowsWith = async (...flags: string[]): Promise<readonly string[]> => {
      const { stdout } = await runCli(['snapshot', 'diff', EXAMPLE, changed, '-q', '-o', 'json', ...flags]);
      const { rows } = dataOf(stdout) as { readonly rows: readonly { readonly table: string }[] };
      return rows.map(({ table }) => table);
    };
    expect(await rowsWith('--only', 'nb')).toEqual(['ACL', 'Address_Set']);
    expect(await rowsWith('--only', 'nb', '--all')).toEqual(['ACL', 'Address_Set', 'NB_Global']);
    expect(await rowsWith('--only', 'sb')).toEqual([]);
    expect(await rowsWith('--only', 'nb', '--zone', 'ovn-worker2')).toEqual([]);
  });

  it('nothing differs, but not everything could be compared: 5', async () => {
    cpSync(join(repository, EXAMPLE), at('partial'), { recursive: true });
    rmSync(at('partial/k8s/egressips.json'));
    const { code, stdout, stderr } = await runCli(['snapshot', 'diff', EXAMPLE, at('partial'), '--only', 'objects']);
    expect([code, stdout]).toEqual([5, 'no difference\n']);
    expect(stderr).toMatch(/warning: not compared: egressips of .*partial: it has no list of them/);
  });

  it.each([
    ['one snapshot', ['snapshot', 'diff', EXAMPLE], 2],
    ['an unknown part', ['snapshot', 'diff', EXAMPLE, EXAMPLE, '--only', 'everything'], 2],
    ['nothing there', ['snapshot', 'diff', EXAMPLE, at('absent')], 65],
  ])('bad input: %s', async (_what, args, code) => {
    const ran = await runCli(args);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
    expect(ran.stderr).toMatch(/^error: /m);
  });
});
