/** Faults of user-defined networks: their objects, attachments, namespaces and pods. */
import { defineFinding } from '../finding.js';

interface AboutNetwork {
  readonly network: string;
  readonly resource: string;
  readonly flags: string;
}

const describe = ({ resource, flags }: Pick<AboutNetwork, 'resource' | 'flags'>): string =>
  `kubectl describe ${resource}${flags}`;

const CLUSTER_MANAGER = {
  text: 'See what the cluster manager says about it.',
  commands: [
    'kubectl get pods -A | grep -E "ovnkube-(control-plane|cluster-manager|master)"',
    'kubectl -n OVN-NAMESPACE logs POD --all-containers | grep -i NETWORK-NAME',
  ],
};

export const NETWORK_NOT_READY = defineFinding<
  AboutNetwork & { readonly condition: string; readonly reason: string; readonly message: string }
>({
  code: 'OVN9020',
  level: 'error',
  title: 'A user-defined network is not set up',
  text: ({ network, condition, reason, message }) => `${network}: ${condition} is False (${reason}): ${message}`,
  remedy: (args) => [
    { text: 'Read the whole status; the message names what stands in the way.', commands: [describe(args)] },
    CLUSTER_MANAGER,
  ],
});

export const ATTACHMENT_MISSING = defineFinding<AboutNetwork & { readonly namespace: string; readonly name: string }>({
  code: 'OVN9021',
  level: 'error',
  title: 'A user-defined network has no attachment in a namespace',
  text: ({ network, namespace, name }) =>
    `${network} should be in namespace ${namespace}, but there is no NetworkAttachmentDefinition ${namespace}/${name}: pods there can not have it.`,
  remedy: (args) => [{ text: 'Read the status of the network.', commands: [describe(args)] }, CLUSTER_MANAGER],
});

export const NAMESPACE_NOT_LABELLED = defineFinding<
  AboutNetwork & { readonly namespace: string; readonly pods: number }
>({
  code: 'OVN9022',
  level: 'error',
  title: 'A namespace with a primary network lacks the label for it',
  text: ({ network, namespace, pods }) =>
    `${network} is to be the primary network of namespace ${namespace}, which does not have the label ` +
    `k8s.ovn.org/primary-user-defined-network: its ${String(pods)} pods use the cluster's own network. The label counts only if it is there ` +
    'from the beginning.',
  remedy: ({ namespace }) => [
    {
      text: 'Make the namespace anew with the label. It can not be added later; what is in the namespace is lost with it, so save it first.',
      commands: [
        `kubectl get all,configmaps,secrets -n ${namespace} -o yaml > ${namespace}.yaml`,
        `kubectl delete namespace ${namespace}`,
        `kubectl create namespace ${namespace} --dry-run=client -o yaml | kubectl label --local -f - k8s.ovn.org/primary-user-defined-network= -o yaml | kubectl create -f -`,
      ],
    },
  ],
});

export const POD_BEFORE_NETWORK = defineFinding<AboutNetwork & { readonly namespace: string; readonly pod: string }>({
  code: 'OVN9023',
  level: 'error',
  title: "A pod is not in its namespace's primary network",
  text: ({ network, namespace, pod }) =>
    `Pod ${namespace}/${pod} has the cluster's own network as its primary one, although ${network} is that of the namespace: it was set up ` +
    'before the network. It does not reach the other pods of the namespace, nor they it.',
  remedy: ({ namespace, pod }) => [
    {
      text: 'Delete the pod; the one made in its place gets the network.',
      commands: [`kubectl -n ${namespace} delete pod ${pod}`],
    },
  ],
});

export const PRIMARY_NETWORK_ABSENT = defineFinding<{ readonly namespace: string }>({
  code: 'OVN9024',
  level: 'warning',
  title: 'A namespace is labelled for a primary network that does not exist',
  text: ({ namespace }) =>
    `Namespace ${namespace} has the label k8s.ovn.org/primary-user-defined-network, but no network is its primary one: pods made in it ` +
    'do not start.',
  remedy: ({ namespace }) => [
    {
      text: 'Make a UserDefinedNetwork with role Primary in it, or have a ClusterUserDefinedNetwork select it.',
      commands: [
        `kubectl -n ${namespace} get userdefinednetworks`,
        'kubectl get clusteruserdefinednetworks -o yaml',
        `kubectl get namespace ${namespace} --show-labels`,
      ],
    },
  ],
});

export const ATTACHMENT_INVALID = defineFinding<{
  readonly namespace: string;
  readonly name: string;
  readonly why: string;
}>({
  code: 'OVN9025',
  level: 'error',
  title: 'A network attachment of OVN-Kubernetes can not be used',
  text: ({ namespace, name, why }) =>
    `The configuration in NetworkAttachmentDefinition ${namespace}/${name} is not valid: ${why}. OVN-Kubernetes makes no network of it, and ` +
    'pods that ask for it do not start.',
  remedy: ({ namespace, name }) => [
    {
      text: 'Correct spec.config.',
      commands: [
        `kubectl -n ${namespace} get network-attachment-definitions ${name} -o jsonpath='{.spec.config}'`,
        `kubectl -n ${namespace} edit network-attachment-definitions ${name}`,
      ],
    },
  ],
});

export const TWO_PRIMARY_NETWORKS = defineFinding<{ readonly namespace: string; readonly networks: readonly string[] }>(
  {
    code: 'OVN9026',
    level: 'error',
    title: 'A namespace has two primary networks',
    text: ({ namespace, networks }) =>
      `${networks.join(' and ')} are both the primary network of namespace ${namespace}. There can be one: pods made there do not start.`,
    remedy: ({ namespace }) => [
      {
        text: 'Delete one of them, or have the ClusterUserDefinedNetwork select other namespaces.',
        commands: [
          `kubectl -n ${namespace} get userdefinednetworks`,
          `kubectl get namespace ${namespace} --show-labels`,
        ],
      },
    ],
  },
);

export const LOCALNET_UNMAPPED = defineFinding<{
  readonly network: string;
  readonly physical: string;
  readonly chassis: string;
  readonly zone: string;
  readonly mappings: string;
  readonly ports: number;
}>({
  code: 'OVN9030',
  level: 'error',
  title: "A localnet's physical network is mapped to no bridge",
  text: ({ network, physical, chassis, mappings, ports }) =>
    `Network ${network} leaves through the physical network ${physical}, which node ${chassis} maps to no bridge (it has ` +
    `${mappings === '' ? 'no mappings' : mappings}). ${String(ports)} ports on that switch have no way out of the node.`,
  remedy: ({ physical, chassis }) => [
    {
      text:
        'Map it to a bridge that has the uplink, in place of BRIDGE. With kubernetes-nmstate this is ovn.bridge-mappings of a ' +
        'NodeNetworkConfigurationPolicy; by hand the other mappings must be given again.',
      commands: [
        `kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovs-vsctl get Open_vSwitch . external_ids:ovn-bridge-mappings   # on ${chassis}`,
        `kubectl -n OVN-NAMESPACE exec POD -c ovn-controller -- ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge-mappings=OLD-MAPPINGS,${physical}:BRIDGE`,
      ],
    },
  ],
});
