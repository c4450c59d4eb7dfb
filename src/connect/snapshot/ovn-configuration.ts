import { isRecord } from '../files/record.js';

const NAMESPACES: ReadonlySet<unknown> = new Set(['ovn-kubernetes', 'openshift-ovn-kubernetes']);

/** Whether a ConfigMap is of the namespace that OVN-Kubernetes runs in; those of users are nobody's business. */
export function isOvnConfiguration(object: unknown): boolean {
  const metadata = isRecord(object) ? object['metadata'] : undefined;
  return isRecord(metadata) && NAMESPACES.has(metadata['namespace']);
}
