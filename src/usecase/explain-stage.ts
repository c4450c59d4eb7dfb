/** What the stages of the logical pipelines are for (ovn-northd(8) names them; the sentences are ours). Reads no cluster. */
import { NotFoundError } from '../base/errors.js';
import { nearestName } from '../lflow/nearest-name.js';

export interface StageExplanation {
  /** As northd leaves it on flows. */
  readonly stage: string;
  readonly datapath: 'switch' | 'router';
  readonly pipeline: 'ingress' | 'egress';
  readonly text: string;
}

/** By the stage's name without `ls_in_` and its like: for both pipelines, or for one where they differ. */
const SWITCH: Readonly<Record<string, string>> = {
  admission: 'Refuses frames that no switch may forward: VLAN tags, multicast source addresses.',
  check_port_sec: 'Judges whether a frame has the addresses that its port is allowed to use.',
  apply_port_sec: 'Drops what did not have the addresses that its port is allowed to use.',
  lookup_fdb: 'Looks up whether the source MAC address was learned on this port.',
  put_fdb: 'Learns the source MAC address of a port with unknown addresses.',
  mirror: 'Copies packets of ports that have a mirror.',
  pre_acl: 'Marks packets that have to go through connection tracking because of stateful access control.',
  pre_lb: 'Marks packets that have to go through connection tracking because of load balancing.',
  pre_stateful: 'Sends marked packets through connection tracking.',
  acl_hint: 'Notes from the state of the connection which kinds of access rules can still matter.',
  acl_eval: 'Evaluates the access rules of the switch and its port groups, tier by tier.',
  acl_sample: 'Samples packets that access rules ask to be sampled.',
  acl_action: 'Carries out what the access rules decided: allow, drop, reject, or the next tier.',
  acl_after_lb_eval: 'Evaluates access rules that are to see the destination after load balancing.',
  acl_after_lb_sample: 'Samples packets for access rules after load balancing.',
  acl_after_lb_action: 'Carries out what access rules after load balancing decided.',
  qos: 'Marks and limits traffic by the QoS rules of the switch.',
  qos_mark: 'Sets DSCP and packet marks by the QoS rules of the switch.',
  qos_meter: 'Limits bandwidth by the QoS rules of the switch.',
  lb_aff_check: 'Looks up whether the client has a backend to go back to (session affinity).',
  lb: 'Chooses a backend for traffic to the virtual address of a load balancer.',
  lb_aff_learn: 'Remembers which backend a client was sent to (session affinity).',
  pre_hairpin: 'Recognises a backend that was load-balanced to itself.',
  nat_hairpin: 'Gives traffic of a backend to itself another source address, so that replies come back.',
  hairpin: 'Returns traffic of a backend to itself through the port that it came from.',
  stateful: 'Commits connections and translates addresses as earlier stages decided.',
  ct_extract: 'Notes protocol and destination port of new connections, of fragments too, for load balancing.',
  pre_network_function: 'Marks traffic that access rules send through a network function.',
  network_function: 'Sends marked traffic to the port of its network function, and drops it when there is none.',
  arp_rsp: 'Answers ARP and neighbour solicitations for addresses that the switch knows.',
  dhcp_options: 'Puts together answers to DHCP requests.',
  dhcp_response: 'Sends answers to DHCP requests back.',
  dns_lookup: 'Looks up names that the switch answers for.',
  dns_response: 'Sends answers to DNS requests back.',
  external_port: 'Keeps traffic of external ports to the chassis that serves them.',
  l2_lkup: 'Finds the port of the destination MAC address; broadcast and multicast go to a group.',
  l2_unknown: 'Decides about destination MAC addresses that no port has.',
};

const ROUTER: Readonly<Record<string, string>> = {
  admission: 'Takes frames that are addressed to a port of the router, and refuses all others.',
  lookup_neighbor: 'Looks up whether the sender of an ARP or neighbour message is known already.',
  learn_neighbor: 'Learns the MAC address of a neighbour from its messages.',
  ip_input: 'Handles what is for the router itself: ARP, ping, expired TTLs, bad addresses.',
  dhcp_relay_req: 'Relays DHCP requests to a server.',
  dhcp_relay_resp: 'Relays answers of a DHCP server back.',
  dhcp_relay_resp_chk: 'Checks answers of a DHCP server before they are relayed.',
  unsnat: 'Gives replies to translated connections their original destination back.',
  defrag: 'Sends packets that load balancing or translation needs whole through connection tracking.',
  ct_extract: 'Notes protocol and destination port of new connections, of fragments too, for load balancing.',
  post_unsnat: 'Sends packets on after replies have got their original destination back.',
  lb_aff_check: 'Looks up whether the client has a backend to go back to (session affinity).',
  dnat: 'Chooses backends of load balancers and translates destination addresses.',
  lb_aff_learn: 'Remembers which backend a client was sent to (session affinity).',
  ecmp_stateful: 'Remembers through which of several routes a connection came in.',
  nd_ra_options: 'Puts together answers to IPv6 router solicitations.',
  nd_ra_response: 'Sends answers to IPv6 router solicitations back.',
  ip_routing_pre: 'Chooses the routing table by the port that a packet came in by.',
  ip_routing: 'Finds the route with the longest prefix and sets next hop and output port.',
  ip_routing_ecmp: 'Chooses among routes of the same cost.',
  policy: 'Applies routing policies, which go before routes.',
  policy_ecmp: 'Chooses among next hops of a routing policy.',
  arp_resolve: 'Turns the next hop into a MAC address.',
  chk_pkt_len: 'Compares the size of packets with the MTU of the gateway.',
  larger_pkts: 'Answers packets that are larger than the MTU of the gateway.',
  gw_redirect: 'Sends traffic that only a gateway may handle to the gateway chassis.',
  network_id: 'Notes which network of its port a packet leaves by, so that it gets the fitting source address.',
  ecmp_stateful_egr: 'Remembers the next hop that a connection used, so that its replies take the same way.',
  arp_request: 'Asks for the MAC address of a next hop that is not known.',
  chk_dnat_local: 'Notes whether a destination is translated on this chassis.',
  undnat: 'Gives replies of backends and translated destinations their original source back.',
  post_undnat: 'Commits what undoing a translation left open.',
  snat: 'Translates source addresses of what leaves through the router.',
  post_snat: 'Sends translated packets on to where they can be matched again.',
  egr_loop: 'Returns packets whose translated destination is the router again.',
  delivery: 'Hands packets to the port they leave by.',
};

/** Whether the word has the form of a stage's name. */
export const isStageName = (word: string): boolean => /^l[sr]_(?:in|out)_[a-z0-9_]+$/.test(word);

/** What the stage is for; NotFoundError with the nearest name for one that we know nothing of. */
export function explainStage(stage: string): StageExplanation {
  const [, kind = '', way = '', name = ''] = /^(l[sr])_(in|out)_(.+)$/.exec(stage) ?? [];
  const texts = kind === 'ls' ? SWITCH : ROUTER;
  // Releases before 23.09 had one stage for access rules, and numbered some.
  const known = Object.hasOwn(texts, name) ? name : OLD[name];
  const text = known === undefined ? undefined : texts[known];
  if (text === undefined) {
    const nearest = nearestName(name, Object.keys(texts));
    throw new NotFoundError('explain.stage', `nothing is known of the stage "${stage}"`, {
      hints: nearest === undefined ? [] : [`did you mean "${kind}_${way}_${nearest}"?`],
    });
  }
  return {
    stage,
    datapath: kind === 'ls' ? 'switch' : 'router',
    pipeline: way === 'in' ? 'ingress' : 'egress',
    text,
  };
}

const OLD: Readonly<Record<string, string>> = {
  acl: 'acl_eval',
  acl_after_lb: 'acl_after_lb_eval',
  port_sec_l2: 'check_port_sec',
  port_sec_ip: 'check_port_sec',
  port_sec_nd: 'check_port_sec',
  arp_nd_rsp: 'arp_rsp',
};
