/**
 * Makes the World of what `--from` names.
 *
 * In: a path. Out: a World whose databases and lists are read from files when first asked for, and kept. What a damaged
 * database lost is noted as a gap when the database is read. Must not know what the rows mean.
 */
import { InputError } from '../base/errors.js';
import { Northbound } from '../ovn/northbound/northbound.js';
import { southboundOf } from '../ovn/southbound/southbound.js';
import type { Database } from '../ovsdb/replica/database.js';
import { Coverage } from '../world/coverage.js';
import type { World, Zone } from '../world/world.js';
import { lossesOf } from './files/databases.js';
import type { LoadedDatabase } from './files/databases.js';
import { openSnapshotFiles } from './files/open-snapshot.js';
import type { SnapshotFiles, ZoneFiles } from './files/open-snapshot.js';
import { hostsFromFiles } from './hosts-from-files.js';
import { kubeViewFromFiles } from './kube-view-from-files.js';
import { worldFromLogs } from './log-world.js';

/**
 * Opens the World at `path`; throws InputError or AccessError when nothing there can be used. `hosts`: keep logs and facts of
 * hosts of an archive as well, and take a path that has nothing but logs.
 */
export async function openWorld(path: string, { hosts = false } = {}): Promise<World> {
  let files: SnapshotFiles;
  try {
    files = await openSnapshotFiles(path, { everything: hosts });
  } catch (error) {
    const isOther = error instanceof InputError && NO_SNAPSHOT.has(error.code);
    const world = hosts && isOther ? await worldFromLogs(path) : undefined;
    if (world === undefined) throw error;
    return world;
  }
  const coverage = new Coverage();
  for (const gap of files.gaps) coverage.add(gap);
  return {
    source: { kind: sourceKind(files), path: files.path },
    zones: files.zones.map((zone) => zoneFromFiles(zone, coverage)),
    kube: kubeViewFromFiles(files, coverage),
    hosts: hostsFromFiles(files),
    coverage,
  };
}

/** Codes of what is neither a snapshot nor a database. */
const NO_SNAPSHOT: ReadonlySet<string> = new Set(['snapshot.empty', 'ovsdb.file-format']);

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
