import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repository, runCli, type Ran } from '../support/run-cli.js';

const EXAMPLE = join(repository, 'examples/ic-dualstack');
const matrix = (...args: readonly string[]): Promise<Ran> => runCli(['trace', 'matrix', ...args, '--from', EXAMPLE]);
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

interface Document {
  readonly kind: string;
  readonly data: { readonly cells: readonly { readonly verdict: string }[]; readonly code: string };
}

describe('formats', () => {
  it('one document in JSON and the same in YAML, the same bytes again', async () => {
    const ask = ['-n', 'shop', '--to', 'payments', '--services', '-q'];
    const [json, again, yaml] = await Promise.all([
      matrix(...ask, '-o', 'json'),
      matrix(...ask, '-o', 'json'),
      matrix(...ask, '-o', 'yaml'),
    ]);
    const document = JSON.parse(json.stdout) as Document;
    expect(document.kind).toBe('ConnectivityMatrix');
    expect(again.stdout).toBe(json.stdout);
    expect(parse(yaml.stdout)).toEqual(document);
    expect([json.code, yaml.code]).toEqual([0, 0]);
  });

  it('table, wide, csv, name and junit tell of the same cells', async () => {
    const ask = ['-n', 'payments', '--family', '4', '-q'];
    const [json, table, wide, csv, name, junit] = await Promise.all(
      ['json', 'table', 'wide', 'csv', 'name', 'junit'].map((format) => matrix(...ask, '-o', format)),
    );
    const { cells } = (JSON.parse(json!.stdout) as Document).data;
    expect(lines(wide!.stdout)).toHaveLength(cells.length + 1);
    expect(lines(csv!.stdout)).toHaveLength(cells.length + 1);
    expect(lines(name!.stdout)).toHaveLength(cells.length);
    expect(lines(name!.stdout)[0]).toMatch(/^cell\/payments\/db-0\/payments\/db-0:5432\/tcp none$/);
    expect(junit!.stdout).toContain(`<testsuites name="ovnctl" tests="${cells.length}" failures="0"`);
    expect(table!.stdout).toContain(`(${cells.length} cells`);
    const marks = [...table!.stdout.split('\n\n')[0]!.matchAll(/[√×!?~·]/g)];
    expect(marks).toHaveLength(cells.length);
  });

  it('without headings', async () => {
    const { stdout } = await matrix('-n', 'payments', '--family', '4', '-q', '-o', 'csv', '--no-headers');
    expect(stdout).toMatch(/^payments\/db-0,/);
  });

  it('what was left out is on stderr, the answer alone on stdout', async () => {
    const { stdout, stderr } = await matrix('-n', 'default', '--protocol', 'icmp');
    expect(stderr).toContain('warning: pod default/unscheduled is left out: it runs on no node\n');
    expect(stdout).not.toContain('unscheduled');
  });
});

describe('exit codes', () => {
  const blocked = ['-n', 'udn-blue', '--to', 'shop', '--protocol', 'icmp', '-q'];

  it.each([
    [[], 0],
    [['--expect', 'dropped'], 0],
    [['--expect', 'delivered'], 1],
    [['--expect', 'rejected'], 1],
  ] as const)('%j ends with %i in every format', async (flags, code) => {
    for (const format of ['table', 'json', 'junit', 'csv']) {
      expect((await matrix(...blocked, ...flags, '-o', format)).code).toBe(code);
    }
  });

  it('says how many cells are otherwise', async () => {
    const { stderr } = await matrix('-n', 'shop', '--family', '4', '--expect', 'delivered');
    expect(stderr).toMatch(/^warning: expected delivered of all \d+ cells, but \d+ are not$/m);
  });
});

describe('a malformed question', () => {
  it.each([
    [[], /whose matrix\? no namespace is given/, 2],
    [['-n', 'shop', '-A'], /all-namespaces/, 2],
    [['-n', 'shop', '--port', '0'], /--port "0" is not a port number/, 2],
    [['-n', 'shop', '--port', '70000'], /--port "70000" is not a port number/, 2],
    [['-n', 'shop', '--port', '80', '--protocol', 'icmp'], /--port makes no sense with --protocol icmp/, 2],
    [['-n', 'shop', '--services', '--protocol', 'icmp'], /--services makes no sense/, 2],
    [['-n', 'shop', '-o', 'xml'], /-o=xml|output=xml/, 2],
    [['-n', 'shpo'], /there is no namespace shpo/, 7],
    [['-n', 'shop', '--to', 'nowhere'], /there is no namespace nowhere/, 7],
    [['-n', 'shop', '--port', 'nonsense'], /namespace shop has no pod or service with such a port/, 7],
  ] as const)('%j', async (args, error, code) => {
    const ran = await matrix(...args);
    expect(ran.stderr).toMatch(error);
    expect(lines(ran.stderr)[0]).toMatch(/^error: /);
    expect([ran.stdout, ran.code]).toEqual(['', code]);
  });

  it('is an Error document for scripts', async () => {
    const { stdout, code } = await matrix('-n', 'shpo', '-o', 'json');
    expect((JSON.parse(stdout) as Document).data.code).toBe('matrix.no-namespace');
    expect(code).toBe(7);
  });
});
