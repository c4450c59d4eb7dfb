import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeDatabaseFile } from '../../src/ovsdb/file/write-database.js';
import type { Database } from '../../src/ovsdb/replica/database.js';
import { BOUNDED, isEnded } from './ovn-trace-daemon.js';
import { scratchFolder, startOvsdbServer } from './ovsdb-server.js';

const execute = promisify(execFile);
const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

/**
 * What the real ovn-trace prints over a southbound database that only exists here: it is written to a file, served by a real
 * server and traced. Undefined when ovn-trace dies or needs more than `seconds`.
 */
export async function traceOver(
  database: Database,
  args: readonly string[],
  seconds: number,
): Promise<string | undefined> {
  const folder = scratchFolder();
  const file = join(folder.path, 'sb.db');
  writeFileSync(file, writeDatabaseFile(database, { sha1 }));
  const server = await startOvsdbServer(folder.path, [file], [database.name]);
  try {
    const words = ['ovn-trace', `--db=${server.remote}`, '--no-leader-only', ...args];
    const own = { ...process.env, OVN_RUNDIR: folder.path, OVN_LOGDIR: folder.path, OVS_RUNDIR: folder.path };
    const limits = { maxBuffer: 2 ** 28, timeout: seconds * 1000, killSignal: 'SIGKILL', env: own } as const;
    return (await execute('sh', [...BOUNDED, ...words], limits)).stdout;
  } catch (error) {
    if (isEnded(error)) return undefined;
    throw error;
  } finally {
    await server.stop();
    folder.remove();
  }
}
