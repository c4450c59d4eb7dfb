/** NetworkPolicies that do not do what they seem to say. */
import { defineFinding } from '../finding.js';

interface AboutPolicy {
  readonly namespace: string;
  readonly name: string;
}

const named = ({ namespace, name }: AboutPolicy): string => `NetworkPolicy ${namespace}/${name}`;

export const SELECTS_NO_PODS = defineFinding<AboutPolicy & { readonly selector: string }>({
  code: 'OVN6040',
  level: 'info',
  title: 'A NetworkPolicy selects no pods',
  text: (args) => `${named(args)} is for pods with ${args.selector}; namespace ${args.namespace} has none.`,
  remedy: ({ namespace, name }) => [
    {
      text: 'Compare the labels, and correct the selector or remove the policy.',
      commands: [
        `kubectl -n ${namespace} get pods --show-labels`,
        `kubectl -n ${namespace} edit networkpolicy ${name}`,
      ],
    },
  ],
});

export const SELECTS_HOST_PODS = defineFinding<AboutPolicy & { readonly pods: readonly string[] }>({
  code: 'OVN6041',
  level: 'info',
  title: 'A NetworkPolicy selects pods on the network of their host',
  text: (args) =>
    `${named(args)} selects ${args.pods.join(', ')}, which ${args.pods.length === 1 ? 'uses' : 'use'} the network of the host: no policy holds for them.`,
  remedy: ({ namespace, name }) => [
    {
      text: "Exclude them in the selector, so that nobody relies on it; guard ports of hosts with the host's own firewall.",
      commands: [`kubectl -n ${namespace} edit networkpolicy ${name}`],
    },
  ],
});

export const BLOCK_OF_PODS = defineFinding<
  AboutPolicy & { readonly direction: string; readonly rule: number; readonly cidrs: readonly string[] }
>({
  code: 'OVN6042',
  level: 'warning',
  title: 'A NetworkPolicy means pods by their addresses',
  text: (args) =>
    `${args.direction} rule ${args.rule} of ${named(args)} has an ipBlock with ${args.cidrs.join(', ')}, where pods have their addresses. Pods ` +
    'change their addresses, and what reaches them through a service may come with that of a node.',
  remedy: ({ namespace, name }) => [
    {
      text: 'Name pods by selectors; keep ipBlock for what is outside the cluster.',
      commands: [`kubectl -n ${namespace} edit networkpolicy ${name}`],
    },
  ],
});

export const RULES_WITHOUT_TYPE = defineFinding<
  AboutPolicy & { readonly direction: string; readonly rules: number; readonly types: readonly string[] }
>({
  code: 'OVN6043',
  level: 'warning',
  title: 'Rules of a NetworkPolicy are ignored',
  text: (args) =>
    `${named(args)} has ${args.rules} ${args.direction.toLowerCase()} ${args.rules === 1 ? 'rule' : 'rules'}, but its policyTypes are ${args.types.join(', ')}: ${args.direction.toLowerCase()} stays open.`,
  remedy: ({ namespace, name, types, direction }) => [
    {
      text: `Add ${direction} to policyTypes, or remove the rules. With it, what they do not allow is dropped.`,
      commands: [
        `kubectl -n ${namespace} patch networkpolicy ${name} --type merge -p '{"spec":{"policyTypes":${JSON.stringify([...types, direction])}}}'`,
      ],
    },
  ],
});

export const PEER_SELECTS_NOTHING = defineFinding<
  AboutPolicy & {
    readonly direction: string;
    readonly rule: number;
    readonly peer: string;
    readonly namespaces: boolean;
  }
>({
  code: 'OVN6044',
  level: 'info',
  title: 'A peer of a NetworkPolicy selects nothing',
  text: (args) =>
    `A peer of ${args.direction.toLowerCase()} rule ${args.rule} of ${named(args)} selects no ${args.namespaces ? 'namespace' : 'pod'}: ${args.peer}.`,
  remedy: ({ namespace, name, namespaces }) => [
    {
      text: 'Compare the labels; a namespace has just the label kubernetes.io/metadata.name unless somebody gives it more.',
      commands: [
        namespaces ? 'kubectl get namespaces --show-labels' : 'kubectl get pods -A --show-labels',
        `kubectl -n ${namespace} edit networkpolicy ${name}`,
      ],
    },
  ],
});
