import type { Fault } from '../faults.js';
import { podIn } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const fault =
  (analyzer: string) =>
  (name: string, change: Fault['change'], finds: readonly string[], says: Fault['says'] = []): Fault => ({
    analyzer,
    name,
    change,
    finds,
    says,
  });

const POLICY = 'NetworkPolicy/shop/allow-web';

/** The specification of the only policy, changed. */
const spec =
  (change: Record<string, unknown>): Fault['change'] =>
  ({ objects }) => {
    const [policy] = objects.networkpolicies;
    policy!['spec'] = { ...(policy!['spec'] as object), ...change };
  };

const both =
  (...changes: readonly Fault['change'][]): Fault['change'] =>
  (cluster) => {
    for (const change of changes) change(cluster);
  };

const match =
  (text: string): Fault['change'] =>
  ({ zones }) => {
    for (const { nb } of Object.values(zones)) nb['ACL']!['acl-1']!['match'] = text;
  };

const declares =
  (node: 'a' | 'b', port: number): Fault['change'] =>
  (cluster) => {
    (podIn(cluster, node)['spec'] as { containers: unknown }).containers = [
      { name: 'c', ports: [{ name: 'http', containerPort: port }] },
    ];
  };

const named = fault('policies/named-ports');
const byName = spec({ ingress: [{ ports: [{ port: 'http' }] }] });

const NAMED: readonly Fault[] = [
  named(
    'alone it opens all',
    both(byName, declares('a', 8080), declares('b', 8080), match('(ip4 || ip6) && tcp && outport == @pg1')),
    [`OVN6020=${POLICY}`],
    ['allows every TCP port, not just 8080', 'http: 8080/TCP'],
  ),
  named(
    'beside another it is left out',
    both(byName, declares('a', 9090), declares('b', 9090)),
    [`OVN6021=${POLICY}`],
    ['stands for 9090', 'tcp.dst==8080'],
  ),
  named('the number is allowed anyhow', both(byName, declares('a', 8080), declares('b', 8080)), []),
  named(
    'so is one in a range and in a list',
    both(
      byName,
      declares('a', 8080),
      declares('b', 8080),
      match('ip4 && tcp && (tcp.dst=={80,443} || 8000<=tcp.dst<=8090) && outport == @pg1'),
    ),
    [],
  ),
  named('nobody declares it', byName, [`OVN6022=${POLICY}`], ['shop/web-a']),
  named(
    'pods declare different numbers',
    both(byName, declares('a', 8080), declares('b', 9090), match('tcp && tcp.dst=={8080,9090}')),
    [`OVN6023=${POLICY}`],
    ['8080 in shop/web-a, 9090 in shop/web-b'],
  ),
  named(
    'of the pods that may be reached',
    both(
      spec({ policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }], ports: [{ port: 'http' }] }] }),
      declares('a', 8080),
      declares('b', 8080),
    ),
    [],
  ),
];

const effect = fault('policies/no-effect');

const EFFECT: readonly Fault[] = [
  effect(
    'no pod has the label',
    spec({ podSelector: { matchLabels: { app: 'wbe' } } }),
    [`OVN6040=${POLICY}`],
    ['app=wbe'],
  ),
  effect(
    'a pod of the host is selected',
    (cluster) => {
      (podIn(cluster, 'b')['spec'] as { hostNetwork: boolean }).hostNetwork = true;
    },
    [`OVN6041=${POLICY}`],
    ['shop/web-b'],
  ),
  effect(
    'a block of pods, an exception of pods',
    spec({
      ingress: [
        { from: [{ ipBlock: { cidr: '10.244.1.5/32' } }] },
        { from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.244.2.0/24'] } }] },
        { from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] },
      ],
    }),
    [`OVN6042=${POLICY}`, `OVN6042=${POLICY}`],
    ['10.244.1.5/32', '10.244.2.0/24'],
  ),
  effect(
    'egress rules without the type',
    spec({ egress: [{ to: [{ podSelector: {} }] }] }),
    [`OVN6043=${POLICY}`],
    ['egress stays open', 'policyTypes are Ingress'],
  ),
  effect(
    'a namespace and a pod that are not there',
    spec({
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { team: 'x' } } },
            { podSelector: { matchLabels: { app: 'y' } } },
            { namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } },
          ],
        },
      ],
    }),
    [`OVN6044=${POLICY}`, `OVN6044=${POLICY}`],
    ['selects no namespace: namespaceSelector: team=x', 'selects no pod: podSelector: app=y'],
  ),
  {
    analyzer: 'policies/no-effect',
    name: 'there are no policies',
    change: ({ objects }) => {
      objects.networkpolicies = [];
    },
    finds: [],
    outcome: 'skipped',
  },
];

const logging = fault('policies/logging');

const annotated =
  (text: string): Fault['change'] =>
  ({ objects }) => {
    (objects.namespaces[0]!['metadata'] as Record<string, unknown>)['annotations'] = {
      'k8s.ovn.org/acl-logging': text,
    };
  };

const logs =
  (deny: Record<string, string | boolean>, allow: Record<string, string | boolean> = {}): Fault['change'] =>
  ({ zones }: SmallCluster) => {
    for (const { nb } of Object.values(zones)) {
      Object.assign(nb['ACL']!['acl-deny']!, deny);
      Object.assign(nb['ACL']!['acl-1']!, allow);
    }
  };

const LOGGING: readonly Fault[] = [
  logging('the annotation is not JSON', annotated('{deny: alert}'), ['OVN6050=Namespace/shop'], ['is not JSON']),
  logging('the annotation is a list', annotated('["alert"]'), ['OVN6050=Namespace/shop'], ['not a JSON object']),
  logging(
    'a severity that is none',
    both(annotated('{"deny":"critical","allow":""}')),
    ['OVN6051=Namespace/shop'],
    ['"critical"'],
  ),
  logging(
    'logged otherwise and though not asked',
    both(annotated('{"deny":"alert"}'), logs({}, { log: true, severity: 'info' })),
    Array<string>(4).fill('OVN6052=Namespace/shop'),
    ['logs nothing; by the annotation of Namespace shop it should log alert', 'logs info;', 'should log nothing'],
  ),
  logging(
    'as asked',
    both(
      annotated('{"deny":"alert","allow":"notice"}'),
      logs({ log: true, severity: 'alert' }, { log: true, severity: 'notice' }),
    ),
    [],
  ),
  logging(
    'without the meter',
    both(annotated('{"deny":"alert"}'), logs({ log: true, severity: 'alert', meter: '' })),
    ['OVN6053=Namespace/shop', 'OVN6053=Namespace/shop'],
    ['without a meter'],
  ),
  logging(
    'another rate than configured',
    (cluster) => {
      cluster.configuration = { 'ovnkube-config': { 'ovnkube.conf': '[logging]\nacl-logging-rate-limit=50\n' } };
    },
    ['OVN6054=Meter/acl-logging', 'OVN6054=Meter/acl-logging'],
    ['20 packets a second', 'acl-logging-rate-limit=50'],
  ),
  logging(
    'a namespace without a policy, an admin policy that is not logged',
    ({ objects, zones }) => {
      objects.namespaces.push({
        metadata: { name: 'empty', annotations: { 'k8s.ovn.org/acl-logging': '{"deny":"alert"}' } },
      });
      objects.adminnetworkpolicies.push({
        metadata: { name: 'guard', annotations: { 'k8s.ovn.org/acl-logging': '{"pass":"debug"}' } },
        spec: { subject: { namespaces: {} }, priority: 1 },
      });
      const { nb } = zones['a']!;
      nb['Port_Group']!['pg-anp'] = {
        name: 'pganp',
        acls: ['uuid', 'acl-anp'],
        external_ids: [
          'map',
          [
            ['k8s.ovn.org/owner-type', 'AdminNetworkPolicy'],
            ['k8s.ovn.org/name', 'guard'],
          ],
        ],
      };
      nb['ACL']!['acl-anp'] = { name: 'ANP:guard:Ingress:0', action: 'pass', match: 'ip4' };
    },
    ['OVN6052=AdminNetworkPolicy/guard', 'OVN6055=Namespace/empty'],
    ['should log debug', 'neither a NetworkPolicy nor an EgressFirewall'],
  ),
];

export const MEANING_FAULTS: readonly Fault[] = [...NAMED, ...EFFECT, ...LOGGING];
