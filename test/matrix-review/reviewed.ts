/**
 * Where the recorded cluster does something else than its Kubernetes objects say, each group gone through by hand: the way
 * of the packet with `ovnctl trace … --view pipeline`, the recorded objects and, where it has the case, the recorded
 * datapath (test/fixtures/ic-oracle.tar.gz). A cell that begins to agree, or a new one that differs, fails the test.
 */
import type { Family } from './parties.js';

export interface Reviewed {
  readonly reason: string;
  /** NAMESPACE/NAME of the pods that send. */
  readonly sources: readonly string[];
  /** By target as the matrix calls it: what the objects say and what is traced, in each family where they differ. */
  readonly cells: readonly { readonly target: string; readonly ways: Ways }[];
}

type Ways = Readonly<Partial<Record<Family, readonly [objects: string, traced: string]>>>;

const both = (objects: string, traced: string): Ways => ({ 4: [objects, traced], 6: [objects, traced] });
const times = (count: number, word: string): string => new Array<string>(count).fill(word).join(' ');

const ONE: Ways = both('delivered', 'dropped');
/** Three backends: the rule for 172.18.0.0/16 is of IPv4; in IPv6 two are on the node of the one who asks. */
const THREE: Ways = {
  4: [times(3, 'delivered'), times(3, 'dropped')],
  6: ['delivered delivered dropped', times(3, 'dropped')],
};
const UDN_PODS = [
  'cudn-gold/au-0',
  'cudn-red/r-0',
  'cudn-red/r-1',
  'udn-blue/b-0',
  'udn-blue/b-1',
  'udn-green/g-0',
  'udn-green/g-1',
];
const UDN_SERVICES = ['udn-blue/b-svc[Service]:80/tcp', 'udn-green/g-svc[Service]:80/tcp'];

export const REVIEWED: readonly Reviewed[] = [
  {
    reason:
      'A node talks to pods by its management port, so it comes with an address of the pod network: 10.244.2.2 and fd00:10:244:3::2. A rule that allows the addresses of the nodes (172.18.0.0/16 in NetworkPolicy shop/web-ingress) does not let it in on another node.',
    sources: ['default/hostnet'],
    cells: [
      ...['8080/tcp', '5432/tcp', '53/udp'].map((socket) => ({
        target: `shop/web-1:${socket}`,
        ways: { 4: ['delivered', 'dropped'] } as const,
      })),
      { target: 'shop/web-1/icmp', ways: { 4: ['delivered', 'dropped'] } },
      {
        target: 'shop/web-headless[Service]:8080/tcp',
        ways: { 4: [times(3, 'delivered'), 'delivered delivered dropped'] },
      },
    ],
  },
  {
    reason:
      'For the same reason a rule that allows blocks with pod addresses, as 10.0.0.0/8 and fd00::/8 in NetworkPolicy payments/allow-ipblock, lets nodes in, whose own addresses it does not name.',
    sources: ['default/hostnet'],
    cells: [{ target: 'payments/gateway-0:8080/tcp', ways: both('dropped', 'delivered') }],
  },
  {
    reason:
      'A node asks services by its gateway router, which translates it to its own address on the join network (100.64.0.2). Neither the rule for 172.18.0.0/16 nor the one that always lets a node to its own pods (by the address of the management port) knows that address. The recorded datapath drops host-svc-shop.web-svc-on-ovn-worker-v4 and host-svc-payments.db-on-ovn-worker-v4 and -v6 likewise.',
    sources: ['default/hostnet'],
    cells: [
      ...['solo-lb', 'solo-local', 'solo-np'].map((name) => ({ target: `shop/${name}[Service]:80/tcp`, ways: ONE })),
      ...[
        'web-lb[Service]:80/tcp',
        'web-lb[Service]:443/tcp',
        'web-multi[Service]:80/tcp',
        'web-multi[Service]:9090/tcp',
        'web-multi[Service]:5353/udp',
        'web-np[Service]:80/tcp',
        'web-sticky[Service]:80/tcp',
        'web-svc[Service]:80/tcp',
      ].map((name) => ({ target: `shop/${name}`, ways: THREE })),
      { target: 'payments/db[Service]:5432/tcp', ways: both('delivered dropped', 'dropped dropped') },
      { target: 'payments/db-v6only[Service]:5432/tcp', ways: { 6: ['delivered dropped', 'dropped dropped'] } },
    ],
  },
  {
    reason:
      'NetworkPolicy shop/cart-stateless is stateless (annotation k8s.ovn.org/acl-stateless). An answer from a pod of the namespace to cart-0 matches its rule, so the switch of cart-0 skips connection tracking for it (ls_out_pre_acl sets reg0[16], ls_out_pre_lb goes on) and does not translate it back: cart-0 gets it from the backend, which it never asked. Its own service is no exception.',
    sources: ['shop/cart-0'],
    cells: [
      { target: 'shop/api-ext[Service]:8080/tcp', ways: { 4: ['delivered delivered', 'dropped dropped'] } },
      { target: 'shop/api-lb[Service]:8080/tcp', ways: both('delivered delivered', 'dropped dropped') },
      { target: 'shop/sctp[Service]:132/sctp', ways: ONE },
      { target: 'shop/solo-remote[Service]:80/tcp', ways: ONE },
    ],
  },
  {
    reason:
      'Pods of every network may ask the API server and DNS (udn-allowed-default-services). Their router sends that to the management port of their network and the node passes it to the default network by rules on its bridge (OpenFlow of br-ex), which no database has: what the node does is not known, and said so.',
    sources: UDN_PODS,
    cells: [
      { target: 'default/kubernetes[Service]:443/tcp', ways: { 4: ['delivered', 'unknown'] } },
      { target: 'kube-system/kube-dns[Service]:53/udp', ways: { 4: ['delivered delivered', 'unknown'] } },
      { target: 'kube-system/kube-dns[Service]:53/tcp', ways: { 4: ['delivered delivered', 'unknown'] } },
    ],
  },
  {
    reason:
      'Services of another network are unknown to the switch, so the packet goes on to their address. EgressIP eip-secondary (its address is on another interface of the node) makes it leave by the management port: what the node does with it there is not known.',
    sources: ['default/toolbox'],
    cells: UDN_SERVICES.map((target) => ({ target, ways: { 4: ['dropped', 'unknown'] } })),
  },
  {
    reason:
      'The same by EgressService shop/api-lb. In IPv4 EgressFirewall shop/default denies everything else first (0.0.0.0/0), so the packet is dropped as the objects say.',
    sources: ['shop/api-0', 'shop/api-1'],
    cells: UDN_SERVICES.map((target) => ({ target, ways: { 6: ['dropped', 'unknown'] } })),
  },
];
