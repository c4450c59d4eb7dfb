import { cp, mkdir, mkdtemp, rm, truncate } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repository, runCli, type Ran } from '../support/run-cli.js';

const EXAMPLE = join(repository, 'examples/ic-dualstack');
const WEB = ['trace', 'pod-to-service', 'shop/client', 'shop/web-svc'] as const;
const DATABASE = ['trace', 'pod-to-pod', 'shop/client', 'payments/db-0', '--port', '5432'] as const;

const recorded = (...args: readonly string[]): Promise<Ran> => runCli([...args, '--from', EXAMPLE]);
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** A refused command: nothing on stdout, one error line, hints, the exit code. */
function expectRefused(ran: Ran, code: number, error: RegExp | string): void {
  const [first = '', ...rest] = lines(ran.stderr).filter((line) => !line.startsWith('warning: '));
  expect(first).toMatch(error);
  expect(first.startsWith('error: ')).toBe(true);
  for (const line of rest) expect(line).toMatch(/^hint: /);
  expect(ran.stdout).toBe('');
  expect(ran.code).toBe(code);
}

const validator = (file: string): ((document: unknown) => unknown[]) => {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(join(repository, 'schemas', file), 'utf8')) as object);
  return (document) => (validate(document) ? [] : (validate.errors ?? []));
};
const isTrace = validator('path-trace.schema.json');
const isError = validator('error.schema.json');

interface Document {
  readonly kind: string;
  readonly metadata: { readonly source: unknown; readonly coverage: { readonly complete: boolean } };
  readonly data: { readonly verdict: string; readonly code: string; readonly exitCode: number };
}

describe('streams', () => {
  it('stdout has the answer, stderr what was assumed; no colour in a pipe', async () => {
    const { stdout, stderr, code } = await recorded(...WEB);
    expect(stdout).toMatch(/^√ delivered {2}pod shop\/client → service shop\/web-svc, tcp port 80; 6 paths/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toBe('warning: service shop/web-svc: taking its only port, http (80/TCP)\n');
    expect(code).toBe(0);
  });

  it('-q leaves the answer alone on both streams', async () => {
    const { stdout, stderr } = await recorded(...WEB, '-q', '--view', 'verdict');
    expect(lines(stdout)).toHaveLength(7);
    expect(stderr).toBe('');
  });

  it('one document in JSON and the same in YAML, valid and the same bytes again', async () => {
    const [json, again, yaml] = await Promise.all([
      recorded(...DATABASE, '-o', 'json'),
      recorded(...DATABASE, '-o', 'json', '--view', 'verdict'),
      recorded(...DATABASE, '-o', 'yaml'),
    ]);
    const document = JSON.parse(json.stdout) as Document;
    expect(isTrace(document)).toEqual([]);
    expect(document.metadata).toMatchObject({ source: { kind: 'snapshot' }, coverage: { complete: true, gaps: [] } });
    expect(again.stdout).toBe(json.stdout);
    expect(parse(yaml.stdout)).toEqual(document);
    expect([json.code, yaml.code]).toEqual([1, 1]);
  });

  it('-o name is one name and one verdict a line', async () => {
    const { stdout, code } = await recorded(...WEB, '--family', '4', '-o', 'name');
    expect(lines(stdout)).toEqual([
      'path/ipv4/10.244.0.3:8080 delivered',
      'path/ipv4/10.244.2.3:8080 delivered',
      'path/ipv4/10.244.2.4:8080 delivered',
    ]);
    expect(code).toBe(0);
  });

  it('wide names the flows', async () => {
    const { stdout } = await recorded(...DATABASE, '--family', '4', '-o', 'wide');
    expect(stdout).toMatch(/\[priority \d+, flow [0-9a-f-]{36}\]/);
  });
});

describe('exit codes', () => {
  it.each([
    [[], 1],
    [['--expect', 'dropped'], 0],
    [['--expect', 'delivered'], 1],
    [['--expect', 'rejected'], 1],
  ] as const)('a dropped packet with %j ends with %i, in every format', async (flags, code) => {
    for (const format of ['table', 'json', 'name']) {
      const ran = await recorded(...DATABASE, '--family', '4', ...flags, '-o', format);
      expect(ran.code).toBe(code);
      const told = `warning: expected ${flags[1] ?? ''}, but the verdict is dropped\n`;
      if (flags.length > 0) expect(ran.stderr).toBe(code === 0 ? '' : told);
    }
  });

  it('a rejected packet is no delivered one, and meets its expectation', async () => {
    const empty = ['trace', 'pod-to-service', 'shop/client', 'shop/empty-svc', '-q'];
    expect((await recorded(...empty)).code).toBe(1);
    expect((await recorded(...empty, '--expect', 'rejected')).code).toBe(0);
  });

  it('a lost reply is a negative verdict, unless it is not asked for', async () => {
    const ask = ['trace', 'pod-to-service', 'shop/cart-0', 'shop/api-ext', '-q', '-o', 'name'];
    const [asked, spared] = await Promise.all([recorded(...ask), recorded(...ask, '--no-reply')]);
    expect(asked.stdout).toContain('dropped');
    expect(spared.stdout).not.toContain('dropped');
    expect([asked.code, spared.code]).toEqual([1, 0]);
  });

  it('-n gives the namespace', async () => {
    const { code } = await recorded('trace', 'pod-to-service', 'client', 'web-svc', '-n', 'shop', '-q');
    expect(code).toBe(0);
  });
});

describe('a malformed question', () => {
  it.each([
    [['trace', 'pod-to-pod', 'shop', 'shop/web-0', '--port', '80'], /"shop" says no namespace/],
    [['trace', 'pod-to-pod', 'shop/client', 'a/b/c', '--port', '80'], /"a\/b\/c" names no pod/],
    [['trace', 'pod-to-pod', '', 'shop/web-0', '--port', '80'], /no pod is named/],
    [['trace', 'pod-to-pod', 'shop/client'], /missing 1 required arg/],
    [['trace', 'pod-to-pod', 'shop/client', 'shop/web-0'], /--port is needed for tcp/],
    [['trace', 'pod-to-pod', 'shop/client', 'shop/web-0', '--port', 'http'], /"http" is not a port number/],
    [['trace', 'pod-to-pod', 'shop/client', 'shop/web-0', '--port', '65536'], /"65536" is not a port number/],
    [['trace', 'pod-to-pod', 'shop/client', 'shop/web-0', '--protocol', 'icmp', '--port', '8'], /makes no sense/],
    [[...WEB, '--family', '5'], /--family=5/],
    [[...WEB, '--port', '81'], /service shop\/web-svc has no port 81/],
    [['trace', 'pod-to-service', 'shop/client', 'shop/web-multi'], /several ports/],
    [[...WEB, '--backend', 'web-0'], /is not a backend/],
    [[...WEB, '--expect', 'nothing'], /--expect=nothing/],
    [[...WEB, '--nonsense'], /[Nn]onexistent flag/],
    [['trace', 'pod-to-external', 'shop/client', 'www.example.com', '--port', '80'], /is not an IP address/],
    [['trace', 'pod-to-external', 'shop/client', '1.2.3.4', '--port', '80', '--family', '6'], /not an IPv6 address/],
  ] as const)('%j is a usage error', async (args, error) => {
    expectRefused(await recorded(...args), 2, error);
  });

  it('names the ports a service has', async () => {
    const { stderr } = await recorded(...WEB, '--port', '81');
    expect(stderr).toContain('http (80/TCP)');
  });

  it('says what can be read when nothing is named', async () => {
    const ran = await runCli(WEB);
    expectRefused(ran, 2, /^error: nothing to read from is given/);
    expect(ran.stderr).toContain('--from PATH');
  });

  it('is an Error document for scripts', async () => {
    const { stdout, stderr, code } = await recorded(...WEB, '--port', '81', '-o', 'json');
    const document = JSON.parse(stdout) as Document;
    expect(isError(document)).toEqual([]);
    expect(document.data).toMatchObject({ code: 'endpoint.port', exitCode: 2 });
    expect(stderr).toMatch(/^error: /);
    expect(code).toBe(2);
  });
});

describe('names that do not exist', () => {
  it.each([
    [['trace', 'pod-to-pod', 'shop/nobody', 'shop/web-0', '--port', '80'], /no Pod shop\/nobody/],
    [['trace', 'pod-to-pod', 'shop/client', 'nowhere/web-0', '--port', '80'], /nowhere/],
    [['trace', 'pod-to-service', 'shop/client', 'shop/web'], /no Service shop\/web/],
    [[...WEB, '--backend', '10.9.9.9'], /10\.9\.9\.9 is no backend/],
  ] as const)('%j is not found', async (args, error) => {
    expectRefused(await recorded(...args), 7, error);
  });
});

describe('bad input', () => {
  let folder = '';
  /** A copy of the example that may be damaged. */
  async function damaged(name: string, damage: (path: string) => Promise<void>): Promise<string> {
    const path = join(folder, name);
    await cp(EXAMPLE, path, { recursive: true, filter: (from) => !from.includes('/traces') });
    await damage(path);
    return path;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ovnctl-path-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const asked = (from: string, ...flags: readonly string[]): Promise<Ran> => runCli([...WEB, '--from', from, ...flags]);

  it('a path that is not there', async () => {
    expectRefused(await asked(join(folder, 'missing')), 65, /missing can't be read: there is no such file or folder/);
  });

  it('an empty folder', async () => {
    const path = join(folder, 'empty');
    await mkdir(path);
    expectRefused(await asked(path), 65, /empty holds no snapshot/);
  });

  it('a folder without Kubernetes objects', async () => {
    const path = await damaged('bare', (at) => rm(join(at, 'k8s'), { recursive: true }));
    expectRefused(await asked(path), 65, /bare has no Kubernetes objects/);
  });

  it('a database cut in the middle', async () => {
    const path = await damaged('cut', (at) => truncate(join(at, 'ovn-worker/sb.db'), 300_000));
    expectRefused(await asked(path), 65, /what could be read of the southbound database of zone ovn-worker/);
  });

  it('a database of another kind', async () => {
    const path = await damaged('other', (at) => cp(join(at, 'ovn-worker/ovs.db'), join(at, 'ovn-worker/nb.db')));
    expectRefused(await asked(path), 65, /schema Open_vSwitch, but OVN_Northbound is expected/);
  });

  it('damaged JSON', async () => {
    const path = await damaged('json', (at) => truncate(join(at, 'k8s/pods.json'), 5000));
    expectRefused(await asked(path), 65, /pods\.json: damaged JSON at line/);
  });

  it('a zone that is missing makes the verdict unknown, whatever was expected', async () => {
    const path = await damaged('gap', (at) => rm(join(at, 'ovn-worker2'), { recursive: true }));
    for (const expected of ['delivered', 'dropped']) {
      const { stdout, stderr, code } = await asked(path, '--expect', expected, '-o', 'name');
      expect(lines(stdout)).toContain('path/ipv4/10.244.0.3:8080 unknown');
      expect(stderr).toContain(`warning: expected ${expected}, but the verdict is unknown\n`);
      expect(code).toBe(5);
    }
  });

  it('is an Error document for scripts', async () => {
    const { stdout, code } = await asked(join(folder, 'missing'), '-o', 'yaml');
    const document = parse(stdout) as Document;
    expect(isError(document)).toEqual([]);
    expect(document.data.exitCode).toBe(65);
    expect(code).toBe(65);
  });
});
