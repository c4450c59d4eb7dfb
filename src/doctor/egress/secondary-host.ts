/**
 * Egress IPs in a network that is not that of the node's uplink: packets go to the node through its management port, and the
 * node itself translates them. The pod's own zone is looked at when the node is in it; what other zones do is not compared.
 */
import type { EgressIP } from '../../kube/model/egress.js';
import type { Node } from '../../kube/model/node.js';
import { parseAddress } from '../../net/prefix.js';
import { clusterRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { defaultNetworkOf } from '../pods/networked-pods.js';
import { podName, SelectablePods } from '../policies/selected-pods.js';
import { canonical, egressNetworks, holds, primaryNetworks, servedBy, textsOf } from './egress-nodes.js';
import { SECONDARY_NOT_ON_NODE, SECONDARY_OF_USER_NETWORK, SECONDARY_ROUTE_WRONG } from './secondary-host-findings.js';
import { assignmentText, servedAddresses } from './served-pods.js';

const PLACED = 'k8s.ovn.org/secondary-host-egress-ips';
const REROUTE = 100;
/** Tells the node that a packet is for an egress IP (OVN-Kubernetes' types/const.go). */
const MARK = '1009';

interface Secondary {
  readonly egressIP: EgressIP;
  readonly address: string;
  readonly node: Node;
}

export const egressSecondaryHost: Analyzer = {
  id: 'egress/secondary-host',
  area: 'egress',
  title: 'egress IPs on other interfaces of nodes are there, and pods are handed to their node',
  inputs: [
    'kube.egressips',
    'kube.namespaces',
    'kube.nodes',
    'kube.pods',
    'nb.Logical_Router',
    'nb.Logical_Router_Policy',
    'nb.Logical_Switch',
  ],
  finds: [SECONDARY_ROUTE_WRONG, SECONDARY_NOT_ON_NODE, SECONDARY_OF_USER_NETWORK],
  analyze: async (sight) => {
    const egressIPs = await sight.objects('egressips');
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const secondary = egressIPs.flatMap((egressIP) =>
      egressIP.assignments.flatMap(({ node: name, egressIP: address }): readonly Secondary[] => {
        const node = nodes.find(({ metadata }) => metadata.name === name);
        // A cloud gives a node one network; one whose uplink is not known says nothing.
        if (node === undefined || primaryNetworks(node).length === 0 || holds(primaryNetworks(node), address))
          return [];
        return holds(egressNetworks(node), address) ? [{ egressIP, address, node }] : [];
      }),
    );
    if (secondary.length === 0) return { skipped: 'no egress IP is on another interface than the uplink of its node' };
    const selectable = new SelectablePods(await sight.objects('pods'), await sight.objects('namespaces'));
    const zones = await sight.northbounds();
    const served = servedAddresses(egressIPs, selectable);
    return secondary.flatMap((each) => {
      const { egressIP, address, node } = each;
      const { name } = egressIP.metadata;
      const about = { name, address, node: node.metadata.name };
      const status = fieldEvidence('EgressIP', egressIP, 'status.items', assignmentText(egressIP));
      const place = { object: { kind: 'EgressIP', name }, node: node.metadata.name };
      const findings: Finding[] = [...placed(each)];
      const foreign = selectable
        .networked(servedBy(egressIP))
        .filter((pod) => defaultNetworkOf(pod)?.role === 'infrastructure-locked');
      if (foreign.length > 0) {
        const evidence = [
          status,
          ...foreign.slice(0, 3).map((pod) => annotationEvidence('Pod', pod, 'k8s.ovn.org/pod-networks')),
        ] as const;
        findings.push(
          found(SECONDARY_OF_USER_NETWORK, { ...about, pods: foreign.map(podName) }, { ...place, evidence }),
        );
      }
      for (const { egressIP: own, pod, address: source, family } of served) {
        if (own !== egressIP || pod.nodeName !== node.metadata.name || parseAddress(address)?.family !== family)
          continue;
        const zone = zones.find(({ northbound }) => northbound.switchNamed(pod.nodeName) !== undefined);
        const router = zone?.northbound.routerNamed(clusterRouter(DEFAULT_NETWORK));
        if (zone === undefined || router === undefined) continue;
        const table = zone.northbound.database.table('Logical_Router_Policy');
        const rows = router
          .refs('policies')
          .flatMap((uuid) => table.get(uuid) ?? [])
          .filter(
            (row) => row.integer('priority') === REROUTE && row.string('match') === `ip${family}.src == ${source}`,
          );
        if (rows.some((row) => row.map('options').get('pkt_mark') === MARK)) continue;
        const [row] = rows;
        const evidence =
          row === undefined
            ? ([
                absentRow(
                  zone.zone,
                  'northbound',
                  'Logical_Router_Policy',
                  `priority=${REROUTE} and match "ip${family}.src == ${source}"`,
                ),
                status,
              ] as const)
            : ([rowEvidence(zone.zone, 'northbound', row, ['match', 'nexthops', 'options']), status] as const);
        const has = row === undefined ? 'no policy for it' : 'a policy without that mark';
        const args = { ...about, pod: podName(pod), zone: zone.zone, has };
        findings.push(found(SECONDARY_ROUTE_WRONG, args, { ...place, zone: zone.zone, family, evidence }));
      }
      return findings;
    });
  },
};

/** What the node says it has put on its interfaces; one that says nothing is of another version. */
function placed({ egressIP, address, node }: Secondary): readonly Finding[] {
  if (!node.metadata.annotations.has(PLACED)) return [];
  const present = textsOf(node, PLACED).map(canonical);
  if (present.includes(canonical(address))) return [];
  const { name } = egressIP.metadata;
  const evidence = [
    annotationEvidence('Node', node, PLACED),
    fieldEvidence('EgressIP', egressIP, 'status.items', assignmentText(egressIP)),
  ] as const;
  const args = { name, address, node: node.metadata.name, present };
  return [
    found(SECONDARY_NOT_ON_NODE, args, { object: { kind: 'EgressIP', name }, node: node.metadata.name, evidence }),
  ];
}
