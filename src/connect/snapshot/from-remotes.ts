import type { OvsdbClient } from '../../ovsdb/client/client.js';
import type { SnapshotSource, SourceZone } from '../../snapshot/source.js';
import type { ZoneRemotes } from '../live/remote-world.js';
import { once } from '../live/once.js';
import { zoneNameOf } from '../live/zone-name.js';
import { connect } from '../ovsdb/connect.js';
import type { ConnectOptions } from '../ovsdb/connect.js';
import { zoneFromServers } from './from-servers.js';
import type { ServedDatabase } from './from-servers.js';
import type { OpenedSource } from './opened-source.js';

export interface RemoteSourceOptions extends Pick<ConnectOptions, 'tls' | 'timeoutMs' | 'signal'> {
  readonly zones: readonly ZoneRemotes[];
}

/** Database servers that the user named. Connects only to learn the name of a zone that was not given one. */
export async function sourceFromRemotes({ zones: remotes, ...shared }: RemoteSourceOptions): Promise<OpenedSource> {
  const clients: OvsdbClient[] = [];
  const zones = await Promise.all(
    remotes.map(async ({ name, nb, sb }): Promise<SourceZone> => {
      const served = (kind: 'nb' | 'sb', remote: string | undefined): readonly ServedDatabase[] => {
        if (remote === undefined) return [];
        const database = kind === 'nb' ? 'OVN_Northbound' : 'OVN_Southbound';
        const open = once(async () => {
          const client = await connect(remote, { ...shared, database });
          clients.push(client);
          return client;
        });
        return [{ kind, from: remote, open, closeAfter: false }];
      };
      const [north, south] = [served('nb', nb), served('sb', sb)];
      const own = name ?? (await zoneNameOf(north[0]?.open, south[0]?.open)) ?? sb ?? nb ?? '';
      return zoneFromServers(own, [], [...north, ...south]);
    }),
  );
  zones.sort((a, b) => (a.name < b.name ? -1 : 1));
  const source: SnapshotSource = {
    kind: 'remotes',
    name: remotes.flatMap(({ nb, sb }) => [nb ?? [], sb ?? []].flat()).join(' '),
    zones,
    objects: [],
    texts: () => Promise.resolve([]),
    gaps: [],
  };
  return {
    source,
    close: () => {
      for (const client of clients) client.close();
    },
  };
}
