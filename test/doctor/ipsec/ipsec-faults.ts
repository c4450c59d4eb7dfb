import { text } from '../databases/server-faults.js';
import type { Fault } from '../faults.js';
import { nodeIp4, pairs } from '../small-cluster.js';
import type { NodeName, SmallCluster } from '../small-cluster.js';
import { certificateText, everyNode, stateText, tunnelText } from '../small-hosts.js';

const flags = ({ zones }: SmallCluster, ...on: readonly string[]): void => {
  for (const [name, { nb, sb }] of Object.entries(zones)) {
    nb['NB_Global']!['global']!['ipsec'] = on.includes(name);
    sb['SB_Global']!['global']!['ipsec'] = on.includes(name);
  }
};

const daemon = (node: NodeName, ready = true): Record<string, unknown> => ({
  metadata: { name: `ovn-ipsec-${node}`, namespace: 'ovn-kubernetes', labels: { app: 'ovn-ipsec' } },
  spec: { nodeName: node, hostNetwork: true, containers: [{ name: 'ovn-ipsec' }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

/** The small cluster with IPsec, everything as it should be, and then changed. */
const withIpsec =
  (change: (cluster: SmallCluster) => void = () => undefined) =>
  (cluster: SmallCluster): void => {
    flags(cluster, 'a', 'b');
    cluster.objects.pods.push(...everyNode.map((node) => daemon(node)));
    for (const node of everyNode) {
      const other = node === 'a' ? 'b' : 'a';
      text(`hosts/${node}/ipsec-tunnels.txt`, tunnelText(nodeIp4(node), nodeIp4(other)))(cluster);
      text(`hosts/${node}/xfrm-state.txt`, stateText(nodeIp4(node), nodeIp4(other)))(cluster);
      text(`hosts/${node}/ipsec-certificate.txt`, certificateText(node))(cluster);
    }
    change(cluster);
  };

const fine = (analyzer: string): Fault => ({
  analyzer,
  name: 'IPsec as it should be',
  // Room for it.
  change: withIpsec((cluster) => {
    cluster.configuration = { 'ovnkube-config': { 'ovnkube.conf': '[default]\nmtu=1376\n' } };
  }),
  finds: [],
});

const [A, B] = [nodeIp4('a'), nodeIp4('b')];

export const IPSEC_FAULTS: readonly Fault[] = [
  fine('ipsec/flag'),
  fine('ipsec/tunnels'),
  fine('ipsec/certificates'),
  fine('ipsec/headroom'),
  {
    analyzer: 'ipsec/flag',
    name: 'on in one zone only',
    change: withIpsec((cluster) => flags(cluster, 'a')),
    finds: ['OVN8001=Zone/b'],
    says: ['off in zone b and on in a', 'ipsec=false', 'ipsec=true'],
  },
  {
    analyzer: 'ipsec/flag',
    name: 'a node without its daemon',
    change: withIpsec(({ objects }) => {
      objects.pods = objects.pods.filter((pod) => (pod['metadata'] as { name: string }).name !== 'ovn-ipsec-b');
    }),
    finds: ['OVN8002=Node/b'],
    says: ['there is no IPsec pod on node b'],
  },
  {
    analyzer: 'ipsec/flag',
    name: 'a daemon that is not ready',
    change: withIpsec(({ objects }) => {
      objects.pods = [
        ...objects.pods.filter((pod) => (pod['metadata'] as { name: string }).name !== 'ovn-ipsec-b'),
        daemon('b', false),
      ];
    }),
    finds: ['OVN8002=Node/b'],
    says: ['ovn-ipsec-b is not ready'],
  },
  {
    analyzer: 'ipsec/flag',
    name: 'daemons without the flag',
    change: ({ objects }) => {
      objects.pods.push(daemon('a'), daemon('b'));
    },
    finds: ['OVN8003=Cluster/ipsec'],
    says: ['not encrypted'],
  },
  {
    analyzer: 'ipsec/flag',
    name: 'not passed on by northd',
    change: withIpsec(({ zones }) => {
      zones['a']!.sb['SB_Global']!['global']!['ipsec'] = false;
    }),
    finds: ['OVN8004=Zone/a'],
  },
  {
    analyzer: 'ipsec/tunnels',
    name: 'a tunnel that is invalid',
    change: withIpsec(text('hosts/a/ipsec-tunnels.txt', tunnelText(A, B, "INVALID: must set 'certificate'"))),
    finds: ['OVN8010=Tunnel/a:b'],
    says: ["INVALID: must set 'certificate'"],
  },
  {
    analyzer: 'ipsec/tunnels',
    name: 'no tunnel at all',
    change: withIpsec(text('hosts/b/ipsec-tunnels.txt', 'No tunnels configured with IPsec\n')),
    finds: ['OVN8010=Tunnel/b:a'],
    says: ['tunnels to nobody'],
  },
  {
    analyzer: 'ipsec/tunnels',
    name: 'no keys in the kernel',
    change: withIpsec((cluster) => {
      text('hosts/a/ipsec-tunnels.txt', tunnelText(A, B, 'CONFIGURED', false))(cluster);
      text('hosts/a/xfrm-state.txt', stateText(A, '192.0.2.7'))(cluster);
    }),
    finds: ['OVN8011=Tunnel/a:b'],
    says: ['no kernel security association', 'none in both directions with 172.18.0.3'],
  },
  {
    analyzer: 'ipsec/tunnels',
    name: 'keys that only one of the two commands shows',
    change: withIpsec(text('hosts/a/ipsec-tunnels.txt', tunnelText(A, B, 'CONFIGURED', false))),
    finds: [],
  },
  {
    analyzer: 'ipsec/tunnels',
    name: 'only one direction, and the daemon is silent',
    change: withIpsec((cluster) => {
      text('hosts/b/ipsec-tunnels.txt', undefined)(cluster);
      text('hosts/b/xfrm-state.txt', `src ${B} dst ${A}\n\tproto esp spi 0x1 reqid 1 mode transport\n`)(cluster);
    }),
    finds: ['OVN8011=Tunnel/b:a'],
  },
  {
    analyzer: 'ipsec/tunnels',
    name: 'nobody tells',
    change: withIpsec((cluster) => {
      for (const fact of ['ipsec-tunnels', 'xfrm-state']) text(`hosts/b/${fact}.txt`, undefined)(cluster);
    }),
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'ipsec/certificates',
    name: 'expired',
    change: withIpsec(text('hosts/a/ipsec-certificate.txt', certificateText('a', 'Nov 22 05:41:52 2026 GMT'))),
    finds: ['OVN8020=Node/a'],
    says: ['expired on Nov 22 05:41:52 2026 GMT'],
  },
  {
    analyzer: 'ipsec/certificates',
    name: 'not valid yet',
    change: withIpsec(
      text(
        'hosts/a/ipsec-certificate.txt',
        certificateText('a').replace('Nov 20 05:41:52 2026', 'Nov 24 05:41:52 2026'),
      ),
    ),
    finds: ['OVN8020=Node/a'],
    says: ['not valid before Nov 24'],
  },
  {
    analyzer: 'ipsec/certificates',
    name: 'expires soon',
    change: withIpsec(text('hosts/a/ipsec-certificate.txt', certificateText('a', 'Dec  3 05:41:52 2026 GMT'))),
    finds: ['OVN8021=Node/a'],
    says: ['10 days'],
  },
  {
    analyzer: 'ipsec/certificates',
    name: 'made out to another',
    change: withIpsec(text('hosts/b/ipsec-certificate.txt', certificateText('b', undefined, 'chassis-old'))),
    finds: ['OVN8022=Node/b'],
    says: ['chassis-old', 'system-id=chassis-b'],
  },
  {
    analyzer: 'ipsec/certificates',
    name: 'nobody knows what time it was',
    change: withIpsec(({ zones }) => {
      for (const { nb } of Object.values(zones)) nb['NB_Global']!['global']!['options'] = pairs({});
    }),
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'ipsec/headroom',
    name: 'an MTU of pods as without IPsec',
    change: withIpsec(),
    finds: ['OVN8030=Node/a', 'OVN8030=Node/b'],
    says: ['1524'],
  },
  {
    analyzer: 'ipsec/headroom',
    name: 'an interface with room for the tunnel only',
    change: withIpsec((cluster) => {
      cluster.configuration = { 'ovnkube-config': { 'ovnkube.conf': '[default]\nmtu=1376\n' } };
      const before = cluster.texts['hosts/a/addresses.json'] ?? '';
      text('hosts/a/addresses.json', before.replace('"mtu":1500', '"mtu":1480'))(cluster);
    }),
    finds: ['OVN8030=Node/a'],
    says: ['1500 bytes', 'takes 1480'],
  },
  {
    analyzer: 'ipsec/headroom',
    name: 'another port, by configuration',
    change: withIpsec((cluster) => {
      cluster.configuration = { 'ovnkube-config': { 'ovnkube.conf': '[default]\nmtu=1376\nencap-port=9061\n' } };
    }),
    finds: ['OVN8031=Cluster/geneve'],
    says: ['UDP port 9061', '[default] encap-port=9061'],
  },
  {
    analyzer: 'ipsec/headroom',
    name: 'another port, by the tunnels',
    change: withIpsec((cluster) => {
      cluster.configuration = { 'ovnkube-config': { 'ovnkube.conf': '[default]\nmtu=1376\n' } };
      cluster.zones['b']!.ovs['Interface']!['if-tunnel']!['options'] = pairs({ remote_ip: A, dst_port: '9061' });
    }),
    finds: ['OVN8031=Cluster/geneve'],
    says: ['dst_port=9061'],
  },
];
