import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import { readOptionalSelector, readSelector } from './selector.js';
import type { LabelSelector } from './selector.js';

/** What an AdminNetworkPolicy applies to: all pods of the namespaces, or the pods selected in them. */
export interface AdminSubject {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector | undefined;
}

export interface AdminRule {
  readonly name: string;
  /** Allow, Deny or Pass. */
  readonly action: string;
}

/** An AdminNetworkPolicy, or the BaselineAdminNetworkPolicy (which has no priority). */
export interface AdminNetworkPolicy extends KubeObject {
  readonly priority: number | undefined;
  readonly subject: AdminSubject;
  readonly ingress: readonly AdminRule[];
  readonly egress: readonly AdminRule[];
}

const readRule = (rule: Fields): AdminRule => ({ name: rule.text('name') ?? '', action: rule.text('action') ?? '' });

function readSubject(subject: Fields): AdminSubject {
  const pods = subject.optional('pods');
  if (pods === undefined) return { namespaces: readSelector(subject.inside('namespaces')), pods: undefined };
  return {
    namespaces: readSelector(pods.inside('namespaceSelector')),
    pods: readOptionalSelector(pods, 'podSelector'),
  };
}

export function readAdminNetworkPolicy(object: Fields): AdminNetworkPolicy {
  const spec = object.inside('spec');
  return {
    metadata: readMeta(object),
    priority: spec.whole('priority'),
    subject: readSubject(spec.inside('subject')),
    ingress: spec.list('ingress', readRule),
    egress: spec.list('egress', readRule),
  };
}
