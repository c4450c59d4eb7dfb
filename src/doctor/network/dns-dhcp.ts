/** What OVN answers by itself: DHCP, which virtual machines need, and names, which OVN-Kubernetes leaves to the cluster's DNS. */
import { parsePrefix } from '../../net/prefix.js';
import { podPort } from '../../ovnk/names.js';
import { primaryNetwork } from '../../ovnk/pod-networks.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { bare, isNetworked, networksOf } from '../pods/networked-pods.js';
import { FOREIGN_DNS, VM_WITHOUT_DHCP } from './feature-findings.js';

/** On pods of KubeVirt whose machine has the pod's address itself, so that it can move to another node with it. */
const BRIDGED = 'kubevirt.io/allow-pod-bridge-network-live-migration';

export const networkDnsDhcp: Analyzer = {
  id: 'network/dns-dhcp',
  area: 'network',
  title: 'OVN answers DHCP of virtual machines, and no names',
  inputs: ['kube.pods', 'nb.DNS', 'nb.Logical_Switch', 'nb.Logical_Switch_Port'],
  finds: [VM_WITHOUT_DHCP, FOREIGN_DNS],
  analyze: async (sight) => {
    const machines = (await sight.objects('pods'))
      .filter(isNetworked)
      .filter((pod) => pod.phase === 'Running' && pod.metadata.annotations.has(BRIDGED));
    const findings: Finding[] = [];
    for (const { zone, northbound } of await sight.northbounds()) {
      for (const pod of machines) {
        const { namespace, name } = pod.metadata;
        const network = primaryNetwork(networksOf(pod));
        if (network === undefined) continue;
        const port = podPort(namespace, name, network.attachment);
        const row = northbound.switchPort(port);
        // Of a pod of another zone there is a port to it, which asks for nothing.
        if (row === undefined || row.string('type') === 'remote') continue;
        const families = ([4, 6] as const).filter(
          (family) =>
            network.addresses.some((address) => parsePrefix(bare(address))?.family === family) &&
            row.ref(`dhcpv${String(family)}_options`) === undefined,
        );
        if (families.length === 0) continue;
        const columns = ['name', 'addresses', 'dhcpv4_options', 'dhcpv6_options'];
        const evidence = [
          rowEvidence(zone, 'northbound', row, columns),
          annotationEvidence('Pod', pod, BRIDGED),
        ] as const;
        const args = { namespace, pod: name, port, families, zone };
        const object = { kind: 'Pod', namespace, name };
        findings.push(found(VM_WITHOUT_DHCP, args, { object, node: pod.nodeName, zone, evidence }));
      }
      const switches = northbound.database.table('Logical_Switch');
      for (const row of northbound.database.table('DNS').rows()) {
        const names = [...row.map('records').keys()].sort();
        if (names.length === 0) continue;
        for (const logicalSwitch of switches.find('dns_records', row.uuid)) {
          const args = { zone, logicalSwitch: logicalSwitch.string('name'), names };
          const object = { kind: 'Logical_Switch', name: args.logicalSwitch };
          const evidence = [rowEvidence(zone, 'northbound', row, ['records', 'external_ids'])] as const;
          findings.push(found(FOREIGN_DNS, args, { object, zone, evidence }));
        }
      }
    }
    return findings;
  },
};
