/**
 * Faults of IPsec between nodes. No text here or anywhere says that traffic is encrypted: a flag, a daemon and a tunnel that is
 * configured don't prove it.
 */
import { defineFinding } from '../finding.js';
import { inNodePod, nodeLogs } from '../nodes/node-pod.js';

const inIpsecPod = (node: string, command: string): string =>
  `kubectl -n OVN-NAMESPACE exec $(kubectl -n OVN-NAMESPACE get pod -l app=ovn-ipsec --field-selector spec.nodeName=${node} -o name) -- ${command}`;

export const FLAGS_DIFFER = defineFinding<{ readonly zone: string; readonly on: readonly string[] }>({
  code: 'OVN8001',
  level: 'error',
  title: 'IPsec is on in some zones and off in others',
  text: ({ zone, on }) =>
    `IPsec is off in zone ${zone} and on in ${on.length <= 3 ? on.join(', ') : `${String(on.length)} others`}: between them packets are ` +
    'sent in clear, or dropped by the side that expects them otherwise.',
  remedy: ({ zone }) => [
    {
      text: 'The setting is of the cluster. See whether the pod of that node was restarted since it was changed; on OpenShift the Network operator rolls it out.',
      commands: [
        "oc get network.operator cluster -o jsonpath='{.spec.defaultNetwork.ovnKubernetesConfig.ipsecConfig}'",
        'kubectl -n OVN-NAMESPACE rollout status daemonset/ovnkube-node --timeout=10s',
        inNodePod(zone, 'ovn-nbctl get NB_Global . ipsec'),
      ],
    },
  ],
});

export const NO_DAEMON = defineFinding<{ readonly node: string; readonly state: string }>({
  code: 'OVN8002',
  level: 'error',
  title: 'IPsec is on, and a node has no IPsec daemon that is ready',
  text: ({ node, state }) =>
    `IPsec is on, but ${state} on node ${node}: nobody makes keys for its tunnels, so its packets go in clear or not at all.`,
  remedy: ({ node }) => [
    {
      text: 'See why it is not ready: a certificate that is not signed, libreswan that is not on the host, an update of the machines that is under way.',
      commands: [
        `kubectl -n OVN-NAMESPACE get pods -l app=ovn-ipsec -o wide --field-selector spec.nodeName=${node}`,
        `kubectl -n OVN-NAMESPACE logs -l app=ovn-ipsec --all-containers --prefix --tail=50 | grep ${node}`,
        'kubectl get csr | grep ipsec',
      ],
    },
  ],
});

export const DAEMON_WITHOUT_FLAG = defineFinding<{ readonly count: number }>({
  code: 'OVN8003',
  level: 'info',
  title: 'IPsec daemons run, and IPsec between nodes is off',
  text: ({ count }) =>
    `${count === 1 ? 'One IPsec daemon runs' : `${count} IPsec daemons run`}, but IPsec is off in every zone: traffic between pods of ` +
    'different nodes is not encrypted. That is what mode External means; with mode Full it is the middle of a rollout.',
  remedy: () => [
    {
      text: 'If traffic between nodes is meant to be encrypted, set the mode to Full.',
      commands: [
        `oc patch network.operator cluster --type=merge -p '{"spec":{"defaultNetwork":{"ovnKubernetesConfig":{"ipsecConfig":{"mode":"Full"}}}}}'`,
      ],
    },
  ],
});

export const FLAG_NOT_PASSED_ON = defineFinding<{ readonly zone: string }>({
  code: 'OVN8004',
  level: 'error',
  title: 'IPsec is on in the northbound database and off in the southbound one',
  text: ({ zone }) =>
    `In zone ${zone} IPsec is on in the northbound database, but northd has not passed it on: ovn-controller makes tunnels without it.`,
  remedy: ({ zone }) => [
    {
      text: 'See whether northd of the zone works.',
      commands: [inNodePod(zone, 'ovn-appctl -t ovn-northd status'), nodeLogs(zone, 'northd')],
    },
  ],
});

export const NOT_CONFIGURED = defineFinding<{
  readonly node: string;
  readonly peer: string;
  readonly addresses: readonly string[];
  readonly state: string;
}>({
  code: 'OVN8010',
  level: 'error',
  title: 'A tunnel between two nodes is not set up for IPsec',
  text: ({ node, peer, addresses, state }) =>
    `On node ${node} the tunnel to ${peer} (${addresses.join(', ')}) ${state}: packets to it go in clear, or are dropped there.`,
  remedy: ({ node }) => [
    {
      text: 'See what the IPsec daemon says about it, and have it look again.',
      commands: [
        inIpsecPod(node, 'ovs-appctl -t ovs-monitor-ipsec tunnels/show'),
        inIpsecPod(node, 'ovs-appctl -t ovs-monitor-ipsec refresh'),
      ],
    },
  ],
});

export const NO_ASSOCIATION = defineFinding<{
  readonly node: string;
  readonly peer: string;
  readonly addresses: readonly string[];
}>({
  code: 'OVN8011',
  level: 'error',
  title: 'Two nodes have no IPsec security association',
  text: ({ node, peer, addresses }) =>
    `The kernel of node ${node} has no security association to ${peer} (${addresses.join(', ')}), so IKE between them has not come to ` +
    'an end: packets are dropped, or go in clear where no policy holds them back.',
  remedy: ({ node, peer }) => [
    {
      text: 'See how far IKE gets between them: UDP ports 500 and 4500 and ESP must pass, clocks and certificates must be right on both.',
      commands: [
        inIpsecPod(node, 'ipsec status'),
        inIpsecPod(peer, 'ipsec status'),
        inIpsecPod(node, 'ovs-appctl -t ovs-monitor-ipsec refresh'),
      ],
    },
  ],
});

export const CERTIFICATE_EXPIRED = defineFinding<{
  readonly node: string;
  readonly what: string;
  readonly when: string;
}>({
  code: 'OVN8020',
  level: 'error',
  title: "A node's IPsec certificate is not valid",
  text: ({ node, what, when }) =>
    `The IPsec certificate of node ${node} ${what} ${when}: other nodes refuse it, and its tunnels do not come up again.`,
  remedy: ({ node }) => [
    {
      text: 'Have it asked for anew: remove it and restart the IPsec pod of the node. One that is not valid yet means that a clock is wrong.',
      commands: [
        inIpsecPod(node, 'rm /etc/openvswitch/keys/ipsec-cert.pem'),
        `kubectl -n OVN-NAMESPACE delete pod -l app=ovn-ipsec --field-selector spec.nodeName=${node}`,
        'kubectl get csr | grep ipsec',
      ],
    },
  ],
});

export const CERTIFICATE_EXPIRES = defineFinding<{
  readonly node: string;
  readonly days: number;
  readonly when: string;
}>({
  code: 'OVN8021',
  level: 'warning',
  title: "A node's IPsec certificate expires soon",
  text: ({ node, days, when }) =>
    `The IPsec certificate of node ${node} expires in ${days === 1 ? 'a day' : `${days} days`} (${when}). It should have been renewed ` +
    'half a year before.',
  remedy: ({ node }) => [
    {
      text: 'Restart the IPsec pod of the node, which asks for another, and see that the request is signed.',
      commands: [
        `kubectl -n OVN-NAMESPACE delete pod -l app=ovn-ipsec --field-selector spec.nodeName=${node}`,
        'kubectl get csr | grep ipsec',
      ],
    },
  ],
});

export const CERTIFICATE_OF_ANOTHER = defineFinding<{
  readonly node: string;
  readonly name: string;
  readonly chassis: string;
}>({
  code: 'OVN8022',
  level: 'error',
  title: "A node's IPsec certificate is made out to another name",
  text: ({ node, name, chassis }) =>
    `The IPsec certificate of node ${node} is made out to ${name}, but the node calls itself ${chassis}: other nodes expect that name, ` +
    'and refuse it.',
  remedy: ({ node }) => [
    {
      text: 'Have it asked for anew: the node was given another id since.',
      commands: [
        inIpsecPod(node, 'rm /etc/openvswitch/keys/ipsec-cert.pem'),
        `kubectl -n OVN-NAMESPACE delete pod -l app=ovn-ipsec --field-selector spec.nodeName=${node}`,
      ],
    },
  ],
});

export const NO_ROOM = defineFinding<{
  readonly node: string;
  readonly device: string;
  readonly has: number;
  readonly needs: number;
  readonly mtu: number;
  readonly lower: number;
}>({
  code: 'OVN8030',
  level: 'error',
  title: 'The MTU of a node leaves no room for IPsec',
  text: ({ node, device, has, needs, mtu }) =>
    `With pods of MTU ${mtu}, the tunnel and IPsec, packets may have ${needs} bytes, but ${device} of node ${node} takes ${has}: large ` +
    'packets are lost between nodes while small ones arrive.',
  remedy: ({ device, needs, mtu, lower, has }) => [
    {
      text: `Lower the MTU of pods from ${mtu} to ${lower}, as has to be done before IPsec is turned on.`,
      commands: [
        `oc patch network.operator cluster --type=merge -p '{"spec":{"migration":{"mtu":{"network":{"from":${mtu},"to":${lower}},"machine":{"to":${has}}}}}}'`,
      ],
    },
    {
      text: `Or raise that of ${device}, and of the network between the nodes, to ${needs}.`,
      commands: [`ip link set dev ${device} mtu ${needs}`],
    },
  ],
});

export const OTHER_PORT = defineFinding<{ readonly port: string }>({
  code: 'OVN8031',
  level: 'error',
  title: 'IPsec does not cover the port that tunnels use',
  text: ({ port }) =>
    `Tunnels use UDP port ${port}, but the IPsec daemon of Open vSwitch protects port 6081 only: packets between nodes go in clear, while ` +
    'flag and tunnels look as they should.',
  remedy: () => [
    {
      text: 'Use the port that is protected: genevePort 6081. On OpenShift it can be set only when the cluster is installed.',
      commands: ["oc get network.operator cluster -o jsonpath='{.spec.defaultNetwork.ovnKubernetesConfig.genevePort}'"],
    },
  ],
});
