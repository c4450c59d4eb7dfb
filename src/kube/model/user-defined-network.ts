import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import { readSelector } from './selector.js';
import type { LabelSelector } from './selector.js';

/** What a UserDefinedNetwork and a ClusterUserDefinedNetwork say about the network itself. */
export interface NetworkShape {
  /** Layer2, Layer3 or Localnet. */
  readonly topology: string;
  /** Primary or Secondary. */
  readonly role: string;
  readonly subnets: readonly string[];
  /** Of a localnet: the name that bridge mappings know. */
  readonly physicalNetwork: string | undefined;
}

/** What a controller says about an object. */
export interface Condition {
  readonly type: string;
  /** True, False or Unknown. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface UserDefinedNetwork extends KubeObject {
  readonly conditions: readonly Condition[];
  readonly network: NetworkShape;
}

export interface ClusterUserDefinedNetwork extends KubeObject {
  readonly conditions: readonly Condition[];
  readonly namespaceSelector: LabelSelector;
  readonly network: NetworkShape;
}

/** A NetworkAttachmentDefinition: OVN-K keeps one per namespace and network; `config` is CNI configuration as text. */
export interface NetworkAttachment extends KubeObject {
  readonly config: string;
}

function readShape(spec: Fields): NetworkShape {
  const topology = spec.text('topology') ?? '';
  const details = spec.inside(topology.toLowerCase());
  const subnets =
    topology === 'Layer3'
      ? details.list('subnets', (subnet) => subnet.text('cidr') ?? '').filter((cidr) => cidr !== '')
      : details.texts('subnets');
  return {
    topology,
    role: details.text('role') ?? 'Primary',
    subnets,
    physicalNetwork: details.text('physicalNetworkName'),
  };
}

const readConditions = (object: Fields): readonly Condition[] =>
  object.inside('status').list('conditions', (condition) => ({
    type: condition.text('type') ?? '',
    status: condition.text('status') ?? '',
    reason: condition.text('reason') ?? '',
    message: condition.text('message') ?? '',
  }));

export function readUserDefinedNetwork(object: Fields): UserDefinedNetwork {
  return { metadata: readMeta(object), conditions: readConditions(object), network: readShape(object.inside('spec')) };
}

export function readClusterUserDefinedNetwork(object: Fields): ClusterUserDefinedNetwork {
  const spec = object.inside('spec');
  return {
    metadata: readMeta(object),
    conditions: readConditions(object),
    namespaceSelector: readSelector(spec.inside('namespaceSelector')),
    network: readShape(spec.inside('network')),
  };
}

export function readNetworkAttachment(object: Fields): NetworkAttachment {
  return { metadata: readMeta(object), config: object.inside('spec').text('config') ?? '' };
}
