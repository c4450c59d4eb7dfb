import { AccessError, NotFoundError, UnavailableError } from '../../../base/errors.js';
import type { OvnctlError } from '../../../base/errors.js';
import { formatRule } from '../../../kube/rbac/rule.js';
import { apiError } from '../api/api-error.js';
import type { Refusal } from '../api/api-error.js';
import type { ClusterAccess } from '../kubeconfig/cluster-access.js';

/** Where a program is to run. */
export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export const targetText = ({ namespace, pod, container }: ExecTarget): string =>
  `container ${container} of pod ${namespace}/${pod}`;

/**
 * What a refused handshake means. The API server answers with a Status, the kubelet behind it with plain text, and the
 * WebSocket layer of either with nothing at all.
 */
export function execRefusal(access: ClusterAccess, target: ExecTarget, refusal: Refusal): OvnctlError {
  const { status, told, text } = refusal;
  const { namespace, pod } = target;
  const where = targetText(target);
  const words = (told?.message ?? text).trim();
  const said = words === '' ? `answers ${String(status)} without a reason` : `says: ${words}`;
  const failure = apiError(access, { verb: 'get', group: '', resource: 'pods/exec', namespace, name: pod }, refusal);
  switch (status) {
    case 403:
      if (told === undefined) {
        return new UnavailableError(
          'exec.protocol',
          `exec in ${where}: the API server speaks neither v5 nor v4 of exec`,
        );
      }
      if (failure.code !== 'kube.forbidden') return failure;
      // A WebSocket request is checked for both verbs, and the second refusal does not say which it missed.
      return new AccessError('kube.forbidden', `not allowed to exec in ${where}: ${words}`, {
        hints: [
          `a Role in namespace ${namespace} (or a ClusterRole) with this rule would allow it: ` +
            formatRule({ apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] }),
        ],
      });
    case 404:
      return told === undefined ? failure : new NotFoundError('kube.not-found', `there is no pod ${namespace}/${pod}`);
    case 400:
      return new UnavailableError('exec.refused', `exec in ${where}: the API server ${said}`);
    case 500:
      if (told !== undefined) return failure;
      return new UnavailableError('exec.node', `exec in ${where}: the node ${said}`, {
        hints: [`see whether the container runs and its node is ready: kubectl get pod -n ${namespace} ${pod} -o wide`],
      });
    default:
      return failure;
  }
}
