import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { stringify } from 'yaml';
import { RESOURCES } from '../../src/kube/model/resource.js';

const capture = join(import.meta.dirname, '../../examples/ic-dualstack');
const zones = ['ovn-control-plane', 'ovn-worker', 'ovn-worker2'];
const NAMESPACE = 'openshift-ovn-kubernetes';

interface KubernetesObject {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface MustGatherOptions {
  /** How the databases are kept below `network_logs`. */
  readonly databases: 'store' | 'files' | 'gzip' | 'by-node' | 'folders';
  /** Lists as `oc adm inspect NAMESPACE` writes them, or a file for each object. */
  readonly objects: 'lists' | 'files';
  /** JSON is valid there, too. */
  readonly json?: boolean;
  /** Without the two folders that `oc adm must-gather` puts around. */
  readonly bare?: boolean;
}

/** The pod that a node's databases were copied from; its name says nothing about the node. */
export const podOf = (zone: string): string => `ovnkube-node-${String(zones.indexOf(zone))}xk7q`;

/** Writes the recorded cluster as a must-gather below `folder`, and returns the folder that has `network_logs`. */
export async function writeMustGather(folder: string, options: MustGatherOptions): Promise<string> {
  const top = options.bare === true ? folder : join(folder, 'quay-io-example-must-gather-sha256-0123456789abcdef');
  put(join(folder, 'must-gather.log'), 'gathering\n');
  put(join(top, 'version'), 'openshift/must-gather\n4.20.0\n');
  writeObjects(top, options);
  await writeDatabases(join(top, 'network_logs'), options.databases);
  put(join(top, 'network_logs/cluster_scale'), 'nodes 3\n');
  return top;
}

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function writeObjects(top: string, { objects, json = false }: MustGatherOptions): void {
  const suffix = json ? 'json' : 'yaml';
  const text = (value: unknown): string =>
    json ? JSON.stringify(value, null, 4) : `---\n${stringify(value, { sortMapEntries: true })}`;
  for (const { plural, group, kind, namespaced } of Object.values(RESOURCES)) {
    const file = join(capture, 'k8s', `${plural}.json`);
    // Not recorded: kinds that say how OVN-Kubernetes fares.
    if (!existsSync(file)) continue;
    const { items } = JSON.parse(readFileSync(file, 'utf8')) as { readonly items: readonly KubernetesObject[] };
    const own = plural === 'pods' ? [...items, ...zones.map(databasePod)] : items;
    for (const [namespace, members] of byNamespace(own)) {
      if (plural === 'namespaces') {
        for (const member of members)
          put(join(top, 'namespaces', member.metadata.name, `${member.metadata.name}.${suffix}`), text(member));
        continue;
      }
      const scope = namespaced ? join(top, 'namespaces', namespace) : join(top, 'cluster-scoped-resources');
      const place = join(scope, group === '' ? 'core' : group, plural);
      // The API server leaves kind and version out of the members of a list; nodes are always inspected one by one.
      if (objects === 'lists' && plural !== 'nodes')
        put(`${place}.${suffix}`, text({ apiVersion: 'v1', kind: `${kind}List`, items: members, metadata: {} }));
      else for (const member of members) put(join(place, `${member.metadata.name}.${suffix}`), text(member));
    }
    // A kind that no namespace has any object of was still collected.
    if (namespaced && own.length === 0)
      put(
        join(top, 'namespaces/default', group === '' ? 'core' : group, `${plural}.${suffix}`),
        text({ apiVersion: 'v1', kind: `${kind}List`, items: [], metadata: {} }),
      );
    if (!namespaced && own.length === 0)
      put(
        join(top, 'cluster-scoped-resources', group, `${plural}.${suffix}`),
        text({ apiVersion: 'v1', kind: `${kind}List`, items: [], metadata: {} }),
      );
  }
  for (const zone of zones) {
    const pod = join(top, 'namespaces', NAMESPACE, 'pods', podOf(zone));
    put(join(pod, `${podOf(zone)}.yaml`), stringify(databasePod(zone)));
    put(join(pod, 'nbdb/nbdb/logs/current.log'), '2026-07-01T10:00:00.000000000Z started\n');
  }
  put(
    join(top, 'namespaces', NAMESPACE, 'core/secrets.yaml'),
    text({
      apiVersion: 'v1',
      kind: 'SecretList',
      items: [{ kind: 'Secret', metadata: { name: 's', namespace: NAMESPACE }, data: { token: 'c2VjcmV0' } }],
      metadata: {},
    }),
  );
}

function byNamespace(objects: readonly KubernetesObject[]): ReadonlyMap<string, readonly KubernetesObject[]> {
  const groups = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? '';
    groups.set(namespace, [...(groups.get(namespace) ?? []), object]);
  }
  return groups;
}

function databasePod(zone: string): KubernetesObject {
  const containers = ['nbdb', 'sbdb', 'northd', 'ovn-controller', 'ovnkube-controller'].map((name) => ({ name }));
  return {
    metadata: { name: podOf(zone), namespace: NAMESPACE, labels: { app: 'ovnkube-node' } },
    spec: { nodeName: zone, hostNetwork: true, containers },
    status: { phase: 'Running' },
  } as KubernetesObject;
}

async function writeDatabases(folder: string, how: MustGatherOptions['databases']): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const store = join(folder, 'ovnk_database_store');
  for (const zone of zones) {
    for (const kind of ['nb', 'sb']) {
      const from = join(capture, zone, `${kind}.db`);
      const name = `${podOf(zone)}_${kind}db`;
      if (how === 'gzip') put(join(folder, `${name}.gz`), gzipSync(readFileSync(from), { level: 1 }));
      else if (how === 'by-node') put(join(folder, `${zone}_${kind}db`), readFileSync(from));
      else if (how === 'folders') put(join(folder, zone, `ovn${kind}_db.db`), readFileSync(from));
      else if (how === 'files') put(join(folder, name), readFileSync(from));
      else put(join(store, name), readFileSync(from));
    }
  }
  if (how !== 'store') return;
  const file = join(folder, 'ovnk_database_store.tar.gz');
  await create({ cwd: folder, file, gzip: { level: 1 }, portable: true }, ['ovnk_database_store']);
  rmSync(store, { recursive: true });
}
