import type { Fault } from '../faults.js';
import { ovnkubeObject, pairs } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const northd = (cluster: SmallCluster, zone: 'a' | 'b', version: string | undefined): void => {
  cluster.zones[zone]!.sb['SB_Global'] =
    version === undefined ? {} : { global: { options: pairs({ northd_internal_version: version }) } };
};

const both = (cluster: SmallCluster, version: string): void => {
  northd(cluster, 'a', version);
  northd(cluster, 'b', version);
};

const openVSwitch = ({ zones }: SmallCluster, a: string, b: string): void => {
  zones['a']!.ovs = { Open_vSwitch: { ovs: { ovs_version: a } } };
  zones['b']!.ovs = { Open_vSwitch: { ovs: { ovs_version: b } } };
};

const images = ({ objects }: SmallCluster, a: string, b: string): void => {
  for (const [node, image] of [
    ['a', a],
    ['b', b],
  ] as const) {
    const pod = ovnkubeObject(node);
    const [status] = (pod['status'] as { containerStatuses: Record<string, unknown>[] }).containerStatuses;
    status!['image'] = image;
    objects.pods = [
      ...objects.pods.filter((each) => (each['metadata'] as { name: string }).name !== `ovnkube-node-${node}`),
      pod,
    ];
  }
};

const schemas = ({ zones }: SmallCluster, a: { nb?: string; sb?: string }, b: { nb?: string; sb?: string }): void => {
  zones['a']!.schemas = a;
  zones['b']!.schemas = b;
};

const skew = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'versions/skew', ...fault });
const schema = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'versions/schema', ...fault });
const risks = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'versions/risks', ...fault });

export const VERSION_FAULTS: readonly Fault[] = [
  skew({
    name: 'another OVN in a zone',
    change: (cluster) => {
      northd(cluster, 'b', '25.09.2-21.5.0-80.0');
    },
    finds: ['OVN9501=Zone/b'],
    says: ['OVN 25.09.2', '26.03.1'],
  }),
  skew({
    name: 'a zone that does not say its OVN',
    change: (cluster) => {
      northd(cluster, 'b', undefined);
    },
    finds: [],
    outcome: 'inconclusive',
  }),
  skew({
    name: 'another Open vSwitch on a node',
    change: (cluster) => {
      openVSwitch(cluster, '3.5.1', '3.3.0');
    },
    finds: ['OVN9502=Zone/b'],
    says: ['3.3.0'],
  }),
  skew({
    name: 'the same Open vSwitch on all',
    change: (cluster) => {
      openVSwitch(cluster, '3.5.1', '3.5.1');
    },
    finds: [],
  }),
  skew({
    name: 'two images',
    change: (cluster) => {
      images(cluster, 'registry/ovn:1', 'registry/ovn:2');
    },
    finds: ['OVN9503=Container/ovn-kubernetes/ovnkube-node.ovnkube-controller'],
    says: ['registry/ovn:1', 'registry/ovn:2'],
  }),
  skew({
    name: 'an image that a node knows by its digest only',
    change: (cluster) => {
      images(cluster, 'registry/ovn:1', 'sha256:0123');
    },
    finds: [],
  }),
  schema({
    name: 'a schema that is older than northd',
    change: (cluster) => {
      schemas(cluster, { sb: '20.41.0' }, { sb: '21.8.0' });
    },
    finds: ['OVN9510=Zone/a', 'OVN9511=Zone/b'],
    says: ['version 20.41.0', '21.8.0'],
  }),
  schema({
    name: 'a newer northbound schema in one zone',
    change: (cluster) => {
      schemas(cluster, { nb: '7.14.0', sb: '21.8.0' }, { nb: '7.12.0', sb: '21.10.0' });
    },
    finds: ['OVN9511=Zone/b', 'OVN9511=Zone/b'],
  }),
  schema({
    name: 'the same, as new as needed or newer',
    change: (cluster) => {
      schemas(cluster, { nb: '7.14.0', sb: '21.10.0' }, { nb: '7.14.0', sb: '21.10.0' });
    },
    finds: [],
  }),
  risks({
    name: 'affinity, templates, tiers, ages and conditions in an old OVN',
    change: (cluster) => {
      both(cluster, '22.06.1-20.23.0-63.4');
      const { nb } = cluster.zones['a']!;
      nb['Load_Balancer']!['lb-web']!['options'] = pairs({ affinity_timeout: '60', template: 'true' });
      nb['ACL']!['acl-1']!['tier'] = 2;
      nb['Logical_Router']!['lr-gateway']!['options'] = pairs({ mac_binding_age_threshold: '300' });
      nb['NAT']!['nat-4']!['match'] = 'ip4.dst != 10.0.0.0/8';
      nb['Logical_Router']!['lr-transit'] = { name: 'shop_l2_transit_router' };
    },
    finds: Array.from({ length: 6 }, () => 'OVN9520=Zone/a'),
    says: ['session affinity', 'template variables', 'tiers of ACLs', 'neighbours', 'translation', '22.06.1'],
  }),
  risks({
    name: 'the same in an OVN that has some of them',
    change: (cluster) => {
      both(cluster, '23.06.0-20.27.3-70.0');
      const { nb } = cluster.zones['a']!;
      nb['Load_Balancer']!['lb-web']!['options'] = pairs({ affinity_timeout: '60' });
      nb['ACL']!['acl-1']!['tier'] = 2;
      nb['NAT']!['nat-4']!['match'] = 'ip4.dst != 10.0.0.0/8';
    },
    finds: ['OVN9520=Zone/a'],
    says: ['translation'],
  }),
  risks({
    name: 'an OVN of unknown release',
    change: (cluster) => {
      northd(cluster, 'a', 'unknown');
    },
    finds: [],
    outcome: 'inconclusive',
  }),
];
