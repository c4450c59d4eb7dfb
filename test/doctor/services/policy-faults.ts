import type { Fault } from '../faults.js';
import { pairs, strings } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

type Json = Record<string, unknown>;

/** The spec of the service `shop/web`, for changes. */
export const webSpec = ({ objects }: SmallCluster): Json => objects.services[0]!['spec'] as Json;

/** Leaves the endpoints of these nodes. */
function onlyOn(cluster: SmallCluster, ...nodes: readonly string[]): void {
  for (const slice of cluster.objects.endpointslices) {
    slice['endpoints'] = (slice['endpoints'] as { nodeName: string }[]).filter(({ nodeName }) =>
      nodes.includes(nodeName),
    );
  }
}

function balancer(cluster: SmallCluster, zone: 'a' | 'b', name: string, vips: Record<string, string>): void {
  cluster.zones[zone]!.nb['Load_Balancer']![name] = {
    name,
    protocol: 'tcp',
    external_ids: pairs({ 'k8s.ovn.org/kind': 'Service', 'k8s.ovn.org/owner': 'shop/web' }),
    vips: pairs(vips),
  };
}

const externalLocal = (cluster: SmallCluster, type = 'NodePort'): void => {
  Object.assign(webSpec(cluster), {
    type,
    externalTrafficPolicy: 'Local',
    ports: [{ port: 80, targetPort: 8080, protocol: 'TCP', nodePort: 30080 }],
  });
};

const sticky = (cluster: SmallCluster, seconds: number): void => {
  Object.assign(webSpec(cluster), {
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } },
  });
};

const options = (cluster: SmallCluster, cells: Json): void => {
  for (const { nb } of Object.values(cluster.zones)) Object.assign(nb['Load_Balancer']!['lb-web']!, cells);
};

const local = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'services/local-policy', ...fault });
const affinity = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'services/affinity', ...fault });
const families = (fault: Omit<Fault, 'analyzer'>): Fault => ({ analyzer: 'services/families', ...fault });

export const POLICY_FAULTS: readonly Fault[] = [
  local({
    name: 'connections from outside are kept on a node without endpoint',
    change: (cluster) => {
      externalLocal(cluster);
      onlyOn(cluster, 'a');
    },
    finds: ['OVN5020=Service/shop/web'],
    says: ['on b they are refused', '1 ready on a', 'Local'],
  }),
  local({
    name: 'pods on a node without endpoint',
    change: (cluster) => {
      webSpec(cluster)['internalTrafficPolicy'] = 'Local';
      onlyOn(cluster, 'b');
    },
    finds: ['OVN5021=Service/shop/web'],
    says: ['a has pods but no ready endpoint'],
  }),
  local({
    name: "a node's balancer sends to another node, and not to its own endpoint",
    change: (cluster) => {
      externalLocal(cluster);
      balancer(cluster, 'a', 'Service_shop/web_TCP_node_local_router_a', { '172.18.0.2:30080': '10.244.2.5:8080' });
      balancer(cluster, 'b', 'Service_shop/web_TCP_node_local_router_b', { '172.18.0.3:30080': '10.244.2.5:8080' });
    },
    finds: ['OVN5022=Service/shop/web'],
    says: ['sends to 10.244.2.5:8080 on other nodes', 'does not send to 10.244.1.5:8080'],
  }),
  local({
    name: "the cluster address on a node's switch",
    change: (cluster) => {
      webSpec(cluster)['internalTrafficPolicy'] = 'Local';
      balancer(cluster, 'a', 'Service_shop/web_TCP_node_switch_a', {
        '10.96.0.10:80': '10.244.1.5:8080,10.244.2.5:8080',
        '[fd00:10:96::a]:80': '[fd00:10:244:1::5]:8080',
      });
    },
    finds: ['OVN5022=Service/shop/web'],
    says: ['10.96.0.10:80', '10.244.2.5:8080 on other nodes'],
  }),
  local({
    name: 'every node has an endpoint, its router sends to it, its switch to all',
    change: (cluster) => {
      externalLocal(cluster, 'LoadBalancer');
      balancer(cluster, 'a', 'Service_shop/web_TCP_node_local_router_a', { '172.18.0.2:30080': '10.244.1.5:8080' });
      balancer(cluster, 'a', 'Service_shop/web_TCP_node_switch_a', {
        '172.18.0.2:30080': '10.244.1.5:8080,10.244.2.5:8080',
      });
    },
    finds: [],
  }),
  local({
    name: 'the endpoint is the host itself',
    change: (cluster) => {
      webSpec(cluster)['internalTrafficPolicy'] = 'Local';
      balancer(cluster, 'a', 'Service_shop/web_TCP_node_switch_a', { '10.96.0.10:80': '169.254.0.2:8080' });
    },
    finds: [],
  }),
  local({
    name: 'no endpoint at all is no matter of the policy',
    change: (cluster) => {
      externalLocal(cluster);
      onlyOn(cluster);
    },
    finds: [],
  }),
  affinity({
    name: 'more than OVN keeps',
    change: (cluster) => {
      sticky(cluster, 70_000);
      options(cluster, { options: pairs({ affinity_timeout: '70000' }) });
    },
    finds: ['OVN5024=Service/shop/web'],
    says: ['70000 seconds'],
  }),
  affinity({
    name: 'for ever',
    change: (cluster) => {
      sticky(cluster, 86_400);
      options(cluster, { selection_fields: strings('ip_dst', 'ip_src') });
    },
    finds: ['OVN5025=Service/shop/web'],
  }),
  affinity({
    name: 'a balancer with another time',
    change: (cluster) => {
      sticky(cluster, 3600);
      options(cluster, { options: pairs({ affinity_timeout: '3600' }) });
      cluster.zones['a']!.nb['Load_Balancer']!['lb-web']!['options'] = pairs({ affinity_timeout: '10800' });
    },
    finds: ['OVN5026=Service/shop/web'],
    says: ['affinity for 10800 seconds', 'affinity for 3600 seconds'],
  }),
  affinity({
    name: 'an affinity that nobody asked for',
    change: (cluster) => {
      options(cluster, { selection_fields: strings('ip_dst', 'ip_src') });
    },
    finds: ['OVN5026=Service/shop/web', 'OVN5026=Service/shop/web'],
    says: ['asks for no affinity'],
  }),
  affinity({
    name: 'as asked for',
    change: (cluster) => {
      sticky(cluster, 3600);
      options(cluster, { options: pairs({ affinity_timeout: '3600' }) });
    },
    finds: [],
  }),
  families({
    name: 'endpoints of one family',
    change: ({ objects }) => {
      objects.endpointslices.splice(1);
    },
    finds: ['OVN5040=Service/shop/web'],
    says: ['no ready endpoint of that family', 'fd00:10:96::a', '2 of IPv4, 0 of IPv6'],
  }),
  families({
    name: 'an external address of another family',
    change: (cluster) => {
      Object.assign(webSpec(cluster), { clusterIPs: ['10.96.0.10'], externalIPs: ['2001:db8::7', '203.0.113.7'] });
    },
    finds: ['OVN5041=Service/shop/web'],
    says: ['2001:db8::7', 'IPv4 only'],
  }),
  families({
    name: 'no endpoint in either family',
    change: ({ objects }) => {
      objects.endpointslices.splice(0);
    },
    finds: [],
  }),
];
