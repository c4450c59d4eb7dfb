/**
 * Where things are in a must-gather: what `oc adm must-gather` and `oc adm inspect` write.
 *
 * Objects are `cluster-scoped-resources/GROUP/PLURAL.yaml` or `…/PLURAL/NAME.yaml`, and below `namespaces/NAMESPACE/` the
 * same; GROUP is `core` for the core group. Databases are in `network_logs`: `POD_nbdb` and `POD_sbdb` for each node's pod,
 * or `leader_nbdb` and `leader_sbdb` of a cluster without zones, plain, with gzip, or inside `ovnk_database_store.tar.gz`.
 */
import { RESOURCES } from '../../../kube/model/resource.js';
import type { DatabaseKind } from '../databases.js';
import { kindByFileName } from '../snapshot-layout.js';

export const CLUSTER_SCOPED = 'cluster-scoped-resources';
export const NAMESPACES = 'namespaces';
export const NETWORK_LOGS = 'network_logs';

/** A kind of object and the folder and file name it goes by. */
export interface Kind {
  readonly plural: string;
  readonly group: string;
  readonly namespaced: boolean;
}

/** The kinds we read; ConfigMaps, which say how OVN-Kubernetes is set up; and what nmstate saw on the nodes. */
export const KINDS: readonly Kind[] = [
  ...Object.values(RESOURCES),
  { plural: 'configmaps', group: '', namespaced: true },
  { plural: 'nodenetworkstates', group: 'nmstate.io', namespaced: false },
].map(({ plural, group, namespaced }) => ({ plural, group: group === '' ? 'core' : group, namespaced }));

const DATABASE = /^(.+)_(nb|sb)db(?:\.db)?(?:\.(?:gz|xz|zst|bz2))?$/;
const STORE = /(?:database|_db|dbs?_).*\.(?:tar|tar\.gz|tgz)$/i;

/** The database that a file of `network_logs` is, and of which pod or node; `folder` is the name of the folder it is in. */
export function databaseAt(
  folder: string,
  name: string,
): { readonly of: string; readonly kind: DatabaseKind } | undefined {
  const [, of, kind] = DATABASE.exec(name) ?? [];
  if (of !== undefined) return { of, kind: kind === 'nb' ? 'nb' : 'sb' };
  const known = kindByFileName(name.replace(/\.gz$/, ''));
  return known === undefined ? undefined : { of: folder, kind: known };
}

/** Whether a file of `network_logs` is an archive of databases. */
export function isDatabaseStore(name: string): boolean {
  return STORE.test(name);
}

const OBJECT_FILE = /\.(?:ya?ml|json)$/;
const PLURALS = new Set(KINDS.map(({ plural, group }) => `${group}/${plural}`));

/** Whether a file has objects we read, by its path below the must-gather's top. */
export function isObjectFile(path: string): boolean {
  if (!OBJECT_FILE.test(path)) return false;
  const parts = path.replace(OBJECT_FILE, '').split('/');
  const at = parts.findLastIndex((part) => part === CLUSTER_SCOPED || part === NAMESPACES);
  if (at < 0) return false;
  const [first = '', second = '', third = '', fourth = '', ...deeper] = parts.slice(at + 1);
  if (deeper.length > 0) return false;
  if (parts[at] === CLUSTER_SCOPED) return fourth === '' && PLURALS.has(`${first}/${second}`);
  if (second === 'pods') return third === fourth;
  return second === '' || (third === '' && second === first) || PLURALS.has(`${second}/${third}`);
}
