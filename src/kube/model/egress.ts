import { readConditions } from './condition.js';
import type { Condition } from './condition.js';
import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import { readProtocol } from './protocol.js';
import type { Protocol } from './protocol.js';
import { readOptionalSelector, readSelector } from './selector.js';
import type { LabelSelector } from './selector.js';

export interface EgressFirewallRule {
  /** Allow or Deny. */
  readonly type: string;
  /** Exactly one of the three. */
  readonly cidr: string | undefined;
  readonly dnsName: string | undefined;
  readonly nodeSelector: LabelSelector | undefined;
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number | undefined }[];
}

export interface EgressFirewall extends KubeObject {
  /** The first that matches decides. */
  readonly rules: readonly EgressFirewallRule[];
  /** Empty until every zone has reported. */
  readonly status: string;
  /** `<zone>: <message>`. */
  readonly messages: readonly string[];
}

export interface EgressIP extends KubeObject {
  readonly egressIPs: readonly string[];
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector | undefined;
  readonly assignments: readonly { readonly node: string; readonly egressIP: string }[];
}

export interface EgressQoSRule {
  readonly dscp: number | undefined;
  readonly dstCIDR: string | undefined;
  readonly podSelector: LabelSelector | undefined;
}

export interface EgressQoS extends KubeObject {
  readonly rules: readonly EgressQoSRule[];
  readonly conditions: readonly Condition[];
}

export interface EgressService extends KubeObject {
  readonly sourceIPBy: string;
  /** Nodes that may send; undefined for all. */
  readonly nodeSelector: LabelSelector | undefined;
  /** The node that sends this service's traffic, ALL, or absent when none could be found. */
  readonly host: string | undefined;
}

export interface ExternalRoute extends KubeObject {
  readonly namespaceSelector: LabelSelector;
  readonly staticNextHops: readonly { readonly ip: string; readonly bfd: boolean }[];
  readonly dynamicNextHops: number;
  /** Success or Fail; empty until it is known. */
  readonly status: string;
  readonly messages: readonly string[];
}

const readFirewallRule = (rule: Fields): EgressFirewallRule => {
  const to = rule.inside('to');
  return {
    type: rule.text('type') ?? '',
    cidr: to.text('cidrSelector'),
    dnsName: to.text('dnsName'),
    nodeSelector: readOptionalSelector(to, 'nodeSelector'),
    ports: rule.list('ports', (port) => ({ protocol: readProtocol(port), port: port.whole('port') })),
  };
};

export function readEgressFirewall(object: Fields): EgressFirewall {
  const status = object.inside('status');
  return {
    metadata: readMeta(object),
    rules: object.inside('spec').list('egress', readFirewallRule),
    status: status.text('status') ?? '',
    messages: status.texts('messages'),
  };
}

export function readEgressIP(object: Fields): EgressIP {
  const spec = object.inside('spec');
  return {
    metadata: readMeta(object),
    egressIPs: spec.texts('egressIPs'),
    namespaceSelector: readSelector(spec.inside('namespaceSelector')),
    podSelector: readOptionalSelector(spec, 'podSelector'),
    assignments: object.inside('status').list('items', (item) => ({
      node: item.text('node') ?? '',
      egressIP: item.text('egressIP') ?? '',
    })),
  };
}

export function readEgressQoS(object: Fields): EgressQoS {
  return {
    metadata: readMeta(object),
    rules: object.inside('spec').list('egress', (rule) => ({
      dscp: rule.whole('dscp'),
      dstCIDR: rule.text('dstCIDR'),
      podSelector: readOptionalSelector(rule, 'podSelector'),
    })),
    conditions: readConditions(object),
  };
}

export function readEgressService(object: Fields): EgressService {
  return {
    metadata: readMeta(object),
    sourceIPBy: object.inside('spec').text('sourceIPBy') ?? 'LoadBalancerIP',
    nodeSelector: readOptionalSelector(object.inside('spec'), 'nodeSelector'),
    host: object.inside('status').text('host'),
  };
}

/** An AdminPolicyBasedExternalRoute. */
export function readExternalRoute(object: Fields): ExternalRoute {
  const spec = object.inside('spec');
  const nextHops = spec.inside('nextHops');
  return {
    metadata: readMeta(object),
    namespaceSelector: readSelector(spec.inside('from').inside('namespaceSelector')),
    staticNextHops: nextHops.list('static', (hop) => ({
      ip: hop.text('ip') ?? '',
      bfd: hop.flag('bfdEnabled') ?? false,
    })),
    dynamicNextHops: nextHops.list('dynamic', () => undefined).length,
    status: object.inside('status').text('status') ?? '',
    messages: object.inside('status').texts('messages'),
  };
}
