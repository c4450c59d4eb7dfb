/** Faults of AdminNetworkPolicies and of the BaselineAdminNetworkPolicy. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';
import { rewriteRows } from './restart.js';

interface AboutAdmin {
  readonly kind: string;
  readonly name: string;
}

const look = ({ kind, name }: AboutAdmin): string => `kubectl describe ${kind.toLowerCase()} ${name}`;
const edit = (args: AboutAdmin, text: string): readonly Remedy[] => [
  { text, commands: [`kubectl edit ${args.kind.toLowerCase()} ${args.name}`] },
];

export const EQUAL_PRIORITIES = defineFinding<{ readonly names: readonly string[]; readonly priority: number }>({
  code: 'OVN6030',
  level: 'warning',
  title: 'AdminNetworkPolicies have the same priority',
  text: ({ names, priority }) =>
    `AdminNetworkPolicies ${names.join(', ')} have priority ${priority}: where they contradict each other it is left to chance which one holds.`,
  remedy: ({ names }) => [
    {
      text: 'Give each its own priority, a smaller one to the policy that should win, in place of NUMBER.',
      commands: names
        .slice(1)
        .map((name) => `kubectl patch adminnetworkpolicy ${name} --type merge -p '{"spec":{"priority":NUMBER}}'`),
    },
  ],
});

export const PRIORITY_UNSUPPORTED = defineFinding<{ readonly name: string; readonly priority: number }>({
  code: 'OVN6031',
  level: 'error',
  title: 'An AdminNetworkPolicy is ignored because of its priority',
  text: ({ name, priority }) =>
    `AdminNetworkPolicy ${name} has priority ${priority}. OVN-Kubernetes supports 0 to 99 and does nothing for others.`,
  remedy: ({ name }) => [
    {
      text: 'Give it a priority from 0 (first) to 99 that no other policy has, in place of NUMBER.',
      commands: [
        'kubectl get adminnetworkpolicies',
        `kubectl patch adminnetworkpolicy ${name} --type merge -p '{"spec":{"priority":NUMBER}}'`,
      ],
    },
  ],
});

export const ADMIN_NOT_READY = defineFinding<
  AboutAdmin & { readonly zone: string; readonly reason: string; readonly message: string }
>({
  code: 'OVN6032',
  level: 'error',
  title: 'An admin policy is not set up in a zone',
  text: ({ kind, name, zone, reason, message }) =>
    `${kind} ${name} is not ready in zone ${zone}: ${reason}: ${message}.`,
  remedy: (args) => rewriteRows(args.zone, [look(args)]),
});

export const ADMIN_ROWS_MISSING = defineFinding<AboutAdmin & { readonly zone: string; readonly what: string }>({
  code: 'OVN6033',
  level: 'error',
  title: 'Rows of an admin policy are missing',
  text: ({ kind, name, zone, what }) => `Zone ${zone} has no ${what} of ${kind} ${name}: it does not hold there.`,
  remedy: (args) => rewriteRows(args.zone, [look(args)]),
});

export const ADMIN_ROWS_STALE = defineFinding<AboutAdmin & { readonly zone: string; readonly what: string }>({
  code: 'OVN6034',
  level: 'error',
  title: 'Rows of an admin policy are left over',
  text: ({ kind, name, zone, what }) => `Zone ${zone} still has ${what} of ${kind} ${name}, and holds pods to it.`,
  remedy: (args) => rewriteRows(args.zone, [`kubectl get ${args.kind.toLowerCase()}`]),
});

export const BASELINE_NOT_DEFAULT = defineFinding<{ readonly name: string }>({
  code: 'OVN6035',
  level: 'warning',
  title: 'A BaselineAdminNetworkPolicy is not named "default"',
  text: ({ name }) =>
    `BaselineAdminNetworkPolicy ${name} is ignored: there is one for the cluster, and it is called "default".`,
  remedy: ({ name }) => [
    {
      text: 'Move its rules into the one called "default", and delete it.',
      commands: [
        `kubectl get baselineadminnetworkpolicy ${name} -o yaml`,
        'kubectl edit baselineadminnetworkpolicy default',
        `kubectl delete baselineadminnetworkpolicy ${name}`,
      ],
    },
  ],
});

export const ADMIN_SELECTS_NOTHING = defineFinding<AboutAdmin & { readonly what: string; readonly selector: string }>({
  code: 'OVN6036',
  level: 'info',
  title: 'A selector of an admin policy selects nothing',
  text: ({ kind, name, what, selector }) => `${what} of ${kind} ${name} selects nothing: ${selector}.`,
  remedy: (args) => edit(args, 'Compare the labels of namespaces, pods and nodes; correct the selector.'),
});

export const NETWORKS_OF_PODS = defineFinding<
  AboutAdmin & { readonly what: string; readonly cidrs: readonly string[] }
>({
  code: 'OVN6037',
  level: 'warning',
  title: 'An admin policy means pods by their addresses',
  text: ({ kind, name, what, cidrs }) =>
    `${what} of ${kind} ${name} has the networks ${cidrs.join(', ')}, where pods have their addresses. Networks are for what is outside ` +
    'the cluster; pods change their addresses.',
  remedy: (args) => edit(args, 'Name pods by namespaces or pods, and keep networks for what is outside.'),
});
