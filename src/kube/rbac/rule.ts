import { jobsNeeding } from './permissions.js';

/** A PolicyRule of rbac.authorization.k8s.io/v1. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What a request asks for, in RBAC's words. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, like `pods/exec`. */
  readonly resource: string;
  /** Absent for a request across all namespaces and for objects of cluster scope. */
  readonly namespace?: string;
}

/** One rule as it is written in a manifest, on one line. */
export function formatRule({ apiGroups, resources, verbs }: PolicyRule): string {
  return `- {apiGroups: ${JSON.stringify(apiGroups)}, resources: ${JSON.stringify(resources)}, verbs: ${JSON.stringify(verbs)}}`;
}

/** What would allow a refused request: the rule itself and, when it belongs to a job of ours, how to get all its rules. */
export function allowingHints({ verb, group, resource, namespace }: Attempt): readonly string[] {
  const rule = formatRule({ apiGroups: [group], resources: [resource], verbs: [verb] });
  const where = namespace === undefined ? 'a ClusterRole' : `a Role in namespace ${namespace} (or a ClusterRole)`;
  const [job] = jobsNeeding(group, resource, verb);
  return [
    `${where} with this rule would allow it: ${rule}`,
    ...(job === undefined ? [] : [`"ovnctl rbac --for ${job}" prints everything that is needed`]),
  ];
}
