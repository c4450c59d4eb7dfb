import type { Fault } from '../faults.js';
import { pairs, podObject, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';
import { attachment, userNetwork } from './subnet-faults.js';

const LABEL = 'k8s.ovn.org/primary-user-defined-network';

const label = ({ objects }: SmallCluster): void => {
  (objects.namespaces[0]!['metadata'] as { labels: Record<string, string> }).labels[LABEL] = '';
};

/** Puts the pods of `shop` into the network. */
function inNetwork({ objects }: SmallCluster, name: string): void {
  for (const pod of objects.pods) {
    const { annotations } = pod['metadata'] as { annotations?: Record<string, string> };
    const networks = annotations?.['k8s.ovn.org/pod-networks'];
    if (annotations === undefined || networks === undefined) continue;
    const { default: own } = JSON.parse(networks) as { default: Record<string, unknown> };
    annotations['k8s.ovn.org/pod-networks'] = JSON.stringify({
      default: { ...own, role: 'infrastructure-locked' },
      [`shop/${name}`]: { ...own, role: 'primary' },
    });
  }
}

function working(cluster: SmallCluster): void {
  userNetwork(cluster, 'blue', 1, '10.150.0.0/16');
  label(cluster);
  inNetwork(cluster, 'blue');
}

function localnet(cluster: SmallCluster, mappings: string | undefined): void {
  const { nb, sb } = cluster.zones['a']!;
  nb['Logical_Switch_Port']!['lsp-localnet'] = {
    name: 'br-ex_a',
    type: 'localnet',
    options: pairs({ network_name: 'physnet' }),
  };
  nb['Logical_Switch_Port']!['lsp-etor'] = { name: 'etor-GR_a', type: 'router' };
  nb['Logical_Switch']!['ls-ext'] = { name: 'ext_a', ports: uuids('lsp-localnet', 'lsp-etor') };
  if (mappings !== undefined)
    sb['Chassis']!['uuid-chassis-a']!['other_config'] = pairs({ 'ovn-bridge-mappings': mappings });
}

const network = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'network/user-defined', ...fault });
const local = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'network/localnet', ...fault });

export const USER_NETWORK_FAULTS: readonly Fault[] = [
  network({ name: 'a network that works', change: working, finds: [] }),
  network({
    name: 'a network that is not set up',
    change: (cluster) => {
      working(cluster);
      cluster.more.userdefinednetworks![0]!['status'] = {
        conditions: [
          { type: 'NetworkCreated', status: 'False', reason: 'SyncError', message: 'invalid subnet' },
          { type: 'Other', status: 'True', reason: '', message: '' },
        ],
      };
    },
    finds: ['OVN9020=UserDefinedNetwork/shop/blue'],
    says: ['SyncError', 'invalid subnet'],
  }),
  network({
    name: 'a network without attachment',
    change: (cluster) => {
      working(cluster);
      cluster.more['network-attachment-definitions'] = [];
    },
    finds: ['OVN9021=UserDefinedNetwork/shop/blue'],
    says: ['shop/blue'],
  }),
  network({
    name: 'a cluster-wide network without attachment in a namespace it selects',
    change: (cluster) => {
      cluster.more.clusteruserdefinednetworks = [
        {
          metadata: { name: 'red' },
          spec: {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
            network: { topology: 'Layer2', layer2: { role: 'Secondary', subnets: [] } },
          },
        },
      ];
    },
    finds: ['OVN9021=ClusterUserDefinedNetwork/red'],
  }),
  network({
    name: 'a namespace without the label',
    change: (cluster) => {
      userNetwork(cluster, 'blue', 1, '10.150.0.0/16');
    },
    finds: ['OVN9022=Namespace/shop'],
    says: ['its 2 pods'],
  }),
  network({
    name: 'pods from before the network',
    change: (cluster) => {
      working(cluster);
      const old = podObject('a');
      (old['metadata'] as { name: string }).name = 'old';
      cluster.objects.pods.push(old);
    },
    finds: ['OVN9023=Pod/shop/old'],
  }),
  network({ name: 'a label without network', change: label, finds: ['OVN9024=Namespace/shop'] }),
  network({
    name: 'a label and a primary network made by hand',
    change: (cluster) => {
      label(cluster);
      cluster.more['network-attachment-definitions'] = [attachment('hand', 4)];
    },
    finds: [],
  }),
  network({
    name: 'an attachment that names another one',
    change: (cluster) => {
      cluster.more['network-attachment-definitions'] = [
        attachment('one', 4, { netAttachDefName: 'shop/other', role: 'secondary' }),
      ];
    },
    finds: ['OVN9025=NetworkAttachmentDefinition/shop/one'],
    says: ['"shop/other"'],
  }),
  network({
    name: 'an attachment that is not JSON, and one of another plugin',
    change: (cluster) => {
      const metadata = (name: string) => ({ name, namespace: 'shop' });
      cluster.more['network-attachment-definitions'] = [
        { metadata: metadata('ours'), spec: { config: '{"type":"ovn-k8s-cni-overlay",' } },
        { metadata: metadata('theirs'), spec: { config: '{"type":"macvlan"' } },
      ];
    },
    finds: ['OVN9025=NetworkAttachmentDefinition/shop/ours'],
    says: ['not JSON'],
  }),
  network({
    name: 'two primary networks',
    change: (cluster) => {
      working(cluster);
      userNetwork(cluster, 'red', 2, '10.151.0.0/16');
    },
    finds: ['OVN9026=Namespace/shop'],
    says: ['UserDefinedNetwork shop/blue and UserDefinedNetwork shop/red'],
  }),
  local({
    name: 'a physical network without bridge',
    change: (cluster) => {
      localnet(cluster, 'lan-net:br-lan');
    },
    finds: ['OVN9030=Node/a'],
    says: ['physnet', 'lan-net:br-lan'],
  }),
  local({
    name: "a user's physical network without bridge",
    change: (cluster) => {
      localnet(cluster, 'physnet:br-ex');
      const { nb } = cluster.zones['a']!;
      nb['Logical_Switch_Port']!['lsp-lan'] = {
        name: 'cluster_udn_lan_ovn_localnet_port',
        type: 'localnet',
        options: pairs({ network_name: 'lan-net' }),
      };
      nb['Logical_Switch']!['ls-lan'] = {
        name: 'cluster_udn_lan_ovn_localnet_switch',
        external_ids: pairs({ 'k8s.ovn.org/network': 'cluster_udn_lan' }),
        ports: uuids('lsp-lan', 'lsp-pod'),
      };
    },
    finds: ['OVN9030=ClusterUserDefinedNetwork/lan'],
    says: ['lan-net'],
  }),
  local({
    name: 'mapped',
    change: (cluster) => {
      localnet(cluster, 'physnet:br-ex');
    },
    finds: [],
  }),
  local({
    name: 'what the node maps is not known',
    change: (cluster) => {
      localnet(cluster, undefined);
    },
    finds: [],
  }),
];
