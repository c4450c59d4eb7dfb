/** What is known of a node beside its databases: each fact by the name of its text, with the format that it is kept in. */

/** In the order they are asked. */
export const HOST_FACTS = {
  /** `ip -j route show default` of a family. */
  routes4: 'json',
  routes6: 'json',
  /** `ip -j addr`. */
  addresses: 'json',
  /** `ip -j rule` of a family. */
  rules4: 'json',
  rules6: 'json',
  /** `ip -j route show table all` of a family. */
  tables4: 'json',
  tables6: 'json',
  /** Lines `ipv4/conf/br-ex/forwarding:1`: paths below /proc/sys/net and their value. */
  sysctl: 'txt',
  /** `connection-status` of ovn-controller. */
  'ovn-controller': 'txt',
  /** `cluster/status` of a clustered database server, `ovsdb-server/sync-status` of another. */
  northbound: 'txt',
  southbound: 'txt',
  /** `status` of ovn-northd. */
  northd: 'txt',
  /** `ip -s xfrm state list nokeys`. */
  'xfrm-state': 'txt',
  'xfrm-policy': 'txt',
  /** `tunnels/show` of ovs-monitor-ipsec. */
  'ipsec-tunnels': 'txt',
  /** Subject, issuer and validity of the node's certificate, as openssl prints them. */
  'ipsec-certificate': 'txt',
} as const;

export type HostFact = keyof typeof HOST_FACTS;

/** Where the text of a fact is, or would be, in a snapshot; `folder` is the node as the name of a folder. */
export const hostFactPath = (folder: string, fact: HostFact): string => `hosts/${folder}/${fact}.${HOST_FACTS[fact]}`;
