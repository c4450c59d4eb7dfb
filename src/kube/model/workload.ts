import type { Pod } from './pod.js';

/** What people call the pods that are copies of each other. */
export interface Workload {
  /** Deployment, StatefulSet, DaemonSet, …; Pod for one that nothing manages. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const HASH_LABEL = 'pod-template-hash';

/**
 * The workload a pod belongs to. A ReplicaSet that a Deployment made is called after it, with the hash of the pod template
 * behind, which its pods carry as a label (apps/v1 Deployment, pod-template-hash).
 */
export function workloadOf({ controller, metadata: { namespace, name, labels } }: Pod): Workload {
  if (controller === undefined) return { kind: 'Pod', namespace, name };
  const suffix = `-${labels.get(HASH_LABEL) ?? ''}`;
  const isDeployment = controller.kind === 'ReplicaSet' && suffix !== '-' && controller.name.endsWith(suffix);
  if (!isDeployment) return { kind: controller.kind, namespace, name: controller.name };
  return { kind: 'Deployment', namespace, name: controller.name.slice(0, -suffix.length) };
}
