import type { Fault } from '../faults.js';
import { changeGateway, nodeIn, pairs, strings, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';
import { webSpec } from './policy-faults.js';

const OWNER = { 'k8s.ovn.org/kind': 'Service', 'k8s.ovn.org/owner': 'shop/web' };
const PORT = '30080';

/** Makes `shop/web` a service with a node port, on all addresses of both nodes. */
function nodePort(cluster: SmallCluster): void {
  Object.assign(webSpec(cluster), {
    type: 'NodePort',
    ports: [{ port: 80, targetPort: 8080, protocol: 'TCP', nodePort: Number(PORT) }],
  });
  for (const [node, last] of [
    ['a', '2'],
    ['b', '3'],
  ] as const) {
    changeGateway(cluster, node, { 'node-port-enable': 'true' });
    cluster.zones[node]!.nb['Load_Balancer']!['lb-port'] = {
      name: `Service_shop/web_TCP_node_router+switch_${node}`,
      protocol: 'tcp',
      external_ids: pairs(OWNER),
      vips: pairs({
        [`172.18.0.${last}:${PORT}`]: '10.244.1.5:8080',
        [`[fc00:f853:ccd:e793::${last}]:${PORT}`]: '[fd00:10:244:1::5]:8080',
      }),
    };
  }
}

function template(cluster: SmallCluster, variables: Record<string, string> | undefined): void {
  const { nb } = cluster.zones['a']!;
  Object.assign(nb['Load_Balancer']!['lb-port'] ?? (nb['Load_Balancer']!['lb-port'] = {}), {
    name: 'Service_shop/web_TCP_node_switch_template_IPv4_merged',
    protocol: 'tcp',
    external_ids: pairs(OWNER),
    options: pairs({ template: 'true' }),
    vips: pairs({ [`^NODEIP_IPv4_0:${PORT}`]: '10.244.1.5:8080', [`^NODEIP_IPv6_0:${PORT}`]: '' }),
  });
  if (variables === undefined) return;
  nb['Chassis_Template_Var'] = { ctv: { chassis: 'chassis-a', variables: pairs(variables) } };
}

const masquerade = 'k8s.ovn.org/node-masquerade-subnet';

const external = (cluster: SmallCluster, vips: Record<string, string>): void => {
  webSpec(cluster)['externalIPs'] = ['203.0.113.7'];
  for (const { nb } of Object.values(cluster.zones)) {
    nb['Load_Balancer']!['lb-external'] = {
      name: 'Service_shop/web_TCP_cluster',
      external_ids: pairs(OWNER),
      vips: pairs(vips),
    };
  }
};

const claim = (reason: string) => ({
  metadata: { name: 'web.1', namespace: 'shop' },
  type: 'Warning',
  reason,
  message: 'Service: shop/web requires port: 30080 to be opened on node, but port cannot be opened, err: in use',
  involvedObject: { kind: 'Service', namespace: 'shop', name: 'web' },
});

const of = (analyzer: string) => (fault: Omit<Fault, 'analyzer'>) => ({ analyzer, ...fault });
const ports = of('services/node-ports');
const addresses = of('services/external-addresses');
const templates = of('services/templates');
const groups = of('services/groups');
const claims = of('services/port-claims');

export const NODE_PORT_FAULTS: readonly Fault[] = [
  ports({
    name: 'a node does not answer on the node port',
    change: (cluster) => {
      nodePort(cluster);
      delete cluster.zones['b']!.nb['Load_Balancer']!['lb-port'];
    },
    finds: ['OVN5030=Service/shop/web'],
    says: ['Node b', '172.18.0.3:30080, [fc00:f853:ccd:e793::3]:30080'],
  }),
  ports({ name: 'every node answers', change: nodePort, finds: [] }),
  ports({
    name: 'by template variables',
    change: (cluster) => {
      nodePort(cluster);
      template(cluster, { NODEIP_IPv4_0: '172.18.0.2', NODEIP_IPv6_0: 'fc00:f853:ccd:e793::2' });
    },
    finds: [],
  }),
  ports({
    name: 'variables that stand for another address',
    change: (cluster) => {
      nodePort(cluster);
      template(cluster, { NODEIP_IPv4_0: '172.18.0.9', NODEIP_IPv6_0: 'fc00:f853:ccd:e793::2' });
    },
    finds: ['OVN5030=Service/shop/web'],
    says: ['172.18.0.2:30080'],
  }),
  ports({
    name: 'a node that takes no node ports',
    change: (cluster) => {
      nodePort(cluster);
      changeGateway(cluster, 'b', { 'node-port-enable': 'false' });
      delete cluster.zones['b']!.nb['Load_Balancer']!['lb-port'];
    },
    finds: [],
  }),
  ports({
    name: 'another masquerade subnet on a node',
    change: (cluster) => {
      nodeIn(cluster, 'b').annotations[masquerade] = JSON.stringify({ ipv4: '169.254.169.0/29', ipv6: 'fd69::/125' });
    },
    finds: ['OVN5031=Node/b'],
    says: ['169.254.169.0/29', '169.254.0.0/17'],
  }),
  ports({
    name: 'balancers with the hairpin address of an older subnet',
    change: ({ zones }) => {
      zones['a']!.nb['Load_Balancer']!['lb-web']!['options'] = pairs({ hairpin_snat_ip: '169.254.169.5 fd69::5' });
    },
    finds: ['OVN5032=Node/a'],
    says: ['169.254.169.5'],
  }),
  addresses({
    name: 'an external address without load balancer',
    change: (cluster) => {
      external(cluster, { '203.0.113.7:80': '10.244.1.5:8080' });
      delete cluster.zones['a']!.nb['Load_Balancer']!['lb-external'];
    },
    finds: ['OVN5036=Service/shop/web'],
    says: ['203.0.113.7:80'],
  }),
  addresses({
    name: 'an external address with one',
    change: (cluster) => {
      external(cluster, { '203.0.113.7:80': '10.244.1.5:8080' });
    },
    finds: [],
  }),
  addresses({
    name: 'an address of two services',
    change: (cluster) => {
      external(cluster, { '203.0.113.7:80': '10.244.1.5:8080' });
      cluster.objects.services.push({
        metadata: { name: 'lb', namespace: 'other' },
        spec: { type: 'LoadBalancer', clusterIPs: [], ports: [{ port: 80, protocol: 'TCP' }] },
        status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
      });
    },
    finds: ['OVN5035=Service/shop/web'],
    says: ['other/lb'],
  }),
  templates({
    name: 'a variable without value',
    change: (cluster) => {
      template(cluster, { NODEIP_IPv4_0: '172.18.0.2' });
    },
    finds: ['OVN5034=Service/shop/web'],
    says: ['NODEIP_IPv6_0'],
  }),
  templates({
    name: 'all variables have values',
    change: (cluster) => {
      template(cluster, { NODEIP_IPv4_0: '172.18.0.2', NODEIP_IPv6_0: 'fc00:f853:ccd:e793::2' });
    },
    finds: [],
  }),
  groups({
    name: 'a switch without the group',
    change: ({ zones }) => {
      zones['a']!.nb['Logical_Switch']!['ls-node']!['load_balancer_group'] = strings();
    },
    finds: ['OVN5038=Node/a'],
    says: ['The switch of node a', 'clusterLBGroup'],
  }),
  groups({
    name: 'a gateway router without the group',
    change: ({ zones }) => {
      zones['b']!.nb['Logical_Router']!['lr-gateway']!['load_balancer_group'] = strings();
    },
    finds: ['OVN5038=Node/b'],
    says: ['The gateway router of node b'],
  }),
  groups({
    name: 'a group without load balancers',
    change: ({ zones }) => {
      const { nb } = zones['a']!;
      nb['Load_Balancer_Group']!['empty'] = { name: 'clusterSwitchLBGroup' };
      nb['Logical_Switch']!['ls-node']!['load_balancer_group'] = uuids('lbg');
    },
    finds: [],
  }),
  claims({
    name: 'a port that something else holds',
    change: (cluster) => {
      nodePort(cluster);
      cluster.more.events = [claim('PortClaim')];
    },
    finds: ['OVN5033=Service/shop/web'],
    says: ['port cannot be opened'],
  }),
  claims({
    name: 'another event about the service',
    change: (cluster) => {
      nodePort(cluster);
      cluster.more.events = [claim('NeedPods')];
    },
    finds: [],
  }),
];
