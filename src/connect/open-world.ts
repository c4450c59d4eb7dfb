/**
 * Makes the World of what `--from` names.
 *
 * In: a path. Out: a World whose databases and lists are read from files when first asked for, and kept. What a damaged
 * database lost is noted as a gap when the database is read. Must not know what the rows mean.
 */
import { Northbound } from '../ovn/northbound/northbound.js';
import { southboundOf } from '../ovn/southbound/southbound.js';
import type { Database } from '../ovsdb/replica/database.js';
import { Coverage } from '../world/coverage.js';
import type { World, Zone } from '../world/world.js';
import { lossesOf } from './files/databases.js';
import type { LoadedDatabase } from './files/databases.js';
import { openSnapshotFiles } from './files/open-snapshot.js';
import type { SnapshotFiles, ZoneFiles } from './files/open-snapshot.js';
import { kubeViewFromFiles } from './kube-view-from-files.js';

/** Opens the World at `path`; throws InputError or AccessError when nothing there can be used. */
export async function openWorld(path: string): Promise<World> {
  const files = await openSnapshotFiles(path);
  const coverage = new Coverage();
  for (const gap of files.gaps) coverage.add(gap);
  return {
    source: { kind: sourceKind(files), path: files.path },
    zones: files.zones.map((zone) => zoneFromFiles(zone, coverage)),
    kube: kubeViewFromFiles(files, coverage),
    coverage,
  };
}

function sourceKind({ layout, hasKubernetes }: SnapshotFiles): World['source']['kind'] {
  if (layout === 'must-gather') return layout;
  return hasKubernetes ? 'snapshot' : 'databases';
}

function zoneFromFiles(files: ZoneFiles, coverage: Coverage): Zone {
  const { name } = files;

  /** Reads once and keeps the promise, a rejected one included: the file would be the same again. */
  function kept<T>(
    database: 'northbound' | 'southbound',
    read: () => Promise<LoadedDatabase>,
    view: (content: Database) => T,
  ) {
    let made: Promise<T> | undefined;
    const make = async (): Promise<T> => {
      const loaded = await read();
      for (const reason of lossesOf(loaded)) {
        coverage.add({
          code: 'ovsdb.damaged',
          subject: `${database} database of zone ${name}`,
          reason,
          zone: name,
          database,
        });
      }
      return view(loaded.database);
    };
    return () => (made ??= make());
  }

  return {
    name,
    hasNorthbound: files.has('nb'),
    hasSouthbound: files.has('sb'),
    northbound: kept(
      'northbound',
      () => files.northbound(),
      (database) => new Northbound(database),
    ),
    southbound: kept(
      'southbound',
      () => files.southbound(),
      (database) => southboundOf(database),
    ),
  };
}
