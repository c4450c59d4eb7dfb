import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * A packet in circles makes ovn-trace eat all memory; so it gets 2 GB and a minute of processor time, and dies of them. Of
 * its stack it would die much earlier, with nothing to compare; so that is larger than usual where the limits allow it.
 */
export const BOUNDED = [
  '-c',
  'ulimit -v 2500000; ulimit -t 60; ulimit -s 1000000 2>/dev/null; exec "$0" "$@"',
] as const;

/** Whether a process was ended by a signal (its own assertion, or ours after the time) or for printing without end. */
export function isEnded(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { signal, code } = error as { readonly signal?: string | null; readonly code?: string | number };
  return (signal !== null && signal !== undefined) || code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
}

/** Daemons outlive their parent unless somebody ends them. */
const running = new Set<number>();
process.once('exit', () => running.forEach(end));

function end(pid: number): void {
  running.delete(pid);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/**
 * `ovn-trace` as a daemon: it reads the database once and then answers traces over its control socket, some thousand a
 * second. Options given at its start hold for every trace; the list of conntrack states is not begun anew for each, so that
 * only a list of equal states makes sense.
 */
export class OvnTraceDaemon {
  readonly #start: readonly string[];
  readonly #files: { readonly pid: string; readonly control: string };
  readonly #env: NodeJS.ProcessEnv;
  #socket: Socket | undefined;
  #pid: number | undefined;

  /** `name` tells several daemons in one folder apart. */
  constructor(folder: string, remote: string, name: string, options: readonly string[]) {
    this.#files = { pid: join(folder, `${name}.pid`), control: join(folder, `${name}.ctl`) };
    this.#env = { ...process.env, OVN_RUNDIR: folder, OVN_LOGDIR: folder, OVS_RUNDIR: folder };
    const { pid, control } = this.#files;
    const own = ['--detach', `--pidfile=${pid}`, `--unixctl=${control}`, '--no-chdir', '-vconsole:off', '-vsyslog:off'];
    this.#start = [`--db=${remote}`, '--no-leader-only', ...own, ...options];
  }

  /** What it prints for these arguments; undefined when it dies of them or needs more than `seconds`. */
  async trace(args: readonly string[], seconds: number): Promise<string | undefined> {
    this.#socket ??= await this.#connect();
    const started = Date.now();
    const watchdog = setTimeout(this.#kill, seconds * 1000);
    const answer = await this.#ask('trace', args);
    clearTimeout(watchdog);
    // It may have been killed with the answer on its way.
    if (Date.now() - started > seconds * 900) {
      this.#kill();
      this.#socket = undefined;
    }
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#socket === undefined) return;
    await this.#ask('exit', []);
    if (this.#pid !== undefined) running.delete(this.#pid);
  }

  async #ask(method: string, params: readonly string[]): Promise<string | undefined> {
    const socket = (this.#socket ??= await this.#connect());
    return new Promise((resolve, reject) => {
      const chunks: string[] = [];
      const done = (result: string | undefined): void => {
        socket.off('data', read).off('close', ended);
        resolve(result);
      };
      const ended = (): void => done(undefined);
      const read = (chunk: string): void => {
        chunks.push(chunk);
        // One request at a time: the answer is complete as soon as it parses. A packet in circles makes it very long.
        if (!chunk.endsWith('}') && !chunk.endsWith('}\n')) return;
        let answer: { readonly result: string | null; readonly error: string | null };
        try {
          answer = JSON.parse(chunks.join('')) as typeof answer;
        } catch {
          return;
        }
        if (answer.error !== null && method === 'trace') reject(new Error(`ovn-trace: ${answer.error}`));
        else done(answer.result ?? '');
      };
      socket.on('data', read).once('close', ended);
      socket.write(JSON.stringify({ method, params, id: 0 }));
    });
  }

  async #connect(): Promise<Socket> {
    await execute('sh', [...BOUNDED, 'ovn-trace', ...this.#start], { env: this.#env });
    // Its predecessor's files may still be there, but --detach returns only when the new ones are.
    for (let tries = 0; !existsSync(this.#files.control) || !existsSync(this.#files.pid); tries++) {
      if (tries > 500) throw new Error('ovn-trace does not start');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.#pid = Number(readFileSync(this.#files.pid, 'utf8'));
    running.add(this.#pid);
    const socket = createConnection(this.#files.control).setEncoding('utf8').unref();
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    // Its end shows as `close`, which may also come between two traces.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket;
  }

  readonly #kill = (): void => {
    if (this.#pid !== undefined) end(this.#pid);
  };
}
