import type { Fault } from '../faults.js';
import { changeGateway, goodRoutes4, nodeIn, ovnkubeObject, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const routes = (...list: readonly object[]): string => JSON.stringify(list);
const via = (gateway: string, dev: string, more: object = {}): object => ({
  dst: 'default',
  gateway,
  dev,
  flags: [],
  ...more,
});

function setRoutes(family: 4 | 6, text: string | undefined) {
  return (cluster: SmallCluster): void => {
    const path = `hosts/a/routes${String(family)}.json`;
    const { [path]: gone, ...others } = cluster.texts;
    cluster.texts = text === undefined ? others : { ...others, [path]: text };
    if (gone === undefined) throw new Error(`${path} was not there`);
  };
}

/** The pod of node a waits after it ended with these words. */
export function crashed(message: string, container = 'ovnkube-controller') {
  return ({ objects }: SmallCluster): void => {
    const pod = ovnkubeObject('a');
    pod['spec'] = { nodeName: 'a', hostNetwork: true, containers: [{ name: container }] };
    pod['status'] = {
      phase: 'Running',
      containerStatuses: [
        {
          name: container,
          ready: false,
          restartCount: 12,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { reason: 'Error', exitCode: 1, message } },
        },
      ],
    };
    objects.pods = objects.pods.map((each) =>
      (each['metadata'] as { name: string }).name === 'ovnkube-node-a' ? pod : each,
    );
  };
}

const configured = (cluster: SmallCluster): void => {
  cluster.configuration = {
    'ovnkube-config': {
      'ovnkube.conf': '[default]\ncluster-subnets="10.244.0.0/16/24,fd00:10:244::/48/64"\n[gateway]\ninterface=br-ex\n',
    },
  };
};

/** The seed's first log. */
const MULTIPLE = [
  'I1006 16:09:50.985852   60651 helper_linux.go:73] Found default gateway interface br-ex 192.168.127.1',
  'I1006 16:09:50.985923   60651 helper_linux.go:73] Found default gateway interface ens4 fe80::5054:ff:febe:bcd4',
  'F1006 16:09:50.985939   60651 ovnkube.go:130] multiple gateway interfaces detected: br-ex ens4',
].join('\n');

/** The seed's second log. */
const MISSING = [
  'I0512 19:07:17.589083  108432 helper_linux.go:74] Found default gateway interface br-ex 192.168.123.1',
  'F0512 19:07:17.589141  108432 ovnkube.go:133] failed to get default gateway interface',
].join('\n');

const startup = (name: string, message: string, finds: readonly string[], says: Fault['says'] = []): Fault => ({
  analyzer: 'gateway/startup',
  name,
  change: crashed(message),
  finds,
  says,
});

const hostRoutes = (
  name: string,
  change: Fault['change'],
  finds: readonly string[],
  says: Fault['says'] = [],
  outcome: Fault['outcome'] = 'clean',
): Fault => ({ analyzer: 'gateway/host-routes', name, change, finds, says, outcome });

export const GATEWAY_FAULTS: readonly Fault[] = [
  startup(
    'two interfaces, unquoted',
    MULTIPLE,
    ['OVN3001=Node/a'],
    [
      /IPv4 default route leaves through br-ex and the IPv6 one through ens4/,
      'older than July 2023',
      'multiple gateway interfaces detected: br-ex ens4',
    ],
  ),
  startup(
    'two interfaces, quoted, inside an error',
    "F0101 00:00:00.000000 1 ovnkube.go:200] failed to start: multiple gateway interfaces detected: 'br-ex' 'ens4'",
    ['OVN3001=Node/a'],
    ['July 2023 or later'],
  ),
  startup(
    'two interfaces, quoted, escaped in a log of JSON',
    '{"level":"fatal","msg":"failed to run ovnkube: multiple gateway interfaces detected: \\"br-ex\\" \\"ens4\\""}',
    ['OVN3001=Node/a'],
    ['July 2023 or later'],
  ),
  startup(
    'IPv4 is missing, IPv6 is there',
    MISSING.replace('192.168.123.1', 'fe80::1'),
    ['OVN3002=Node/a'],
    ['no default gateway for IPv4 on br-ex'],
  ),
  startup(
    'a family is missing',
    MISSING,
    ['OVN3002=Node/a'],
    ['no default gateway for IPv6 on br-ex', 'September 2022'],
  ),
  startup(
    'IPv6 is required',
    'F0401 00:00:00.0 1 ovnkube.go:1] failed to find IPV6 default gateway from interface br-ex',
    ['OVN3002=Node/a'],
    ['April and May 2023'],
  ),
  startup('nothing found, old words', 'F0101 00:00:00.0 1 ovnkube.go:1] failed to get default gateway interface', [
    'OVN3003=Node/a',
  ]),
  startup(
    'nothing found',
    'F0101 00:00:00.0 1 ovnkube.go:1] error: unable to find default gateway and none provided via config',
    ['OVN3003=Node/a'],
  ),
  startup(
    'the node lacks an address of a family',
    'F0101 0 1 x.go:1] failed to find valid external IP family match for join subnet IP: fd98::2',
    ['OVN3016=Node/a'],
    ['IPv6'],
  ),
  {
    analyzer: 'gateway/startup',
    name: 'the configured interface has no default route',
    change: ({ texts }) => {
      texts['logs/ovn-kubernetes/ovnkube-node-a/ovnkube-controller.log'] =
        'W0101 00:00:00.0 1 x.go:1] Found default gateway interface: "" does not match provided interface from config: "br-ex"';
    },
    finds: ['OVN3017=Node/a'],
    says: ['no usable default route on br-ex'],
  },
  {
    analyzer: 'gateway/startup',
    name: 'the default route is not on the configured interface',
    change: ({ texts }) => {
      texts['logs/ovn-kubernetes/ovnkube-node-a/ovnkube-controller.log'] =
        'W0101 00:00:00.0 1 x.go:1] Found default gateway interface: "ens4" does not match provided interface from config: "br-ex"';
    },
    finds: ['OVN3017=Node/a'],
    says: ['the default route is on ens4, but ovnkube is told to use br-ex'],
  },
  {
    analyzer: 'gateway/startup',
    name: 'the fault is in the previous log of a pod that does not run',
    change: (cluster) => {
      crashed('')(cluster);
      cluster.texts['logs/ovn-kubernetes/ovnkube-node-a/ovnkube-controller.previous.log'] = MULTIPLE;
    },
    finds: ['OVN3001=Node/a'],
  },
  {
    analyzer: 'gateway/startup',
    name: 'a fault that the pod has got over',
    change: ({ texts }) => {
      texts['logs/ovn-kubernetes/ovnkube-node-a/ovnkube-controller.previous.log'] = MULTIPLE;
    },
    finds: [],
  },
  {
    analyzer: 'gateway/startup',
    name: 'no pod of ovnkube and no log',
    change: ({ objects }) => {
      objects.pods = [];
    },
    finds: [],
    outcome: 'inconclusive',
  },
  hostRoutes(
    'IPv6 leaves elsewhere',
    setRoutes(6, routes(via('fe80::9', 'ens4', { protocol: 'ra' }))),
    ['OVN3004=Node/a'],
    ['through ens4, not through br-ex', 'default via fe80::9 dev ens4'],
  ),
  hostRoutes(
    'IPv6 leaves elsewhere, and the interface is configured',
    (cluster) => {
      configured(cluster);
      setRoutes(6, routes(via('fe80::9', 'ens4')))(cluster);
    },
    ['OVN3004=Node/a'],
    ['starts without an error', '[gateway] interface=br-ex'],
  ),
  hostRoutes('no IPv6 default route', setRoutes(6, '[]'), ['OVN3005=Node/a'], ['no IPv6 default route']),
  hostRoutes(
    'no default route',
    (cluster) => {
      setRoutes(4, '[]')(cluster);
      setRoutes(6, '')(cluster);
    },
    ['OVN3006=Node/a'],
  ),
  hostRoutes(
    'two IPv4 default routes',
    setRoutes(4, routes(via('192.0.2.1', 'bond0', { metric: 100 }), via('172.18.0.1', 'br-ex', { metric: 48 }))),
    ['OVN3007=Node/a'],
    ['br-ex (metric 48), bond0 (metric 100)', 'the lowest metric, on br-ex', 'the same. When that route goes'],
  ),
  hostRoutes(
    'two IPv4 default routes, the better one not on the gateway interface',
    setRoutes(4, routes(via('192.0.2.1', 'bond0', { metric: 40 }), via('172.18.0.1', 'br-ex', { metric: 48 }))),
    ['OVN3007=Node/a'],
    ['the lowest metric, on bond0', 'on its gateway interface, br-ex. Pods and the host leave through different'],
  ),
  hostRoutes(
    'two IPv6 default routes, and no gateway interface is known',
    (cluster) => {
      delete nodeIn(cluster, 'a').annotations['k8s.ovn.org/l3-gateway-config'];
      setRoutes(6, routes(via('fe80::1', 'br-ex', { metric: 48 }), via('fe80::9', 'ens4')))(cluster);
    },
    ['OVN3007=Node/a'],
    ['ens4 (metric 1024)', 'it takes the first on the gateway interface'],
  ),
  hostRoutes(
    'two IPv4 default routes on one interface',
    setRoutes(4, routes(via('172.18.0.1', 'br-ex', { metric: 48 }), via('172.18.0.9', 'br-ex', { metric: 100 }))),
    [],
  ),
  hostRoutes(
    'multipath across interfaces',
    setRoutes(
      4,
      routes({
        dst: 'default',
        flags: [],
        nexthops: [
          { gateway: '172.18.0.1', dev: 'br-ex', weight: 1, flags: [] },
          { gateway: '192.0.2.1', dev: 'br-ex1', weight: 1, flags: [] },
        ],
      }),
    ),
    ['OVN3008=Node/a'],
    ['br-ex and br-ex1'],
  ),
  hostRoutes(
    'multipath on the gateway interface',
    setRoutes(
      4,
      routes({
        dst: 'default',
        nexthops: [
          { gateway: '172.18.0.1', dev: 'br-ex' },
          { gateway: '172.18.0.9', dev: 'br-ex' },
        ],
      }),
    ),
    [],
  ),
  hostRoutes('on-link default route', setRoutes(4, routes({ dst: 'default', dev: 'ppp0', scope: 'link' })), [
    'OVN3009=Node/a',
  ]),
  hostRoutes(
    'default route in a VRF only',
    setRoutes(6, routes(via('fe80::9', 'br-ex', { table: '1001' }), { dst: 'fd00::/64', dev: 'br-ex' })),
    ['OVN3010=Node/a'],
    ['table 1001'],
  ),
  hostRoutes(
    'default route in a VRF only, which only the routes of all tables show',
    (cluster) => {
      setRoutes(6, '[]')(cluster);
      cluster.texts = {
        ...cluster.texts,
        'hosts/a/tables6.json': routes(via('fe80::9', 'br-ex', { table: 'vrf-blue', metric: 1024 })),
      };
    },
    ['OVN3010=Node/a'],
    ['table vrf-blue', 'default via fe80::9 dev br-ex table vrf-blue', 'no default route'],
  ),
  hostRoutes(
    'default route in another table for either family',
    (cluster) => {
      setRoutes(4, '[]')(cluster);
      setRoutes(6, '[]')(cluster);
      cluster.texts = {
        ...cluster.texts,
        'hosts/a/tables4.json': routes(via('192.0.2.1', 'eth1', { table: 200 })),
        'hosts/a/tables6.json': routes(via('fe80::9', 'eth1', { table: 200 })),
      };
    },
    ['OVN3010=Node/a', 'OVN3010=Node/a'],
  ),
  hostRoutes(
    'a default route in another table beside the one in main',
    (cluster) => {
      cluster.texts = {
        ...cluster.texts,
        'hosts/a/tables6.json': routes(via('fe80::9', 'eth1', { table: 200 })),
      };
    },
    [],
  ),
  hostRoutes(
    'routes of all tables that are none',
    (cluster) => {
      setRoutes(6, '[]')(cluster);
      cluster.texts = { ...cluster.texts, 'hosts/a/tables6.json': 'BusyBox' };
    },
    ['OVN3005=Node/a'],
  ),
  hostRoutes(
    'only router advertisements',
    setRoutes(6, routes(via('fe80::1', 'br-ex', { protocol: 'ra', expires: 1790 }))),
    ['OVN3011=Node/a'],
    ['1790 s'],
  ),
  hostRoutes(
    'everything leaves elsewhere',
    (cluster) => {
      configured(cluster);
      setRoutes(4, routes(via('192.0.2.1', 'ens4')))(cluster);
      setRoutes(6, routes(via('fe80::9', 'ens4')))(cluster);
    },
    ['OVN3018=Node/a'],
  ),
  hostRoutes('routes as lines', setRoutes(4, 'default via 172.18.0.1 dev br-ex proto dhcp metric 48\n'), []),
  hostRoutes('routes not recorded', setRoutes(6, undefined), [], [], 'inconclusive'),
  hostRoutes('routes that are none', setRoutes(6, '{"no":1'), [], [], 'inconclusive'),
  hostRoutes(
    'single stack needs no IPv6',
    (cluster) => {
      cluster.configuration = { 'ovn-config': { net_cidr: '10.244.0.0/16/24', svc_cidr: '10.96.0.0/16' } };
      setRoutes(6, '[]')(cluster);
    },
    [],
  ),
  {
    analyzer: 'gateway/before-dual-stack',
    name: 'single stack without IPv6 default route',
    change: (cluster) => {
      cluster.configuration = { 'ovn-config': { net_cidr: '10.244.0.0/16/24' } };
      setRoutes(6, '[]')(cluster);
    },
    finds: ['OVN3005=Node/a'],
    says: ['After the conversion to dual stack'],
  },
  {
    analyzer: 'gateway/before-dual-stack',
    name: 'single stack, IPv6 leaves elsewhere',
    change: (cluster) => {
      cluster.configuration = { 'ovn-config': { net_cidr: '10.244.0.0/16/24' } };
      setRoutes(6, routes(via('fe80::9', 'ens4', { protocol: 'ra' })))(cluster);
    },
    finds: ['OVN3004=Node/a'],
    says: ['After the conversion to dual stack: without --gateway-interface', 'through ens4, not through br-ex'],
  },
  {
    analyzer: 'gateway/before-dual-stack',
    name: 'single stack that is ready',
    change: (cluster) => {
      cluster.configuration = { 'ovn-config': { net_cidr: '10.244.0.0/16/24' } };
    },
    finds: [],
  },
  {
    analyzer: 'gateway/before-dual-stack',
    name: 'a single stack of IPv6, without IPv4 route in main',
    change: (cluster) => {
      cluster.configuration = { 'ovn-config': { net_cidr: 'fd00:10:244::/48/64' } };
      setRoutes(4, '[]')(cluster);
      cluster.texts = {
        ...cluster.texts,
        'hosts/a/tables4.json': routes(via('192.0.2.1', 'eth1', { table: 200 })),
      };
    },
    finds: ['OVN3010=Node/a'],
  },
  {
    analyzer: 'gateway/addresses-before-dual-stack',
    name: 'single stack, without IPv6 address on the bridge',
    change: (cluster) => {
      cluster.configuration = { 'ovn-config': { net_cidr: '10.244.0.0/16/24' } };
      cluster.texts['hosts/a/addresses.json'] = JSON.stringify([
        {
          ifname: 'br-ex',
          addr_info: [
            { family: 'inet', local: '172.18.0.2', prefixlen: 16, scope: 'global' },
            { family: 'inet6', local: 'fe80::2', prefixlen: 64, scope: 'link' },
          ],
        },
      ]);
    },
    finds: ['OVN3016=Node/a'],
    says: ['After the conversion to dual stack', 'br-ex on node a has no IPv6 address', 'fe80::2/64'],
  },
  {
    analyzer: 'gateway/addresses-before-dual-stack',
    name: 'addresses that are none',
    change: ({ texts }) => {
      texts['hosts/a/addresses.json'] = 'BusyBox';
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'gateway/addresses',
    name: 'the bridge lost its IPv6 address',
    change: ({ texts }) => {
      texts['hosts/a/addresses.json'] = JSON.stringify([
        {
          ifname: 'br-ex',
          addr_info: [
            { family: 'inet', local: '172.18.0.2', prefixlen: 16, scope: 'global' },
            { family: 'inet6', local: 'fe80::2', prefixlen: 64, scope: 'link' },
          ],
        },
      ]);
    },
    finds: ['OVN3016=Node/a'],
    says: ['br-ex on node a has no IPv6 address', 'fe80::2/64'],
  },
  {
    analyzer: 'gateway/addresses',
    name: 'the bridge is not there',
    change: ({ texts }) => {
      texts['hosts/a/addresses.json'] = '[]';
    },
    finds: ['OVN3016=Node/a', 'OVN3016=Node/a'],
    says: ['no such interface'],
  },
  {
    analyzer: 'gateway/annotation',
    name: 'no next hop and no address of a family',
    change: (cluster) =>
      changeGateway(cluster, 'a', { 'next-hops': ['172.18.0.1'], 'ip-addresses': ['172.18.0.2/16'] }),
    finds: ['OVN3012=Node/a', 'OVN3016=Node/a'],
    says: ['no IPv6 next hop', 'no pod on the node'],
  },
  {
    analyzer: 'gateway/annotation',
    name: 'no next hop of IPv6, in local gateway mode',
    change: (cluster) => changeGateway(cluster, 'a', { mode: 'local', 'next-hops': ['172.18.0.1'] }),
    finds: ['OVN3012=Node/a'],
    says: ['In local gateway mode pods still leave through the host', 'no ::/0', 'said nothing about it'],
  },
  {
    analyzer: 'gateway/annotation',
    name: 'no next hop of IPv4',
    change: (cluster) => changeGateway(cluster, 'a', { 'next-hops': ['fe80::1'] }),
    finds: ['OVN3012=Node/a'],
    says: ['no IPv4 next hop', 'no 0.0.0.0/0'],
  },
  {
    analyzer: 'gateway/stale',
    name: 'the router was replaced',
    change: setRoutes(4, goodRoutes4.replace('172.18.0.1', '172.18.0.254')),
    finds: ['OVN3013=Node/a'],
    says: ['172.18.0.254 on br-ex'],
  },
  {
    analyzer: 'gateway/stale',
    name: 'a placeholder in local gateway mode',
    change: (cluster) => changeGateway(cluster, 'a', { mode: 'local', 'next-hops': ['169.254.0.4', 'fd69::4'] }),
    finds: [],
  },
  {
    analyzer: 'gateway/router',
    name: 'another default route',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Router_Static_Route']!['route-4'] = {
        ip_prefix: '0.0.0.0/0',
        nexthop: '172.18.0.254',
        output_port: 'rtoe-GR_a',
      };
    },
    finds: ['OVN3014=Node/a'],
    says: ['172.18.0.254'],
  },
  {
    analyzer: 'gateway/router',
    name: 'no default route',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Router']!['lr-gateway']!['static_routes'] = uuids('route-4');
    },
    finds: ['OVN3015=Node/a'],
    says: ['GR_a has no ::/0'],
  },
  {
    analyzer: 'gateway/router',
    name: 'other addresses',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Router_Port']!['lrp-external'] = { name: 'rtoe-GR_a', networks: '192.0.2.7/24' };
    },
    finds: ['OVN3019=Node/a'],
  },
  {
    analyzer: 'gateway/router',
    name: 'no zone has the router',
    change: ({ zones }) => {
      delete zones['a'];
    },
    finds: [],
    outcome: 'inconclusive',
  },
];
