import type { DatabaseKind } from '../databases.js';
import { innerArchive } from '../archive.js';
import type { LayoutGap, ZoneLayout } from '../layout.js';
import { OvnctlError } from '../../../base/errors.js';
import { fileOf, joinPath } from '../source.js';
import type { FileSource, SourceFile } from '../source.js';
import { databaseAt, isDatabaseStore } from './places.js';

const DEPTH = 4;
/** The prefix of the databases of a cluster without zones, copied from the leader of each. */
const LEADER = 'leader';

/** Which node a pod runs on, as far as the must-gather says. */
export type NodeOfPod = (name: string) => Promise<string | undefined>;

/** The zones whose databases are below `folders`, each a `network_logs`. */
export async function databaseZones(
  source: FileSource,
  folders: readonly string[],
  nodeOf: NodeOfPod,
  gaps: LayoutGap[],
): Promise<readonly ZoneLayout[]> {
  const found = new Map<string, Map<DatabaseKind, SourceFile>>();
  for (const folder of folders) await search(source, folder, found, gaps, 1);
  const zones: ZoneLayout[] = [];
  for (const [of, databases] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = of === LEADER ? undefined : await nodeOf(of);
    zones.push({ name, label: of === LEADER ? 'global' : of, databases });
  }
  return withoutRivals(zones, gaps);
}

async function search(
  source: FileSource,
  folder: string,
  found: Map<string, Map<DatabaseKind, SourceFile>>,
  gaps: LayoutGap[],
  depth: number,
): Promise<void> {
  for (const entry of await source.entries(folder)) {
    const path = joinPath(folder, entry.name);
    if (entry.folder) {
      if (depth < DEPTH) await search(source, path, found, gaps, depth + 1);
      continue;
    }
    const database = databaseAt(folder.slice(folder.lastIndexOf('/') + 1), entry.name);
    if (database !== undefined) {
      const databases = found.get(database.of) ?? new Map<DatabaseKind, SourceFile>();
      if (!databases.has(database.kind)) databases.set(database.kind, fileOf(source, path));
      found.set(database.of, databases);
    } else if (isDatabaseStore(entry.name)) {
      const inner = await openStore(source, path, gaps);
      if (inner !== undefined) await search(inner, '', found, gaps, depth + 1);
    }
  }
}

/** The archive as far as it is whole; a store that is damaged is a gap, because the rest of the must-gather is of use. */
async function openStore(source: FileSource, path: string, gaps: LayoutGap[]): Promise<FileSource | undefined> {
  const subject = source.describe(path);
  const lost = (reason: string): void => void gaps.push({ code: 'snapshot.damaged', subject, reason });
  try {
    const { source: inner, damaged } = await innerArchive(subject, await source.read(path), () => true);
    if (damaged) lost('the archive is damaged or ends early; databases behind the damage are missing');
    return inner;
  } catch (error) {
    if (!(error instanceof OvnctlError)) throw error;
    lost(error.message);
    return undefined;
  }
}

/** Two pods of one node were collected when one replaced the other meanwhile: the first by name is taken. */
function withoutRivals(zones: readonly ZoneLayout[], gaps: LayoutGap[]): readonly ZoneLayout[] {
  const taken = new Map<string, ZoneLayout>();
  return zones.filter((zone) => {
    if (zone.name === undefined) return true;
    const other = taken.get(zone.name);
    if (other === undefined) {
      taken.set(zone.name, zone);
      return true;
    }
    const reason = `the databases of ${other.label} and ${zone.label} are both of node ${zone.name}; the former are used`;
    gaps.push({ code: 'snapshot.damaged', subject: `databases of ${zone.label}`, reason });
    return false;
  });
}
