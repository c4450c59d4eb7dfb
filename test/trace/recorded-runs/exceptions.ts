/**
 * Where we say something else than ovn-trace and why: defects of ovn-trace, each reviewed by hand against the flows, the
 * Kubernetes objects and, where it has such a case, the recorded datapath.
 */
const NEVER_NEW =
  'without --ct ovn-trace takes the packet for one of an established connection, so the service is not balanced and its address is unknown behind it; the first packet is balanced';
const TEMPLATES =
  'node ports are template variables, which ovn-trace does not expand: it drops those flows and finds no balancer';
const HAIRPIN =
  'ovn-trace ends at ct_snat_to_vip; the switch translates the source and brings the packet back to its sender';
const HAND_PICKED =
  'the run gives the packet an address that its sender does not have; a path command sends from its own';

/** Of the hops of one zone. */
export const HOPS: Readonly<Record<string, string>> = {
  'svc-solo-local-est': NEVER_NEW,
  'svc-solo-nodeport-from-pod': TEMPLATES,
  'svc-solo-hairpin': HAIRPIN,
  'svc-hairpin': HAIRPIN,
  'ext-nodeport-in-remote-backend': TEMPLATES,
};

/** Of the path as a whole. */
export const PATHS: Readonly<Record<string, string>> = {
  'svc-solo-local-est': NEVER_NEW,
  'svc-solo-nodeport-from-pod': TEMPLATES,
  'svc-solo-hairpin': HAIRPIN,
  'svc-hairpin': HAIRPIN,
};

/** Runs that no path command can ask for. */
export const NOT_ASKED: Readonly<Record<string, string>> = {
  'bad-source-ip': HAND_PICKED,
  'arp-gateway': 'a question of ARP is no packet between two ends',
  'ext-unknown-port-in': 'no service has the port, so there is none to ask for',
};

const OTHER_HALF = 'the second half of a way: the run of the first half goes on with it';
const NO_OTHER_HALF = 'the way goes on in another zone, and no run there was recorded';

/** Runs that tell nothing of a path as a whole. */
export const UNTOLD: Readonly<Record<string, string>> = {
  'pod-pod-other-node-leg2': OTHER_HALF,
  'pod-pod-other-node-v6-leg2': OTHER_HALF,
  'pod-pod-other-node-denied-leg2': OTHER_HALF,
  'pod-pod-other-node-ipblock-except-leg2': OTHER_HALF,
  'pod-pod-other-node-ipblock-allow-leg2': OTHER_HALF,
  'svc-clusterip-remote-backend-leg2': OTHER_HALF,
  'svc-solo-remote-leg2': OTHER_HALF,
  'svc-sctp': NO_OTHER_HALF,
  'udn-l3-pod-pod-other-node': NO_OTHER_HALF,
  'udn-l3-svc': NO_OTHER_HALF,
};

/** Services by the address and port that runs from outside have. */
export const SERVICES: Readonly<
  Record<string, { readonly destination: string; readonly via: 'nodePort' | 'loadBalancer'; readonly port: string }>
> = {
  '172.18.0.3:30080': { destination: 'shop/web-np', via: 'nodePort', port: '80' },
  '172.18.0.3:30083': { destination: 'shop/solo-np', via: 'nodePort', port: '80' },
  '203.0.113.10:80': { destination: 'shop/web-lb', via: 'loadBalancer', port: '80' },
  '203.0.113.12:80': { destination: 'shop/solo-lb', via: 'loadBalancer', port: '80' },
};
