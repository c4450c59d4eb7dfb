/** Faults of the rows that stand for NetworkPolicies. */
import { defineFinding } from '../finding.js';
import { rewriteRows } from './restart.js';

interface AboutPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly zone: string;
}

const look = ({ namespace, name }: AboutPolicy): readonly string[] => [
  `kubectl -n ${namespace} describe networkpolicy ${name}`,
];

export const POLICY_WITHOUT_GROUP = defineFinding<AboutPolicy>({
  code: 'OVN6001',
  level: 'error',
  title: 'A NetworkPolicy is not set up in a zone',
  text: ({ namespace, name, zone }) =>
    `Zone ${zone} has no port group for NetworkPolicy ${namespace}/${name}: none of its rules holds for the pods of that zone.`,
  remedy: (args) => rewriteRows(args.zone, look(args)),
});

export const DEFAULT_DENY_MISSING = defineFinding<{
  readonly namespace: string;
  readonly direction: string;
  readonly zone: string;
  readonly policies: readonly string[];
}>({
  code: 'OVN6002',
  level: 'error',
  title: 'Pods that a NetworkPolicy isolates are open',
  text: ({ namespace, direction, zone, policies }) =>
    `Zone ${zone} has no rule that drops ${direction.toLowerCase()} traffic of the pods that ${policies.join(', ')} of namespace ` +
    `${namespace} select: what these policies do not allow passes all the same.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, [`kubectl -n ${namespace} get networkpolicies`]),
});

export const POLICY_RULE_MISSING = defineFinding<
  AboutPolicy & { readonly direction: string; readonly rule: number; readonly what: string }
>({
  code: 'OVN6003',
  level: 'error',
  title: 'A rule of a NetworkPolicy is missing',
  text: ({ namespace, name, zone, direction, rule, what }) =>
    `Zone ${zone} has no ACL for ${what} of ${direction.toLowerCase()} rule ${rule} of NetworkPolicy ${namespace}/${name}: what the rule ` +
    'allows is dropped there.',
  remedy: (args) => rewriteRows(args.zone, look(args)),
});

export const STALE_POLICY_ROWS = defineFinding<AboutPolicy & { readonly ports: number }>({
  code: 'OVN6004',
  level: 'error',
  title: 'Rows of a NetworkPolicy that is gone still apply',
  text: ({ namespace, name, zone, ports }) =>
    `Zone ${zone} still holds ${ports} ${ports === 1 ? 'pod' : 'pods'} to ${name === '' ? `the isolation of namespace ${namespace}, where no NetworkPolicy asks for it` : `NetworkPolicy ${namespace}/${name}, which does not exist`}.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, [`kubectl -n ${namespace} get networkpolicies`]),
});

export const STALE_POLICY_RULE = defineFinding<
  AboutPolicy & { readonly direction: string; readonly rule: number; readonly match: string }
>({
  code: 'OVN6005',
  level: 'error',
  title: 'A rule is left over from an earlier form of a NetworkPolicy',
  text: ({ namespace, name, zone, direction, rule, match }) =>
    `Zone ${zone} still allows ${match} for ${direction.toLowerCase()} rule ${rule} of NetworkPolicy ${namespace}/${name}, which has no ` +
    'such rule.',
  remedy: (args) => rewriteRows(args.zone, look(args)),
});
