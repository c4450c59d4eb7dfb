/** Pods that use their node's network, and policies that do not reach them. */
import { formatAddress, parsePrefix } from '../../net/prefix.js';
import type { Namespace } from '../../kube/model/namespace.js';
import type { NetworkPolicy, PolicyPeer } from '../../kube/model/network-policy.js';
import type { Node } from '../../kube/model/node.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';
import { selects } from '../../kube/model/selector.js';
import { HOST_CIDRS_ANNOTATION, hostCidrs } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence, fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { HOST_POD_ADDRESS, PEER_OF_HOST_PODS, POLICY_OF_HOST_PODS } from './creation-findings.js';

export const podsHostNetwork: Analyzer = {
  id: 'pods/host-network',
  area: 'pods',
  title: "nothing relies on policies for pods with host network, and they have their node's addresses",
  inputs: ['kube.namespaces', 'kube.networkpolicies', 'kube.nodes', 'kube.pods'],
  finds: [POLICY_OF_HOST_PODS, PEER_OF_HOST_PODS, HOST_POD_ADDRESS],
  analyze: async (sight) => {
    const pods = (await sight.objects('pods')).filter((pod) => !isCompleted(pod) && !pod.metadata.deleting);
    const nodes = await sight.objects('nodes');
    const namespaces = await sight.objects('namespaces');
    const policies = await sight.objects('networkpolicies');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (!pods.some(({ hostNetwork }) => hostNetwork)) return { skipped: 'no pod uses the network of its node' };
    // A pod that is not known could be one that a policy does reach.
    const judged = sight.isWhole('pods') && sight.isWhole('namespaces') ? policies : [];
    return [
      ...judged.flatMap((policy) => ofPolicy(policy, pods, namespaces)),
      ...pods.filter(({ hostNetwork }) => hostNetwork).flatMap((pod) => ofAddress(pod, nodes)),
    ];
  },
};

/** Namespaces that OVN-Kubernetes takes to mean the hosts themselves. */
const HOST_NAMESPACES = ['ovn-host-network', 'openshift-host-network'];

/** The pods, if there are some and all of them use their node's network. */
function onlyHostPods(pods: readonly Pod[]): readonly [Pod, ...Pod[]] | undefined {
  const [first, ...more] = pods;
  return first !== undefined && pods.every(({ hostNetwork }) => hostNetwork) ? [first, ...more] : undefined;
}

const hostEvidence = ([first]: readonly [Pod, ...Pod[]]): Evidence =>
  fieldEvidence('Pod', first, 'spec.hostNetwork', `true, on node ${first.nodeName ?? '(none)'}`);

function ofPolicy(policy: NetworkPolicy, pods: readonly Pod[], namespaces: readonly Namespace[]): readonly Finding[] {
  const { namespace, name } = policy.metadata;
  const object = { kind: 'NetworkPolicy', namespace, name };
  const subjects = onlyHostPods(
    pods.filter(({ metadata }) => metadata.namespace === namespace && selects(policy.podSelector, metadata.labels)),
  );
  if (subjects !== undefined) {
    const selector = fieldEvidence(
      'NetworkPolicy',
      policy,
      'spec.podSelector',
      `selects ${String(subjects.length)} pods`,
    );
    const args = { namespace, policy: name, pods: subjects.map(qualifiedName) };
    return [found(POLICY_OF_HOST_PODS, args, { object, evidence: [selector, hostEvidence(subjects)] })];
  }
  const rules = [
    ...policy.ingress.map((rule, at) => ({ rule, field: `spec.ingress[${String(at)}].from` })),
    ...policy.egress.map((rule, at) => ({ rule, field: `spec.egress[${String(at)}].to` })),
  ];
  return rules.flatMap(({ rule, field }) =>
    rule.peers.flatMap((peer, at): readonly Finding[] => {
      const selected = onlyHostPods(podsOf(peer, namespace, pods, namespaces));
      if (selected === undefined) return [];
      const place = `${field}[${String(at)}]`;
      const evidence = [
        fieldEvidence('NetworkPolicy', policy, place, `selects ${selected.map(qualifiedName).join(', ')}`),
        hostEvidence(selected),
      ] as const;
      const args = { namespace, policy: name, rule: place, pods: selected.map(qualifiedName) };
      return [found(PEER_OF_HOST_PODS, args, { object, evidence })];
    }),
  );
}

/** The pods that a peer selects; none for one that names addresses. */
function podsOf(
  { podSelector, namespaceSelector, ipBlock }: PolicyPeer,
  own: string,
  pods: readonly Pod[],
  namespaces: readonly Namespace[],
): readonly Pod[] {
  if (ipBlock !== undefined) return [];
  const within =
    namespaceSelector === undefined
      ? new Set([own])
      : new Set(
          namespaces
            .filter(({ metadata }) => selects(namespaceSelector, metadata.labels))
            .map(({ metadata }) => metadata.name),
        );
  // Selecting these does let the nodes' addresses through.
  if (HOST_NAMESPACES.some((each) => within.has(each))) return [];
  return pods.filter(
    ({ metadata }) =>
      within.has(metadata.namespace) && (podSelector === undefined || selects(podSelector, metadata.labels)),
  );
}

function ofAddress(pod: Pod, nodes: readonly Node[]): readonly Finding[] {
  const node = nodes.find(({ metadata }) => metadata.name === pod.nodeName);
  const read = node === undefined ? undefined : hostCidrs(node);
  if (node === undefined || read === undefined || !read.ok || read.value === undefined) return [];
  const has = [...new Set([...read.value, ...node.addresses.map(({ address }) => address)].flatMap(normal))];
  const { namespace, name } = pod.metadata;
  return pod.podIPs
    .filter((address) => normal(address).some((each) => !has.includes(each)))
    .map((address) =>
      found(
        HOST_POD_ADDRESS,
        { namespace, pod: name, node: node.metadata.name, address, has },
        {
          object: { kind: 'Pod', namespace, name },
          node: node.metadata.name,
          evidence: [
            fieldEvidence('Pod', pod, 'status.podIPs', pod.podIPs.join(', ')),
            annotationEvidence('Node', node, HOST_CIDRS_ANNOTATION),
          ],
        },
      ),
    );
}

/** The address alone, in one notation; none for a name. */
function normal(text: string): readonly string[] {
  const prefix = parsePrefix(text);
  return prefix === undefined ? [] : [formatAddress(prefix)];
}
