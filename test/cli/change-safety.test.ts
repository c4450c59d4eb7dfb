import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasOvn, startOvnSandbox } from '../support/ovn-sandbox.js';
import type { OvnSandbox } from '../support/ovn-sandbox.js';
import { scratchFolder, ovsdbTool, startOvsdbServer } from '../support/ovsdb-server.js';
import type { OvsdbServer } from '../support/ovsdb-server.js';
import { repository, runCli } from '../support/run-cli.js';

const SCHEMA = '/usr/share/ovn/ovn-nb.ovsschema';

interface Document {
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}
const documentIn = (text: string): Document => JSON.parse(text) as Document;

describe.skipIf(!hasOvn())('changes by the program', { timeout: 60_000 }, () => {
  let sandbox: OvnSandbox;
  const scratch = scratchFolder();
  let state = '';
  let rounds = 0;
  beforeAll(async () => {
    sandbox = await startOvnSandbox();
  }, 60_000);
  beforeEach(() => {
    state = join(scratch.path, String(++rounds));
    mkdirSync(state);
  });
  afterAll(async () => {
    await sandbox.stop();
    scratch.remove();
  });

  const ovnctl = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    runCli([...args, '--nb', sandbox.remote], { environment: { XDG_STATE_HOME: state, ...environment } });
  const switches = async (): Promise<readonly string[]> =>
    (await sandbox.nbctl('--bare', '--columns=name', 'list', 'Logical_Switch')).split('\n').filter(Boolean).sort();

  test('a preview is a plan, and nothing is changed or kept', async () => {
    const before = await switches();
    const ran = await ovnctl(['switch', 'add', 'dry', '--dry-run', '-o', 'json']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { kind, data } = documentIn(ran.stdout);
    expect(kind).toBe('Plan');
    expect(data['changes']).toMatchObject([{ op: 'insert', table: 'Logical_Switch', after: { name: 'dry' } }]);
    expect(await switches()).toEqual(before);
    expect(readdirSync(state)).toEqual([]);
  });

  test.each([
    ['no --yes where nobody can be asked', ['switch', 'add', 'no'], {}, 6, /^error: nothing is changed without --yes/],
    ['--read-only', ['switch', 'add', 'no', '--yes', '--read-only'], {}, 6, /^error: nothing is changed: --read-only/],
    ['OVNCTL_READ_ONLY', ['switch', 'add', 'no', '-y'], { OVNCTL_READ_ONLY: '1' }, 6, /^error: nothing is changed/],
    [
      'an unknown name',
      ['switch', 'delete', 'kept1', '-y'],
      {},
      7,
      /^error: switch "kept1" .*\nhint: did you mean "kept"/,
    ],
    [
      'a wrong value',
      ['db', 'set', 'nb', 'NB_Global', '.', 'nb_cfg=x', '-y'],
      {},
      2,
      /"x" is not an integer\nhint: wanted: an integer/,
    ],
    ['what is there already', ['switch', 'add', 'kept', '-y'], {}, 6, /^error: .*kept/],
    ['a ttl that is none', ['switch', 'add', 'no', '-y', '--ttl', '5'], {}, 2, /^error: --ttl "5" is not a duration/],
  ] as const)('%s: nothing is changed', async (_, args, environment, code, said) => {
    await sandbox.nbctl('--may-exist', 'ls-add', 'kept');
    const before = await switches();
    const ran = await ovnctl(args, environment);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(said);
    expect(await switches()).toEqual(before);
  });

  test('a recording is not changed', async () => {
    const ran = await runCli(['switch', 'add', 'no', '-y', '--from', 'examples/ic-dualstack', '--zone', 'ovn-worker'], {
      environment: { XDG_STATE_HOME: state },
    });
    expect(ran).toMatchObject({ code: 6, stdout: '' });
    expect(ran.stderr).toMatch(/^error: .* is a recording, which can't be changed\nhint: --dry-run/);
  });

  test('--wait sb ends when ovn-northd has made the datapath; undo and history', async () => {
    const ran = await ovnctl(['switch', 'add', 'waited', '-y', '--wait', 'sb', '-o', 'json']);
    expect(ran).toMatchObject({ code: 0 });
    expect(documentIn(ran.stdout).data).toMatchObject({
      id: 1,
      outcomes: [{ state: 'applied', reached: true }],
      left: [],
    });
    expect(await sandbox.sbctl('--bare', '--columns=external_ids', 'list', 'Datapath_Binding')).toContain(
      'name=waited',
    );
    const undone = await ovnctl(['undo', '-y', '-o', 'json']);
    expect(undone).toMatchObject({ code: 0 });
    expect(await switches()).not.toContain('waited');
    const history = await runCli(['history', '-o', 'json'], { environment: { XDG_STATE_HOME: state } });
    expect(documentIn(history.stdout)).toMatchObject({
      kind: 'History',
      data: {
        entries: [
          { id: 2, undoes: 1 },
          { id: 1, undoneBy: 2, batches: [{ state: 'applied' }] },
        ],
      },
    });
    expect(await ovnctl(['undo', '1', '-y'])).toMatchObject({ code: 6, stdout: '' });
    expect(await ovnctl(['undo', '9', '-y'])).toMatchObject({ code: 7, stdout: '' });
  });

  test('--ttl takes the change back', async () => {
    const ran = await ovnctl(['switch', 'add', 'short', '-y', '--ttl', '1s']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('change 1 is undone, by change 2');
    expect(await switches()).not.toContain('short');
  });

  test('Ctrl-C during the ttl takes it back at once', async () => {
    const child = spawn(
      process.execPath,
      [join(repository, 'bin/run.js'), 'switch', 'add', 'cut', '-y', '--ttl', '10m', '--nb', sandbox.remote],
      { env: { ...process.env, XDG_STATE_HOME: state }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    const closed = new Promise((resolve) => child.on('close', resolve));
    await new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Ctrl-C undoes at once')) resolve();
      });
    });
    expect(await switches()).toContain('cut');
    child.kill('SIGINT');
    await closed;
    expect(await switches()).not.toContain('cut');
  });

  test('a journal file that is damaged is one clear line', async () => {
    await ovnctl(['switch', 'add', 'damaged', '-y']);
    const file = join(state, 'ovnctl', 'journal', '1.json');
    for (const text of ['{"id":1', '{"id":1}\n', '[]']) {
      writeFileSync(file, text);
      for (const line of [['history'], ['history', '1'], ['undo', '1', '-y', '--nb', sandbox.remote]]) {
        const ran = await runCli(line, { environment: { XDG_STATE_HOME: state } });
        expect(ran).toMatchObject({ code: 65, stdout: '' });
        expect(ran.stderr).toMatch(/^error: \S+1\.json is damaged\nhint: .*\n$/);
      }
    }
  });

  test('without a journal nothing is sent', async () => {
    const file = join(state, 'file');
    writeFileSync(file, '');
    const ran = await ovnctl(['switch', 'add', 'unwritten', '-y'], { XDG_STATE_HOME: file });
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toMatch(/^error: the journal can't be written: .*\nhint: nothing was changed; /);
    expect(await switches()).not.toContain('unwritten');
  });

  test('two at the same time get numbers of their own', async () => {
    const ran = await Promise.all(
      ['both1', 'both2', 'both3'].map((name) => ovnctl(['switch', 'add', name, '-y', '-o', 'json'])),
    );
    expect(ran.map(({ stdout }) => documentIn(stdout).data['id']).sort()).toEqual([1, 2, 3]);
  });

  test('control characters in names are made visible', async () => {
    const name = 'a\u001b[2J\u202eb';
    const plan = await ovnctl(['switch', 'add', name, '--dry-run']);
    const done = await ovnctl(['switch', 'add', name, '-y']);
    const history = await runCli(['history', '1'], { environment: { XDG_STATE_HOME: state } });
    for (const { stdout, code } of [plan, done, history]) {
      expect(code).toBe(0);
      expect(stdout).toContain('a\\x1b[2J\\u202eb');
      expect(stdout).not.toMatch(/[\u001b\u202e]/);
    }
    await ovnctl(['undo', '-y']);
  });

  test.each([
    ['y', 0, true],
    ['n', 6, false],
  ])('asked on a terminal, "%s" ends with %i', async (answer, code, isMade) => {
    const name = `asked-${answer}`;
    const line = `'${process.execPath}' bin/run.js switch add ${name} --nb ${sandbox.remote}`;
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      cwd: repository,
      env: { ...process.env, XDG_STATE_HOME: state, CI: '' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const isAsked = said.includes('Go on?');
      said += text;
      if (!isAsked && said.includes('Go on?')) child.stdin.write(`${answer}\n`);
    });
    const ended = await new Promise((resolve) => child.on('close', resolve));
    expect(said).toContain(`+ switch/${name}`);
    expect(ended).toBe(code);
    expect((await switches()).includes(name)).toBe(isMade);
  });
});

describe.skipIf(!hasOvn())('changes without ovn-northd, and in several zones', { timeout: 60_000 }, () => {
  const scratch = scratchFolder();
  const servers = new Map<string, OvsdbServer>();
  beforeAll(async () => {
    for (const zone of ['a', 'b']) await start(zone);
  }, 60_000);
  afterAll(async () => {
    for (const server of servers.values()) await server.stop();
    scratch.remove();
  });
  const start = async (zone: string): Promise<void> => {
    const folder = join(scratch.path, zone);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'nb.db');
    if (!readdirSync(folder).includes('nb.db')) {
      await ovsdbTool('create', file, SCHEMA);
      await ovsdbTool('transact', file, '["OVN_Northbound",{"op":"insert","table":"NB_Global","row":{}}]');
    }
    servers.set(zone, await startOvsdbServer(folder, [file], ['OVN_Northbound']));
  };
  const zone = (name: string): string => `${name}=nb=unix:${join(scratch.path, name, 'server.sock')}`;
  const environment = { XDG_STATE_HOME: join(scratch.path, 'state') };
  const names = async (name: string): Promise<string> =>
    JSON.stringify((await servers.get(name)?.dump('OVN_Northbound'))?.['Logical_Switch'] ?? []);

  test('--wait sb in vain: the change is made, which is said, and 4', async () => {
    const ran = await runCli(
      ['switch', 'add', 'unheard', '-y', '--wait', 'sb', '--timeout', '1', '--zone', zone('a')],
      { environment },
    );
    expect(ran).toMatchObject({ code: 4 });
    expect(ran.stderr).toContain('the change is made, but ovn-northd did not catch up in time');
    expect(ran.stdout).toContain('applied, not reached yet');
    expect(await names('a')).toContain('unheard');
  });

  test('one zone is down: the other is changed, what is left is told and done later', async () => {
    await servers.get('b')?.stop();
    const both = ['--zone', zone('a'), '--zone', zone('b')];
    const ran = await runCli(['switch', 'add', 'wide', '-y', '--all-zones', ...both, '-o', 'json'], { environment });
    expect(ran.code).toBe(4);
    expect(documentIn(ran.stdout)).toMatchObject({
      kind: 'ChangeReport',
      data: {
        left: ['b'],
        outcomes: [
          { zone: 'a', state: 'applied' },
          { zone: 'b', state: 'refused', rows: 0 },
        ],
      },
    });
    expect(await names('a')).toContain('wide');
    await start('b');
    expect(await names('b')).not.toContain('wide');
    const rest = await runCli(['switch', 'add', 'wide', '-y', ...both, '--zone', 'b'], { environment });
    expect(rest).toMatchObject({ code: 0 });
    expect(await names('b')).toContain('wide');
  });
});
