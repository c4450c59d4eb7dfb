import type { Hosts } from '../world/hosts.js';
import type { SnapshotFiles } from './files/open-snapshot.js';
import { isRecord } from './files/record.js';
import { once } from './live/once.js';
import { isOvnConfiguration } from './snapshot/ovn-configuration.js';
import { configurationOf } from './configuration.js';
import { hostTextsOfStates } from './node-network-states.js';

/** Facts of hosts, logs and the configuration of OVN-Kubernetes, as far as the snapshot has them. */
export function hostsFromFiles(files: SnapshotFiles): Hosts {
  return {
    texts: once(async () => {
      const extras = (await files.extras()).map(({ path, file }) => ({
        path,
        from: file.name,
        read: once(async () => new TextDecoder().decode((await file.read()).bytes)),
      }));
      const recorded = new Set(extras.map(({ path }) => path));
      const states = hostTextsOfStates((await files.kubernetes('nodenetworkstates'))?.items ?? []);
      // What the host itself printed says more: protocols and lifetimes.
      const others = states.filter(({ path }) => !recorded.has(path));
      return [...extras, ...others].sort((a, b) => (a.path < b.path ? -1 : 1));
    }),
    configuration: once(async () => {
      const list = await files.kubernetes('configmaps');
      return list?.items.filter((item) => isRecord(item) && isOvnConfiguration(item)).map(configurationOf);
    }),
  };
}
