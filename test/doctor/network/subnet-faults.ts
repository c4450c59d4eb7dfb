import type { Fault } from '../faults.js';
import { nodeIn, pairs, strings } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

type Json = Record<string, unknown>;

const routerPort = (cluster: SmallCluster, name: string, ...networks: readonly string[]): void => {
  cluster.zones['a']!.nb['Logical_Router_Port']![name] = { name, networks: strings(...networks) };
};

const configure = (cluster: SmallCluster, pods: string, services: string): void => {
  cluster.configuration = {
    'ovnkube-config': {
      'ovnkube.conf': `[default]\ncluster-subnets="${pods}"\n[kubernetes]\nservice-cidrs="${services}"\n`,
    },
  };
};

const annotate = (cluster: SmallCluster, key: string, value: unknown): void => {
  nodeIn(cluster, 'a').annotations[key] = typeof value === 'string' ? value : JSON.stringify(value);
};

/** A primary layer 3 network of the namespace `shop`, with its attachment. */
export function userNetwork(cluster: SmallCluster, name: string, id: number, ...subnets: readonly string[]): void {
  (cluster.more.userdefinednetworks ??= []).push({
    metadata: { name, namespace: 'shop' },
    spec: { topology: 'Layer3', layer3: { role: 'Primary', subnets: subnets.map((cidr) => ({ cidr })) } },
  });
  (cluster.more['network-attachment-definitions'] ??= []).push(attachment(name, id));
}

export const attachment = (name: string, id: number, change: Json = {}): Json => ({
  metadata: {
    name,
    namespace: 'shop',
    annotations: { 'k8s.ovn.org/network-id': String(id), 'k8s.ovn.org/network-name': `shop_${name}` },
  },
  spec: {
    config: JSON.stringify({
      type: 'ovn-k8s-cni-overlay',
      name: `shop_${name}`,
      netAttachDefName: `shop/${name}`,
      topology: 'layer3',
      role: 'primary',
      ...change,
    }),
  },
});

const connect = (cluster: SmallCluster, id: number): void => {
  cluster.zones['a']!.nb['Logical_Router_Port']![`crtor-${String(id)}`] = {
    name: `crtor-both_${String(id)}`,
    external_ids: pairs({
      'k8s.ovn.org/owner-type': 'ClusterNetworkConnect',
      'k8s.ovn.org/name': 'both',
      'network-id': String(id),
    }),
  };
};

const subnets = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'network/subnets', ...fault });
const overlap = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'network/overlaps', ...fault });

export const SUBNET_FAULTS: readonly Fault[] = [
  subnets({
    name: 'services in the subnet of pods',
    change: (cluster) => {
      configure(cluster, '10.244.0.0/16/24,fd00:10:244::/48', '10.244.128.0/20,fd00:10:96::/112');
    },
    finds: ['OVN9001=Subnet/pods-services'],
    says: ['the subnet of services 10.244.128.0/20'],
  }),
  subnets({
    name: 'a join subnet in the transit subnet',
    change: (cluster) => {
      routerPort(cluster, 'rtoj-ovn_cluster_router', '100.88.0.1/16', 'fd98::1/64');
      routerPort(cluster, 'rtots-a', '100.88.0.2/16', 'fd97::2/64');
    },
    finds: ['OVN9001=Subnet/join-transit'],
    says: ['the transit subnet 100.88.0.0/16'],
  }),
  subnets({
    name: 'subnets that keep clear',
    change: (cluster) => {
      configure(cluster, '10.244.0.0/16/24,fd00:10:244::/48', '10.96.0.0/16,fd00:10:96::/112');
      routerPort(cluster, 'rtoj-ovn_cluster_router', '100.64.0.1/16', 'fd98::1/64');
      routerPort(cluster, 'rtots-a', '100.88.0.2/16', 'fd97::2/64');
    },
    finds: [],
  }),
  subnets({
    name: 'a node in the join subnet',
    change: (cluster) => {
      routerPort(cluster, 'rtoj-ovn_cluster_router', '100.64.0.1/16');
      annotate(cluster, 'k8s.ovn.org/host-cidrs', ['172.18.0.2/16', '100.64.12.7/20']);
    },
    finds: ['OVN9002=Node/a'],
    says: ['100.64.12.7/20', 'The join subnet 100.64.0.0/16'],
  }),
  subnets({
    name: 'addresses that OVN-Kubernetes gave the host itself',
    change: (cluster) => {
      annotate(cluster, 'k8s.ovn.org/host-cidrs', ['172.18.0.2/16', '10.244.1.2/24', '169.254.0.2/17', 'fd69::2/112']);
    },
    finds: [],
  }),
  subnets({
    name: 'a hybrid-overlay subnet in the subnet of pods',
    change: (cluster) => {
      annotate(cluster, 'k8s.ovn.org/hybrid-overlay-node-subnet', '10.244.2.128/25');
    },
    finds: ['OVN9001=Subnet/hybrid-pods'],
    says: ['hybrid-overlay subnet'],
  }),
  subnets({
    name: 'a small masquerade subnet and networks',
    change: (cluster) => {
      annotate(cluster, 'k8s.ovn.org/node-masquerade-subnet', { ipv4: '169.254.169.0/29', ipv6: 'fd69::/125' });
      userNetwork(cluster, 'blue', 1, '10.150.0.0/16');
    },
    finds: ['OVN9003=NetworkAttachmentDefinition/shop/blue'],
    says: ['169.254.169.12', '169.254.169.0/29'],
  }),
  subnets({
    name: 'room enough',
    change: (cluster) => {
      userNetwork(cluster, 'blue', 1, '10.150.0.0/16');
    },
    finds: [],
  }),
  overlap({
    name: 'a network in the subnet of pods',
    change: (cluster) => {
      userNetwork(cluster, 'blue', 1, '10.244.0.0/16', 'fd00:10:150::/48');
    },
    finds: ['OVN9010=UserDefinedNetwork/shop/blue'],
    says: ['the subnet of pods'],
  }),
  overlap({
    name: 'a network around the nodes',
    change: (cluster) => {
      userNetwork(cluster, 'blue', 1, '172.16.0.0/12');
    },
    finds: ['OVN9011=UserDefinedNetwork/shop/blue'],
    says: ['172.18.0.2/16'],
  }),
  overlap({
    name: 'connected networks with the same addresses',
    change: (cluster) => {
      userNetwork(cluster, 'blue', 1, '10.150.0.0/16');
      userNetwork(cluster, 'red', 2, '10.150.128.0/17');
      connect(cluster, 1);
      connect(cluster, 2);
    },
    finds: ['OVN9012=UserDefinedNetwork/shop/blue'],
    says: ['connected by ClusterNetworkConnect both', 'shop/red'],
  }),
  overlap({
    name: 'advertised networks with the same addresses',
    change: (cluster) => {
      userNetwork(cluster, 'blue', 1, '10.150.0.0/16');
      userNetwork(cluster, 'red', 2, '10.150.0.0/16');
      for (const each of cluster.more['network-attachment-definitions']!) {
        (each['metadata'] as { annotations: Record<string, string> }).annotations['k8s.ovn.org/route-advertisements'] =
          '["all"]';
      }
    },
    finds: ['OVN9012=UserDefinedNetwork/shop/blue'],
    says: ['advertised by RouteAdvertisements all'],
  }),
  overlap({
    name: 'networks that do not see each other may have the same addresses',
    change: (cluster) => {
      userNetwork(cluster, 'blue', 1, '10.150.0.0/16');
      userNetwork(cluster, 'red', 2, '10.150.0.0/16');
    },
    finds: [],
  }),
  overlap({
    name: 'a localnet is where the hosts are',
    change: (cluster) => {
      cluster.more.clusteruserdefinednetworks = [
        {
          metadata: { name: 'lan' },
          spec: {
            namespaceSelector: {},
            network: { topology: 'Localnet', localnet: { role: 'Secondary', subnets: ['172.18.0.0/16'] } },
          },
        },
      ];
    },
    finds: [],
  }),
];
