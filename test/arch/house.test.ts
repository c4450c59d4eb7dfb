import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { repository, runNode } from '../support/run-cli.js';

const folders: string[] = [];
const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ovnctl-house-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const sources = ['src', 'commands'].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

describe('files', () => {
  const lengths = sources.map((file) => ({
    file,
    lines: readFileSync(join(repository, file), 'utf8').split('\n').length,
  }));

  it('are never longer than 500 lines, and nine of ten are shorter than 350', () => {
    expect(lengths.filter(({ lines }) => lines > 500)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThan(350);
  });

  it('are named for their topic, in lower case with dashes', () => {
    const vague = /^(utils?|helpers?|common|misc|shared|index)$/;
    const names = sources.map((file) => basename(file, '.ts'));
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || vague.test(name))).toEqual([]);
  });
});

it('every dependency has one exact version', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, range]) => !/^\d+\.\d+\.\d+$/.test(range),
  );
  expect(loose).toEqual([]);
});

describe('a golden file that is missing', () => {
  const run = async (environment: Record<string, string>): Promise<number | null> => {
    const folder = temporary();
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(
      join(folder, 'golden.test.ts'),
      "import { expect, it } from 'vitest';\nit('golden', () => expect('x').toMatchFileSnapshot('golden.txt'));\n",
    );
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    return (await runNode([vitest, 'run', '--root', folder], { environment, cwd: folder })).code;
  };

  it('fails where CI is set and is written elsewhere', async () => {
    expect(await run({ CI: 'true' })).toBe(1);
    expect(await run({})).toBe(0);
  });
});

describe('the last line of .ci/run', () => {
  const count = (report: object | undefined, ...failedSteps: string[]): { line: string; code: number | null } => {
    const file = join(temporary(), 'report.json');
    if (report !== undefined) writeFileSync(file, JSON.stringify(report));
    const ran = spawnSync(process.execPath, ['.ci/count.mjs', file, ...failedSteps], {
      cwd: repository,
      encoding: 'utf8',
    });
    return { line: ran.stdout, code: ran.status };
  };
  const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };

  it('adds up what vitest reports', () => {
    expect(count(report)).toEqual({ line: '5 passed, 0 failed, 2 skipped\n', code: 0 });
  });

  it('counts a file that did not load, and a failed step', () => {
    const broken = { ...report, testResults: [{ status: 'failed', assertionResults: [] }] };
    expect(count(broken, 'tests')).toEqual({ line: '5 passed, 1 failed, 2 skipped\n', code: 1 });
    expect(count(report, 'lint', 'types')).toEqual({ line: '5 passed, 2 failed, 2 skipped\n', code: 1 });
  });

  it('is a failure when there is no report', () => {
    expect(count(undefined, 'tests')).toEqual({ line: '0 passed, 1 failed, 0 skipped\n', code: 1 });
    expect(count(report, 'tests')).toEqual({ line: '5 passed, 1 failed, 2 skipped\n', code: 1 });
  });
});
