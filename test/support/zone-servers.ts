import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder, startOvsdbServer } from './ovsdb-server.js';
import type { OvsdbServer } from './ovsdb-server.js';
import { repository } from './run-cli.js';

/** The recorded dual-stack cluster, with Kubernetes objects. */
export const EXAMPLE = join(repository, 'examples/ic-dualstack');

export interface ZoneServers {
  /** By zone; each serves both databases of its zone. */
  readonly servers: ReadonlyMap<string, OvsdbServer>;
  readonly folder: string;
  stop(): Promise<void>;
}

/** Serves copies of the databases of a recorded cluster, one real ovsdb-server a zone. */
export async function startZoneServers(
  recording: string = EXAMPLE,
  options: (zone: string) => readonly string[] = () => [],
): Promise<ZoneServers> {
  const folder = scratchFolder();
  const servers = new Map<string, OvsdbServer>();
  const zones = readdirSync(recording).filter(
    (name) => name !== 'k8s' && name !== 'traces' && statSync(join(recording, name)).isDirectory(),
  );
  for (const zone of zones) {
    const own = join(folder.path, zone);
    mkdirSync(own);
    const files = ['nb.db', 'sb.db'].map((file) => join(own, file));
    for (const file of files) copyFileSync(join(recording, zone, file.endsWith('nb.db') ? 'nb.db' : 'sb.db'), file);
    servers.set(zone, await startOvsdbServer(own, files, ['OVN_Northbound', 'OVN_Southbound'], options(zone)));
  }
  return {
    servers,
    folder: folder.path,
    async stop() {
      await Promise.all([...servers.values()].map((server) => server.stop()));
      folder.remove();
    },
  };
}
