/**
 * The layout of a must-gather (`places.ts` says what is where), also one inside the folders that `oc adm must-gather` puts
 * around it, one for each image; several are taken together.
 *
 * Zones are named by the node of the pod their databases were copied from; where no pod tells, the database itself does.
 * What a must-gather lacks is told as gaps, because it is only ever a part of the cluster.
 */
import type { ExtraFile, LayoutGap, SnapshotLayout, ZoneLayout } from '../layout.js';
import { isRecord } from '../record.js';
import { fileOf, joinPath } from '../source.js';
import type { FileSource } from '../source.js';
import { databaseZones } from './databases.js';
import { ObjectFiles } from './objects.js';
import { CLUSTER_SCOPED, KINDS, NAMESPACES, NETWORK_LOGS } from './places.js';

/** How far below the given folder the must-gather may begin. */
const DEPTH = 2;

export async function mustGatherLayout(source: FileSource): Promise<SnapshotLayout | undefined> {
  const tops = await topsIn(source, '', 0);
  if (tops.length === 0) return undefined;
  const files = await ObjectFiles.find(source, tops);
  const networkLogs: string[] = [];
  for (const top of tops) {
    const entries = await source.entries(top);
    if (entries.some((entry) => entry.folder && entry.name === NETWORK_LOGS))
      networkLogs.push(joinPath(top, NETWORK_LOGS));
  }
  const gaps: LayoutGap[] = [];
  const zones = await databaseZones(source, networkLogs, nodeFinder(files), gaps);
  if (zones.length === 0 && files.plurals.length === 0) return undefined;
  gaps.push(...missingDatabases(zones));
  const partial = partialObjects(files);
  const objects = new Map(
    files.plurals.map((plural) => [
      plural,
      async () => {
        const list = await files.list(plural);
        const isNamespaced = KINDS.find((kind) => kind.plural === plural)?.namespaced === true;
        return isNamespaced ? { ...list, gaps: [...list.gaps, partial] } : list;
      },
    ]),
  );
  return { kind: 'must-gather', zones, objects, gaps, extras: () => logFiles(source, tops) };
}

/** Folders that have one of the three that only must-gathers have. */
async function topsIn(source: FileSource, folder: string, depth: number): Promise<readonly string[]> {
  const folders = (await source.entries(folder)).filter((entry) => entry.folder).map(({ name }) => name);
  if ([CLUSTER_SCOPED, NAMESPACES, NETWORK_LOGS].some((name) => folders.includes(name))) return [folder];
  if (depth === DEPTH) return [];
  const tops: string[] = [];
  for (const name of folders) tops.push(...(await topsIn(source, joinPath(folder, name), depth + 1)));
  return tops;
}

/** The node of a pod: from the pod's own file, which is small, or else from the lists of pods. */
function nodeFinder(files: ObjectFiles): (name: string) => Promise<string | undefined> {
  let pods: Promise<ReadonlyMap<string, string>> | undefined;
  let nodes: Promise<ReadonlySet<string>> | undefined;
  return async (name) => {
    const path = files.podFile(name);
    const [own] = path === undefined ? [] : await files.read(path, []);
    const node = nodeNameOf(own) ?? (await (pods ??= nodesOfPods(files))).get(name);
    if (node !== undefined) return node;
    // Databases may also have been copied under the node's own name.
    return (await (nodes ??= nodeNames(files))).has(name) ? name : undefined;
  };
}

async function nodesOfPods(files: ObjectFiles): Promise<ReadonlyMap<string, string>> {
  const nodes = new Map<string, string>();
  for (const pod of (await files.list('pods')).items) {
    const name = nameOf(pod);
    const node = nodeNameOf(pod);
    if (name !== undefined && node !== undefined) nodes.set(name, node);
  }
  return nodes;
}

async function nodeNames(files: ObjectFiles): Promise<ReadonlySet<string>> {
  return new Set((await files.list('nodes')).items.flatMap((node) => nameOf(node) ?? []));
}

function nodeNameOf(pod: unknown): string | undefined {
  const spec = isRecord(pod) ? pod['spec'] : undefined;
  const name = isRecord(spec) ? spec['nodeName'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function nameOf(object: unknown): string | undefined {
  const metadata = isRecord(object) ? object['metadata'] : undefined;
  const name = isRecord(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function missingDatabases(zones: readonly ZoneLayout[]): readonly LayoutGap[] {
  if (zones.length === 0) {
    const reason =
      'the must-gather has none below network_logs; collect them with `oc adm must-gather -- gather_network_logs`';
    return [{ code: 'snapshot.missing', subject: 'databases', reason }];
  }
  return zones.flatMap(({ name, label, databases }) =>
    (['nb', 'sb'] as const)
      .filter((kind) => !databases.has(kind))
      .map((kind): LayoutGap => {
        const database = kind === 'nb' ? 'northbound' : 'southbound';
        const zone = name ?? label;
        const reason = `the must-gather has no ${label}_${kind}db`;
        return { code: 'snapshot.missing', subject: `${database} database of zone ${zone}`, reason, zone, database };
      }),
  );
}

const SHOWN = 6;

/** A must-gather holds the namespaces it was told to collect, which it does not record. */
function partialObjects({ namespaces }: ObjectFiles): LayoutGap {
  const shown = namespaces.slice(0, SHOWN).join(', ');
  const more = namespaces.length > SHOWN ? ` and ${String(namespaces.length - SHOWN)} more` : '';
  return {
    code: 'kube.partial',
    subject: 'objects of namespaces',
    reason: `the must-gather holds those of ${shown || 'no namespace'}${more}, and does not say whether the cluster has others`,
  };
}

const LOG_FOLDER = /^(?:openshift-)?ovn-kubernetes$/;

/** `namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/{current,previous}.log` of the OVN pods. */
async function logFiles(source: FileSource, tops: readonly string[]): Promise<readonly ExtraFile[]> {
  const found: ExtraFile[] = [];
  const folders = async (folder: string): Promise<readonly string[]> =>
    (await source.entries(folder)).filter((entry) => entry.folder).map(({ name }) => name);
  for (const top of tops) {
    if (!(await folders(top)).includes(NAMESPACES)) continue;
    const namespaces = joinPath(top, NAMESPACES);
    for (const namespace of (await folders(namespaces)).filter((name) => LOG_FOLDER.test(name))) {
      if (!(await folders(joinPath(namespaces, namespace))).includes('pods')) continue;
      const pods = `${joinPath(namespaces, namespace)}/pods`;
      for (const pod of await folders(pods)) {
        for (const container of await folders(`${pods}/${pod}`)) {
          const logs = `${pods}/${pod}/${container}/${container}/logs`;
          for (const { name } of await entriesIfAny(source, `${pods}/${pod}/${container}`, container, logs)) {
            if (name !== 'current.log' && name !== 'previous.log') continue;
            const path = `logs/${namespace}/${pod}/${container}${name === 'current.log' ? '' : '.previous'}.log`;
            found.push({ path, file: fileOf(source, `${logs}/${name}`) });
          }
        }
      }
    }
  }
  return found;
}

/** The files in `logs`, whose two parents may be missing. */
async function entriesIfAny(source: FileSource, outer: string, inner: string, logs: string) {
  const has = async (folder: string, name: string): Promise<boolean> =>
    (await source.entries(folder)).some((entry) => entry.folder && entry.name === name);
  if (!(await has(outer, inner)) || !(await has(`${outer}/${inner}`, 'logs'))) return [];
  return source.entries(logs);
}
