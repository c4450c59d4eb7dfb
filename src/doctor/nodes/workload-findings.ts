/** Faults of what runs on nodes: DaemonSets, containers beside ovnkube, what events and certificate requests tell. */
import { defineFinding } from '../finding.js';

export const NOT_ON_EVERY_NODE = defineFinding<{
  readonly namespace: string;
  readonly name: string;
  readonly desired: number;
  readonly ready: number;
  readonly missing: readonly string[];
}>({
  code: 'OVN3130',
  level: 'error',
  title: 'A DaemonSet of OVN-Kubernetes is not ready on every node',
  text: ({ namespace, name, desired, ready, missing }) =>
    `DaemonSet ${namespace}/${name} is ready on ${ready} of ${desired} nodes.` +
    (missing.length === 0 ? '' : ` It is not on ${missing.join(', ')}.`),
  remedy: ({ namespace, name, missing }) => [
    {
      text: 'See which pods are not ready, and why.',
      commands: [
        `kubectl -n ${namespace} rollout status daemonset/${name} --timeout=10s`,
        `kubectl -n ${namespace} get pods -o wide | grep ${name}`,
        ...missing.map((node) => `kubectl -n ${namespace} describe pod --field-selector spec.nodeName=${node}`),
      ],
    },
  ],
});

export const CONTAINER_CRASHES = defineFinding<{
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly reason: string;
  readonly restarts: number;
}>({
  code: 'OVN3131',
  level: 'error',
  title: 'A container of the network does not start',
  text: ({ node, pod, container, reason, restarts }) =>
    `Container ${container} of ${pod} on node ${node} waits (${reason}), after ${restarts} restarts.`,
  remedy: ({ namespace, pod, container }) => [
    {
      text: 'Read its last words; an image that cannot be pulled, or a volume that is not there, shows in the events of the pod.',
      commands: [
        `kubectl -n ${namespace} logs ${pod} -c ${container} --previous | tail -n 50`,
        `kubectl -n ${namespace} describe pod ${pod}`,
      ],
    },
  ],
});

export const NEVER_CONVERGES = defineFinding<{
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly component: string;
}>({
  code: 'OVN3132',
  level: 'warning',
  title: 'OVN-Kubernetes could not bring an object about',
  text: ({ kind, name, reason, message, count, component }) =>
    `${component || 'OVN-Kubernetes'} failed ${count === 1 ? 'once' : `${count} times`} on ${kind} ${name} (${reason}): ${message}`,
  remedy: ({ kind, name }) => {
    const slash = name.indexOf('/');
    const own = name.slice(slash + 1);
    const where = slash < 0 ? '' : ` -n ${name.slice(0, slash)}`;
    return [
      {
        text: 'It is tried again for a while; if the object still does not work, mend what the message names, and then change the object (a label will do), so that it is tried again.',
        commands: [
          `kubectl${where} describe ${kind.toLowerCase()} ${own}`,
          `kubectl${where} get events --field-selector involvedObject.name=${own}`,
        ],
      },
    ];
  },
});

export const CERTIFICATE_NOT_ISSUED = defineFinding<{
  readonly name: string;
  readonly user: string;
  readonly state: string;
  readonly message: string;
  readonly purpose: 'node' | 'ipsec';
}>({
  code: 'OVN3133',
  level: 'warning',
  title: 'A certificate that a node of OVN-Kubernetes asked for is not issued',
  text: ({ name, user, state, message, purpose }) =>
    `CertificateSigningRequest ${name} of ${user} is ${state}${message === '' ? '' : ` (${message})`}. ` +
    (purpose === 'node'
      ? 'Without the certificate ovnkube of the node may not write to the API.'
      : 'Without the certificate the node has no IPsec tunnels.'),
  remedy: ({ name, purpose }) => [
    {
      text:
        (purpose === 'node'
          ? 'See whether the approver (ovnkube-identity) runs, and whether the clock of the node is right. '
          : 'See whether the signer (the Network operator on OpenShift) runs. ') +
        'Who asks has to be who they say they are; then it can be approved by hand.',
      commands: [`kubectl describe csr ${name}`, `kubectl certificate approve ${name}`],
    },
  ],
});
