import { RESOURCES } from '../../kube/model/resource.js';
import type { SnapshotSource, SourceObjects, SourceText, SourceZone } from '../../snapshot/source.js';
import { lossesOf, SCHEMA_NAME } from '../files/databases.js';
import type { DatabaseKind, LoadedDatabase } from '../files/databases.js';
import type { SnapshotFiles, ZoneFiles } from '../files/open-snapshot.js';
import { isOvnConfiguration } from './ovn-configuration.js';

/** A snapshot, a must-gather or bare databases as the source of another snapshot: the same without history and secrets. */
export function sourceFromFiles(files: SnapshotFiles): SnapshotSource {
  const { layout, hasKubernetes, path } = files;
  return {
    kind: layout === 'must-gather' ? layout : hasKubernetes ? 'snapshot' : 'databases',
    name: path,
    zones: files.zones.map(zoneOf),
    objects: objectsOf(files),
    gaps: files.gaps,
    async texts() {
      const extras = await files.extras();
      return extras.map(({ path: inside, file }): SourceText => {
        const [kind, node] = inside.split('/');
        return {
          kind: kind === 'hosts' ? 'host' : 'log',
          path: inside,
          from: file.name,
          ...(kind === 'hosts' && node !== undefined ? { node } : {}),
          read: async () => new TextDecoder().decode((await file.read()).bytes),
        };
      });
    },
  };
}

function zoneOf(zone: ZoneFiles): SourceZone {
  const kinds = (Object.keys(SCHEMA_NAME) as DatabaseKind[]).filter((kind) => zone.has(kind));
  const load = (kind: DatabaseKind): Promise<LoadedDatabase> =>
    kind === 'nb' ? zone.northbound() : kind === 'sb' ? zone.southbound() : zone.openVSwitch();
  return {
    name: zone.name,
    nodes: [],
    databases: kinds.map((kind) => ({
      kind,
      from: `zone ${zone.name}`,
      async read() {
        const loaded = await load(kind);
        const { format, transactions, firstDate, lastDate } = loaded.decoded;
        return {
          database: loaded.database,
          source: format,
          transactions,
          ...(firstDate === undefined ? {} : { firstChange: firstDate }),
          ...(lastDate === undefined ? {} : { lastChange: lastDate }),
          losses: lossesOf(loaded),
        };
      },
    })),
  };
}

/** The kinds we read, and what OVN-Kubernetes is configured by. */
function objectsOf(files: SnapshotFiles): readonly SourceObjects[] {
  const known = new Map(Object.values(RESOURCES).map(({ plural, kind }) => [plural, kind]));
  return files.plurals.flatMap((plural) => {
    const kind = known.get(plural) ?? (plural === 'configmaps' ? 'ConfigMap' : undefined);
    if (kind === undefined) return [];
    return [
      {
        plural,
        kind,
        async read() {
          const list = await files.kubernetes(plural);
          if (list === undefined || kind !== 'ConfigMap') return list;
          return { ...list, items: list.items.filter(isOvnConfiguration) };
        },
      },
    ];
  });
}
