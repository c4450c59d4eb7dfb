import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { parseLabelSelector } from '../../kube/model/selector-parse.js';
import { suggestion } from '../../lflow/nearest-name.js';
import { parseAddress } from '../../net/prefix.js';
import type { Meaning } from './expectation.js';

/** Kinds of workloads by the words for them, as kubectl has them. */
const WORKLOADS: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  deploy: 'Deployment',
  statefulset: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  ds: 'DaemonSet',
  replicaset: 'ReplicaSet',
  rs: 'ReplicaSet',
  job: 'Job',
};
const NAMED: Readonly<Record<string, 'pod' | 'service'>> = { pod: 'pod', service: 'service', svc: 'service' };
const KINDS = [...Object.keys(NAMED), ...Object.keys(WORKLOADS)];
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

export interface EndProblem {
  readonly message: string;
  readonly hint?: string;
}

const FORMS = 'write NAMESPACE/NAME, NAMESPACE/KEY=VALUE, KIND/NAMESPACE/NAME, node/NAME, port/NAME or an IP address';

/** What a word for an end means by its form. */
export function meaningOf(text: string): Result<Meaning, EndProblem> {
  if (parseAddress(text) !== undefined) return ok({ kind: 'address' });
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  const rest = text.slice(slash + 1);
  if (slash < 0) return err({ message: `"${text}" says no namespace`, hint: FORMS });
  if (first === 'port' && rest !== '') return ok({ kind: 'port', name: rest });
  if (first === 'node' && NAME.test(rest)) return ok({ kind: 'node', name: rest });
  if (!NAME.test(first)) return err({ message: `"${text}" names nothing`, hint: FORMS });
  if (rest === '*') {
    return ok({ kind: 'selector', namespace: first, selector: { matchLabels: new Map(), matchExpressions: [] } });
  }
  if (NAME.test(rest)) return ok({ kind: 'object', namespace: first, name: rest });
  // Keys of labels may have a slash, too, so a selector is what has an operator.
  if (/[=!(]/.test(rest)) {
    const selector = parseLabelSelector(rest);
    if (selector.ok) return ok({ kind: 'selector', namespace: first, selector: selector.value });
    return err({ message: `"${selector.error}" is no label requirement`, hint: 'write KEY=VALUE, KEY!=VALUE or !KEY' });
  }
  return threeParts(text, first, rest);
}

function threeParts(text: string, kind: string, rest: string): Result<Meaning, EndProblem> {
  const [namespace = '', name = '', more] = rest.split('/');
  if (!NAME.test(namespace) || !NAME.test(name) || more !== undefined) {
    return err({ message: `"${text}" names nothing`, hint: FORMS });
  }
  const named = Object.hasOwn(NAMED, kind) ? NAMED[kind] : undefined;
  if (named !== undefined) return ok({ kind: named, namespace, name });
  const workload = Object.hasOwn(WORKLOADS, kind) ? WORKLOADS[kind] : undefined;
  if (workload !== undefined) return ok({ kind: 'workload', workload, namespace, name });
  return err({
    message: `"${kind}" is no kind of end`,
    hint: suggestion(kind, KINDS) ?? `kinds are ${KINDS.join(', ')}`,
  });
}
