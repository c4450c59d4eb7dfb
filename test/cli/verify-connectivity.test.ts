import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repository, runCli, type Ran } from '../support/run-cli.js';

const EXAMPLE = join(repository, 'examples/ic-dualstack');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ovnctl-verify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function verify(
  text: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<Ran> {
  const file = join(folder, 'expect.yaml');
  await writeFile(file, text);
  return runCli(['verify', 'connectivity', '-f', 'expect.yaml', '--from', EXAMPLE, ...args], {
    cwd: folder,
    environment: { GITHUB_ACTIONS: undefined, ...environment },
  });
}

const GOOD = '- { name: good, from: shop/client, to: shop/web-0, port: 8080, expect: delivered }\n';
const BAD = '- { name: bad, from: shop/cart-0, to: shop/web-0, port: 8080, families: [4], expect: delivered }\n';

interface Document {
  readonly kind: string;
  readonly data: {
    readonly verdict: string;
    readonly code: string;
    readonly results: readonly { readonly outcome: string; readonly line: number }[];
  };
}

describe('exit codes', () => {
  it('0 when all are met, 1 when one is not, in every format', async () => {
    for (const format of ['table', 'wide', 'json', 'name', 'junit']) {
      expect((await verify(GOOD, ['-o', format])).code).toBe(0);
      expect((await verify(GOOD + BAD, ['-o', format])).code).toBe(1);
    }
  });

  it('1 for what cannot be tried, 5 for what cannot be judged', async () => {
    expect((await verify('- { from: shop/nobody, to: shop/web-0, port: 80, expect: dropped }')).code).toBe(1);
    const file = join(folder, 'expect.yaml');
    await writeFile(file, GOOD);
    const zone = join(EXAMPLE, 'ovn-control-plane');
    const ran = await runCli(['verify', 'connectivity', '-f', file, '--from', EXAMPLE, '--zone', 'ovn-control-plane']);
    expect(ran.stdout).toContain('? inconclusive');
    expect([ran.code, zone]).toEqual([5, zone]);
  });

  it.each([
    [
      '- { from: shop/client, to: shop/web-0, prot: 8080, expect: delivered }',
      /^error: expect\.yaml:1:40: unknown key "prot"$/,
    ],
    ['nonsense', /^error: expect\.yaml:1:1: a list of expectations is expected$/],
    ['- {', /^error: expect\.yaml:1:\d+: /],
    ['- \u0000', /^error: expect\.yaml:1:1: this is not text$/],
    ['', /^error: expect\.yaml:1:1: the file is empty: it expects nothing$/],
    [' \n\n', /^error: expect\.yaml:1:1: the file is empty: it expects nothing$/],
  ])('65 for a file that is not right: %j', async (text, error) => {
    const { stdout, stderr, code } = await verify(text);
    const [first = ''] = stderr.split('\n');
    expect(first).toMatch(error);
    expect(stderr).not.toContain('\u0000');
    expect([stdout, code]).toEqual(['', 65]);
  });

  it('shows the line with a mark under the mistake, and what was meant', async () => {
    const { stderr } = await verify('- from: shop/client\n  to: shop/web-0\n  port: 8080\n  expcet: delivered\n');
    expect(stderr).toBe(
      [
        'error: expect.yaml:4:3: unknown key "expcet"',
        '    expcet: delivered',
        '    ^',
        'hint: did you mean expect?',
        'hint: also expect.yaml:1:3: it does not say what is expected: "expect" is missing',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [['-f', 'missing.yaml'], /^error: missing\.yaml can't be read: there is no such file$/m, 65],
    [['-f', '.'], /^error: \. can't be read: it is a folder$/m, 65],
    [[], /file/, 2],
    [['-f', 'x', '--nonsense'], /[Nn]onexistent flag/, 2],
  ] as const)('%j', async (args, error, code) => {
    const ran = await runCli(['verify', 'connectivity', ...args, '--from', EXAMPLE], { cwd: folder });
    expect(ran.stderr).toMatch(error);
    expect([ran.stdout, ran.code]).toEqual(['', code]);
  });

  it.runIf(process.getuid?.() !== 0)('3 for a file that may not be read', async () => {
    const file = join(folder, 'secret.yaml');
    await writeFile(file, GOOD);
    await chmod(file, 0);
    expect((await runCli(['verify', 'connectivity', '-f', file, '--from', EXAMPLE])).code).toBe(3);
  });

  it('a file with a mistake in every line tells the first few and counts the others', async () => {
    const { stderr, code } = await verify('- 1\n'.repeat(1000));
    const hints = stderr.split('\n').filter((line) => line.startsWith('hint: '));
    expect(hints).toHaveLength(8);
    expect(hints.at(-1)).toBe('hint: and 992 more');
    expect(code).toBe(65);
  });

  it('a file without end is given up early', async () => {
    const { stderr, code } = await runCli(['verify', 'connectivity', '-f', '/dev/zero', '--from', EXAMPLE]);
    expect(stderr).toMatch(/^error: \/dev\/zero is larger than 16777216 bytes$/m);
    expect(code).toBe(65);
  });

  it('a port that cannot be meant is said in words of the file', async () => {
    const entries =
      '- { from: shop/client, to: shop/web-0, expect: dropped }\n- { from: shop/client, to: shop/web-0, port: http, expect: dropped }\n';
    const { stdout, code } = await verify(entries);
    expect(stdout).toContain('no port is given, and shop/web-0 is no service: a number is needed (or protocol icmp)');
    expect(stdout).toContain('port http is a name, and shop/web-0 is no service');
    expect(code).toBe(1);
  });

  it('65 is an Error document for scripts', async () => {
    const { stdout } = await verify('nonsense', ['-o', 'json']);
    expect((JSON.parse(stdout) as Document).data.code).toBe('expectations.file');
  });
});

describe('formats', () => {
  it('one document in JSON and the same in YAML, the same bytes again', async () => {
    const json = await verify(GOOD + BAD, ['-o', 'json']);
    const document = JSON.parse(json.stdout) as Document;
    expect(document).toMatchObject({ kind: 'ConnectivityReport', data: { verdict: 'broken' } });
    expect(document.data.results.map(({ outcome, line }) => [outcome, line])).toEqual([
      ['met', 1],
      ['broken', 2],
    ]);
    expect((await verify(GOOD + BAD, ['-o', 'json'])).stdout).toBe(json.stdout);
    expect(parse((await verify(GOOD + BAD, ['-o', 'yaml'])).stdout)).toEqual(document);
  });

  it('junit and names', async () => {
    const junit = await verify(GOOD + BAD, ['-o', 'junit']);
    expect(junit.stdout).toContain('<testsuite name="expect.yaml" tests="2" failures="1" errors="0" skipped="0">');
    expect(junit.stdout).toContain('name="bad" file="expect.yaml" line="2"');
    expect((await verify(GOOD + BAD, ['-o', 'name'])).stdout).toBe(
      'expectation/1/good met\nexpectation/2/bad broken\n',
    );
  });

  it('names with escape sequences do nothing to a terminal', async () => {
    const nasty = GOOD.replace('good', '"a\\e[2J\\nb"').replace('delivered', 'dropped');
    for (const format of ['table', 'wide', 'junit', 'name', 'json']) {
      const { stdout } = await verify(nasty, ['-o', format]);
      expect(stdout).not.toContain('\u001b');
    }
  });
});

describe('on GitHub Actions', () => {
  it('what is not met is annotated at its line, on stderr, in every format', async () => {
    const annotation =
      /^::error file=expect\.yaml,line=2,col=3,title=bad::expected delivered, but 1 of 1 path is dropped: denied by /m;
    for (const format of ['table', 'json']) {
      const { stdout, stderr, code } = await verify(GOOD + BAD, ['-o', format, '-q'], { GITHUB_ACTIONS: 'true' });
      expect(stderr).toMatch(annotation);
      expect(stdout).not.toContain('::error');
      expect(code).toBe(1);
    }
  });

  it('mistakes in the file are annotated at theirs', async () => {
    const { stderr, code } = await verify(`${GOOD}- { from: shop/client, too: x }\n`, [], { GITHUB_ACTIONS: 'true' });
    expect(stderr).toMatch(
      /^::error file=expect\.yaml,line=2,col=\d+,title=not a right expectation::unknown key "too" \(did you mean to\?\)$/m,
    );
    expect(code).toBe(65);
  });

  it('nowhere else', async () => {
    expect((await verify(GOOD + BAD)).stderr).toBe('');
    expect((await verify(GOOD + BAD, [], { GITHUB_ACTIONS: 'false' })).stderr).toBe('');
  });
});

it('-f - reads standard input', async () => {
  const args = [join(repository, 'bin/run.js'), 'verify', 'connectivity', '-f', '-', '--from', EXAMPLE, '-o', 'name'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(GOOD);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([stdout, code]).toEqual(['expectation/1/good met\n', 0]);
});
