/** What the gateway analyzers ask of the World alike: families, the configured interface, the pods that run ovnkube. */
import type { Node } from '../../kube/model/node.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';
import { configuredBy } from '../../ovnk/configured.js';
import type { Configured, Setting } from '../../ovnk/configured.js';
import type { Sight } from '../sight.js';
import { configuredFamilies } from './families.js';
import type { Family } from './families.js';

/** Containers that set up a node's gateway, in any release. */
const OVNKUBE = /^(?:ovnkube-node|ovnkube-controller|ovnkube-master|ovn-?kube-node-mode|ovnkube)$/;

export const isOvnkube = (container: string): boolean => OVNKUBE.test(container);

/** The pods that run ovnkube on nodes. */
export function ovnkubePods(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(
    (pod) => !isCompleted(pod) && pod.hostNetwork && pod.containers.some(({ name }) => isOvnkube(name)),
  );
}

export interface GatewayCluster {
  readonly nodes: readonly Node[];
  readonly families: readonly Family[];
  readonly gatewayInterface: Setting | undefined;
}

/** Nodes that take part in the network: those on which OVN-Kubernetes does not run have a label that says so. */
const EXCLUDED = 'k8s.ovn.org/no-hostsubnet';

export function isPartOf(node: Node): boolean {
  const { labels } = node.metadata;
  return labels.get('kubernetes.io/os') !== 'windows' && !labels.has(EXCLUDED);
}

/** undefined, with the gap noted, when it is not known which families are configured. */
export async function gatewayCluster(sight: Sight): Promise<GatewayCluster | undefined> {
  const nodes = (await sight.objects('nodes')).filter(isPartOf);
  const maps = await sight.configuration();
  const configured: Configured | undefined = maps && configuredBy(maps);
  const known = configuredFamilies(configured, nodes);
  if (known === undefined) {
    if (nodes.length > 0) {
      const reason = 'neither ovnkube-config nor a subnet of a node is there to tell';
      sight.miss({ code: 'gateway.families', subject: 'configured address families', reason });
    }
    return undefined;
  }
  return { nodes, families: known.families, gatewayInterface: configured?.gatewayInterface };
}
