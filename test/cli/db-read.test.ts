import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasOvn, startOvnSandbox } from '../support/ovn-sandbox.js';
import type { OvnSandbox } from '../support/ovn-sandbox.js';
import { repository, runCli } from '../support/run-cli.js';

const execute = promisify(execFile);
const FILES = ['--from', 'examples/ic-dualstack'];

describe.skipIf(!hasOvn())('db commands beside ovn-nbctl', () => {
  let sandbox: OvnSandbox;
  beforeAll(async () => {
    sandbox = await startOvnSandbox();
    await sandbox.nbctl(
      ...['ls-add', 's1', '--', 'ls-add', 's2', '--', 'ls-add', 'other one'],
      ...['--', 'lsp-add', 's1', 'p1', '--', 'lsp-set-addresses', 'p1', '0a:00:00:00:00:01 10.0.0.1', 'unknown'],
      ...['--', 'lsp-add', 's1', 'p2', '', '7', '--', 'lsp-add', 's2', 'p3'],
      ...['--', 'set', 'Logical_Switch', 's1', 'other_config:subnet=10.0.0.0/24', 'external_ids:a=b'],
      ...['--', 'set', 'Logical_Switch', 's2', 'other_config:mcast_snoop=true', 'external_ids:a="c d"'],
      ...['--', 'acl-add', 's1', 'to-lport', '1000', 'ip4.src == 10.0.0.1 && tcp', 'drop'],
      ...['--', '--label=77', 'acl-add', 's1', 'from-lport', '2000', 'ip6', 'allow-related'],
      ...['--', '--log', '--severity=info', 'acl-add', 's2', 'to-lport', '1500', 'udp.dst == {53, 5353}', 'reject'],
      ...['--', 'lb-add', 'lb1', '10.0.0.9:80', '10.0.0.1:8080,10.0.0.2:8080'],
    );
  }, 60_000);
  afterAll(async () => {
    await sandbox.stop();
  });

  const ovnctl = (...args: string[]) => runCli(['db', ...args, '--nb', sandbox.remote, '--sb', sandbox.remote]);
  /** Paragraphs in any order, and columns of any width. */
  const paragraphs = (text: string): readonly string[] =>
    text
      .trim()
      .split(/\n\n/)
      .map((each) => each.replace(/^(\S+)\s*: /gm, '$1: '))
      .sort();

  test.each([
    ['list Logical_Switch'],
    ['list Logical_Switch s1'],
    ['list ACL'],
    ['list NB_Global'],
    ['list Load_Balancer lb1'],
    ['find Logical_Switch_Port tag_request=7'],
    ['find Logical_Switch name!=s1'],
    ['find Logical_Switch other_config:subnet=10.0.0.0/24'],
    ['find Logical_Switch external_ids:a!=b'],
    ['find Logical_Switch external_ids:none!=b'],
    ['find ACL priority>1000'],
    ['find ACL priority<=1500 direction=to-lport'],
    ['find ACL action{in}drop'],
    ['find ACL action{not-in}drop'],
    ['find ACL severity=[]'],
    ['find ACL severity!=[]'],
    ['find ACL log=true'],
    ['find Logical_Switch_Port addresses{>=}unknown'],
    ['find Logical_Switch_Port addresses{=}[]'],
    ['find Logical_Switch_Port addresses{<}unknown,other'],
    ['find Logical_Switch external_ids{>=}a=b'],
    ['find Logical_Switch name>s1'],
  ])('%s', async (line) => {
    const [verb = '', table = '', ...rest] = line.split(' ');
    const model = await sandbox.nbctl(verb, table, ...rest);
    const ours = await ovnctl(verb, 'nb', table, ...rest, '-o', 'wide');
    expect(ours.stderr).toBe('');
    expect(paragraphs(ours.stdout)).toEqual(paragraphs(model));
  });

  test.each([
    ['Logical_Switch s1 name'],
    ['Logical_Switch s1 other_config external_ids'],
    ['Logical_Switch s1 external_ids:a _uuid'],
    ['Logical_Switch s2 external_ids:a'],
    ['Logical_Switch_Port p1 addresses enabled type'],
    ['Logical_Switch_Port p2 tag_request parent_name'],
    ['Load_Balancer lb1 vips protocol'],
    ['NB_Global . ipsec'],
  ])('get %s', async (line) => {
    const words = line.split(' ');
    expect((await ovnctl('get', 'nb', ...words)).stdout).toBe(await sandbox.nbctl('get', ...words));
  });

  test('get of what is not there is 7, and nothing with --if-exists', async () => {
    expect(await ovnctl('get', 'nb', 'Logical_Switch', 's1', 'external_ids:nope')).toMatchObject({
      code: 7,
      stdout: '',
    });
    expect(await ovnctl('get', 'nb', 'Logical_Switch', 's1', 'external_ids:nope', '--if-exists')).toMatchObject({
      code: 0,
      stdout: '\n',
    });
    const absent = await ovnctl('get', 'nb', 'Logical_Switch', 's11', 'name');
    expect(absent).toMatchObject({ code: 7 });
    expect(absent.stderr).toMatch(/^error: Logical_Switch has no row "s11"\nhint: did you mean "s[12]"\?\n$/);
  });

  test('several values for a column that holds one, which ovn-nbctl refuses', async () => {
    const { stdout } = await ovnctl(
      'find',
      'nb',
      'ACL',
      'action{in}drop,reject',
      '--columns',
      'action',
      '--no-headers',
    );
    expect(stdout.trim().split('\n').sort()).toEqual(['drop', 'reject']);
  });

  test('columns with several values of a map as a table', async () => {
    const { stdout } = await ovnctl('find', 'nb', 'logical-switch', 'name=s1', '--columns', 'name,other_config:subnet');
    expect(stdout).toBe('NAME  OTHER_CONFIG:SUBNET\ns1    "10.0.0.0/24"\n');
  });

  test('JSON is typed by the schema', async () => {
    const { stdout } = await ovnctl('list', 'nb', 'Logical_Switch_Port', 'p2', '-o', 'json');
    const { kind, data } = JSON.parse(stdout) as {
      readonly kind: string;
      readonly data: { readonly tables: readonly { readonly rows: readonly { readonly values: unknown }[] }[] };
    };
    expect(kind).toBe('TableRows');
    expect(data.tables[0]?.rows[0]?.values).toMatchObject({
      name: 'p2',
      addresses: [],
      enabled: null,
      tag_request: 7,
      options: {},
    });
  });

  test('wait-until: at once, in time, and not in time', async () => {
    expect(await ovnctl('wait-until', 'nb', 'Logical_Switch', 's1', 'external_ids:a=b')).toMatchObject({ code: 0 });
    const waiting = ovnctl(
      'wait-until',
      'nb',
      'Logical_Switch',
      'late',
      'external_ids:a=b',
      '--timeout',
      '60',
      '-o',
      'name',
    );
    await sandbox.nbctl('ls-add', 'late');
    await sandbox.nbctl('set', 'Logical_Switch', 'late', 'external_ids:a=b');
    const waited = await waiting;
    expect(waited).toMatchObject({ code: 0 });
    expect(waited.stdout).toMatch(/^Logical_Switch\/[0-9a-f-]{36}\n$/);
    const never = await ovnctl('wait-until', 'nb', 'Logical_Switch', 'never', '--timeout', '1');
    expect(never).toMatchObject({ code: 4, stdout: '' });
    expect(never.stderr).toBe('error: Logical_Switch never was not as waited for within 1 s\n');
  });

  test('monitor streams changes as lines of JSON, so many as were asked for', async () => {
    const child = spawn(
      process.execPath,
      [
        join(repository, 'bin/run.js'),
        ...['db', 'monitor', 'nb', 'Logical_Router', '--columns', 'name,external_ids', '-o', 'ndjson', '--count', '3'],
        ...['--nb', sandbox.remote],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const closed = once(child, 'close');
    // Said when the first rows have come.
    await once(createInterface({ input: child.stderr }), 'line');
    const lines: string[] = [];
    const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const next = async (): Promise<void> => {
      await once(reader, 'line');
    };
    let came = next();
    await sandbox.nbctl('lr-add', 'r1');
    await came;
    came = next();
    await sandbox.nbctl('set', 'Logical_Router', 'r1', 'external_ids:k=v');
    await came;
    await sandbox.nbctl('lr-del', 'r1');
    expect((await closed)[0]).toBe(0);
    const changes = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(changes).toMatchObject([
      { table: 'Logical_Router', op: 'insert', before: {}, after: { name: 'r1', external_ids: {} } },
      { op: 'modify', before: { external_ids: {} }, after: { external_ids: { k: 'v' } } },
      { op: 'delete', before: { name: 'r1', external_ids: { k: 'v' } }, after: {} },
    ]);
  });

  test('monitor ends on SIGINT with 130', async () => {
    const child = spawn(
      process.execPath,
      [join(repository, 'bin/run.js'), 'db', 'monitor', 'nb', 'Logical_Switch', '--initial', '--nb', sandbox.remote],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const closed = once(child, 'close');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(line).toMatch(/^ {2}Logical_Switch [0-9a-f-]{36} {2}/);
    child.kill('SIGINT');
    expect((await closed)[0]).toBe(130);
  });

  test('a southbound row by its name', async () => {
    await sandbox.sync();
    const { stdout } = await ovnctl('get', 'sb', 'Port_Binding', 'p1', 'logical_port');
    expect(stdout).toBe('p1\n');
    const { stdout: model } = await execute('ovn-sbctl', [
      `--db=${sandbox.remote}`,
      '--no-leader-only',
      'list',
      'Port_Binding',
    ]);
    const ours = await ovnctl('list', 'sb', 'Port_Binding', '-o', 'wide');
    expect(paragraphs(ours.stdout)).toEqual(paragraphs(model));
  });
});

describe('db commands over files', () => {
  test('monitor and wait-until need a server', async () => {
    for (const line of [
      ['monitor', 'nb', 'ACL'],
      ['wait-until', 'nb', 'ACL', '.'],
    ]) {
      const ran = await runCli(['db', ...line, ...FILES]);
      expect(ran).toMatchObject({ code: 6, stdout: '' });
      expect(ran.stderr).toMatch(/^error: .* is a recording: nothing in it can be \w+( for)?\nhint: .*\n$/);
    }
  });

  test('schema tells types and what is allowed', async () => {
    const { stdout } = await runCli(['db', 'schema', 'nb', 'ACL', ...FILES]);
    expect(stdout).toMatch(/^ACL {2,}priority {2,}integer {2,}0 or more, 32767 or less {2,}yes$/m);
  });

  test.each([
    [['list', 'nb', 'Acll'], 2, 'error: OVN_Northbound has no table "Acll"\nhint: did you mean ACL?\n'],
    [['find', 'nb', 'ACL', 'prio=1'], 2, 'error: ACL has no column "prio"\n'],
    [['find', 'nb', 'ACL', 'priority=x'], 2, 'error: ACL:priority: "x" is not an integer\nhint: wanted: an integer\n'],
    [['find', 'nb', 'ACL', 'priority~1'], 2, 'error: "priority~1" is not a condition\n'],
    [['find', 'nb', 'ACL', 'priority{x}1'], 2, 'error: "priority{x}1": there is no operator {x}\n'],
    [['find', 'nb', 'ACL', 'match:x=1'], 2, 'error: ACL:match is no map: it has no key "x"\n'],
  ] as const)('%j', async (line, code, said) => {
    const ran = await runCli(['db', ...line, ...FILES]);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr.startsWith(said)).toBe(true);
  });
});
