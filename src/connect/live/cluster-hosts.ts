import { decodeObject } from '../../kube/model/kinds.js';
import type { Pod } from '../../kube/model/pod.js';
import { RESOURCES } from '../../kube/model/resource.js';
import type { Resource } from '../../kube/model/resource.js';
import type { Hosts } from '../../world/hosts.js';
import { configurationOf } from '../configuration.js';
import type { KubeClient } from '../kube/api/client.js';
import { listAll } from '../kube/api/list.js';
import { hostTexts, logTexts } from '../snapshot/cluster-texts.js';
import { once } from './once.js';

const CONFIGURATION: Resource = {
  group: '',
  versions: ['v1'],
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};

/** What is read of each log. */
const LOG_LINES = 2000;

/** Facts of hosts through the node's pod, ends of logs, and configuration, each read when asked for. */
export function hostsFromCluster(client: KubeClient, namespace: string, signal: AbortSignal): Hosts {
  return {
    texts: once(async () => {
      const pods = await podsOf(client, namespace, signal);
      return [...hostTexts(client, pods, signal), ...logTexts(client, pods, signal)]
        .map(({ path, from, read }) => ({ path, from, read: once(() => read({ lines: LOG_LINES })) }))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
    }),
    configuration: once(
      async () => (await listAll(client, CONFIGURATION, { namespace }, configurationOf, signal))?.items,
    ),
  };
}

async function podsOf(client: KubeClient, namespace: string, signal: AbortSignal): Promise<readonly Pod[]> {
  const decode = (object: unknown, position: number): readonly Pod[] => {
    const decoded = decodeObject('pods', object, position);
    return decoded.ok ? [decoded.value] : [];
  };
  return ((await listAll(client, RESOURCES.pods, { namespace }, decode, signal))?.items ?? []).flat();
}
