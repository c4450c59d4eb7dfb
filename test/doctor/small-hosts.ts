import type { Json as Cell } from '../../src/ovsdb/wire/json.js';
import type { NodeName, Rows } from './small-cluster.js';

const NODES: readonly NodeName[] = ['a', 'b'];
const map = (members: Readonly<Record<string, string>>): Cell => ['map', Object.entries(members)];
const refs = (...names: readonly string[]): Cell => ['set', names.map((name): Cell => ['uuid', name])];

export const SMALL_CONFIGURATION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ovnkube-config': { 'ovnkube.conf': '[default]\nmtu="1400"\n' },
};

/** The time that ovnkube last wrote: 2026-11-23T05:54:44Z. */
export const BEAT = 1_795_413_284;

/** The zone of a node with its switch, and what its databases say of heartbeats and the way out. */
export function withHost(
  node: NodeName,
  ip: (node: NodeName) => string,
  { nb, sb }: { readonly nb: Rows; readonly sb: Rows },
): { nb: Rows; sb: Rows; ovs: Rows } {
  const beat = map({ e2e_timestamp: String(BEAT) });
  nb['NB_Global'] = { global: { ...nb['NB_Global']?.['global'], nb_cfg: 4, ipsec: false, options: beat } };
  const running = map({ e2e_timestamp: String(BEAT), northd_internal_version: '26.03.1-21.8.0-82.14' });
  sb['SB_Global'] = { global: { nb_cfg: 4, ipsec: false, options: running } };
  sb['Chassis_Private'] = { private: { name: `chassis-${node}`, nb_cfg: 4 } };
  sb['Port_Binding'] = {
    ...sb['Port_Binding'],
    'pb-physnet': {
      logical_port: `br-ex_${node}`,
      type: 'localnet',
      datapath: ['uuid', 'dp'],
      tunnel_key: 3,
      options: map({ network_name: 'physnet' }),
    },
  };
  const other = node === 'a' ? 'b' : 'a';
  const [here, there] = [`patch-br-int-to-br-ex_${node}`, `patch-br-ex_${node}-to-br-int`];
  const ports = ['br-ex', 'uplink', 'patch-out', 'patch-in', 'tunnel'];
  const ovs: Rows = {
    Open_vSwitch: {
      vswitch: {
        external_ids: map({
          'system-id': `chassis-${node}`,
          'ovn-remote': 'unix:/var/run/ovn/ovnsb_db.sock',
          'ovn-encap-ip': ip(node),
          'ovn-bridge-mappings': 'physnet:br-ex',
        }),
      },
    },
    Bridge: {
      'br-int': { name: 'br-int', ports: refs('port-patch-in', 'port-tunnel') },
      'br-ex': { name: 'br-ex', ports: refs('port-br-ex', 'port-uplink', 'port-patch-out') },
    },
    Port: Object.fromEntries(ports.map((name) => [`port-${name}`, { name, interfaces: refs(`if-${name}`) }])),
    Interface: {
      'if-br-ex': { name: 'br-ex', type: 'internal', ofport: 65534 },
      'if-uplink': { name: 'eth0', type: '', ofport: 1 },
      'if-patch-out': { name: there, type: 'patch', ofport: 2, options: map({ peer: here }) },
      'if-patch-in': { name: here, type: 'patch', ofport: 3, options: map({ peer: there }) },
      'if-tunnel': {
        name: `ovn-${other}-0`,
        type: 'geneve',
        ofport: 4,
        options: map({ csum: 'true', key: 'flow', remote_ip: ip(other) }),
      },
    },
  };
  return { nb, sb, ovs };
}

/** What the commands of src/world/host-facts.ts print on a healthy node, without IPsec. */
export function hostFacts(node: NodeName): readonly (readonly [string, string])[] {
  const at = (file: string, text: string) => [`hosts/${node}/${file}`, text] as const;
  return [
    at('northbound.txt', 'state: active\n'),
    at('southbound.txt', 'state: active\n'),
    at('northd.txt', 'Status: active\n'),
    at('ovn-controller.txt', 'connected\n'),
    ...([4, 6] as const).flatMap((family) => [
      at(`rules${String(family)}.json`, JSON.stringify(RULES)),
      at(`tables${String(family)}.json`, '[]'),
    ]),
    at('sysctl.txt', SETTINGS),
  ];
}

export const RULES = [
  { priority: 0, src: 'all', table: 'local' },
  // What OVN-Kubernetes itself adds is for some packets only.
  { priority: 30, src: 'all', fwmark: '0x1745ec', table: '7' },
  { priority: 6000, src: '10.244.1.5', table: '1111' },
  { priority: 32766, src: 'all', table: 'main' },
  { priority: 32767, src: 'all', table: 'default' },
];

const SETTINGS = [
  'ipv4/ip_forward:1',
  'ipv4/conf/all/rp_filter:0',
  'ipv4/conf/br-ex/forwarding:1',
  'ipv4/conf/ovn-k8s-mp0/forwarding:1',
  'ipv4/conf/ovn-k8s-mp0/rp_filter:2',
  'ipv6/conf/br-ex/forwarding:1',
  'ipv6/conf/ovn-k8s-mp0/forwarding:1',
  '',
].join('\n');

export const daemonSet = (name: string, nodes: number): Record<string, unknown> => ({
  metadata: { name, namespace: 'ovn-kubernetes', generation: 1 },
  spec: { template: { spec: { containers: [{ name: 'ovnkube-controller' }] } } },
  status: {
    observedGeneration: 1,
    desiredNumberScheduled: nodes,
    numberReady: nodes,
    updatedNumberScheduled: nodes,
  },
});

/** What a node with IPsec prints of its tunnel, given its own address and the other's. */
export const tunnelText = (own: string, other: string, state = 'CONFIGURED', associated = true): string =>
  [
    `Interface name: ovn-x-0 v1 (${state})`,
    '  Tunnel Type:    geneve',
    `  Local IP:       ${own}`,
    `  Remote IP:      ${other}`,
    '  PSK:            None',
    'Kernel policies installed:',
    `  src ${own}/32 dst ${other}/32 proto udp dport 6081`,
    'Kernel security associations installed:',
    ...(associated
      ? [
          `  sel src ${own}/32 dst ${other}/32 proto udp dport 6081`,
          `  sel src ${other}/32 dst ${own}/32 proto udp sport 6081`,
        ]
      : []),
    'IPsec connections that are active:',
    '',
  ].join('\n');

export const stateText = (own: string, other: string): string =>
  [
    `src ${own} dst ${other}`,
    '\tproto esp spi 0x0a1b2c3d reqid 16389 mode transport',
    `src ${other} dst ${own}`,
    '\tproto esp spi 0x0a1b2c3e reqid 16389 mode transport',
    '',
  ].join('\n');

export const certificateText = (node: NodeName, until = 'Nov 20 05:41:52 2027 GMT', name = `chassis-${node}`): string =>
  [
    `subject=C = US, O = ovnkubernetes, CN = ${name}`,
    'issuer=CN = signer',
    'notBefore=Nov 20 05:41:52 2026 GMT',
    `notAfter=${until}`,
    '',
  ].join('\n');

export const everyNode = NODES;
