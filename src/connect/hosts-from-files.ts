import type { Hosts } from '../world/hosts.js';
import type { SnapshotFiles } from './files/open-snapshot.js';
import { isRecord } from './files/record.js';
import { once } from './live/once.js';
import { isOvnConfiguration } from './snapshot/ovn-configuration.js';
import { configurationOf } from './configuration.js';

/** Facts of hosts, logs and the configuration of OVN-Kubernetes, as far as the snapshot has them. */
export function hostsFromFiles(files: SnapshotFiles): Hosts {
  return {
    texts: once(async () => {
      const extras = await files.extras();
      return extras
        .map(({ path, file }) => ({
          path,
          from: file.name,
          read: once(async () => new TextDecoder().decode((await file.read()).bytes)),
        }))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
    }),
    configuration: once(async () => {
      const list = await files.kubernetes('configmaps');
      return list?.items.filter((item) => isRecord(item) && isOvnConfiguration(item)).map(configurationOf);
    }),
  };
}
