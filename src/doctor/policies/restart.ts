import type { Remedy } from '../finding.js';

/** Has the controller of a zone write its rows anew; `kind` and `name` are of the object to touch first. */
export const rewriteRows = (zone: string, look: readonly string[]): readonly Remedy[] => [
  { text: 'See what the object says now, and whether the controller complains about it.', commands: look },
  {
    text:
      `Restart the OVN-Kubernetes pod that serves zone ${zone}, which compares its rows with the objects and repairs them. With one ` +
      'zone for each node, the zone is called as its node.',
    commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${zone} -l app=ovnkube-node`],
  },
];
