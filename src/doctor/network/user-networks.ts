/** User-defined networks as their objects have them, both kinds alike, and the attachments that stand for them. */
import { Fields } from '../../kube/model/fields.js';
import type { KubeObject } from '../../kube/model/object-meta.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import type { Namespace } from '../../kube/model/namespace.js';
import { selects } from '../../kube/model/selector.js';
import type { Condition, NetworkAttachment, NetworkShape } from '../../kube/model/user-defined-network.js';
import type { ObjectName } from '../finding.js';
import type { Sight } from '../sight.js';

export interface UserNetwork {
  readonly kind: 'UserDefinedNetwork' | 'ClusterUserDefinedNetwork';
  readonly source: KubeObject;
  readonly object: ObjectName;
  /** `UserDefinedNetwork shop/blue`. */
  readonly words: string;
  /** As OVN-Kubernetes calls the network. */
  readonly network: string;
  readonly shape: NetworkShape;
  readonly conditions: readonly Condition[];
  /** Whether pods of the namespace may have it. */
  readonly serves: (namespace: Namespace) => boolean;
}

export async function userNetworks(sight: Sight): Promise<readonly UserNetwork[]> {
  const own = await sight.objects('userdefinednetworks');
  const cluster = await sight.objects('clusteruserdefinednetworks');
  return [
    ...own.map((source): UserNetwork => {
      const { namespace, name } = source.metadata;
      return {
        kind: 'UserDefinedNetwork',
        source,
        object: { kind: 'UserDefinedNetwork', namespace, name },
        words: `UserDefinedNetwork ${qualifiedName(source)}`,
        network: `${namespace}_${name}`,
        shape: source.network,
        conditions: source.conditions,
        serves: ({ metadata }) => metadata.name === namespace,
      };
    }),
    ...cluster.map((source): UserNetwork => {
      const { name } = source.metadata;
      return {
        kind: 'ClusterUserDefinedNetwork',
        source,
        object: { kind: 'ClusterUserDefinedNetwork', name },
        words: `ClusterUserDefinedNetwork ${name}`,
        network: `cluster_udn_${name}`,
        shape: source.network,
        conditions: source.conditions,
        serves: ({ metadata }) => selects(source.namespaceSelector, metadata.labels),
      };
    }),
  ];
}

export interface AttachmentConfig {
  readonly type: string;
  readonly name: string;
  readonly topology: string;
  readonly role: string;
  /** `NAMESPACE/NAME` of the attachment it is in. */
  readonly attachment: string;
}

export const OVN_CNI = 'ovn-k8s-cni-overlay';

/** The configuration in an attachment; a reason when it can't be read. */
export function attachmentConfig({ config }: NetworkAttachment): AttachmentConfig | string {
  let value: unknown;
  try {
    value = JSON.parse(config);
  } catch {
    return 'it is not JSON';
  }
  const fields = Fields.of(value);
  const read = {
    type: fields.text('type') ?? '',
    name: fields.text('name') ?? '',
    topology: fields.text('topology') ?? '',
    role: fields.text('role') ?? '',
    attachment: fields.text('netAttachDefName') ?? '',
  };
  return fields.misfit ?? read;
}

/** The number that OVN-Kubernetes gave the network of an attachment. */
export function networkId({ metadata }: NetworkAttachment): number | undefined {
  const text = metadata.annotations.get('k8s.ovn.org/network-id') ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
