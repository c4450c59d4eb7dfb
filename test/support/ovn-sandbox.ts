import { execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BOUNDED, isEnded } from './ovn-trace-daemon.js';
import { ovsdbTool, scratchFolder, startOvsdbServer } from './ovsdb-server.js';

const execute = promisify(execFile);
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
const SCHEMAS = '/usr/share/ovn';

/** What a suite says instead of running where OVN's own programs are not installed. */
export const NO_OVN = 'not run: OVN is not installed (Debian: apt-get install ovn-central)';

/** Whether the real ovn-northd and ovn-trace are here to be compared with; in CI their absence is an error. */
export function hasOvn(): boolean {
  const present = ['ovn-trace', 'ovn-northd', 'ovn-nbctl', 'ovsdb-server'].every(
    (program) => spawnSync(program, ['--version'], { env }).status === 0,
  );
  if (!present && process.env['CI']) throw new Error(NO_OVN);
  return present;
}

export interface OvnSandbox {
  /** Where its sockets and files are. */
  readonly folder: string;
  /** The server, for `--db=`. */
  readonly remote: string;
  /** Runs one command line of ovn-nbctl: several commands are separated by `--`. */
  nbctl(...args: readonly string[]): Promise<string>;
  sbctl(...args: readonly string[]): Promise<string>;
  /** Waits until northd has written everything to the southbound database. */
  sync(): Promise<void>;
  /** Has northd write nothing any more. */
  pause(): Promise<void>;
  /** Standard output of ovn-trace; a run that dies on an assertion or of its stack gives undefined. */
  trace(...args: readonly string[]): Promise<string | undefined>;
  /** The same, and undefined also when it needs more than `seconds` or prints without end. */
  traceWithin(seconds: number, ...args: readonly string[]): Promise<string | undefined>;
  /** Bytes of the southbound database file as it is now. */
  southbound(): Uint8Array;
  stop(): Promise<void>;
}

/** Both databases in one real ovsdb-server on a unix socket, with the real ovn-northd between them. */
export async function startOvnSandbox(): Promise<OvnSandbox> {
  const folder = scratchFolder();
  const [nb, sb] = [join(folder.path, 'nb.db'), join(folder.path, 'sb.db')];
  await ovsdbTool('create', nb, join(SCHEMAS, 'ovn-nb.ovsschema'));
  await ovsdbTool('create', sb, join(SCHEMAS, 'ovn-sb.ovsschema'));
  const server = await startOvsdbServer(folder.path, [nb, sb], ['OVN_Northbound', 'OVN_Southbound']);
  const own = { ...env, OVN_RUNDIR: folder.path, OVN_LOGDIR: folder.path, OVS_RUNDIR: folder.path };
  const northd = spawn(
    'ovn-northd',
    [
      `--ovnnb-db=${server.remote}`,
      `--ovnsb-db=${server.remote}`,
      `--unixctl=${join(folder.path, 'northd.ctl')}`,
      '--log-file=/dev/null',
    ],
    { stdio: 'ignore', env: own },
  );
  const ended = new Promise((resolve) => northd.once('exit', resolve));
  const limits = { env: own, maxBuffer: 64 * 1024 * 1024 };
  const run = async (program: string, args: readonly string[]): Promise<string> =>
    (await execute(program, args, limits)).stdout;

  const nbctl = (...args: readonly string[]): Promise<string> =>
    run('ovn-nbctl', [`--db=${server.remote}`, '--no-leader-only', ...args]);
  const traceWithin: OvnSandbox['traceWithin'] = async (seconds, ...args) => {
    const words = ['ovn-trace', `--db=${server.remote}`, '--no-leader-only', ...args];
    try {
      // Other signals it heeds only when it is done.
      const ending = { timeout: seconds * 1000, killSignal: 'SIGKILL' } as const;
      return (await execute('sh', [...BOUNDED, ...words], { ...limits, ...ending })).stdout;
    } catch (error) {
      if (isEnded(error)) return undefined;
      throw error;
    }
  };
  return {
    folder: folder.path,
    remote: server.remote,
    nbctl,
    sbctl: (...args) => run('ovn-sbctl', [`--db=${server.remote}`, '--no-leader-only', ...args]),
    sync: async () => {
      await nbctl('--timeout=60', '--wait=sb', 'sync');
    },
    pause: async () => {
      await run('ovn-appctl', ['-t', join(folder.path, 'northd.ctl'), 'pause']);
    },
    trace: (...args) => traceWithin(30, ...args),
    traceWithin,
    southbound: () => readFileSync(sb),
    async stop() {
      northd.kill('SIGTERM');
      await ended;
      await server.stop();
      folder.remove();
    },
  };
}
