import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { scratchFolder, startOvsdbServer } from './ovsdb-server.js';
import type { OvsdbServer } from './ovsdb-server.js';

const execute = promisify(execFile);

/** One zone of a recorded cluster, alive: both databases in a real server, the real northd between them. */
export interface OvnZone {
  readonly name: string;
  /** The server, for `--db=`. */
  readonly remote: string;
  readonly nbctl: (...args: readonly string[]) => Promise<string>;
  readonly sbctl: (...args: readonly string[]) => Promise<string>;
  /** Waits until northd has written everything to the southbound database; the chassis follow at once. */
  sync(): Promise<void>;
  /** Both databases become again what they were when the zone had started and was synchronised. */
  restore(): Promise<void>;
}

export interface OvnZones {
  readonly zones: ReadonlyMap<string, OvnZone>;
  stop(): Promise<void>;
}

/** The recorded cluster with a real northd in every zone. */
export async function startOvnZones(recording: string, names: readonly string[]): Promise<OvnZones> {
  const folder = scratchFolder();
  const running = names.map((name) => new RunningZone(name, join(recording, name), join(folder.path, name)));
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((zone) => zone.stop()));
    folder.remove();
  };
  try {
    const zones = await Promise.all(running.map(async (zone) => [zone.name, await zone.begin()] as const));
    return { zones: new Map(zones), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

class RunningZone {
  readonly name: string;
  readonly #folder: string;
  readonly #files: readonly string[];
  readonly #limits: { readonly env: NodeJS.ProcessEnv; readonly maxBuffer: number };
  #server: OvsdbServer | undefined;
  #northd: ChildProcess | undefined;

  constructor(name: string, recording: string, folder: string) {
    this.name = name;
    this.#folder = folder;
    mkdirSync(folder);
    this.#files = ['nb.db', 'sb.db'].map((file) => join(folder, file));
    for (const file of this.#files) copyFileSync(join(recording, basename(file)), file);
    this.#limits = {
      env: { ...env, OVN_RUNDIR: folder, OVN_LOGDIR: folder, OVS_RUNDIR: folder },
      maxBuffer: 2 ** 28,
    };
  }

  /** Starts it, and keeps what it is once it is synchronised. */
  async begin(): Promise<OvnZone> {
    await this.#start();
    for (const file of this.#files) copyFileSync(file, `${file}.kept`);
    return {
      name: this.name,
      remote: this.#remote,
      nbctl: (...args) => this.#run('ovn-nbctl', args),
      sbctl: (...args) => this.#run('ovn-sbctl', args),
      sync: () => this.#sync(),
      restore: async () => {
        await this.stop();
        for (const file of this.#files) copyFileSync(`${file}.kept`, file);
        await this.#start();
      },
    };
  }

  async stop(): Promise<void> {
    const northd = this.#northd;
    if (northd !== undefined && northd.exitCode === null && northd.signalCode === null) {
      const ended = new Promise((resolve) => northd.once('exit', resolve));
      northd.kill('SIGKILL');
      await ended;
    }
    await this.#server?.stop();
    this.#server = undefined;
  }

  get #remote(): string {
    return `unix:${join(this.#folder, 'server.sock')}`;
  }

  async #start(): Promise<void> {
    this.#server = await startOvsdbServer(this.#folder, this.#files, ['OVN_Northbound', 'OVN_Southbound']);
    const databases = [`--ovnnb-db=${this.#remote}`, `--ovnsb-db=${this.#remote}`];
    const options = [`--unixctl=${join(this.#folder, 'northd.ctl')}`, '--log-file=/dev/null'];
    this.#northd = spawn('ovn-northd', [...databases, ...options], { stdio: 'ignore', env: this.#limits.env });
    await this.#sync();
  }

  async #run(program: string, args: readonly string[]): Promise<string> {
    const words = [`--db=${this.#remote}`, '--no-leader-only', '--timeout=60', ...args];
    return (await execute(program, words, this.#limits)).stdout;
  }

  async #sync(): Promise<void> {
    await this.#run('ovn-nbctl', ['--wait=sb', 'sync']);
    // There is no ovn-controller: what it would say when it is done is said in its place.
    const asked = (await this.#run('ovn-sbctl', ['get', 'SB_Global', '.', 'nb_cfg'])).trim();
    const rows = await this.#run('ovn-sbctl', ['--bare', '--columns=_uuid', 'list', 'Chassis_Private']);
    const sets = rows
      .split(/\s+/)
      .filter(Boolean)
      .flatMap((uuid) => ['--', 'set', 'Chassis_Private', uuid, `nb_cfg=${asked}`]);
    if (sets.length > 0) await this.#run('ovn-sbctl', sets);
  }
}
