/** Commands for people, with the pod of a node filled in. */
import type { Remedy } from '../finding.js';

/** The zone of clusters with central databases, which is on no node in particular. */
const CENTRAL = 'global';

const podOn = (node: string): string =>
  node === CENTRAL
    ? '$(kubectl -n OVN-NAMESPACE get pod -l ovn-db-pod=true -o name | head -n 1)'
    : `$(kubectl -n OVN-NAMESPACE get pod -l app=ovnkube-node --field-selector spec.nodeName=${node} -o name)`;

/** A command in the node's pod of OVN-Kubernetes; all of its containers see the same sockets. */
export const inNodePod = (node: string, command: string): string =>
  `kubectl -n OVN-NAMESPACE exec ${podOn(node)} -c ${node === CENTRAL ? 'nbdb' : 'ovn-controller'} -- ${command}`;

/** The last lines of containers whose names have a word in them, as releases call them differently. */
export const nodeLogs = (node: string, word: string): string =>
  `kubectl -n OVN-NAMESPACE logs ${podOn(node)} --all-containers --prefix --tail=100 | grep ${word}`;

/** Makes the node's pod anew. */
export const restartPod = (node: string, why: string): Remedy => ({
  text: `Restart the OVN-Kubernetes pod of ${node === CENTRAL ? 'the databases' : `node ${node}`}${why === '' ? '' : `; ${why}`}.`,
  commands: [`kubectl -n OVN-NAMESPACE delete ${podOn(node)}`],
});
