import type { Fault } from '../faults.js';
import { owned, strings, uuids } from '../small-cluster.js';

const fault =
  (analyzer: string) =>
  (name: string, change: Fault['change'], finds: readonly string[], says: Fault['says'] = []): Fault => ({
    analyzer,
    name,
    change,
    finds,
    says,
  });

const FIREWALL = 'EgressFirewall/shop/default';

interface Rule {
  readonly type: 'Allow' | 'Deny';
  readonly to: Record<string, unknown>;
  readonly ports?: readonly unknown[];
}

const to = (type: Rule['type'], cidrSelector: string, ports?: readonly unknown[]): Rule => ({
  type,
  to: { cidrSelector },
  ...(ports === undefined ? {} : { ports }),
});

/** The namespace's firewall, with one ACL for each of `rows`, in both zones. */
const firewall =
  (
    egress: readonly Rule[],
    rows: readonly (readonly [action: string, match: string])[] = [],
    status?: unknown,
    name = 'default',
  ): Fault['change'] =>
  ({ objects, zones }) => {
    objects.egressfirewalls.push({ metadata: { name, namespace: 'shop' }, spec: { egress }, status });
    for (const { nb } of Object.values(zones)) {
      rows.forEach(([action, match], index) => {
        nb['ACL']![`acl-ef-${String(index)}`] = {
          name: `EF:shop:${String(index)}`,
          action,
          match,
          priority: 10000 - index,
          external_ids: owned('EgressFirewall', 'shop', { 'rule-index': String(index) }),
        };
      });
      nb['Port_Group']!['pg-shop']!['acls'] = uuids(...rows.map((_, index) => `acl-ef-${String(index)}`));
    }
  };

const both =
  (...changes: readonly Fault['change'][]): Fault['change'] =>
  (cluster) => {
    for (const change of changes) change(cluster);
  };

const twice = (key: string): readonly string[] => [key, key];

const rows = fault('policies/firewall-rows');

const named = { type: 'Allow', to: { dnsName: 'www.example.com' } } as const;

const ROWS: readonly Fault[] = [
  rows(
    'all is well',
    firewall(
      [to('Allow', '203.0.113.0/24'), { type: 'Deny', to: { nodeSelector: { matchLabels: { x: 'y' } } } }],
      [['allow', '(ip4.dst == 203.0.113.0/24) && inport == @pgshop']],
      { status: 'EgressFirewall Rules applied', messages: [] },
    ),
    [],
  ),
  rows('another name', firewall([], [], undefined, 'mine'), ['OVN6060=EgressFirewall/shop/mine'], ['"default"']),
  rows('a rule without ACL', firewall([to('Deny', '0.0.0.0/0')]), twice(`OVN6061=${FIREWALL}`), ['rule 0 (0.0.0.0/0)']),
  rows(
    'the firewall is gone',
    both(firewall([], [['drop', 'ip4.dst == 0.0.0.0/0']]), ({ objects }) => {
      objects.egressfirewalls = [];
    }),
    twice(`OVN6062=${FIREWALL}`),
    ['still applies rule 0'],
  ),
  rows(
    'another action, another destination',
    firewall(
      [to('Deny', '203.0.113.0/24'), to('Deny', '2001:db8::/32')],
      [
        ['allow', '(ip4.dst == 203.0.113.0/24) && inport == @pgshop'],
        ['drop', '(ip6.dst == 2001:db9::/32) && inport == @pgshop'],
      ],
    ),
    [...twice(`OVN6063=${FIREWALL}`), ...twice(`OVN6063=${FIREWALL}`)],
    ['says Deny 203.0.113.0/24', '2001:db9::/32'],
  ),
  rows(
    'a zone could not apply it',
    firewall([], [], { status: 'EgressFirewall Rules not correctly applied', messages: ['b: cannot parse'] }),
    [`OVN6064=${FIREWALL}`],
    ['b: cannot parse'],
  ),
  rows(
    'a name without addresses',
    both(firewall([named], [['allow', 'ip4.dst == $adns']]), ({ zones }) => {
      zones['a']!.nb['Address_Set']!['as-dns'] = {
        name: 'adns',
        addresses: strings(),
        external_ids: owned('EgressFirewallDNS', 'www.example.com', { 'ip-family': 'v4' }),
      };
    }),
    [`OVN6065=${FIREWALL}`],
    ['no address of www.example.com', 'allows nothing'],
  ),
];

const rules = fault('policies/firewall-rules');

const closed = [to('Deny', '0.0.0.0/0'), to('Deny', '::/0')];

const serving =
  (namespace: string, service: string, address: string, port: number, protocol: string): Fault['change'] =>
  ({ objects }) => {
    objects.endpointslices.push({
      metadata: { name: service, namespace, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: '', port, protocol }],
      endpoints: [{ addresses: [address] }],
    });
  };

const api = serving('default', 'kubernetes', '172.18.0.2', 6443, 'TCP');

const RULES: readonly Fault[] = [
  rules('the API server is denied', both(api, firewall(closed)), [`OVN6070=${FIREWALL}`], ['172.18.0.2 port 6443']),
  rules(
    'the API server is allowed before',
    both(api, firewall([to('Allow', '172.18.0.0/16', [{ protocol: 'TCP', port: 6443 }]), ...closed])),
    [],
  ),
  rules(
    'the API server may be behind a name',
    both(api, firewall([{ type: 'Allow', to: { dnsName: 'api.example.com' } }, ...closed])),
    [],
  ),
  rules(
    'DNS outside the pod network is denied, DNS in pods is not',
    both(
      serving('openshift-dns', 'dns-default', '10.244.1.5', 5353, 'UDP'),
      serving('kube-system', 'kube-dns', '172.18.0.3', 53, 'UDP'),
      firewall(closed),
    ),
    [`OVN6071=${FIREWALL}`],
    ['172.18.0.3 port 53'],
  ),
  rules(
    'IPv6 is left open',
    firewall([to('Deny', '0.0.0.0/0')]),
    [`OVN6072=${FIREWALL}`],
    ['denies all of IPv4, but nothing denies IPv6'],
  ),
  rules(
    'rules behind the one that decides',
    firewall([to('Deny', '10.0.0.0/8'), to('Allow', '10.1.0.0/16'), ...closed, named]),
    [`OVN6073=${FIREWALL}`, `OVN6073=${FIREWALL}`],
    ['rule 0 (10.0.0.0/8) decides before', 'Rule 4 (www.example.com)'],
  ),
];

export const FIREWALL_FAULTS: readonly Fault[] = [...ROWS, ...RULES];
