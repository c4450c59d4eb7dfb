import type { Remedy } from '../finding.js';

const podOn = (node: string): string =>
  `$(kubectl -n OVN-NAMESPACE get pod -l app=ovnkube-node --field-selector spec.nodeName=${node} -o name)`;

/** A command in a container of the node's pod of OVN-Kubernetes. */
export const inNodePod = (node: string, container: string, command: string): string =>
  `kubectl -n OVN-NAMESPACE exec ${podOn(node)} -c ${container} -- ${command}`;

export const nodeLogs = (node: string, container: string): string =>
  `kubectl -n OVN-NAMESPACE logs ${podOn(node)} -c ${container} --tail=100`;

/** Makes the node's pod anew. */
export const restartPod = (node: string, why: string): Remedy => ({
  text: `Restart the OVN-Kubernetes pod of node ${node}${why === '' ? '' : `; ${why}`}.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod -l app=ovnkube-node --field-selector spec.nodeName=${node}`],
});
