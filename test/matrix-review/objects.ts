/**
 * The Kubernetes objects of the recorded cluster as `kubectl get -o json` gave them, read here once more and without any
 * code of ours, so that a mistake in the model of the objects does not hide one in the tracer.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/run-cli.js';

export const CLUSTER = join(repository, 'examples/ic-dualstack');

export type Labels = Readonly<Record<string, string>>;

export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly Requirement[];
}

interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface PolicyPeer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PolicyRule {
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports?: readonly PolicyPort[];
}

export interface NetworkPolicy {
  readonly metadata: Meta;
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly PolicyRule[];
    readonly egress?: readonly PolicyRule[];
  };
}

export interface AdminPort {
  readonly portNumber?: { readonly port: number; readonly protocol: string };
  readonly portRange?: { readonly start: number; readonly end: number; readonly protocol: string };
}

export interface AdminPeer {
  readonly namespaces?: Selector;
  readonly pods?: { readonly namespaceSelector: Selector; readonly podSelector: Selector };
  readonly nodes?: Selector;
  readonly networks?: readonly string[];
}

interface AdminRule {
  readonly action: 'Allow' | 'Deny' | 'Pass';
  readonly from?: readonly AdminPeer[];
  readonly to?: readonly AdminPeer[];
  readonly ports?: readonly AdminPort[];
}

export interface AdminPolicy {
  readonly spec: {
    readonly subject: { readonly namespaces?: Selector };
    readonly ingress?: readonly AdminRule[];
    readonly egress?: readonly AdminRule[];
  };
}

export interface EgressFirewall {
  readonly metadata: Meta;
  readonly spec: {
    readonly egress: readonly {
      readonly type: 'Allow' | 'Deny';
      readonly to: { readonly cidrSelector?: string; readonly dnsName?: string; readonly nodeSelector?: Selector };
      readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
    }[];
  };
}

export interface Pod {
  readonly metadata: Meta;
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly containers: readonly {
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly protocol: string;
      }[];
    }[];
  };
  readonly status: { readonly phase: string };
}

export interface Service {
  readonly metadata: Meta;
  readonly spec: {
    readonly type: string;
    readonly clusterIP?: string;
    readonly ipFamilies: readonly string[];
    readonly internalTrafficPolicy?: string;
    readonly ports: readonly { readonly name?: string; readonly port: number; readonly protocol: string }[];
  };
}

export interface Slice {
  readonly metadata: Meta;
  readonly addressType: string;
  readonly ports?: readonly { readonly name?: string; readonly port: number }[] | null;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions: { readonly ready?: boolean };
        readonly nodeName?: string;
        readonly targetRef?: { readonly name: string };
      }[]
    | null;
}

interface Named {
  readonly metadata: Meta;
}

interface Node extends Named {
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

interface Connect {
  readonly spec: {
    readonly networkSelectors: readonly {
      readonly clusterUserDefinedNetworkSelector: { readonly networkSelector: Selector };
    }[];
  };
}

function read(plural: string): unknown {
  const list = JSON.parse(readFileSync(join(CLUSTER, `k8s/${plural}.json`), 'utf8')) as { readonly items: unknown };
  return list.items;
}

export const pods = (read('pods') as readonly Pod[]).filter(
  ({ spec, status }) => spec.nodeName !== undefined && status.phase === 'Running',
);
export const namespaces = read('namespaces') as readonly Named[];
export const nodes = read('nodes') as readonly Node[];
export const services = read('services') as readonly Service[];
export const slices = read('endpointslices') as readonly Slice[];
export const networkPolicies = read('networkpolicies') as readonly NetworkPolicy[];
export const adminPolicies = read('adminnetworkpolicies') as readonly AdminPolicy[];
export const baselinePolicies = read('baselineadminnetworkpolicies') as readonly AdminPolicy[];
export const egressFirewalls = read('egressfirewalls') as readonly EgressFirewall[];
export const clusterNetworks = read('clusteruserdefinednetworks') as readonly Named[];
export const connects = read('clusternetworkconnects') as readonly Connect[];

export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels = {}): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    })
  );
}
