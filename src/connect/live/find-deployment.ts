import { AccessError, NotFoundError, UsageError } from '../../base/errors.js';
import type { Result } from '../../base/result.js';
import { decodeObject } from '../../kube/model/kinds.js';
import type { Pod } from '../../kube/model/pod.js';
import { RESOURCES } from '../../kube/model/resource.js';
import { detectDeployment, OVN_POD_SELECTORS } from '../../ovnk/deployment.js';
import type { Deployment, NoDeployment } from '../../ovnk/deployment.js';
import type { KubeClient } from '../kube/api/client.js';
import { listAll } from '../kube/api/list.js';

/** Where OVN-Kubernetes runs when nobody chose another place; asked when the whole cluster may not be listed. */
const USUAL_NAMESPACES = ['ovn-kubernetes', 'openshift-ovn-kubernetes'];

/**
 * Finds OVN-Kubernetes by its pods, in the namespace given or anywhere in the cluster.
 *
 * Throws NotFoundError when no pod has databases, UsageError when several namespaces have some, AccessError when pods may
 * not be listed.
 */
export async function findDeployment(
  client: KubeClient,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Deployment> {
  if (namespace !== undefined) return deploymentOf(await search(client, [namespace], signal), namespace);
  try {
    return deploymentOf(await search(client, [undefined], signal), undefined);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    const found = await search(client, USUAL_NAMESPACES, signal).catch(() => undefined);
    // What would be needed to look everywhere says more than what was missing in one place.
    if (found?.ok !== true) throw error;
    return found.value;
  }
}

async function search(
  client: KubeClient,
  namespaces: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<Result<Deployment, NoDeployment>> {
  const pods = new Map<string, Pod>();
  let found: Result<Deployment, NoDeployment> = { ok: false, error: { kind: 'none' } };
  for (const labelSelector of OVN_POD_SELECTORS) {
    for (const namespace of namespaces) {
      const selection = { labelSelector, ...(namespace === undefined ? {} : { namespace }) };
      const listed = await listAll(client, RESOURCES.pods, selection, decodePod, signal);
      for (const pod of listed?.items ?? []) {
        if (pod !== undefined) pods.set(`${pod.metadata.namespace}/${pod.metadata.name}`, pod);
      }
    }
    found = detectDeployment([...pods.values()]);
    if (found.ok || found.error.kind === 'ambiguous') return found;
  }
  return found;
}

function decodePod(object: unknown, position: number): Pod | undefined {
  const decoded = decodeObject('pods', object, position);
  return decoded.ok ? decoded.value : undefined;
}

function deploymentOf(found: Result<Deployment, NoDeployment>, namespace: string | undefined): Deployment {
  if (found.ok) return found.value;
  if (found.error.kind === 'ambiguous') {
    throw new UsageError('kube.ovn-namespace', 'OVN-Kubernetes runs in several namespaces', {
      hints: [`say which one with --ovn-namespace: ${found.error.namespaces.join(', ')}`],
    });
  }
  const where = namespace === undefined ? 'in the cluster' : `in namespace ${namespace}`;
  throw new NotFoundError('kube.no-ovn', `no pod ${where} has databases of OVN-Kubernetes`, {
    hints: [
      namespace === undefined
        ? 'if it runs under other labels, name its namespace with --ovn-namespace'
        : 'leave --ovn-namespace out to look everywhere',
    ],
  });
}
