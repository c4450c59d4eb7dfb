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
};
