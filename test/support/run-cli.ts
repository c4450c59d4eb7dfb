import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');

/** What a process wrote and how it ended. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
}

export interface RunOptions {
  /** Added to a small environment without colours; undefined removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** Set by vitest, by CI and by terminals; a user's shell decides these, so must a test. */
const OURS = new Set(['NODE_ENV', 'VITEST', 'FORCE_COLOR', 'NO_COLOR', 'CI', 'NODE_OPTIONS']);

/** Runs Node with these arguments as users do: a process of its own, both streams pipes, stdin closed. */
export async function runNode(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.has(name)));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd ?? repository,
      env: { ...inherited, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ stdout, stderr, code });
    });
  });
}

/** Runs the built program: `runCli(['trace', …])`. `npm test` builds it first; a bare vitest needs `npm run build`. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  if (!existsSync(join(repository, 'dist/src/cli/main.js')))
    throw new Error('ovnctl is not built: run "npm run build"');
  return runNode([join(repository, 'bin/run.js'), ...args], options);
}
