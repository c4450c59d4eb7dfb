/** Faults of EgressQoS objects. */
import { defineFinding } from '../finding.js';
import { rewriteRows } from '../policies/restart.js';

interface AtRule {
  readonly namespace: string;
  readonly rule: number;
  readonly zone: string;
  readonly node: string;
}

const look = (namespace: string): readonly string[] => [`kubectl -n ${namespace} get egressqos default -o yaml`];

export const QOS_NOT_DEFAULT = defineFinding<{ readonly namespace: string; readonly name: string }>({
  code: 'OVN7060',
  level: 'error',
  title: 'An EgressQoS is not named "default"',
  text: ({ namespace, name }) =>
    `EgressQoS ${namespace}/${name} is ignored: a namespace has one, and it is called "default".`,
  remedy: ({ namespace, name }) => [
    {
      text: 'Move its rules into the one called "default", and delete it.',
      commands: [
        `kubectl -n ${namespace} get egressqos ${name} -o yaml`,
        `kubectl -n ${namespace} delete egressqos ${name}`,
      ],
    },
  ],
});

export const QOS_RULE_MISSING = defineFinding<AtRule & { readonly dscp: number }>({
  code: 'OVN7061',
  level: 'error',
  title: 'A rule of an EgressQoS is missing on a node',
  text: ({ namespace, rule, zone, node, dscp }) =>
    `The switch of node ${node} in zone ${zone} has no row for rule ${rule} of the EgressQoS of namespace ${namespace}: packets there are not marked ` +
    `with DSCP ${dscp}.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, look(namespace)),
});

export const QOS_RULE_STALE = defineFinding<AtRule & { readonly match: string }>({
  code: 'OVN7062',
  level: 'error',
  title: 'A rule is left over from an earlier EgressQoS',
  text: ({ namespace, rule, zone, node, match }) =>
    `The switch of node ${node} in zone ${zone} still marks "${match}" for rule ${rule} of namespace ${namespace}, whose EgressQoS has no such rule.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, [`kubectl -n ${namespace} get egressqoses`]),
});

export const QOS_MARK_DIFFERS = defineFinding<AtRule & { readonly dscp: number; readonly has: string }>({
  code: 'OVN7063',
  level: 'error',
  title: 'An EgressQoS rule marks with another value',
  text: ({ namespace, rule, zone, node, dscp, has }) =>
    `Rule ${rule} of the EgressQoS of namespace ${namespace} says DSCP ${dscp}; the row on node ${node} in zone ${zone} says ${has}.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, look(namespace)),
});

export const QOS_NOT_READY = defineFinding<{
  readonly namespace: string;
  readonly zone: string;
  readonly message: string;
}>({
  code: 'OVN7064',
  level: 'error',
  title: 'An EgressQoS is not set up in a zone',
  text: ({ namespace, zone, message }) =>
    `The EgressQoS of namespace ${namespace} is not ready in zone ${zone}: ${message}.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, [`kubectl -n ${namespace} describe egressqos default`]),
});
