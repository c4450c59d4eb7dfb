import { RESOURCES } from '../../kube/model/resource.js';
import type { Resource } from '../../kube/model/resource.js';
import type { SnapshotGap } from '../../snapshot/manifest.js';
import type { SourceObjects } from '../../snapshot/source.js';
import { isRecord } from '../files/record.js';
import type { KubeClient } from '../kube/api/client.js';
import { listAll } from '../kube/api/list.js';

const CONFIGURATION: Resource = {
  group: '',
  versions: ['v1'],
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};

/** Every kind we read, from all namespaces, and the configuration of OVN-Kubernetes; `namespace` is where that runs. */
export function clusterObjects(
  client: KubeClient,
  namespace: string | undefined,
  signal: AbortSignal,
): readonly SourceObjects[] {
  const all = Object.values(RESOURCES).map((resource) => objectsOf(client, resource, {}, signal));
  return namespace === undefined ? all : [...all, objectsOf(client, CONFIGURATION, { namespace }, signal)];
}

function objectsOf(
  client: KubeClient,
  resource: Resource,
  selection: { readonly namespace?: string },
  signal: AbortSignal,
): SourceObjects {
  const { plural, kind } = resource;
  return {
    plural,
    kind,
    read: async () => {
      const listed = await listAll(client, resource, selection, (object) => object, signal);
      // A cluster that does not have the kind has none of its objects: that is known, so the list is empty, not missing.
      if (listed === undefined) return { items: [], gaps: [] };
      const { items, version, inconsistent } = listed;
      const gaps: readonly SnapshotGap[] =
        inconsistent === undefined ? [] : [{ code: 'kube.inconsistent', subject: plural, reason: inconsistent }];
      // The API server names kind and version once for the whole list.
      const apiVersion = resource.group === '' ? version : `${resource.group}/${version}`;
      return { items: items.map((item) => (isRecord(item) ? { apiVersion, kind, ...item } : item)), gaps };
    },
  };
}
