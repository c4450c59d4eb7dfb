/**
 * The commands that tell facts of a node, as data: a snippet for `sh` in a container of the node's pods; one under `when`
 * decides whether there is anything to ask (no gap when there is not). Must not know how a snippet gets to the node.
 *
 * Keys never leave the node: commands that could print some are told not to, and what they print is filtered there again.
 */
import type { HostFact } from '../../world/host-facts.js';

export interface HostCommand {
  /** The containers to ask, the one to prefer first. */
  readonly containers: readonly string[];
  /** A condition of `sh`; the fact does not exist on nodes where it fails. */
  readonly when?: string;
  /** For `sh`; prints the fact and ends with 0, or says on stderr why it can't. */
  readonly run: string;
}

/** Containers of a node's pod that have iproute2 and are in the host's network, the one to prefer first. */
const HOST = ['ovnkube-controller', 'ovnkube-node', 'ovn-controller', 'nbdb', 'nb-ovsdb'];
/** That of the IPsec pods sees keys and sockets for sure, the others mostly. */
const IPSEC = ['ovn-ipsec', ...HOST];

const host = (run: string): HostCommand => ({ containers: HOST, run });
/** A long number in hexadecimal digits is a key, whatever stands before it. */
const WITHOUT_KEYS = `sed -e 's/0x[0-9A-Fa-f]\\{16,\\}/(redacted)/g' -e 's/^\\( *PSK:\\).*/\\1 (redacted)/'`;

const server = (containers: readonly string[], socket: string, database: string): HostCommand => ({
  containers,
  when: `[ -S /var/run/ovn/${socket} ]`,
  // A server that does not know the first has a database without a cluster.
  run:
    `ovn-appctl -t /var/run/ovn/${socket} cluster/status ${database} 2>/dev/null || ` +
    `ovn-appctl -t /var/run/ovn/${socket} ovsdb-server/sync-status`,
});

const CERTIFICATE = 'ovs-vsctl --timeout=5 --if-exists get Open_vSwitch . other_config:certificate';

export const HOST_COMMANDS: Readonly<Record<HostFact, HostCommand>> = {
  routes4: host('ip -j -4 route show default'),
  routes6: host('ip -j -6 route show default'),
  addresses: host('ip -j addr'),
  rules4: host('ip -j -4 rule'),
  rules6: host('ip -j -6 rule'),
  tables4: host('ip -j -4 route show table all'),
  tables6: host('ip -j -6 route show table all'),
  sysctl: host(
    // Files that are not there (a family that is off) are no failure.
    'cd /proc/sys/net && grep -sH . ipv4/ip_forward ipv6/conf/all/disable_ipv6 ipv6/conf/all/forwarding ' +
      'ipv4/conf/*/forwarding ipv4/conf/*/rp_filter ipv6/conf/*/forwarding; c=$?; [ $c -eq 2 ] || exit $c',
  ),
  'ovn-controller': { containers: ['ovn-controller'], run: 'ovn-appctl -t ovn-controller connection-status' },
  northbound: server(['nbdb', 'nb-ovsdb'], 'ovnnb_db.ctl', 'OVN_Northbound'),
  southbound: server(['sbdb', 'sb-ovsdb'], 'ovnsb_db.ctl', 'OVN_Southbound'),
  northd: { containers: ['northd', 'ovn-northd'], run: 'ovn-appctl -t ovn-northd status' },
  'xfrm-state': host(`s=$(ip -s xfrm state list nokeys) && printf '%s\\n' "$s" | ${WITHOUT_KEYS}`),
  'xfrm-policy': host('ip xfrm policy'),
  'ipsec-tunnels': {
    containers: IPSEC,
    when: '[ -e /var/run/openvswitch/ovs-monitor-ipsec.pid ]',
    run: `s=$(ovs-appctl -t ovs-monitor-ipsec tunnels/show) && printf '%s\\n' "$s" | ${WITHOUT_KEYS}`,
  },
  'ipsec-certificate': {
    containers: IPSEC,
    when: `c=$(${CERTIFICATE} | tr -d '"') && [ -n "$c" ]`,
    run: `openssl x509 -noout -subject -issuer -startdate -enddate -in "$(${CERTIFICATE} | tr -d '"')"`,
  },
};

/** What must not stay of a fact even if the node let it through: keys of security associations, pre-shared ones. */
export function withoutKeys(fact: HostFact, text: string): string {
  if (!fact.startsWith('xfrm-') && !fact.startsWith('ipsec-')) return text;
  return text.replace(/\b0x[0-9a-f]{16,}\b/gi, '(redacted)').replace(/^(\s*PSK:).*$/gm, '$1 (redacted)');
}
