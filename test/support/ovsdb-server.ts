import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseJson } from '../../src/ovsdb/wire/parse-json.js';
import { isJsonArray, isJsonObject } from '../../src/ovsdb/wire/json.js';
import type { Json, JsonObject } from '../../src/ovsdb/wire/json.js';

/** Debian keeps the server where only root's PATH looks. */
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
const execute = promisify(execFile);
const run = (program: string, args: readonly string[]): Promise<{ readonly stdout: string }> =>
  execute(program, args, { env, maxBuffer: 2 ** 28 });

/** What a suite says instead of running where Open vSwitch's own programs are not installed. */
export const NO_OVSDB =
  'not run: ovsdb-server is not installed (Debian: apt-get install openvswitch-switch ovn-central)';

/** Whether the real ovsdb-server is here to be compared with; in CI its absence is an error. */
export function hasOvsdbServer(): boolean {
  const present = spawnSync('ovsdb-server', ['--version'], { env }).status === 0;
  if (!present && process.env['CI']) throw new Error(NO_OVSDB);
  return present;
}

/** A folder for sockets and files (short, for the limit on socket paths), and what removes it. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'ovsdb-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Runs ovsdb-tool and returns what it prints. */
export async function ovsdbTool(...args: string[]): Promise<string> {
  const { stdout } = await run('ovsdb-tool', args);
  return stdout;
}

function parsed(text: string): Json {
  const json = parseJson(text);
  if (!json.ok) throw new Error(`${json.error.reason} in ${text.slice(0, 200)}`);
  return json.value;
}

/** Runs a transaction on a file without a server, and returns the operations' results. */
export async function transactFile(file: string, database: string, operations: readonly Json[]): Promise<Json> {
  return checked(parsed(await ovsdbTool('transact', file, jsonText([database, ...operations]))));
}

/** JSON with bigints written as the integers they are. */
export function jsonText(json: Json): string {
  if (typeof json === 'bigint') return json.toString();
  if (isJsonArray(json)) return `[${json.map(jsonText).join(',')}]`;
  if (isJsonObject(json)) {
    return `{${Object.entries(json)
      .map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`)
      .join(',')}}`;
  }
  return JSON.stringify(json);
}

/** A failed operation is an `{error}` among the results, not a failed command. */
function checked(results: Json): Json {
  const failed = isJsonArray(results) ? results.find((result) => isJsonObject(result) && result['error']) : undefined;
  if (failed !== undefined) throw new Error(`the server refused: ${jsonText(failed)}`);
  return results;
}

export interface OvsdbServer {
  /** For `--db=` and `ovsdb-client`: `unix:PATH`. */
  readonly remote: string;
  transact(database: string, ...operations: Json[]): Promise<Json>;
  /** Every table's rows as `ovsdb-client dump` gives them, all columns, in RFC 7047 notation. */
  dump(database: string): Promise<Readonly<Record<string, readonly JsonObject[]>>>;
  client(...args: string[]): Promise<string>;
  /** A command on the server's control socket, for example `ovsdb-server/compact`. */
  control(...args: string[]): Promise<string>;
  stop(): Promise<void>;
  /** Ends it without a word to anybody, as a crash does. */
  kill(): Promise<void>;
  /** Holds it still, so that it keeps its connections and says nothing, and lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** Starts the real ovsdb-server on `files`, listening on a unix socket in `folder`; `ready` names databases to wait for. */
export async function startOvsdbServer(
  folder: string,
  files: readonly string[],
  ready: readonly string[],
  options: readonly string[] = [],
): Promise<OvsdbServer> {
  const socket = join(folder, 'server.sock');
  const controlSocket = join(folder, 'server.ctl');
  const child = spawn(
    'ovsdb-server',
    [
      '--no-chdir',
      `--remote=punix:${socket}`,
      `--unixctl=${controlSocket}`,
      '--log-file=/dev/null',
      ...options,
      ...files,
    ],
    { stdio: 'ignore', env },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  for (let tries = 0; !existsSync(socket); tries++) {
    if (child.exitCode !== null || tries > 500) throw new Error('ovsdb-server does not start');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const remote = `unix:${socket}`;
  const client = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('ovsdb-client', ['--timeout=20', ...args]);
    return stdout;
  };
  for (const database of ready) await client('wait', remote, database, 'connected');
  return {
    remote,
    client,
    transact: async (database, ...operations) =>
      checked(parsed(await client('transact', remote, jsonText([database, ...operations])))),
    dump: async (database) => readDump(await client('-f', 'json', 'dump', remote, database)),
    control: async (...args) => (await run('ovs-appctl', ['--timeout=20', '-t', controlSocket, ...args])).stdout,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    signal: (signal) => child.kill(signal),
  };
}

/** One JSON text a line, a table each: `{caption: "T table", headings, data}`. */
function readDump(text: string): Readonly<Record<string, readonly JsonObject[]>> {
  const tables: Record<string, JsonObject[]> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const table = parsed(line);
    if (!isJsonObject(table)) throw new Error(`unexpected dump: ${line.slice(0, 100)}`);
    const { caption, headings, data } = table;
    if (typeof caption !== 'string' || !isJsonArray(headings) || !isJsonArray(data)) throw new Error('unexpected dump');
    tables[caption.replace(/ table$/, '')] = data.map((row) => {
      if (!isJsonArray(row)) throw new Error('unexpected dump');
      return Object.fromEntries(headings.map((heading, i) => [heading as string, row[i] ?? null]));
    });
  }
  return tables;
}
