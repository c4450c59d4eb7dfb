/** Whether what makes the network runs everywhere: DaemonSets of OVN-Kubernetes, and containers beside ovnkube. */
import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isOvnkube } from '../gateway/cluster.js';
import { CONTAINER_CRASHES, NOT_ON_EVERY_NODE } from './workload-findings.js';

/** Containers of OVN-Kubernetes that are not ovnkube, which `nodes/ovnkube` looks at. */
const OTHERS =
  /^(?:nbdb|sbdb|nb-ovsdb|sb-ovsdb|northd|ovn-northd|ovn-controller|ovn-acl-logging|ovs-daemons|ovn-ipsec|ovnkube-cluster-manager|ovnkube-identity|ovn-dbchecker)$/;
/** Waiting for one of these is not a matter of patience. */
const STUCK =
  /^(?:CrashLoopBackOff|ImagePullBackOff|ErrImagePull|InvalidImageName|CreateContainerConfigError|CreateContainerError|RunContainerError)$/;

export const nodesCoverage: Analyzer = {
  id: 'nodes/coverage',
  area: 'nodes',
  title: 'every DaemonSet of OVN-Kubernetes is ready on all its nodes',
  inputs: ['kube.daemonsets', 'kube.pods'],
  finds: [NOT_ON_EVERY_NODE, CONTAINER_CRASHES],
  analyze: async (sight) => {
    const sets = await sight.objects('daemonsets');
    const pods = (await sight.objects('pods')).filter((pod) => !isCompleted(pod));
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const isOurs = (container: string): boolean => isOvnkube(container) || OTHERS.test(container);
    const findings: Finding[] = [];
    for (const set of sets.filter(({ containers }) => containers.some(isOurs))) {
      const { desired, ready, updated, observed } = set;
      if (ready >= desired) continue;
      // In the middle of a rollout one after the other is not ready for a moment.
      if (!observed || (updated < desired && desired - ready === 1)) continue;
      const { namespace, name } = set.metadata;
      const own = pods.filter(
        ({ controller, metadata }) =>
          controller?.kind === 'DaemonSet' && controller.name === name && metadata.namespace === namespace,
      );
      const missing = own.flatMap((pod) => (pod.ready ? [] : (pod.nodeName ?? []))).sort();
      const counts = `desiredNumberScheduled=${String(desired)} numberReady=${String(ready)}`;
      findings.push(
        found(
          NOT_ON_EVERY_NODE,
          { namespace, name, desired, ready, missing },
          {
            object: { kind: 'DaemonSet', namespace, name },
            evidence: [fieldEvidence('DaemonSet', set, 'status', counts)],
          },
        ),
      );
    }
    return [...findings, ...pods.flatMap(crashing)];
  },
};

function crashing(pod: Pod): readonly Finding[] {
  const { namespace, name } = pod.metadata;
  const node = pod.nodeName;
  if (node === undefined || pod.metadata.deleting) return [];
  return pod.containers.flatMap(({ name: container, state, reason = '', restarts, ended }) => {
    if (!OTHERS.test(container) || state !== 'waiting' || !STUCK.test(reason)) return [];
    const words = ended?.message.trim().split('\n').slice(-5).join(' ⏎ ') ?? '';
    return [
      found(
        CONTAINER_CRASHES,
        { node, namespace, pod: name, container, reason, restarts },
        {
          object: { kind: 'Pod', namespace, name },
          node,
          evidence: [
            fieldEvidence('Pod', pod, `status of container ${container}`, `waiting (${reason})`),
            ...(words === '' ? [] : [fieldEvidence('Pod', pod, 'last words', words)]),
          ],
        },
      ),
    ];
  });
}
