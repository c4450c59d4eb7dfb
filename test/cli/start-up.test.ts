import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository, runNode } from '../support/run-cli.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ovnctl-start-'));
  mkdirSync(join(folder, 'bin'));
  for (const file of ['bin/run.js', 'package.json']) copyFileSync(join(repository, file), join(folder, file));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('bin/run.js without dist and node_modules', () => {
  it('answers --version, which therefore loads nothing', async () => {
    const { name, version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    const platform = `${process.platform}-${process.arch} node-${process.version}`;
    expect(await runNode([join(folder, 'bin/run.js'), '--version'])).toEqual({
      stdout: `${name ?? ''}/${version ?? ''} ${platform}\n`,
      stderr: '',
      code: 0,
    });
  });

  it('says what to do instead of a stack', async () => {
    expect(await runNode([join(folder, 'bin/run.js'), 'trace'])).toEqual({
      stdout: '',
      stderr: 'error: ovnctl is not built\nhint: run "npm run build" first\n',
      code: 70,
    });
  });
});

/** The files a run of a program loaded, as V8 saw them. */
async function filesLoaded(program: readonly string[], code: number): Promise<string[]> {
  const coverage = mkdtempSync(join(folder, 'coverage-'));
  const ran = await runNode(program, { environment: { NODE_V8_COVERAGE: coverage } });
  expect(ran).toMatchObject({ code, ...(code === 0 && { stderr: '' }) });
  return readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as { result: readonly { url: string }[] };
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
}

/** The packages whose files a run of the fixture program loaded. */
async function packagesLoaded(...args: string[]): Promise<string[]> {
  const urls = await filesLoaded(['--import', 'tsx', join(import.meta.dirname, 'fixture/main.ts'), ...args], 0);
  const names = urls.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

describe('a command loads only what its answer needs', () => {
  const heavy = ['chalk', 'cli-table3', 'yaml', 'tar', '@oclif/plugin-help', '@oclif/plugin-autocomplete', 'semver'];
  it.each([
    [['-o', 'json'], []],
    [['-o', 'name'], []],
    [['-o', 'yaml'], ['yaml']],
    [['--color', 'never'], ['cli-table3']],
    [
      ['--color', 'always'],
      ['chalk', 'cli-table3'],
    ],
  ])('%j: %j', async (flags, expected) => {
    const loaded = await packagesLoaded('show', 'thing', 'web', '-q', ...flags);
    expect(loaded).toContain('@oclif/core');
    expect(heavy.filter((name) => loaded.includes(name))).toEqual(expected);
  });
});

describe('the built program', () => {
  it(
    'comes in a few files, and leaves packages that the command does not need alone',
    { timeout: 60_000 },
    async () => {
      const remote = `unix:${join(folder, 'none.sock')}`;
      const files = await filesLoaded(
        [join(repository, 'bin/run.js'), 'trace', 'packet', 'sw', 'ip4', '--sb', remote],
        4,
      );
      expect(files.some((url) => url.endsWith('dist/src/cli/main.js'))).toBe(true);
      expect(files.length).toBeLessThan(60);
      expect(files.filter((url) => url.includes('/node_modules/'))).toEqual([]);
    },
  );
});
