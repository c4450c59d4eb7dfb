// What the scripts share: where the repository is, how to run a step, whether the installed packages and dist are current.
// No dependencies: these run on a fresh clone, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Ends the script with one clear line. */
export function fail(message, code = 1) {
  console.error(`error: ${message}`);
  process.exit(code);
}

/** The script behind a package's command, so that it runs under this very Node and on any platform. */
export function bin(name, command) {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const path = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[command];
  return join(root, 'node_modules', name, path);
}

/** Runs a command in the repository; ends the script when it fails. `quiet` shows its output only then. */
export function run(command, args, { quiet = false, environment = {} } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (result.error) fail(`cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
    fail(`${[command, ...args].join(' ')} ended with ${result.status ?? result.signal}`, result.status ?? 1);
  }
}

/** Node as old as package.json allows, or newer. */
export function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old; 20.19 or newer is needed`);
}

const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/**
 * npm ci when packages are missing or older than the lock file. Packages behind a link are somebody else's: npm would empty
 * the folder that the link points at.
 */
export function ensurePackages() {
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const marker = join(root, 'node_modules/.package-lock.json');
  if (existsSync(marker) && changed(marker) >= changed(join(root, 'package-lock.json'))) return;
  console.error('installing npm packages …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true });
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time tells of files that were removed.
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

/** A build when dist is absent or older than what it is made from. */
export function ensureBuild() {
  const built = Math.min(changed(join(root, 'dist/src/cli/main.js')), changed(join(root, 'oclif.manifest.json')));
  const sources = ['src', 'commands', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
  if (built > Math.max(...sources.map((path) => newest(join(root, path))))) return;
  console.error('building …');
  run(process.execPath, [join(root, 'scripts/build.mjs')]);
}
