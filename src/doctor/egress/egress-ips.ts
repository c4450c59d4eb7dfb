/** EgressIPs: whether nodes hold their addresses, whether those should, and what is left in gateway routers. */
import { gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { ownerOf } from '../../ovnk/owner/owner-of.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import {
  EGRESS_IP_PARTLY_UNASSIGNED,
  EGRESS_IP_UNASSIGNED,
  EGRESS_NODE_UNFIT,
  STALE_EGRESS_NAT,
} from './egress-findings.js';
import { ASSIGNABLE, canonical } from './egress-nodes.js';

export const egressIps: Analyzer = {
  id: 'egress/egress-ips',
  area: 'egress',
  title: 'every egress IP is held by a node that may, and translated nowhere else',
  inputs: ['kube.egressips', 'kube.nodes', 'nb.Logical_Router', 'nb.Logical_Switch', 'nb.NAT'],
  finds: [EGRESS_IP_UNASSIGNED, EGRESS_IP_PARTLY_UNASSIGNED, EGRESS_NODE_UNFIT, STALE_EGRESS_NAT],
  analyze: async (sight) => {
    const egressIPs = await sight.objects('egressips');
    const nodes = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const assignable = nodes.filter(({ metadata }) => metadata.labels.has(ASSIGNABLE));
    const findings: Finding[] = [];
    for (const egressIP of egressIPs) {
      const { name } = egressIP.metadata;
      const place = { object: { kind: 'EgressIP', name } };
      const held = new Set(egressIP.assignments.map((each) => canonical(each.egressIP)));
      const addresses = egressIP.egressIPs.filter((address) => !held.has(canonical(address)));
      const status = fieldEvidence(
        'EgressIP',
        egressIP,
        'status.items',
        egressIP.assignments.map((each) => `${each.egressIP} on ${each.node}`).join(', ') || 'none',
      );
      const spec = fieldEvidence('EgressIP', egressIP, 'spec.egressIPs', egressIP.egressIPs.join(', '));
      const labelled = {
        source: 'Nodes',
        ref: `label ${ASSIGNABLE}`,
        excerpt: assignable.map(({ metadata }) => metadata.name).join(', ') || 'no node has it',
      };
      if (addresses.length > 0) {
        const why =
          assignable.length === 0
            ? `no node has the label ${ASSIGNABLE}`
            : assignable.every(({ ready }) => !ready)
              ? 'no node with the label is ready'
              : 'none of the nodes with the label was found fit';
        const evidence = [spec, status, labelled] as const;
        const assigned = egressIP.assignments.map((each) => each.egressIP);
        findings.push(
          assigned.length === 0
            ? found(EGRESS_IP_UNASSIGNED, { name, addresses, why }, { ...place, evidence })
            : found(EGRESS_IP_PARTLY_UNASSIGNED, { name, addresses, assigned, why }, { ...place, evidence }),
        );
      }
      for (const { node, egressIP: address } of egressIP.assignments) {
        const holder = nodes.find(({ metadata }) => metadata.name === node);
        const why =
          holder === undefined
            ? sight.isWhole('nodes')
              ? 'does not exist'
              : undefined
            : !holder.metadata.labels.has(ASSIGNABLE)
              ? `has no label ${ASSIGNABLE}`
              : holder.ready
                ? undefined
                : 'is not ready';
        if (why === undefined) continue;
        findings.push(
          found(EGRESS_NODE_UNFIT, { name, address, node, why }, { ...place, node, evidence: [status, labelled] }),
        );
      }
    }
    const isWhole = sight.isWhole('egressips');
    for (const { zone, northbound } of await sight.northbounds()) {
      for (const row of northbound.database.table('NAT').rows()) {
        const owner = ownerOf(northbound, row);
        if (owner.kind !== 'EgressIP' || owner.network !== DEFAULT_NETWORK) continue;
        const [router] = northbound.parentsOf(row);
        const node = nodes.find(
          ({ metadata }) => router?.string('name') === gatewayRouter(DEFAULT_NETWORK, metadata.name),
        );
        if (node === undefined) continue;
        const holder = node.metadata.name;
        const egressIP = egressIPs.find(({ metadata }) => metadata.name === owner.name);
        const address = row.string('external_ip');
        const isHeld = egressIP?.assignments.some(
          (each) => each.node === holder && canonical(each.egressIP) === canonical(address),
        );
        if (isHeld === true || (egressIP === undefined && !isWhole)) continue;
        const pod = owner.pod === undefined ? row.string('logical_ip') : `${owner.pod.namespace}/${owner.pod.name}`;
        const why = egressIP === undefined ? 'which does not exist' : `whose address is not assigned to ${holder}`;
        findings.push(
          found(
            STALE_EGRESS_NAT,
            { name: owner.name, node: holder, address, pod, why },
            {
              object: { kind: 'EgressIP', name: owner.name },
              node: holder,
              zone,
              evidence: [
                rowEvidence(zone, 'northbound', row, ['type', 'external_ip', 'logical_ip', 'external_ids']),
                ...(egressIP === undefined
                  ? []
                  : [
                      fieldEvidence(
                        'EgressIP',
                        egressIP,
                        'status.items',
                        egressIP.assignments.map((each) => `${each.egressIP} on ${each.node}`).join(', ') || 'none',
                      ),
                    ]),
              ],
            },
          ),
        );
      }
    }
    return findings;
  },
};
