import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runNode, type Ran } from '../support/run-cli.js';

const entry = join(import.meta.dirname, 'fixture/main.ts');
const fixture = (line: string, environment: Record<string, string> = {}): Promise<Ran> =>
  runNode(['--import', 'tsx', entry, ...line.split(' ').filter(Boolean)], { environment });

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}
const parse = (text: string): Document => JSON.parse(text) as Document;

describe('one document on stdout, the conversation on stderr', () => {
  it('prints a table and nothing else on stdout', async () => {
    const ran = await fixture('show thing web');
    expect(ran).toMatchObject({ code: 0, stdout: 'NAME\nweb\n' });
    // The step is said once although it was reported twice, and what came from outside cannot clear the screen.
    expect(ran.stderr).toBe('looking\nwarning: one\\x1b[2J odd thing\n');
  });

  it('says nothing on stderr with -q, and leaves out headings on demand', async () => {
    expect(await fixture('show thing web -q --no-headers')).toEqual({ code: 0, stdout: 'web\n', stderr: '' });
  });

  it('says more with -v', async () => {
    expect((await fixture('show thing web -v --port 80')).stderr).toContain('note: port 80\n');
  });

  it('prints wide and name', async () => {
    expect((await fixture('show thing web -o wide --port 80')).stdout).toBe('NAME  PORT\nweb   80\n');
    expect((await fixture('show thing web -oname')).stdout).toBe('thing/web\n');
  });

  it('prints the envelope as JSON', async () => {
    const ran = await fixture('show thing web -o json --from /x');
    expect(parse(ran.stdout)).toEqual({
      apiVersion: 'ovnctl.dev/v1',
      kind: 'Thing',
      metadata: { tool: 'fixture/1.2.3', source: { kind: 'fixture' }, coverage: { complete: true, gaps: [] } },
      data: { name: 'web', from: '/x' },
    });
  });

  it('colours only when told to', async () => {
    expect((await fixture('show thing web --color always -q')).stdout).toContain('\u001b[32mweb\u001b[39m');
    expect((await fixture('show thing web -q', { FORCE_COLOR: '1' })).stdout).toContain('\u001b[32m');
    expect((await fixture('show thing web -q --color never', { FORCE_COLOR: '1' })).stdout).not.toContain('\u001b');
  });
});

describe('exit codes', () => {
  it.each([
    ['show thing web --outcome negative', 1],
    ['show thing web --outcome incomplete', 5],
    ['show fail usage', 2],
    ['show fail access', 3],
    ['show fail unavailable', 4],
    ['show fail conflict', 6],
    ['show fail not-found', 7],
    ['show fail input', 65],
    ['show fail bug', 70],
    ['show fail unknown', 70],
  ])('%s ends with %i in every format', async (line, code) => {
    expect((await fixture(line)).code).toBe(code);
    expect((await fixture(`${line} -o json`)).code).toBe(code);
  });
});

describe('errors', () => {
  it('is one line and a hint', async () => {
    expect(await fixture('show fail usage')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: no such port\nhint: it has 80 and 443\n',
    });
  });

  it('neutralises what a message quotes', async () => {
    expect((await fixture('show fail not-found')).stderr).toBe('error: pod "a\\x1b[31mb" does not exist\n');
  });

  it('shows causes with -v', async () => {
    const { stderr } = await fixture('show fail input -v');
    expect(stderr).toContain('error: not a database\n');
    expect(stderr).toContain('caused by Error: byte 7');
  });

  it('keeps the stack of a bug', async () => {
    const { stderr } = await fixture('show fail unknown');
    expect(stderr).toMatch(/^error: internal error: x is not a function\n {2}TypeError: .*\n {2,}at /);
  });

  it.each([
    ['show thing', 'missing 1 required arg: name: the thing'],
    ['show thing web --nope', 'nonexistent flag: --nope'],
    ['show thing web extra', 'unexpected argument: extra'],
    ['show thing web --port x', 'parsing --port: Expected an integer but received: x'],
    ['show thing web --outcome x', 'expected --outcome=x to be one of: done, negative, incomplete'],
    ['show thing web -o xml', 'expected --output=xml to be one of: table, wide, json, yaml, name'],
    ['show fail zz', 'expected zz to be one of: usage, access, unavailable, conflict, not-found, input, bug, unknown'],
    ['show nothing', 'unknown command "show nothing"'],
    ['show nothing with/these -x arguments', 'unknown command "show nothing"'],
    ['nothing at all', 'unknown command "nothing"'],
    ['--nope', '"--nope" names no command'],
  ])('%s is a usage error in words', async (line, message) => {
    const ran = await fixture(line);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr.split('\n')[0]).toBe(`error: ${message}`);
  });

  it('offers the command that was probably meant', async () => {
    expect((await fixture('sho thing')).stderr).toContain('hint: did you mean "show thing"?\n');
    expect((await fixture('show thng a/b --port 1')).stderr).toContain('hint: did you mean "show thing"?\n');
  });

  it.each(['show thing -o json', 'show thing web --nope -ojson', 'nonsense --output=json'])(
    '%s fails before its flags are known and still answers in JSON',
    async (line) => {
      const ran = await fixture(line);
      expect(ran.code).toBe(2);
      const document = parse(ran.stdout);
      expect(document).toMatchObject({
        apiVersion: 'ovnctl.dev/v1',
        kind: 'Error',
        metadata: { tool: 'fixture/1.2.3' },
      });
      expect(document.data['exitCode']).toBe(2);
      expect(ran.stderr).toContain(`error: ${String(document.data['message'])}\n`);
    },
  );

  it('answers in YAML too', async () => {
    expect((await fixture('show fail not-found -o yaml')).stdout).toContain('code: t.not-found\n');
  });
});

describe('help', () => {
  it.each([
    ['/usr/bin/ovnctl', 'ovnctl'],
    ['/usr/local/bin/kubectl-ovn', 'kubectl ovn'],
    ['/usr/local/bin/oc-ovn', 'oc ovn'],
  ])('called as %s it speaks of %s', async (path, name) => {
    expect((await fixture('show thing --help', { CALLED_AS: path })).stdout).toContain(`$ ${name} show thing NAME`);
    expect((await fixture('show thing', { CALLED_AS: path })).stderr).toContain(`see "${name} show thing --help"`);
  });

  it('shows a topic when only the topic is named', async () => {
    const ran = await fixture('show');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('show thing  Show a thing');
  });
});

it('ends quietly when the reader goes away', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, 'show', 'flood'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it('is interrupted with 130', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, 'show', 'wait'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The first line of progress says that the command is running.
  child.stderr.once('data', () => child.kill('SIGINT'));
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
});
