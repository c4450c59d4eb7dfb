// The last step of the build: what a command loads in a few files instead of some three hundred. Node finds, reads and
// compiles every module for itself, which took longer than most commands take to answer (docs/adr/0007-bundled-program.md).
//
// In: dist as the compiler has left it. Out: the same entry points, dist/src/cli/main.js and dist/commands, with everything
// they import in dist/chunks, and the licences of the packages that are in there. Modules that are loaded on demand stay so.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './steps.mjs';

/** Packages that go into the bundle, with what they depend on: those that every command loads. */
const BUNDLED = ['@oclif/core'];
/** What oclif loads for commands written in TypeScript, of which there are none in a build. */
const NEVER_LOADED = ['typescript', 'ts-node', 'tsx'];
/** CommonJS modules in a bundle of ES modules load built-in ones in their own way. */
const REQUIRE = "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

export async function bundle() {
  const dist = join(root, 'dist');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const commands = readdirSync(join(dist, 'commands'), { recursive: true }).filter((path) => path.endsWith('.js'));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(dist, 'src/cli/main.js'), ...commands.map((path) => join(dist, 'commands', path))],
    outdir: dist,
    outbase: dist,
    allowOverwrite: true,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: [...NEVER_LOADED, ...Object.keys(dependencies).filter((name) => !BUNDLED.includes(name))],
    banner: { js: REQUIRE },
    // Comments and indentation are a third of what is read; names stay, for stacks in reports of bugs.
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(dist, 'LICENSES.txt'), licences(Object.keys(metafile.inputs)));
}

function licences(inputs) {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const path = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const files = readdirSync(path).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
    const text = files.map((file) => readFileSync(join(path, file), 'utf8').trim()).join('\n\n');
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(72)}\n\n`);
}
