/** User-defined networks: their status, their attachments, the namespaces that should have them and the pods in those. */
import type { Namespace } from '../../kube/model/namespace.js';
import type { Pod } from '../../kube/model/pod.js';
import type { NetworkAttachment } from '../../kube/model/user-defined-network.js';
import { primaryNetwork } from '../../ovnk/pod-networks.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence, fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { isNetworked, networksOf, POD_NETWORKS } from '../pods/networked-pods.js';
import { PRIMARY_NETWORK_LABEL } from '../services/balancers.js';
import {
  ATTACHMENT_INVALID,
  ATTACHMENT_MISSING,
  NAMESPACE_NOT_LABELLED,
  NETWORK_NOT_READY,
  POD_BEFORE_NETWORK,
  PRIMARY_NETWORK_ABSENT,
  TWO_PRIMARY_NETWORKS,
} from './network-findings.js';
import { attachmentConfig, OVN_CNI, userNetworks } from './user-networks.js';
import type { UserNetwork } from './user-networks.js';

export const networkUserDefined: Analyzer = {
  id: 'network/user-defined',
  area: 'network',
  title: 'user-defined networks are set up, and pods are in them',
  inputs: [
    'kube.clusteruserdefinednetworks',
    'kube.namespaces',
    'kube.network-attachment-definitions',
    'kube.pods',
    'kube.userdefinednetworks',
  ],
  finds: [
    NETWORK_NOT_READY,
    ATTACHMENT_MISSING,
    NAMESPACE_NOT_LABELLED,
    POD_BEFORE_NETWORK,
    PRIMARY_NETWORK_ABSENT,
    ATTACHMENT_INVALID,
    TWO_PRIMARY_NETWORKS,
  ],
  analyze: async (sight) => {
    const networks = (await userNetworks(sight)).filter(({ source }) => !source.metadata.deleting);
    const attachments = await sight.objects('network-attachment-definitions');
    const namespaces = (await sight.objects('namespaces')).filter(({ metadata }) => !metadata.deleting);
    const pods = (await sight.objects('pods')).filter(isNetworked);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const whole = (['userdefinednetworks', 'clusteruserdefinednetworks'] as const).every((plural) =>
      sight.isWhole(plural),
    );
    return [
      ...networks.flatMap(notReady),
      ...(sight.isWhole('network-attachment-definitions')
        ? networks.flatMap((network) => withoutAttachment(network, namespaces, attachments))
        : []),
      ...attachments.flatMap(invalid),
      ...namespaces.flatMap((namespace) => inNamespace(namespace, networks, attachments, pods, whole)),
    ];
  },
};

const about = ({ kind, words, object }: UserNetwork) => ({
  network: words,
  resource: `${kind.toLowerCase()} ${object.name}`,
  flags: object.namespace === undefined ? '' : ` -n ${object.namespace}`,
});

function notReady(network: UserNetwork): readonly Finding[] {
  return network.conditions
    .filter(({ status }) => status === 'False')
    .map(({ type, reason, message }) =>
      found(
        NETWORK_NOT_READY,
        { ...about(network), condition: type, reason, message },
        {
          object: network.object,
          evidence: [
            fieldEvidence(
              network.kind,
              network.source,
              'status.conditions',
              `${type}=False reason=${reason} message=${message}`,
            ),
          ],
        },
      ),
    );
}

function withoutAttachment(
  network: UserNetwork,
  namespaces: readonly Namespace[],
  attachments: readonly NetworkAttachment[],
): readonly Finding[] {
  const { name } = network.object;
  return namespaces
    .filter((namespace) => network.serves(namespace))
    .filter(
      ({ metadata }) =>
        !attachments.some((each) => each.metadata.namespace === metadata.name && each.metadata.name === name),
    )
    .map(({ metadata: { name: namespace } }) =>
      found(
        ATTACHMENT_MISSING,
        { ...about(network), namespace, name },
        {
          object: network.object,
          evidence: [
            {
              source: 'NetworkAttachmentDefinitions',
              ref: `namespace ${namespace}`,
              excerpt: `none is called ${name}`,
            },
            fieldEvidence(network.kind, network.source, 'spec', `${network.shape.topology}, ${network.shape.role}`),
          ],
        },
      ),
    );
}

function invalid(attachment: NetworkAttachment): readonly Finding[] {
  const { namespace, name } = attachment.metadata;
  const config = attachmentConfig(attachment);
  // What other plugins have in theirs is theirs; what can't be read may be anybody's, unless it names ours.
  const why =
    typeof config === 'string'
      ? attachment.config.includes(OVN_CNI)
        ? config
        : undefined
      : config.type === OVN_CNI && config.topology !== '' && config.attachment !== `${namespace}/${name}`
        ? `netAttachDefName is "${config.attachment}", not "${namespace}/${name}"`
        : undefined;
  if (why === undefined) return [];
  return [
    found(
      ATTACHMENT_INVALID,
      { namespace, name, why },
      {
        object: { kind: 'NetworkAttachmentDefinition', namespace, name },
        evidence: [
          fieldEvidence('NetworkAttachmentDefinition', attachment, 'spec.config', attachment.config || '(empty)'),
        ],
      },
    ),
  ];
}

function inNamespace(
  namespace: Namespace,
  networks: readonly UserNetwork[],
  attachments: readonly NetworkAttachment[],
  pods: readonly Pod[],
  whole: boolean,
): readonly Finding[] {
  const { name } = namespace.metadata;
  const object = { kind: 'Namespace', name };
  const labelled = namespace.metadata.labels.has(PRIMARY_NETWORK_LABEL);
  const labels: Evidence = fieldEvidence(
    'Namespace',
    namespace,
    'metadata.labels',
    [...namespace.metadata.labels].map(([key, value]) => `${key}=${value}`).join(', ') || '(none)',
  );
  const primaries = networks.filter((each) => each.shape.role === 'Primary' && each.serves(namespace));
  const defining = primaries.map((network) =>
    fieldEvidence(network.kind, network.source, 'spec', `${network.shape.topology}, role ${network.shape.role}`),
  );
  const own = pods.filter(({ metadata }) => metadata.namespace === name);
  const [first, ...others] = primaries;
  if (first === undefined) {
    const byHand = attachments.some((each) => {
      const config = each.metadata.namespace === name ? attachmentConfig(each) : '';
      return typeof config !== 'string' && config.role === 'primary';
    });
    return labelled && whole && !byHand
      ? [found(PRIMARY_NETWORK_ABSENT, { namespace: name }, { object, evidence: [labels] })]
      : [];
  }
  const findings: Finding[] = [];
  if (others.length > 0) {
    const args = { namespace: name, networks: primaries.map(({ words }) => words) };
    findings.push(found(TWO_PRIMARY_NETWORKS, args, { object, evidence: [labels, ...defining] }));
  }
  if (!labelled) {
    const args = { ...about(first), namespace: name, pods: own.length };
    findings.push(found(NAMESPACE_NOT_LABELLED, args, { object, evidence: [labels, ...defining] }));
    return findings;
  }
  for (const pod of own) {
    if (primaryNetwork(networksOf(pod))?.attachment !== DEFAULT_NETWORK) continue;
    const args = { ...about(first), namespace: name, pod: pod.metadata.name };
    findings.push(
      found(POD_BEFORE_NETWORK, args, {
        object: { kind: 'Pod', namespace: name, name: pod.metadata.name },
        evidence: [annotationEvidence('Pod', pod, POD_NETWORKS), ...defining],
      }),
    );
  }
  return findings;
}
