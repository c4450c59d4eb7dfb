/** Faults of EgressFirewalls: their rows, and what their rules say. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';
import { rewriteRows } from './restart.js';

interface AboutFirewall {
  readonly namespace: string;
}

interface AtRule extends AboutFirewall {
  readonly rule: number;
}

const edit = (namespace: string): string => `kubectl -n ${namespace} edit egressfirewall default`;
const look = (namespace: string): readonly string[] => [`kubectl -n ${namespace} get egressfirewall default -o yaml`];

/** The command that puts an Allow in front of a rule. */
const allowBefore = (
  { namespace, rule, address, port }: AtRule & { readonly address: string; readonly port: number },
  protocols: readonly string[],
): readonly Remedy[] => {
  const value = {
    type: 'Allow',
    to: { cidrSelector: `${address}/${address.includes(':') ? '128' : '32'}` },
    ports: protocols.map((protocol) => ({ protocol, port })),
  };
  const patch = JSON.stringify([{ op: 'add', path: `/spec/egress/${rule}`, value }]);
  return [
    {
      text: 'Allow it before that rule; where there are several such addresses, each of them.',
      commands: [`kubectl -n ${namespace} patch egressfirewall default --type json -p '${patch}'`],
    },
  ];
};

export const FIREWALL_NOT_DEFAULT = defineFinding<AboutFirewall & { readonly name: string }>({
  code: 'OVN6060',
  level: 'error',
  title: 'An EgressFirewall is not named "default"',
  text: ({ namespace, name }) =>
    `EgressFirewall ${namespace}/${name} is ignored: a namespace has one, and it is called "default".`,
  remedy: ({ namespace, name }) => [
    {
      text: 'Move its rules into the one called "default", and delete it.',
      commands: [
        `kubectl -n ${namespace} get egressfirewall ${name} -o yaml`,
        `kubectl -n ${namespace} delete egressfirewall ${name}`,
      ],
    },
  ],
});

export const FIREWALL_RULE_MISSING = defineFinding<AtRule & { readonly zone: string; readonly to: string }>({
  code: 'OVN6061',
  level: 'error',
  title: 'A rule of an EgressFirewall is missing',
  text: ({ namespace, rule, zone, to }) =>
    `Zone ${zone} has no ACL for rule ${rule} (${to}) of the EgressFirewall of namespace ${namespace}.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, look(namespace)),
});

export const FIREWALL_ROWS_STALE = defineFinding<AtRule & { readonly zone: string; readonly match: string }>({
  code: 'OVN6062',
  level: 'error',
  title: 'A rule is left over from an earlier EgressFirewall',
  text: ({ namespace, rule, zone, match }) =>
    `Zone ${zone} still applies rule ${rule} (${match}) to namespace ${namespace}; its EgressFirewall has no such rule.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, [`kubectl -n ${namespace} get egressfirewalls`]),
});

export const FIREWALL_RULE_DIFFERS = defineFinding<
  AtRule & { readonly zone: string; readonly wanted: string; readonly has: string }
>({
  code: 'OVN6063',
  level: 'error',
  title: 'A rule of an EgressFirewall is set up otherwise',
  text: ({ namespace, rule, zone, wanted, has }) =>
    `Rule ${rule} of the EgressFirewall of namespace ${namespace} says ${wanted}; its ACL in zone ${zone} says ${has}.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, look(namespace)),
});

export const FIREWALL_NOT_APPLIED = defineFinding<
  AboutFirewall & { readonly status: string; readonly messages: readonly string[] }
>({
  code: 'OVN6064',
  level: 'error',
  title: 'An EgressFirewall is not applied everywhere',
  text: ({ namespace, status, messages }) =>
    `The EgressFirewall of namespace ${namespace} says: ${status}${messages.length === 0 ? '' : ` (${messages.join('; ')})`}.`,
  remedy: ({ namespace }) => [
    {
      text: 'Correct the rule that the message names; the rules of the zones that failed are not in force.',
      commands: [`kubectl -n ${namespace} describe egressfirewall default`, edit(namespace)],
    },
  ],
});

export const FIREWALL_NAME_EMPTY = defineFinding<
  AtRule & { readonly dnsName: string; readonly zone: string; readonly type: string }
>({
  code: 'OVN6065',
  level: 'warning',
  title: 'The DNS name of an EgressFirewall rule has no addresses',
  text: ({ namespace, rule, dnsName, zone, type }) =>
    `Zone ${zone} knows no address of ${dnsName}: rule ${rule} of the EgressFirewall of namespace ${namespace} ${type === 'Allow' ? 'allows' : 'denies'} nothing.`,
  remedy: ({ namespace, dnsName }) => [
    {
      text: 'See whether the name resolves with the resolver of the OVN-Kubernetes pods; wildcards need the DNSNameResolver of CoreDNS.',
      commands: [`kubectl -n ${namespace} run lookup --rm -it --restart=Never --image=busybox -- nslookup ${dnsName}`],
    },
  ],
});

export const FIREWALL_DENIES_API = defineFinding<
  AtRule & { readonly cidr: string; readonly address: string; readonly port: number }
>({
  code: 'OVN6070',
  level: 'warning',
  title: 'An EgressFirewall denies the API server',
  text: ({ namespace, rule, cidr, address, port }) =>
    `Rule ${rule} (${cidr}) of the EgressFirewall of namespace ${namespace} denies ${address} port ${port}, where the API server is: pods that ` +
    'talk to Kubernetes fail.',
  remedy: (args) => allowBefore(args, ['TCP']),
});

export const FIREWALL_DENIES_DNS = defineFinding<
  AtRule & { readonly cidr: string; readonly address: string; readonly port: number }
>({
  code: 'OVN6071',
  level: 'warning',
  title: 'An EgressFirewall denies DNS',
  text: ({ namespace, rule, cidr, address, port }) =>
    `Rule ${rule} (${cidr}) of the EgressFirewall of namespace ${namespace} denies ${address} port ${port}, where the cluster's DNS is: names do ` +
    'not resolve there.',
  remedy: (args) => allowBefore(args, ['UDP', 'TCP']),
});

export const FIREWALL_ONE_FAMILY = defineFinding<
  AtRule & { readonly denied: string; readonly open: string; readonly cidr: string }
>({
  code: 'OVN6072',
  level: 'warning',
  title: 'An EgressFirewall closes one address family only',
  text: ({ namespace, rule, denied, open }) =>
    `Rule ${rule} of the EgressFirewall of namespace ${namespace} denies all of ${denied}, but nothing denies ${open}, which the cluster has as ` +
    'well: pods reach everything over it.',
  remedy: ({ namespace, cidr }) => [
    {
      text: 'Deny the other family in a last rule, after what it may reach.',
      commands: [
        `kubectl -n ${namespace} patch egressfirewall default --type json -p '[{"op":"add","path":"/spec/egress/-","value":{"type":"Deny","to":{"cidrSelector":"${cidr}"}}}]'`,
      ],
    },
  ],
});

export const FIREWALL_RULE_UNREACHED = defineFinding<
  AtRule & { readonly by: number; readonly to: string; readonly cidr: string }
>({
  code: 'OVN6073',
  level: 'warning',
  title: 'A rule of an EgressFirewall is never reached',
  text: ({ namespace, rule, by, to, cidr }) =>
    `Rule ${rule} (${to}) of the EgressFirewall of namespace ${namespace} is never reached: rule ${by} (${cidr}) decides before. The first rule that ` +
    'matches holds.',
  remedy: ({ namespace, rule, by }) => [
    { text: `Move rule ${rule} before rule ${by}, or remove it.`, commands: [edit(namespace)] },
  ],
});
