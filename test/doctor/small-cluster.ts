import type { Json as Cell } from '../../src/ovsdb/wire/json.js';
import type { Plural } from '../../src/kube/model/kinds.js';
import type { World } from '../../src/world/world.js';
import { builtWorld } from '../world/built-world.js';
import { daemonSet, hostFacts, SMALL_CONFIGURATION, withHost } from './small-hosts.js';

type Cells = Record<string, Cell>;
export type Rows = Record<string, Record<string, Cells>>;
type Json = Record<string, unknown>;

/** Everything of a small cluster, to be changed before the World is made of it. */
export interface SmallCluster {
  readonly zones: Record<string, { nb: Rows; sb: Rows; ovs: Rows; schemas?: { nb?: string; sb?: string } }>;
  readonly objects: {
    nodes: Json[];
    pods: Json[];
    services: Json[];
    endpointslices: Json[];
    egressips: Json[];
    namespaces: Json[];
    daemonsets: Json[];
    events: Json[];
    certificatesigningrequests: Json[];
    networkpolicies: Json[];
    adminnetworkpolicies: Json[];
    baselineadminnetworkpolicies: Json[];
    egressfirewalls: Json[];
    egressqoses: Json[];
    egressservices: Json[];
    adminpolicybasedexternalroutes: Json[];
  };
  /** Objects of further kinds. */
  readonly more: Partial<Record<Plural, Json[]>>;
  texts: Record<string, string>;
  configuration: Record<string, Record<string, string>> | undefined;
}

/** The external_ids with which OVN-Kubernetes marks a row as its own. */
export const owned = (type: string, name: string, more: Readonly<Record<string, string>> = {}): Cell =>
  pairs({
    'k8s.ovn.org/owner-controller': 'default-network-controller',
    'k8s.ovn.org/owner-type': type,
    'k8s.ovn.org/name': name,
    ...more,
  });

const NODES = ['a', 'b'] as const;
export type NodeName = (typeof NODES)[number];

export const uuids = (...names: readonly string[]): Cell => ['set', names.map((name): Cell => ['uuid', name])];
export const pairs = (map: Readonly<Record<string, string>>): Cell => ['map', Object.entries(map)];
export const strings = (...texts: readonly string[]): Cell => ['set', [...texts]];

const number = (node: NodeName): number => NODES.indexOf(node) + 1;
export const nodeIp4 = (node: NodeName): string => `172.18.0.${String(number(node) + 1)}`;
const nodeIp6 = (node: NodeName): string => `fc00:f853:ccd:e793::${String(number(node) + 1)}`;
const ROUTER4 = '172.18.0.1';
const ROUTER6 = 'fe80::1';

function nodeObject(node: NodeName): Json {
  const n = number(node);
  return {
    metadata: {
      name: node,
      labels: { 'kubernetes.io/os': 'linux', 'k8s.ovn.org/egress-assignable': '' },
      annotations: {
        'k8s.ovn.org/node-subnets': JSON.stringify({
          default: [`10.244.${String(n)}.0/24`, `fd00:10:244:${String(n)}::/64`],
        }),
        'k8s.ovn.org/l3-gateway-config': JSON.stringify({
          default: {
            mode: 'shared',
            'bridge-id': 'br-ex',
            'ip-addresses': [`${nodeIp4(node)}/16`, `${nodeIp6(node)}/64`],
            'next-hops': [ROUTER4, ROUTER6],
          },
        }),
        'k8s.ovn.org/node-chassis-id': `chassis-${node}`,
        'k8s.ovn.org/node-encap-ips': JSON.stringify([nodeIp4(node)]),
        'k8s.ovn.org/node-id': String(n + 1),
        'k8s.ovn.org/host-cidrs': JSON.stringify([`${nodeIp4(node)}/16`, `${nodeIp6(node)}/64`]),
        'k8s.ovn.org/node-primary-ifaddr': JSON.stringify({ ipv4: `${nodeIp4(node)}/16`, ipv6: `${nodeIp6(node)}/64` }),
        'k8s.ovn.org/node-masquerade-subnet': JSON.stringify({ ipv4: '169.254.0.0/17', ipv6: 'fd69::/112' }),
      },
    },
    status: {
      addresses: [{ type: 'InternalIP', address: nodeIp4(node) }],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

/** Addresses and MAC of the only pod of a node, `shop/web-NODE`. */
export const podAddresses = (node: NodeName) => ({
  mac: `0a:58:0a:f4:0${String(number(node))}:05`,
  ip4: `10.244.${String(number(node))}.5`,
  ip6: `fd00:10:244:${String(number(node))}::5`,
});

export function podObject(node: NodeName): Json {
  const { mac, ip4, ip6 } = podAddresses(node);
  const n = String(number(node));
  return {
    metadata: {
      name: `web-${node}`,
      namespace: 'shop',
      uid: `uid-web-${node}`,
      labels: { app: 'web' },
      annotations: {
        'k8s.ovn.org/pod-networks': JSON.stringify({
          default: {
            ip_addresses: [`${ip4}/24`, `${ip6}/64`],
            mac_address: mac,
            gateway_ips: [`10.244.${n}.1`, `fd00:10:244:${n}::1`],
            role: 'primary',
          },
        }),
      },
    },
    spec: { nodeName: node, containers: [{ name: 'c' }] },
    status: {
      phase: 'Running',
      podIPs: [{ ip: ip4 }, { ip: ip6 }],
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ name: 'c', ready: true, restartCount: 0, state: { running: {} } }],
    },
  };
}

/** Of a node's pod of OVN-Kubernetes with interconnect. */
const CONTAINERS = ['ovnkube-controller', 'nb-ovsdb', 'sb-ovsdb', 'ovn-northd', 'ovn-controller'];

/** The node's own pod of OVN-Kubernetes. */
export function ovnkubeObject(node: NodeName): Json {
  return {
    metadata: { name: `ovnkube-node-${node}`, namespace: 'ovn-kubernetes', labels: { app: 'ovnkube-node' } },
    spec: { nodeName: node, hostNetwork: true, containers: CONTAINERS.map((name) => ({ name })) },
    status: {
      phase: 'Running',
      podIPs: [{ ip: nodeIp4(node) }],
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: CONTAINERS.map((name) => ({ name, ready: true, restartCount: 0, state: { running: {} } })),
    },
  };
}

function northbound(node: NodeName): Rows {
  const n = String(number(node));
  const other = node === 'a' ? 'b' : 'a';
  const o = String(number(other));
  const { mac, ip4, ip6 } = podAddresses(node);
  const gateway = `GR_${node}`;
  const route = (prefix: string, nexthop: string, more: Cells = {}): Cells => ({
    ip_prefix: prefix,
    nexthop,
    ...more,
  });
  const external = { output_port: `rtoe-${gateway}` };
  return {
    NB_Global: { global: { name: node } },
    Logical_Switch: {
      'ls-node': {
        name: node,
        other_config: pairs({ subnet: `10.244.${n}.0/24`, ipv6_prefix: `fd00:10:244:${n}::` }),
        ports: uuids('lsp-pod'),
        load_balancer_group: uuids('lbg'),
      },
    },
    Logical_Switch_Port: {
      'lsp-pod': {
        name: `shop_web-${node}`,
        addresses: strings(`${mac} ${ip4} ${ip6}`),
        port_security: strings(`${mac} ${ip4} ${ip6}`),
        external_ids: pairs({ namespace: 'shop', pod: 'true' }),
        options: pairs({ 'requested-chassis': node, 'iface-id-ver': `uid-web-${node}` }),
        up: true,
      },
    },
    Logical_Router: {
      'lr-gateway': {
        name: gateway,
        ports: uuids('lrp-external'),
        static_routes: uuids('route-4', 'route-6'),
        nat: uuids('nat-4', 'nat-6'),
        load_balancer_group: uuids('lbg'),
      },
      'lr-cluster': {
        name: 'ovn_cluster_router',
        static_routes: uuids('route-other-4', 'route-other-6'),
      },
    },
    Logical_Router_Port: {
      'lrp-external': {
        name: `rtoe-${gateway}`,
        networks: strings(`${nodeIp4(node)}/16`, `${nodeIp6(node)}/64`),
      },
    },
    Logical_Router_Static_Route: {
      'route-4': route('0.0.0.0/0', ROUTER4, external),
      'route-6': route('::/0', ROUTER6, external),
      'route-other-4': route(`10.244.${o}.0/24`, `100.88.0.${o}`),
      'route-other-6': route(`fd00:10:244:${o}::/64`, `fd97::${o}`),
    },
    NAT: {
      'nat-4': { type: 'snat', external_ip: nodeIp4(node), logical_ip: '10.244.0.0/16' },
      'nat-6': { type: 'snat', external_ip: nodeIp6(node), logical_ip: 'fd00:10:244::/48' },
    },
    Load_Balancer_Group: { lbg: { name: 'clusterLBGroup', load_balancer: uuids('lb-web') } },
    Load_Balancer: {
      'lb-web': {
        name: 'Service_shop/web_TCP_cluster',
        protocol: 'tcp',
        external_ids: pairs({ 'k8s.ovn.org/kind': 'Service', 'k8s.ovn.org/owner': 'shop/web' }),
        vips: pairs({
          '10.96.0.10:80': '10.244.1.5:8080,10.244.2.5:8080',
          '[fd00:10:96::a]:80': '[fd00:10:244:1::5]:8080,[fd00:10:244:2::5]:8080',
        }),
      },
    },
    Address_Set: {
      'as-web': {
        name: 'a1',
        addresses: strings('10.244.1.5', '10.244.2.5'),
        external_ids: owned('PodSelector', 'shop_LS{ML:{app: web,},}', { 'ip-family': 'v4' }),
      },
      'as-web6': {
        name: 'a2',
        addresses: strings('fd00:10:244:1::5', 'fd00:10:244:2::5'),
        external_ids: owned('PodSelector', 'shop_LS{ML:{app: web,},}', { 'ip-family': 'v6' }),
      },
    },
    Port_Group: {
      'pg-shop': { name: 'pgshop', ports: uuids('lsp-pod'), external_ids: owned('Namespace', 'shop') },
      'pg-web': {
        name: 'pg1',
        ports: uuids('lsp-pod'),
        acls: uuids('acl-1'),
        external_ids: owned('NetworkPolicy', 'shop:allow-web'),
      },
      'pg-deny': {
        name: 'pgdeny',
        ports: uuids('lsp-pod'),
        acls: uuids('acl-deny'),
        external_ids: owned('NetpolNamespace', 'shop', { direction: 'Ingress' }),
      },
    },
    ACL: {
      'acl-1': {
        name: 'NP:shop:allow-web:Ingress:0',
        match: '(ip4.src == {$a1} || ip6.src == {$a2}) && tcp && tcp.dst==8080 && outport == @pg1',
        action: 'allow-related',
        priority: 1001,
        direction: 'to-lport',
        meter: 'acl-logging',
        external_ids: owned('NetworkPolicy', 'shop:allow-web', {
          direction: 'Ingress',
          'gress-index': '0',
          'port-policy-protocol': 'tcp',
          'ip-block-index': '-1',
        }),
      },
      'acl-deny': {
        name: 'NP:shop:Ingress',
        match: 'outport == @pgdeny',
        action: 'drop',
        priority: 1000,
        direction: 'to-lport',
        meter: 'acl-logging',
        external_ids: owned('NetpolNamespace', 'shop', { direction: 'Ingress', type: 'defaultDeny' }),
      },
    },
    Meter: { 'meter-log': { name: 'acl-logging', unit: 'pktps', fair: true, bands: uuids('band-log') } },
    Meter_Band: { 'band-log': { action: 'drop', rate: 20 } },
  };
}

function southbound(node: NodeName): Rows {
  const chassis = NODES.map((each) => [
    `uuid-chassis-${each}`,
    {
      name: `chassis-${each}`,
      hostname: each,
      encaps: uuids(`encap-${each}`),
      ...(each === node ? {} : { other_config: pairs({ 'is-remote': 'true' }) }),
    },
  ]);
  return {
    Chassis: Object.fromEntries(chassis) as Rows[string],
    Encap: Object.fromEntries(
      NODES.map((each) => [`encap-${each}`, { type: 'geneve', ip: nodeIp4(each), chassis_name: `chassis-${each}` }]),
    ),
    Datapath_Binding: { dp: { tunnel_key: 1, external_ids: pairs({ name: node, 'logical-switch': 'ls-node' }) } },
    Port_Binding: {
      'pb-pod': {
        logical_port: `shop_web-${node}`,
        datapath: ['uuid', 'dp'],
        tunnel_key: 2,
        chassis: ['uuid', `uuid-chassis-${node}`],
        up: true,
      },
    },
    Logical_Flow: {
      flow: {
        logical_datapath: ['uuid', 'dp'],
        pipeline: 'ingress',
        table_id: 0,
        priority: 50,
        match: 'ip4.src == $a1',
        actions: 'next;',
        external_ids: pairs({ 'stage-name': 'ls_in_check_port_sec' }),
      },
    },
    Address_Set: { 'as-web': { name: 'a1', addresses: strings('10.244.1.5', '10.244.2.5') } },
  };
}

const routeJson = (...routes: readonly Json[]): string => JSON.stringify(routes);

export const goodRoutes4 = routeJson({
  dst: 'default',
  gateway: ROUTER4,
  dev: 'br-ex',
  protocol: 'dhcp',
  metric: 48,
  flags: [],
});
const goodRoutes6 = routeJson({
  dst: 'default',
  gateway: ROUTER6,
  dev: 'br-ex',
  protocol: 'static',
  metric: 48,
  flags: [],
});

const addressesOf = (node: NodeName): string =>
  JSON.stringify([
    {
      ifname: 'br-ex',
      mtu: 1500,
      addr_info: [
        { family: 'inet', local: nodeIp4(node), prefixlen: 16, scope: 'global' },
        { family: 'inet6', local: nodeIp6(node), prefixlen: 64, scope: 'global' },
      ],
    },
  ]);

/** A clean cluster of two nodes, dual stack, with the fault that `change` makes. */
export function smallCluster(change: (cluster: SmallCluster) => void = () => undefined): World {
  const cluster: SmallCluster = {
    zones: Object.fromEntries(
      NODES.map((node) => [node, withHost(node, nodeIp4, { nb: northbound(node), sb: southbound(node) })]),
    ),
    objects: {
      nodes: NODES.map(nodeObject),
      pods: [...NODES.map(podObject), ...NODES.map(ovnkubeObject)],
      services: [
        {
          metadata: { name: 'web', namespace: 'shop' },
          spec: {
            type: 'ClusterIP',
            clusterIPs: ['10.96.0.10', 'fd00:10:96::a'],
            ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
            selector: { app: 'web' },
          },
        },
      ],
      endpointslices: ([4, 6] as const).map((family) => ({
        metadata: {
          name: `web-${String(family)}`,
          namespace: 'shop',
          labels: { 'kubernetes.io/service-name': 'web' },
        },
        addressType: `IPv${String(family)}`,
        ports: [{ name: '', port: 8080, protocol: 'TCP' }],
        endpoints: NODES.map((node) => ({
          addresses: [family === 4 ? podAddresses(node).ip4 : podAddresses(node).ip6],
          conditions: { ready: true, serving: true },
          nodeName: node,
          targetRef: { kind: 'Pod', namespace: 'shop', name: `web-${node}` },
        })),
      })),
      egressips: [],
      namespaces: [{ metadata: { name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop' } } }],
      daemonsets: [daemonSet('ovnkube-node', NODES.length)],
      events: [],
      certificatesigningrequests: [],
      networkpolicies: [
        {
          metadata: { name: 'allow-web', namespace: 'shop' },
          spec: {
            podSelector: { matchLabels: { app: 'web' } },
            policyTypes: ['Ingress'],
            ingress: [
              {
                from: [{ podSelector: { matchLabels: { app: 'web' } } }],
                ports: [{ port: 8080, protocol: 'TCP' }],
              },
            ],
          },
        },
      ],
      adminnetworkpolicies: [],
      baselineadminnetworkpolicies: [],
      egressfirewalls: [],
      egressqoses: [],
      egressservices: [],
      adminpolicybasedexternalroutes: [],
    },
    more: {},
    texts: Object.fromEntries(
      NODES.flatMap((node) => [
        [`hosts/${node}/routes4.json`, goodRoutes4],
        [`hosts/${node}/routes6.json`, goodRoutes6],
        [`hosts/${node}/addresses.json`, addressesOf(node)],
        ...hostFacts(node),
      ]),
    ),
    configuration: SMALL_CONFIGURATION,
  };
  change(cluster);
  const { zones, objects, more, texts, configuration } = cluster;
  return builtWorld(
    zones,
    { ...objects, ...more },
    { texts, ...(configuration === undefined ? {} : { configuration }) },
  );
}

/** The node object of that name, for changes. */
export function nodeIn(
  cluster: SmallCluster,
  name: NodeName,
): { annotations: Record<string, string>; labels: Record<string, string> } {
  const node = cluster.objects.nodes.find((each) => (each['metadata'] as { name: string }).name === name);
  return node?.['metadata'] as { annotations: Record<string, string>; labels: Record<string, string> };
}

/** Changes the gateway annotation of a node. */
export function changeGateway(cluster: SmallCluster, name: NodeName, change: Readonly<Record<string, unknown>>): void {
  const { annotations } = nodeIn(cluster, name);
  const key = 'k8s.ovn.org/l3-gateway-config';
  const config = JSON.parse(annotations[key] ?? '') as { default: Record<string, unknown> };
  annotations[key] = JSON.stringify({ default: { ...config.default, ...change } });
}

/** The pod `shop/web-NODE`, for changes. */
export function podIn(cluster: SmallCluster, node: NodeName): Json {
  const pod = cluster.objects.pods.find((each) => (each['metadata'] as { name: string }).name === `web-${node}`);
  if (pod === undefined) throw new Error(`there is no pod web-${node}`);
  return pod;
}
