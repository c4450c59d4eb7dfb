import type { Fault } from '../faults.js';
import { nodeIn, owned, pairs, uuids } from '../small-cluster.js';

const fault =
  (analyzer: string) =>
  (name: string, change: Fault['change'], finds: readonly string[], says: Fault['says'] = []): Fault => ({
    analyzer,
    name,
    change,
    finds,
    says,
  });

const both =
  (...changes: readonly Fault['change'][]): Fault['change'] =>
  (cluster) => {
    for (const change of changes) change(cluster);
  };

const services = fault('egress/services');

/** The service `shop/web` as a load balancer that sends from node a, with its routes. */
const sending =
  (host = 'a', ingress: readonly unknown[] = [{ ip: '192.0.2.10' }]): Fault['change'] =>
  (cluster) => {
    const { objects, zones } = cluster;
    const [service] = objects.services;
    (service!['spec'] as Record<string, unknown>)['type'] = 'LoadBalancer';
    service!['status'] = { loadBalancer: { ingress } };
    objects.egressservices.push({
      metadata: { name: 'web', namespace: 'shop' },
      spec: { sourceIPBy: 'LoadBalancerIP', nodeSelector: { matchLabels: { egress: 'yes' } } },
      status: { host },
    });
    nodeIn(cluster, 'a').labels['egress-service.k8s.ovn.org/shop-web'] = '';
    const addresses = ['10.244.1.5', 'fd00:10:244:1::5', '10.244.2.5', 'fd00:10:244:2::5'];
    for (const zone of ['a', 'b']) {
      const { nb } = zones[zone]!;
      const own = zone === 'a' ? addresses : addresses.slice(2);
      nb['Logical_Router_Policy'] = Object.fromEntries(
        own.map((address) => [
          `to-${address}`,
          {
            priority: 101,
            match: `ip${address.includes(':') ? '6' : '4'}.src == ${address}`,
            action: 'reroute',
            external_ids: pairs({ EgressSVC: zone === 'a' && own.indexOf(address) > 1 ? 'shop/web:ic' : 'shop/web' }),
          },
        ]),
      );
      nb['Logical_Router']!['lr-cluster']!['policies'] = uuids(...own.map((address) => `to-${address}`));
    }
  };

const WEB = 'EgressService/shop/web';

const SERVICES: readonly Fault[] = [
  services('all is well', sending(), []),
  services('no node sends', sending(''), [`OVN7050=${WEB}`], ['egress=yes']),
  services(
    'the service is no load balancer, another is not there',
    both(sending(), ({ objects }) => {
      (objects.services[0]!['spec'] as Record<string, unknown>)['type'] = 'ClusterIP';
      objects.egressservices.push({ metadata: { name: 'none', namespace: 'shop' }, spec: {} });
    }),
    ['OVN7051=EgressService/shop/none', `OVN7051=${WEB}`],
    ['there is none', 'it is of type ClusterIP'],
  ),
  services('no address yet', sending('a', []), [`OVN7052=${WEB}`]),
  services(
    'the host is not labelled',
    both(sending(), (cluster) => {
      delete nodeIn(cluster, 'a').labels['egress-service.k8s.ovn.org/shop-web'];
    }),
    [`OVN7053=${WEB}`],
    ['egress-service.k8s.ovn.org/shop-web'],
  ),
  services(
    'an endpoint is not routed in one zone',
    both(sending(), ({ zones }) => {
      delete zones['b']!.nb['Logical_Router_Policy']!['to-10.244.2.5'];
    }),
    [`OVN7054=${WEB}`],
    ['Zone b', 'routes 10.244.2.5 to node a'],
  ),
  services(
    'the EgressService is gone',
    both(sending(), ({ objects }) => {
      objects.egressservices = [];
    }),
    Array<string>(6).fill(`OVN7055=${WEB}`),
    ['ip4.src == 10.244.1.5'],
  ),
];

const qos = fault('egress/qos');

const marking =
  (
    egress: readonly unknown[],
    rows: readonly (readonly [priority: number, dscp: number])[],
    name = 'default',
    status: unknown = {},
  ): Fault['change'] =>
  ({ objects, zones }) => {
    objects.egressqoses.push({ metadata: { name, namespace: 'shop' }, spec: { egress }, status });
    for (const { nb } of Object.values(zones)) {
      nb['QoS'] = Object.fromEntries(
        rows.map(([priority, dscp]) => [
          `qos-${String(priority)}`,
          {
            priority,
            match: 'ip4',
            direction: 'to-lport',
            action: ['map', [['dscp', dscp]]],
            external_ids: owned('EgressQoS', 'shop', { priority: String(priority) }),
          },
        ]),
      );
      nb['Logical_Switch']!['ls-node']!['qos_rules'] = uuids(...Object.keys(nb['QoS']));
    }
  };

const QOS = 'EgressQoS/shop/default';
const rule = (dscp: number, dstCIDR?: string) => ({ dscp, ...(dstCIDR === undefined ? {} : { dstCIDR }) });

const QOSES: readonly Fault[] = [
  qos(
    'all is well',
    marking(
      [rule(46, '198.51.100.0/24'), rule(10)],
      [
        [1000, 46],
        [999, 10],
      ],
    ),
    [],
  ),
  qos('another name', marking([], [], 'mine'), ['OVN7060=EgressQoS/shop/mine']),
  qos('a rule without a row', marking([rule(46)], []), [`OVN7061=${QOS}`, `OVN7061=${QOS}`], ['node a', 'DSCP 46']),
  qos('a rule less', marking([], [[1000, 46]]), [`OVN7062=${QOS}`, `OVN7062=${QOS}`], ['rule 0']),
  qos(
    'another mark',
    marking([rule(46)], [[1000, 10]]),
    [`OVN7063=${QOS}`, `OVN7063=${QOS}`],
    ['says DSCP 46; the row on node a in zone a says 10'],
  ),
  qos(
    'a zone is not ready',
    marking([], [], 'default', { conditions: [{ type: 'Ready-In-Zone-b', status: 'False', message: 'broken' }] }),
    [`OVN7064=${QOS}`],
    ['zone b: broken'],
  ),
];

const external = fault('egress/external-routes');
const GATEWAY = '172.18.0.200';

/** Both pods go out through a gateway with BFD. */
const through =
  (hop = GATEWAY, status: unknown = { status: 'Success' }): Fault['change'] =>
  ({ objects, zones }) => {
    objects.adminpolicybasedexternalroutes.push({
      metadata: { name: 'out' },
      spec: { from: { namespaceSelector: {} }, nextHops: { static: [{ ip: hop, bfdEnabled: true }] } },
      status,
    });
    for (const [node, address] of [
      ['a', '10.244.1.5'],
      ['b', '10.244.2.5'],
    ] as const) {
      const { nb } = zones[node]!;
      nb['Logical_Router_Static_Route']!['route-out'] = {
        ip_prefix: `${address}/32`,
        nexthop: hop,
        policy: 'src-ip',
        output_port: `rtoe-GR_${node}`,
        bfd: uuids('bfd'),
      };
      nb['Logical_Router']!['lr-gateway']!['static_routes'] = uuids('route-4', 'route-6', 'route-out');
      nb['BFD'] = { bfd: { logical_port: `rtoe-GR_${node}`, dst_ip: hop, status: 'up' } };
    }
  };

const OUT = 'AdminPolicyBasedExternalRoute/out';

const EXTERNAL: readonly Fault[] = [
  external('all is well', through(), []),
  external(
    'it failed',
    through(GATEWAY, { status: 'Fail', messages: ['b: no gateway'] }),
    [`OVN7070=${OUT}`],
    ['b: no gateway'],
  ),
  external(
    'a pod is not routed',
    both(through(), ({ zones }) => {
      zones['b']!.nb['Logical_Router']!['lr-gateway']!['static_routes'] = uuids('route-4', 'route-6');
    }),
    [`OVN7071=${OUT}`],
    ['node b in zone b', 'shop/web-b'],
  ),
  external(
    'the gateway does not answer',
    both(through(), ({ zones }) => {
      for (const { nb } of Object.values(zones)) nb['BFD']!['bfd']!['status'] = 'down';
    }),
    [`OVN7072=${OUT}`],
    ['down on a, b', 'status=down'],
  ),
  external('a gateway elsewhere', through('192.0.2.1'), [`OVN7073=${OUT}`], ['172.18.0.2/16']),
  external(
    'the policy is gone',
    both(through(), ({ objects }) => {
      objects.adminpolicybasedexternalroutes = [];
    }),
    ['OVN7074=Node/a', 'OVN7074=Node/b'],
    ['10.244.1.5 (shop/web-a)'],
  ),
  external(
    'an annotation of old',
    ({ objects }) => {
      (objects.namespaces[0]!['metadata'] as Record<string, unknown>)['annotations'] = {
        'k8s.ovn.org/routing-external-gws': GATEWAY,
      };
    },
    ['OVN7075=Namespace/shop'],
  ),
];

export const FEATURE_FAULTS: readonly Fault[] = [...SERVICES, ...QOSES, ...EXTERNAL];
