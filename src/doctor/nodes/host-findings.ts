/** Faults of hosts: bridges, tunnels, MTU, forwarding. */
import { defineFinding } from '../finding.js';
import { inNodePod, nodeLogs, restartPod } from './node-pod.js';

const vsctl = (node: string, words: string): string => inNodePod(node, `ovs-vsctl ${words}`);

export const NO_MAPPING = defineFinding<{
  readonly node: string;
  readonly network: string;
  readonly port: string;
  readonly mappings: string;
}>({
  code: 'OVN3140',
  level: 'error',
  title: 'A physical network is mapped to no bridge',
  text: ({ node, network, port, mappings }) =>
    `Port ${port} leads to the physical network ${network}, which node ${node} maps to no bridge ` +
    `(ovn-bridge-mappings is ${mappings === '' ? 'empty' : mappings}): nothing leaves the node that way.`,
  remedy: ({ node, network }) =>
    network === 'physnet'
      ? [
          restartPod(node, 'ovnkube maps its gateway bridge when it starts'),
          {
            text: 'See whether the gateway bridge exists; on OpenShift the service ovs-configuration makes it.',
            commands: [vsctl(node, 'list-br'), nodeLogs(node, 'ovnkube-controller')],
          },
        ]
      : [
          {
            text: `Map ${network} to a bridge of the node: on OpenShift in a NodeNetworkConfigurationPolicy (ovn.bridge-mappings), else by hand, with all mappings that are to stay.`,
            commands: [
              vsctl(node, 'get Open_vSwitch . external_ids:ovn-bridge-mappings'),
              vsctl(node, `set Open_vSwitch . external_ids:ovn-bridge-mappings=MAPPINGS,${network}:BRIDGE`),
            ],
          },
        ],
});

export const MAPPED_BRIDGE_MISSING = defineFinding<{
  readonly node: string;
  readonly network: string;
  readonly bridge: string;
}>({
  code: 'OVN3141',
  level: 'error',
  title: 'A physical network is mapped to a bridge that does not exist',
  text: ({ node, network, bridge }) =>
    `Node ${node} maps the physical network ${network} to ${bridge}, but Open vSwitch has no such bridge: nothing leaves the node ` +
    'that way.',
  remedy: ({ node }) => [
    {
      text: 'Make the bridge, or map the network to one that exists. On OpenShift the service ovs-configuration makes br-ex when the node starts.',
      commands: [vsctl(node, 'list-br'), `oc debug node/${node} -- chroot /host systemctl status ovs-configuration`],
    },
  ],
});

export const PATCH_PORT_MISSING = defineFinding<{
  readonly node: string;
  readonly port: string;
  readonly bridge: string;
  readonly why: string;
}>({
  code: 'OVN3142',
  level: 'error',
  title: 'The gateway bridge is not connected to the integration bridge',
  text: ({ node, port, bridge, why }) =>
    `On node ${node} the patch ports between ${bridge} and br-int for port ${port} ${why}: no packet gets from pods to ${bridge} or back.`,
  remedy: ({ node, bridge }) => [
    {
      text: 'ovn-controller makes them for every mapped network. See whether it runs, and whether something else (NetworkManager, nmstate) removes ports from the bridge.',
      commands: [vsctl(node, `list-ports ${bridge}`), nodeLogs(node, 'ovn-controller')],
    },
    restartPod(node, ''),
  ],
});

export const NO_UPLINK = defineFinding<{ readonly node: string; readonly bridge: string; readonly ports: string }>({
  code: 'OVN3143',
  level: 'error',
  title: 'The gateway bridge has no uplink',
  text: ({ node, bridge, ports }) =>
    `The gateway bridge ${bridge} of node ${node} has no network card in it (its ports: ${ports}): no packet leaves the node.`,
  remedy: ({ node, bridge }) => [
    {
      text: 'Put the card back; a profile of NetworkManager that was changed by hand, or an update of the system, may have taken it out. On OpenShift the service ovs-configuration puts it in when the node starts.',
      commands: [
        vsctl(node, `add-port ${bridge} INTERFACE`),
        `oc debug node/${node} -- chroot /host systemctl restart ovs-configuration`,
      ],
    },
  ],
});

export const MTU_TOO_SMALL = defineFinding<{
  readonly node: string;
  readonly device: string;
  readonly has: number;
  readonly needs: number;
  readonly mtu: number;
  readonly overhead: number;
}>({
  code: 'OVN3150',
  level: 'error',
  title: 'The MTU of a node leaves no room for the tunnel',
  text: ({ node, device, has, needs, mtu, overhead }) =>
    `Packets between nodes leave node ${node} through ${device}, whose MTU is ${has}. With pods of MTU ${mtu} and ${overhead} bytes for ` +
    `the tunnel it has to be ${needs} or more: ovnkube does not start there, or large packets are lost while small ones arrive.`,
  remedy: ({ device, needs, mtu, has, overhead }) => [
    {
      text: `Raise the MTU of ${device} on the node, of what it consists of, and of the network between the nodes to ${needs}.`,
      commands: [`ip link set dev ${device} mtu ${needs}`],
    },
    {
      text: `Or lower the MTU of pods from ${mtu} to ${has - overhead}; on OpenShift the Network operator migrates a running cluster.`,
      commands: [
        `oc patch network.operator cluster --type=merge -p '{"spec":{"migration":{"mtu":{"network":{"from":${mtu},"to":${has - overhead}},"machine":{"to":${has}}}}}}'`,
      ],
    },
  ],
});

export const TUNNEL_BROKEN = defineFinding<{
  readonly node: string;
  readonly interface: string;
  readonly remote: string;
  readonly error: string;
}>({
  code: 'OVN3160',
  level: 'error',
  title: 'Open vSwitch could not make a tunnel',
  text: ({ node, interface: name, remote, error }) =>
    `On node ${node} the tunnel ${name} to ${remote || 'an unknown address'} does not work: ${error}. Packets for pods behind it are lost.`,
  remedy: ({ node, interface: name }) => [
    {
      text: 'Another device with the same port or name stands in the way mostly: see what Open vSwitch says, and which devices there are.',
      commands: [vsctl(node, `list interface ${name}`), inNodePod(node, 'ip -d link show type geneve')],
    },
    {
      text: 'Have the tunnel made anew: ovn-controller adds what is missing.',
      commands: [vsctl(node, `del-port br-int ${name}`)],
    },
  ],
});

export const NO_TUNNEL = defineFinding<{
  readonly node: string;
  readonly peer: string;
  readonly addresses: readonly string[];
}>({
  code: 'OVN3161',
  level: 'error',
  title: 'A node has no tunnel to another',
  text: ({ node, peer, addresses }) =>
    `Node ${node} knows the chassis of ${peer}, but Open vSwitch has no tunnel to ${addresses.join(' or ')}: pods of ${node} don't reach ` +
    `pods of ${peer}.`,
  remedy: ({ node }) => [
    {
      text: 'ovn-controller makes tunnels to every chassis. See whether it is connected, and what it says.',
      commands: [inNodePod(node, 'ovn-appctl -t ovn-controller connection-status'), nodeLogs(node, 'ovn-controller')],
    },
    restartPod(node, ''),
  ],
});

export const FOREIGN_TUNNEL_ADDRESS = defineFinding<{
  readonly node: string;
  readonly address: string;
  readonly has: readonly string[];
}>({
  code: 'OVN3162',
  level: 'error',
  title: 'The tunnel address of a node is none of its addresses',
  text: ({ node, address, has }) =>
    `Node ${node} tells the others to send tunnelled packets to ${address}, but none of its interfaces has that address ` +
    `(${has.join(', ')}).`,
  remedy: ({ node, address, has }) => [
    {
      text: `Give the node the address ${address} again, or set one that it has and restart the pod, which tells the other nodes.`,
      commands: [vsctl(node, `set Open_vSwitch . external_ids:ovn-encap-ip=${has[0] ?? 'ADDRESS'}`)],
    },
    restartPod(node, ''),
  ],
});

export const POLICY_DEFAULT = defineFinding<{
  readonly node: string;
  readonly family: 4 | 6;
  readonly table: string;
  readonly priority: number;
  readonly route: string;
}>({
  code: 'OVN3170',
  level: 'warning',
  title: 'A rule sends all traffic of a host through another default route',
  text: ({ node, family, table, priority, route }) =>
    `On node ${node} an IPv${family} rule of priority ${priority} looks up table ${table} for every packet before the main table, and ` +
    `that table has a default route (${route}). OVN-Kubernetes chose its gateway by the main table: packets of the host and of pods ` +
    'leave through different routers, with addresses the other does not expect.',
  remedy: ({ node, priority, table, family }) => [
    {
      text: 'Limit the rule to the addresses or marks it is meant for, or remove it, in what configures the network of the node.',
      commands: [
        inNodePod(node, `ip -${family} rule show priority ${priority}`),
        inNodePod(node, `ip -${family} route show table ${table}`),
      ],
    },
  ],
});

export const FORWARDING_OFF = defineFinding<{
  readonly node: string;
  readonly family: 4 | 6;
  readonly device: string;
}>({
  code: 'OVN3180',
  level: 'error',
  title: 'A host does not forward packets on an interface of the network',
  text: ({ node, family, device }) =>
    `Node ${node} does not forward IPv${family} packets that come in on ${device}: traffic between the host and pods or services that ` +
    'passes the kernel is dropped.',
  remedy: ({ node, family, device }) => [
    {
      text: 'Turn it on; something else (sysctl.d, a firewall, a tuning profile) turned it off after ovnkube turned it on.',
      commands: [
        inNodePod(node, `sysctl -w net.ipv${family}.conf.${device}.forwarding=1`),
        `oc debug node/${node} -- chroot /host grep -r forwarding /etc/sysctl.d /usr/lib/sysctl.d`,
      ],
    },
    {
      text: 'On OpenShift, forwarding for the whole node is a setting of the Network operator.',
      commands: [
        `oc patch network.operator cluster --type=merge -p '{"spec":{"defaultNetwork":{"ovnKubernetesConfig":{"gatewayConfig":{"ipForwarding":"Global"}}}}}'`,
      ],
    },
  ],
});

export const STRICT_FILTER = defineFinding<{ readonly node: string; readonly device: string }>({
  code: 'OVN3181',
  level: 'warning',
  title: 'A host drops packets of pods by their source address',
  text: ({ node, device }) =>
    `On node ${node} the reverse path filter of ${device} is strict: packets whose way back is through another interface are dropped ` +
    'without a word.',
  remedy: ({ node, device }) => [
    {
      text: 'Make it loose, as ovnkube does when it starts; then see what made it strict again.',
      commands: [
        inNodePod(node, `sysctl -w net.ipv4.conf.${device}.rp_filter=2`),
        `oc debug node/${node} -- chroot /host grep -r rp_filter /etc/sysctl.d /usr/lib/sysctl.d`,
      ],
    },
  ],
});
