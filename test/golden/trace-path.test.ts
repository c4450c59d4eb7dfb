/**
 * The path commands on the recorded dual-stack cluster: the verdict and what decided are stated here, the text people read
 * is in ic-dualstack/*.txt. Both must be right: a changed golden is read, never just accepted.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorld } from '../../src/connect/open-world.js';
import type { PathTrace } from '../../src/trace/path/path-trace.js';
import {
  traceExternalToService,
  tracePodToExternal,
  tracePodToPod,
  tracePodToService,
  type PathQuery,
} from '../../src/usecase/trace-path.js';
import type { World } from '../../src/world/world.js';
import { PLAIN } from '../../src/view/color.js';
import { renderPathTrace } from '../../src/view/path/render-path-trace.js';
import { repository } from '../support/run-cli.js';

const TRACES = {
  pod: tracePodToPod,
  service: tracePodToService,
  external: tracePodToExternal,
  inbound: traceExternalToService,
} as const;
const plain = { palette: PLAIN, headers: true } as const;

interface Scenario {
  readonly name: string;
  readonly to: keyof typeof TRACES;
  readonly query: Partial<PathQuery> & Pick<PathQuery, 'source' | 'destination'>;
  readonly verdict: PathTrace['verdict'];
  /** `type`, then the words that name the deciding object; absent when everything is delivered. */
  readonly cause?: readonly [string, RegExp];
  /** Number of paths, where the number is the point. */
  readonly paths?: number;
}

const SCENARIOS: readonly Scenario[] = [
  // The same node, another node, both families.
  { name: 'same-node-allowed', to: 'pod', query: { source: 'shop/client', destination: 'shop/web-0', port: '8080' }, verdict: 'delivered', paths: 2 },
  { name: 'other-node-allowed', to: 'pod', query: { source: 'shop/client', destination: 'shop/web-1', port: '8080' }, verdict: 'delivered', paths: 2 },
  { name: 'icmp-ipv6', to: 'pod', query: { source: 'shop/client', destination: 'shop/api-1', protocol: 'icmp', family: '6' }, verdict: 'delivered', paths: 1 },
  // Policies of every kind.
  { name: 'default-deny', to: 'pod', query: { source: 'default/toolbox', destination: 'shop/web-0', port: '8080' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace shop because of NetworkPolicy web-ingress$/] },
  { name: 'policy-wrong-port', to: 'pod', query: { source: 'shop/client', destination: 'shop/web-0', port: '9999' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace shop because of NetworkPolicy web-ingress$/] },
  { name: 'policy-wrong-protocol', to: 'pod', query: { source: 'shop/client', destination: 'shop/web-0', port: '8080', protocol: 'udp' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace shop/] },
  { name: 'too-big', to: 'pod', query: { source: 'shop/client', destination: 'shop/web-1', port: '8080', size: 1500 }, verdict: 'dropped', cause: ['mtu', /^port of a router$/] },
  { name: 'default-deny-other-node', to: 'pod', query: { source: 'default/toolbox', destination: 'shop/web-1', port: '8080' }, verdict: 'dropped', cause: ['policy', /default deny \(Ingress\) of namespace shop/] },
  { name: 'egress-default-deny', to: 'external', query: { source: 'payments/ledger-0', destination: '198.51.100.9', port: '443' }, verdict: 'dropped', cause: ['policy', /^default deny \(Egress\) of namespace payments/] },
  { name: 'ipblock-except', to: 'pod', query: { source: 'shop/cart-0', destination: 'payments/gateway-0', port: '8085', family: '4' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace payments/] },
  { name: 'admin-policy-denied', to: 'pod', query: { source: 'monitoring/probe-0', destination: 'payments/db-0', port: '5432' }, verdict: 'dropped', cause: ['policy', /^AdminNetworkPolicy protect-payments, ingress rule 0 \(Deny/] },
  { name: 'admin-policy-allowed', to: 'pod', query: { source: 'default/toolbox', destination: 'payments/db-0', port: '5432' }, verdict: 'delivered' },
  { name: 'admin-policy-passed', to: 'pod', query: { source: 'shop/client', destination: 'payments/db-0', port: '5432' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace payments/] },
  { name: 'baseline-policy-denied', to: 'pod', query: { source: 'shop/client', destination: 'monitoring/probe-0', port: '80' }, verdict: 'dropped', cause: ['policy', /^BaselineAdminNetworkPolicy default, egress rule \d+ \(Deny/] },
  // Out of the cluster.
  { name: 'egress-firewall-allowed', to: 'external', query: { source: 'shop/client', destination: '1.2.3.4', port: '443' }, verdict: 'delivered' },
  { name: 'egress-firewall-denied', to: 'external', query: { source: 'shop/client', destination: '198.51.100.200', port: '443' }, verdict: 'dropped', cause: ['egress-firewall', /^EgressFirewall shop\/default, rule 5 \(Deny 0\.0\.0\.0\/0\)$/] },
  { name: 'egress-firewall-wrong-port', to: 'external', query: { source: 'shop/client', destination: '1.2.3.4', port: '80' }, verdict: 'dropped', cause: ['egress-firewall', /^EgressFirewall shop\/default, rule 5/] },
  { name: 'egress-marked', to: 'external', query: { source: 'shop/web-0', destination: '1.2.3.4', port: '443' }, verdict: 'delivered' },
  { name: 'egress-ip-of-the-node', to: 'external', query: { source: 'default/toolbox', destination: '198.51.100.9', port: '443' }, verdict: 'delivered' },
  { name: 'external-ipv6-udp', to: 'external', query: { source: 'kube-system/coredns-0', destination: '2001:db8:1::9', port: '53', protocol: 'udp' }, verdict: 'delivered' },
  { name: 'external-gateways', to: 'external', query: { source: 'monitoring/probe-0', destination: '198.51.100.9', port: '443' }, verdict: 'delivered' },
  { name: 'egress-service', to: 'external', query: { source: 'shop/api-0', destination: '1.2.3.4', port: '443' }, verdict: 'delivered' },
  // Services of every kind.
  { name: 'service', to: 'service', query: { source: 'shop/client', destination: 'shop/web-svc', port: '80' }, verdict: 'delivered', paths: 6 },
  { name: 'service-one-backend', to: 'service', query: { source: 'shop/client', destination: 'shop/web-svc', backend: '10.244.0.3:8080', family: '4' }, verdict: 'delivered', paths: 1 },
  { name: 'service-port-name', to: 'service', query: { source: 'shop/client', destination: 'shop/web-multi', port: 'http' }, verdict: 'delivered', paths: 6 },
  { name: 'service-without-endpoints', to: 'service', query: { source: 'shop/client', destination: 'shop/empty-svc', port: '80' }, verdict: 'rejected', cause: ['no-endpoints', /^Service shop\/empty-svc$/] },
  { name: 'service-not-ready', to: 'service', query: { source: 'default/toolbox', destination: 'default/not-ready' }, verdict: 'rejected', cause: ['no-endpoints', /^Service default\/not-ready$/] },
  { name: 'service-not-local', to: 'service', query: { source: 'shop/cart-0', destination: 'shop/api-local' }, verdict: 'rejected', cause: ['no-endpoints', /^Service shop\/api-local$/] },
  { name: 'service-remote-backend', to: 'service', query: { source: 'shop/client', destination: 'shop/solo-remote' }, verdict: 'delivered', paths: 2 },
  { name: 'service-udp', to: 'service', query: { source: 'shop/client', destination: 'kube-system/kube-dns', protocol: 'udp' }, verdict: 'delivered', paths: 2 },
  { name: 'service-sctp', to: 'service', query: { source: 'shop/client', destination: 'shop/sctp', protocol: 'sctp' }, verdict: 'delivered' },
  { name: 'service-headless', to: 'service', query: { source: 'shop/client', destination: 'shop/web-headless', family: '4' }, verdict: 'delivered', paths: 3 },
  { name: 'service-hairpin', to: 'service', query: { source: 'shop/web-2', destination: 'shop/solo-local' }, verdict: 'delivered', paths: 2 },
  { name: 'service-affinity', to: 'service', query: { source: 'shop/client', destination: 'shop/web-sticky' }, verdict: 'dropped', cause: ['session-affinity', /^Service shop\/web-sticky$/] },
  { name: 'service-denied-backend', to: 'service', query: { source: 'shop/client', destination: 'payments/db' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace payments/], paths: 4 },
  { name: 'service-host-backend', to: 'service', query: { source: 'default/toolbox', destination: 'default/node-exporter' }, verdict: 'delivered' },
  { name: 'service-node-port', to: 'service', query: { source: 'shop/client', destination: 'shop/web-np', via: 'nodePort', family: '4' }, verdict: 'delivered' },
  { name: 'node-port-address', to: 'external', query: { source: 'shop/client', destination: '172.18.0.3', port: '30080' }, verdict: 'delivered' },
  { name: 'service-load-balancer', to: 'service', query: { source: 'shop/client', destination: 'shop/web-lb', port: 'http', via: 'loadBalancer' }, verdict: 'delivered', paths: 6 },
  { name: 'load-balancer-address', to: 'external', query: { source: 'shop/client', destination: '203.0.113.12', port: '80' }, verdict: 'delivered' },
  {
    name: 'service-lost-reply',
    to: 'service',
    query: { source: 'shop/cart-0', destination: 'shop/api-ext', family: '4' },
    verdict: 'dropped',
    cause: ['reply-lost', /was not translated back$/],
  },
  {
    name: 'established',
    to: 'pod',
    query: { source: 'shop/client', destination: 'shop/web-0', port: '8080', state: 'established' },
    verdict: 'delivered',
  },
  {
    name: 'no-reply',
    to: 'service',
    query: { source: 'shop/cart-0', destination: 'shop/api-ext', family: '4', reply: false },
    verdict: 'delivered',
  },
  // User-defined networks.
  { name: 'udn-layer3', to: 'pod', query: { source: 'udn-blue/b-0', destination: 'udn-blue/b-1', port: '8080' }, verdict: 'delivered', paths: 2 },
  { name: 'udn-layer2', to: 'pod', query: { source: 'udn-green/g-0', destination: 'udn-green/g-1', port: '8080' }, verdict: 'delivered', paths: 2 },
  { name: 'udn-service', to: 'service', query: { source: 'udn-blue/b-0', destination: 'udn-blue/b-svc' }, verdict: 'delivered', paths: 4 },
  { name: 'udn-external', to: 'external', query: { source: 'udn-blue/b-0', destination: '198.51.100.9', port: '443' }, verdict: 'delivered' },
  { name: 'udn-other-network', to: 'pod', query: { source: 'udn-blue/b-0', destination: 'shop/web-0', port: '8080' }, verdict: 'dropped', cause: ['wrong-destination', /does not come to pod shop\/web-0/] },
  { name: 'udn-isolated', to: 'pod', query: { source: 'udn-blue/b-0', destination: 'shop/web-0', port: '8080', network: 'default' }, verdict: 'dropped', cause: ['isolation', /^isolation of pods with a primary user-defined network/] },
  { name: 'udn-isolated-receiver', to: 'pod', query: { source: 'default/toolbox', destination: 'udn-blue/b-0', port: '8080', network: 'default' }, verdict: 'dropped', cause: ['isolation', /^isolation of pods with a primary user-defined network/] },
  { name: 'udn-connected', to: 'pod', query: { source: 'cudn-red/r-0', destination: 'cudn-gold/au-0', port: '8080' }, verdict: 'delivered', paths: 2 },
  // Nodes, host-network pods, logical ports; from outside.
  { name: 'node-to-pod', to: 'pod', query: { source: 'node/ovn-control-plane', destination: 'default/toolbox', port: '8080' }, verdict: 'delivered', paths: 2 },
  { name: 'node-to-pod-denied', to: 'pod', query: { source: 'node/ovn-control-plane', destination: 'payments/db-0', port: '5432', family: '4' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace payments/] },
  { name: 'node-to-own-backend', to: 'service', query: { source: 'node/ovn-control-plane', destination: 'default/kubernetes' }, verdict: 'delivered', paths: 1 },
  { name: 'node-to-local-service', to: 'service', query: { source: 'node/ovn-worker', destination: 'shop/api-local' }, verdict: 'delivered', paths: 2 },
  { name: 'node-to-headless', to: 'service', query: { source: 'node/ovn-worker', destination: 'shop/web-headless', family: '4' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace shop/], paths: 3 },
  { name: 'node-to-node', to: 'pod', query: { source: 'node/ovn-worker', destination: 'node/ovn-worker2', port: '10250' }, verdict: 'delivered', paths: 2 },
  { name: 'node-to-outside', to: 'external', query: { source: 'node/ovn-worker', destination: '198.51.100.9', port: '443' }, verdict: 'delivered', paths: 1 },
  { name: 'node-to-other-network', to: 'pod', query: { source: 'node/ovn-worker', destination: 'udn-blue/b-0', port: '8080' }, verdict: 'dropped', paths: 2 },
  { name: 'node-to-service', to: 'service', query: { source: 'node/ovn-control-plane', destination: 'shop/api-lb', family: '4' }, verdict: 'delivered', paths: 2 },
  { name: 'pod-to-node', to: 'pod', query: { source: 'shop/client', destination: 'node/ovn-control-plane', port: '6443', family: '4' }, verdict: 'delivered' },
  { name: 'port-to-pod', to: 'pod', query: { source: 'port/shop_client', destination: 'shop/web-1', port: '8080', family: '4' }, verdict: 'delivered' },
  { name: 'inbound-load-balancer', to: 'inbound', query: { source: '203.0.113.250', destination: 'shop/api-lb', node: 'ovn-control-plane' }, verdict: 'delivered', paths: 2 },
  { name: 'inbound-load-balancer-ipv6', to: 'inbound', query: { source: '2001:db8:9::9', destination: 'shop/api-lb' }, verdict: 'delivered', paths: 6 },
  { name: 'inbound-node-port-denied', to: 'inbound', query: { source: '172.18.0.1', destination: 'shop/web-np', via: 'nodePort', node: 'ovn-worker' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace shop/], paths: 3 },
  { name: 'inbound-udn-node-port', to: 'inbound', query: { source: '172.18.0.1', destination: 'udn-green/g-svc', via: 'nodePort', node: 'ovn-worker' }, verdict: 'delivered', paths: 2 },
  { name: 'inbound-local-policy', to: 'inbound', query: { source: '203.0.113.250', destination: 'shop/solo-lb' }, verdict: 'dropped', cause: ['policy', /^default deny \(Ingress\) of namespace shop/], paths: 3 },
];

let world: Promise<World> | undefined;
const recorded = (): Promise<World> => (world ??= openWorld(join(repository, 'examples/ic-dualstack')));

describe('the recorded cluster', () => {
  it.each(SCENARIOS)('$name', async ({ name, to, query, verdict, cause, paths }) => {
    const trace = await TRACES[to](await recorded(), { family: 'both', ...query });
    const worst = trace.paths.filter((path) => path.verdict === trace.verdict);
    expect(trace.verdict).toBe(verdict);
    if (paths !== undefined) expect(trace.paths).toHaveLength(paths);
    for (const path of cause === undefined ? [] : worst) {
      expect(path.cause?.type).toBe(cause![0]);
      expect(path.cause?.object?.text ?? path.cause?.message).toMatch(cause![1]);
      if (path.cause?.object !== undefined) expect(path.cause.row?.uuid).toMatch(/^[0-9a-f-]{36}$/);
    }
    await expect(renderPathTrace(trace, 'path', plain)).toMatchFileSnapshot(`ic-dualstack/${name}.txt`);
  });
});
