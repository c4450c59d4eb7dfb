import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository, runNode } from '../support/run-cli.js';

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}
interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

const config = join(repository, '.dependency-cruiser.cjs');
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: readonly { readonly name: string }[] };

async function cruise(root: string, folders: readonly string[]): Promise<{ cruised: number; violations: Violation[] }> {
  const program = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const ran = await runNode([program, '--config', config, '--output-type', 'json', ...folders], { cwd: root });
  if (!ran.stdout.startsWith('{')) throw new Error(`dependency-cruiser: ${ran.stderr}${ran.stdout}`);
  const { summary } = JSON.parse(ran.stdout) as Report;
  const violations = summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  return { cruised: summary.totalCruised, violations };
}

/** One forbidden import for every rule: the file that is written, what it imports, what the report must name. */
const SEEDS: Readonly<Record<string, { file: string; imports: string; to?: string }>> = {
  'floor:base': { file: 'src/base/seed.ts', imports: '../net/x.js' },
  'floor:net': { file: 'src/net/seed.ts', imports: '../lflow/x.js' },
  'floor:lflow': { file: 'src/lflow/seed.ts', imports: '../ovsdb/wire/x.js' },
  'floor:ovsdb/wire': { file: 'src/ovsdb/wire/seed.ts', imports: '../../net/x.js' },
  'floor:ovsdb/schema': { file: 'src/ovsdb/schema/seed.ts', imports: '../replica/x.js' },
  'floor:ovsdb/replica': { file: 'src/ovsdb/replica/seed.ts', imports: '../file/x.js' },
  'floor:ovsdb/file': { file: 'src/ovsdb/file/seed.ts', imports: '../../ovn/x.js' },
  'floor:ovsdb/client': { file: 'src/ovsdb/client/seed.ts', imports: '../file/x.js' },
  'floor:kube': { file: 'src/kube/model/seed.ts', imports: '../../ovsdb/wire/x.js' },
  'floor:ovn': { file: 'src/ovn/seed.ts', imports: '../ovnk/x.js' },
  'floor:ovnk': { file: 'src/ovnk/seed.ts', imports: '../world/x.js' },
  'floor:world': { file: 'src/world/seed.ts', imports: '../trace/x.js' },
  'floor:trace': { file: 'src/trace/seed.ts', imports: '../usecase/x.js' },
  'floor:manage': { file: 'src/manage/seed.ts', imports: '../trace/x.js' },
  'floor:snapshot': { file: 'src/snapshot/seed.ts', imports: '../manage/x.js' },
  'floor:doctor': { file: 'src/doctor/seed.ts', imports: '../snapshot/x.js' },
  'floor:usecase': { file: 'src/usecase/seed.ts', imports: '../connect/x.js' },
  'floor:connect': { file: 'src/connect/seed.ts', imports: '../usecase/x.js' },
  'floor:view': { file: 'src/view/seed.ts', imports: '../connect/x.js' },
  'floor:cli': { file: 'src/cli/seed.ts', imports: '../trace/x.js' },
  'floor:commands': { file: 'commands/seed.ts', imports: '../src/connect/x.js' },
  'known-folder': { file: 'src/stray/seed.ts', imports: './x.js' },
  'io-only-in-connect-and-cli': { file: 'src/net/reads.ts', imports: 'node:fs', to: 'fs' },
  'oclif-only-in-cli-and-commands': { file: 'src/usecase/flags.ts', imports: '@oclif/core/flags' },
  'no-test-in-production': { file: 'src/cli/tests.ts', imports: '../../test/x.js' },
  'no-development-dependency': { file: 'src/cli/properties.ts', imports: 'fast-check' },
  'no-circular': { file: 'src/base/cycle.ts', imports: './way-back.js' },
  'no-unresolvable': { file: 'src/base/nowhere.ts', imports: './nowhere-to-be-found.js' },
};

describe('every import rule reports a seeded violation', () => {
  let folder = '';
  let violations: Violation[] = [];

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ovnctl-floors-'));
    for (const file of ['package.json', 'tsconfig.json']) copyFileSync(join(repository, file), join(folder, file));
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, imports } of Object.values(SEEDS)) {
      write(file, `import '${imports}';\n`);
      const target = join(dirname(file), imports).replace(/\.js$/, '.ts');
      if (imports.startsWith('.') && !imports.includes('nowhere')) write(target, 'export const x = 1;\n');
    }
    write('src/base/way-back.ts', "import './cycle.js';\n");
    ({ violations } = await cruise(folder, ['src', 'commands', 'test']));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a seed for every rule', () => {
    expect(Object.keys(SEEDS).sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  it.each(Object.entries(SEEDS))('%s', (rule, { file }) => {
    expect(violations.filter((violation) => violation.from === file).map((violation) => violation.rule)).toEqual([
      rule,
    ]);
  });

  it('reports nothing else', () => {
    const seeded = new Set([...Object.values(SEEDS).map(({ file }) => file), 'src/base/way-back.ts']);
    expect(violations.filter(({ from }) => !seeded.has(from))).toEqual([]);
  });
});

it('the real tree keeps to its floors, and all of it was looked at', async () => {
  const { cruised, violations } = await cruise(repository, ['src', 'commands', 'bin']);
  expect(violations).toEqual([]);
  // A cruiser that cannot read TypeScript reports no violations in no modules.
  expect(cruised).toBeGreaterThan(100);
});
