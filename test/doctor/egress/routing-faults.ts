import type { Fault } from '../faults.js';
import { nodeIn, owned, pairs, podIn, strings, uuids } from '../small-cluster.js';
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

const both =
  (...changes: readonly Fault['change'][]): Fault['change'] =>
  (cluster) => {
    for (const change of changes) change(cluster);
  };

const egressIp =
  (addresses: readonly string[], items: readonly (readonly [string, string])[] = [], name = 'eip'): Fault['change'] =>
  ({ objects }) => {
    objects.egressips.push({
      metadata: { name },
      spec: { egressIPs: addresses, namespaceSelector: {} },
      status: { items: items.map(([node, egressIP]) => ({ node, egressIP })) },
    });
  };

const assignment = fault('egress/assignment');

const unlabel =
  (...nodes: readonly ('a' | 'b')[]) =>
  (cluster: SmallCluster) => {
    for (const node of nodes) delete nodeIn(cluster, node).labels['k8s.ovn.org/egress-assignable'];
  };

export const ASSIGNMENT_FAULTS: readonly Fault[] = [
  assignment('all is well', egressIp(['172.18.0.100', 'fc00:f853:ccd:e793::64']), []),
  assignment('the address of a node', egressIp(['172.18.0.3']), ['OVN7020=EgressIP/eip'], ['address of node b']),
  assignment(
    'two want the same',
    both(egressIp(['172.18.0.100']), egressIp(['172.18.0.100'], [['a', '172.18.0.100']], 'other'), ({ objects }) => {
      objects.pods = [];
    }),
    ['OVN7021=EgressIP/eip', 'OVN7021=EgressIP/other'],
    ['also asked for by other'],
  ),
  assignment('a network that nobody has', egressIp(['192.0.2.7']), ['OVN7022=EgressIP/eip'], ['172.18.0.2/16']),
  assignment(
    'a network that only an unlabelled node has',
    both(unlabel('b'), egressIp(['10.9.0.7']), (cluster) => {
      nodeIn(cluster, 'b').annotations['k8s.ovn.org/host-cidrs'] = '["10.9.0.2/24"]';
    }),
    ['OVN7022=EgressIP/eip'],
    ['It would fit b (not labelled)'],
  ),
  assignment(
    'in a cloud its own networks count',
    both(egressIp(['10.0.128.9']), (cluster) => {
      nodeIn(cluster, 'a').annotations['cloud.network.openshift.io/egress-ipconfig'] =
        '[{"interface":"eni","ifaddr":{"ipv4":"10.0.128.0/17"},"capacity":{"ipv4":14}}]';
    }),
    [],
  ),
  assignment(
    'a pod of two',
    both(egressIp(['172.18.0.100']), egressIp(['172.18.0.101'], [], 'other')),
    ['OVN7023=Pod/shop/web-a', 'OVN7023=Pod/shop/web-b'],
    ['EgressIPs eip, other'],
  ),
  assignment(
    'two addresses, one node',
    both(unlabel('b'), egressIp(['172.18.0.100', '172.18.0.101'], [['a', '172.18.0.100']])),
    ['OVN7024=EgressIP/eip'],
    ['only a may hold'],
  ),
];

const ADDRESS = { a: '10.244.1.5', b: '10.244.2.5' } as const;
const EXCEPTIONS = ['EIP-No-Reroute-Pod-To-Pod', 'EIP-No-Reroute-Pod-To-Join', 'EIP-No-Reroute-Pod-To-Node'];

/** The EgressIP held by node a, with everything that makes it work for both pods. */
const routed: Fault['change'] = (cluster) => {
  egressIp(['172.18.0.100'], [['a', '172.18.0.100']])(cluster);
  nodeIn(cluster, 'a').annotations['k8s.ovn.org/node-transit-switch-port-ifaddr'] =
    '{"ipv4":"100.88.0.2/16","ipv6":"fd97::2/64"}';
  for (const zone of ['a', 'b'] as const) {
    const { nb } = cluster.zones[zone]!;
    nb['Logical_Router_Policy'] = {
      reroute: {
        priority: 100,
        match: `ip4.src == ${ADDRESS[zone]}`,
        action: 'reroute',
        nexthops: strings(zone === 'a' ? '100.64.0.2' : '100.88.0.2'),
        external_ids: owned('EgressIP', `eip_shop/web-${zone}`, { 'ip-family': 'ip4' }),
      },
      ...Object.fromEntries(
        EXCEPTIONS.map((name) => [
          name,
          {
            priority: 102,
            match: 'ip4',
            action: 'allow',
            external_ids: owned('EgressIP', name, { 'ip-family': 'ip4' }),
          },
        ]),
      ),
    };
    nb['Logical_Router']!['lr-cluster']!['policies'] = uuids('reroute', ...EXCEPTIONS);
  }
  const { nb } = cluster.zones['a']!;
  nb['Logical_Router_Port']!['lrp-join'] = { name: 'rtoj-GR_a', networks: strings('100.64.0.2/16', 'fd98::2/64') };
  for (const zone of ['a', 'b'] as const) {
    nb['NAT']![`nat-eip-${zone}`] = {
      type: 'snat',
      external_ip: '172.18.0.100',
      logical_ip: ADDRESS[zone],
      external_ids: owned('EgressIP', `eip_shop/web-${zone}`),
    };
  }
  nb['Logical_Router']!['lr-gateway']!['nat'] = uuids('nat-4', 'nat-6', 'nat-eip-a', 'nat-eip-b');
  nb['Logical_Router_Static_Route']!['route-all'] = {
    ip_prefix: '10.244.0.0/16',
    nexthop: '100.64.0.2',
    policy: 'src-ip',
  };
  nb['Logical_Router']!['lr-cluster']!['static_routes'] = uuids('route-other-4', 'route-other-6', 'route-all');
};

const routing = fault('egress/routing');

export const ROUTING_FAULTS: readonly Fault[] = [
  routing('all is well', routed, []),
  routing(
    'no policy in the zone of a pod',
    both(routed, ({ zones }) => {
      delete zones['b']!.nb['Logical_Router_Policy']!['reroute'];
    }),
    ['OVN7030=EgressIP/eip'],
    ['Zone b', '10.244.2.5 of pod shop/web-b to 100.88.0.2'],
  ),
  routing(
    'a next hop of before',
    both(routed, ({ zones }) => {
      zones['b']!.nb['Logical_Router_Policy']!['reroute']!['nexthops'] = strings('100.88.0.2', '100.88.0.9');
    }),
    ['OVN7031=EgressIP/eip'],
    ['to 100.88.0.2, 100.88.0.9;'],
  ),
  routing(
    'a pod is not translated',
    both(routed, ({ zones }) => {
      zones['a']!.nb['Logical_Router']!['lr-gateway']!['nat'] = uuids('nat-4', 'nat-6', 'nat-eip-a');
    }),
    ['OVN7032=EgressIP/eip'],
    ['10.244.2.5 of pod shop/web-b to 172.18.0.100'],
  ),
  routing(
    'translated in two zones',
    both(routed, ({ zones }) => {
      const { nb } = zones['b']!;
      nb['NAT']!['nat-old'] = { type: 'snat', external_ip: '172.18.0.100', logical_ip: '10.244.2.5' };
      nb['Logical_Router']!['lr-gateway']!['nat'] = uuids('nat-4', 'nat-6', 'nat-old');
    }),
    ['OVN7033=EgressIP/eip'],
    ['GR_a and GR_b'],
  ),
  routing(
    'an EgressIP and a pod that are gone',
    both(routed, ({ zones }) => {
      const { nb } = zones['a']!;
      const of = (name: string) => ({
        priority: 100,
        match: 'ip4.src == 10.244.1.9',
        action: 'reroute',
        external_ids: owned('EgressIP', name),
      });
      nb['Logical_Router_Policy']!['gone'] = of('gone_shop/web-a');
      nb['Logical_Router_Policy']!['left'] = of('eip_shop/left');
      nb['Logical_Router']!['lr-cluster']!['policies'] = uuids('reroute', 'gone', 'left', ...EXCEPTIONS);
    }),
    ['OVN7034=EgressIP/eip', 'OVN7034=EgressIP/gone'],
    ['which does not exist', 'but the pod does not exist'],
  ),
  routing(
    'traffic inside the cluster is rerouted too',
    both(routed, ({ zones }) => {
      zones['a']!.nb['Logical_Router_Policy']!['EIP-No-Reroute-Pod-To-Pod']!['external_ids'] = pairs({});
    }),
    ['OVN7035=Zone/a'],
    ['EIP-No-Reroute-Pod-To-Pod (IPv4)'],
  ),
  routing(
    'no way in from other nodes',
    both(routed, ({ zones }) => {
      zones['a']!.nb['Logical_Router_Static_Route']!['route-all']!['policy'] = 'dst-ip';
    }),
    ['OVN7036=EgressIP/eip'],
    ['gateway router of a'],
  ),
  routing(
    'a pod that comes up, an address on another interface',
    both(
      routed,
      (cluster) => {
        (podIn(cluster, 'b')['status'] as { phase: string }).phase = 'Pending';
        cluster.objects.egressips = [];
      },
      egressIp(['10.10.10.9'], [['a', '10.10.10.9']]),
    ),
    [],
  ),
];

/** An address on another interface of node a, for the pods there. */
const secondary =
  (options: Record<string, string> = { pkt_mark: '1009' }, placed = '["10.9.0.9"]'): Fault['change'] =>
  (cluster) => {
    const { annotations } = nodeIn(cluster, 'a');
    annotations['k8s.ovn.org/host-cidrs'] = '["172.18.0.2/16","10.9.0.2/24"]';
    annotations['k8s.ovn.org/secondary-host-egress-ips'] = placed;
    egressIp(['10.9.0.9'], [['a', '10.9.0.9']])(cluster);
    const { nb } = cluster.zones['a']!;
    nb['Logical_Router_Policy'] = {
      reroute: {
        priority: 100,
        match: 'ip4.src == 10.244.1.5',
        action: 'reroute',
        nexthops: strings('10.244.1.2'),
        options: pairs(options),
      },
    };
    nb['Logical_Router']!['lr-cluster']!['policies'] = uuids('reroute');
  };

const host = fault('egress/secondary-host');

export const SECONDARY_FAULTS: readonly Fault[] = [
  host('all is well', secondary(), []),
  host('without the mark', secondary({}), ['OVN7040=EgressIP/eip'], ['a policy without that mark']),
  host(
    'no policy',
    both(secondary(), ({ zones }) => {
      zones['a']!.nb['Logical_Router']!['lr-cluster']!['policies'] = uuids();
    }),
    ['OVN7040=EgressIP/eip'],
    ['no policy for it'],
  ),
  host('not on the interface', secondary({ pkt_mark: '1009' }, '[]'), ['OVN7041=EgressIP/eip'], ['put none on']),
  host(
    'a pod of another network',
    both(secondary(), (cluster) => {
      const { annotations } = podIn(cluster, 'b')['metadata'] as { annotations: Record<string, string> };
      annotations['k8s.ovn.org/pod-networks'] = annotations['k8s.ovn.org/pod-networks']!.replace(
        '"role":"primary"',
        '"role":"infrastructure-locked"',
      );
    }),
    ['OVN7042=EgressIP/eip'],
    ['shop/web-b is selected'],
  ),
];
