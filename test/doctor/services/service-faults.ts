import type { Fault } from '../faults.js';
import { pairs, strings, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const V4 = '10.244.1.5:8080,10.244.2.5:8080';
const V6 = '[fd00:10:244:1::5]:8080,[fd00:10:244:2::5]:8080';
const OWNER = { 'k8s.ovn.org/kind': 'Service', 'k8s.ovn.org/owner': 'shop/web' };

const vips =
  (map: Record<string, string>) =>
  ({ zones }: SmallCluster): void => {
    zones['a']!.nb['Load_Balancer']!['lb-web']!['vips'] = pairs(map);
  };

const fault = (name: string, change: Fault['change'], finds: readonly string[], says: Fault['says'] = []): Fault => ({
  analyzer: 'services/load-balancers',
  name,
  change,
  finds,
  says,
});

export const SERVICE_FAULTS: readonly Fault[] = [
  fault(
    'an address without load balancer',
    vips({ '10.96.0.10:80': V4 }),
    ['OVN5001=Service/shop/web'],
    ['[fd00:10:96::a]:80 (TCP)'],
  ),
  fault(
    'another protocol',
    ({ zones }) => {
      zones['a']!.nb['Load_Balancer']!['lb-web']!['protocol'] = 'udp';
    },
    ['OVN5001=Service/shop/web', 'OVN5001=Service/shop/web'],
  ),
  fault(
    'an endpoint that is gone',
    vips({ '10.96.0.10:80': `${V4},10.244.1.99:8080`, '[fd00:10:96::a]:80': V6 }),
    ['OVN5002=Service/shop/web'],
    ['10.244.1.99:8080'],
  ),
  fault(
    'an endpoint that is missing',
    vips({ '10.96.0.10:80': '10.244.1.5:8080', '[fd00:10:96::a]:80': V6 }),
    ['OVN5003=Service/shop/web'],
    ['10.244.2.5:8080'],
  ),
  fault(
    'a load balancer without service',
    ({ zones }) => {
      zones['a']!.nb['Load_Balancer']!['old'] = {
        name: 'Service_shop/old_TCP_cluster',
        external_ids: pairs({ ...OWNER, 'k8s.ovn.org/owner': 'shop/old' }),
        vips: pairs({ '10.96.0.99:80': '' }),
      };
    },
    ['OVN5004=Service/shop/old'],
  ),
  fault(
    'a load balancer that is attached nowhere',
    ({ zones }) => {
      zones['a']!.nb['Load_Balancer_Group']!['lbg']!['load_balancer'] = strings();
    },
    ['OVN5005=Service/shop/web'],
  ),
  fault(
    'attached to a switch, IPv6 written otherwise, one endpoint of the node by its stand-in',
    ({ zones }) => {
      const { nb } = zones['a']!;
      nb['Load_Balancer_Group'] = {};
      nb['Logical_Switch']!['ls-node']!['load_balancer'] = uuids('lb-web');
      nb['Load_Balancer']!['lb-web']!['vips'] = pairs({
        '10.96.0.10:80': '169.254.0.2:8080,10.244.2.5:8080',
        '[fd00:10:96:0::0a]:80': V6,
      });
    },
    [],
  ),
  fault(
    'an endpoint that is not ready, and one that is about to go',
    ({ objects }) => {
      for (const slice of objects.endpointslices) {
        const [first, second] = slice['endpoints'] as { conditions: Record<string, boolean> }[];
        first!.conditions = { ready: false };
        second!.conditions = { ready: true, serving: true, terminating: true };
      }
    },
    [],
  ),
  fault(
    'services of a namespace with its own network',
    (cluster) => {
      vips({})(cluster);
      const [shop] = cluster.objects.namespaces;
      (shop!['metadata'] as { labels: Record<string, string> }).labels['k8s.ovn.org/primary-user-defined-network'] = '';
    },
    [],
  ),
  fault(
    'a headless service has no load balancer',
    ({ objects }) => {
      objects.services.push({
        metadata: { name: 'headless', namespace: 'shop' },
        spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [{ port: 80, protocol: 'TCP' }] },
      });
    },
    [],
  ),
];
