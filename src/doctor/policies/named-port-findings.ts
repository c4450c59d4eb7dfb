/** Faults of NetworkPolicies that give a port by its name. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';

interface NamedPort {
  readonly namespace: string;
  readonly name: string;
  readonly direction: string;
  readonly rule: number;
  readonly port: string;
  readonly protocol: string;
}

const where = ({ namespace, name, direction, rule, port, protocol }: NamedPort): string =>
  `Port "${port}" (${protocol}) of ${direction.toLowerCase()} rule ${rule} of NetworkPolicy ${namespace}/${name}`;

const giveNumber = ({ namespace, name }: NamedPort, numbers: readonly number[]): readonly Remedy[] => [
  {
    text: `Give the port by its number${numbers.length === 0 ? '' : `: ${numbers.join(', ')}`}. OVN-Kubernetes has never resolved names of ports in NetworkPolicies.`,
    commands: [`kubectl -n ${namespace} edit networkpolicy ${name}`],
  },
];

export const NAMED_PORT_OPENS_ALL = defineFinding<
  NamedPort & { readonly numbers: readonly number[]; readonly match: string }
>({
  code: 'OVN6020',
  level: 'error',
  title: 'A named port opens every port',
  text: (args) =>
    `${where(args)} is not looked up: the rule allows every ${args.protocol} port${args.numbers.length === 0 ? '' : `, not just ${args.numbers.join(', ')}`}.`,
  remedy: (args) => giveNumber(args, args.numbers),
});

export const NAMED_PORT_IGNORED = defineFinding<NamedPort & { readonly numbers: readonly number[] }>({
  code: 'OVN6021',
  level: 'error',
  title: 'A named port is left out of its rule',
  text: (args) =>
    `${where(args)} stands for ${args.numbers.join(', ')}, which the ACL does not allow: beside ports with numbers, one with a name is ` +
    'passed over.',
  remedy: (args) => giveNumber(args, args.numbers),
});

export const NAMED_PORT_UNKNOWN = defineFinding<NamedPort & { readonly pods: readonly string[] }>({
  code: 'OVN6022',
  level: 'warning',
  title: 'No pod declares the named port of a NetworkPolicy',
  text: (args) =>
    `${where(args)} is declared by none of the pods that it is about (${args.pods.slice(0, 5).join(', ')}${args.pods.length > 5 ? ', …' : ''}).`,
  remedy: (args) => giveNumber(args, []),
});

export const NAMED_PORT_DIFFERS = defineFinding<NamedPort & { readonly resolved: readonly string[] }>({
  code: 'OVN6023',
  level: 'warning',
  title: 'A named port stands for different numbers',
  text: (args) => `${where(args)} is ${args.resolved.join(', ')}: one number cannot stand for it.`,
  remedy: (args) => giveNumber(args, []),
});
