/**
 * Whether nodes can hold the addresses of EgressIPs, by the rules of the cluster manager: the label, readiness, a network that
 * the address is in, no conflict with a host or another EgressIP, and a node for each address.
 */
import type { EgressIP } from '../../kube/model/egress.js';
import type { Node } from '../../kube/model/node.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence, fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { selectorText } from '../policies/policy-words.js';
import { podName, SelectablePods } from '../policies/selected-pods.js';
import {
  EGRESS_IP_NOWHERE,
  EGRESS_IP_OF_HOST,
  EGRESS_IP_TWICE,
  POD_OF_TWO_EGRESS_IPS,
  TOO_FEW_EGRESS_NODES,
} from './assignment-findings.js';
import {
  ASSIGNABLE,
  canonical,
  egressNetworks,
  holds,
  HOST_CIDRS,
  hostAddresses,
  networkText,
  PRIMARY,
  servedBy,
} from './egress-nodes.js';

export const egressAssignment: Analyzer = {
  id: 'egress/assignment',
  area: 'egress',
  title: 'every egress IP fits a node that may hold it, and every pod has one EgressIP',
  inputs: ['kube.egressips', 'kube.namespaces', 'kube.nodes', 'kube.pods'],
  finds: [EGRESS_IP_OF_HOST, EGRESS_IP_TWICE, EGRESS_IP_NOWHERE, POD_OF_TWO_EGRESS_IPS, TOO_FEW_EGRESS_NODES],
  analyze: async (sight) => {
    const egressIPs = await sight.objects('egressips');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (egressIPs.length === 0) return { skipped: 'there are no EgressIPs' };
    const nodes = await sight.objects('nodes');
    const selectable = new SelectablePods(await sight.objects('pods'), await sight.objects('namespaces'));
    return [
      ...egressIPs.flatMap((egressIP) => addressesOf(egressIP, egressIPs, nodes, sight.isWhole('nodes'))),
      ...podsOf(egressIPs, selectable),
    ];
  },
};

const placeOf = ({ metadata: { name } }: EgressIP) => ({ object: { kind: 'EgressIP', name } });

const specOf = (egressIP: EgressIP): Evidence =>
  fieldEvidence('EgressIP', egressIP, 'spec.egressIPs', egressIP.egressIPs.join(', '));

const mayHold = (node: Node): boolean => node.metadata.labels.has(ASSIGNABLE) && node.ready;

function addressesOf(
  egressIP: EgressIP,
  all: readonly EgressIP[],
  nodes: readonly Node[],
  isWhole: boolean,
): readonly Finding[] {
  const { name } = egressIP.metadata;
  const spec = specOf(egressIP);
  const assigned = new Set(egressIP.assignments.map((each) => canonical(each.egressIP)));
  const fit = new Set<Node>();
  const findings: Finding[] = [];
  for (const address of egressIP.egressIPs) {
    const key = canonical(address);
    const host = nodes.find((node) => hostAddresses(node).includes(key));
    if (host !== undefined) {
      const node = host.metadata.name;
      const evidence = [
        spec,
        fieldEvidence(
          'Node',
          host,
          'status.addresses',
          host.addresses.map((each) => each.address).join(', ') || 'none',
        ),
        annotationEvidence('Node', host, HOST_CIDRS),
      ] as const;
      findings.push(found(EGRESS_IP_OF_HOST, { name, address, node }, { ...placeOf(egressIP), evidence }));
    }
    const others = all.filter((each) => each !== egressIP && each.egressIPs.some((other) => canonical(other) === key));
    if (others.length > 0) {
      const evidence = [spec, ...others.map(specOf)] as const;
      const args = { name, address, others: others.map(({ metadata }) => metadata.name) };
      findings.push(found(EGRESS_IP_TWICE, args, { ...placeOf(egressIP), evidence }));
    }
    const fitting = nodes.filter((node) => holds(egressNetworks(node), address));
    for (const node of fitting) if (mayHold(node)) fit.add(node);
    if (assigned.has(key) || host !== undefined || !isWhole || fitting.some(mayHold)) continue;
    const able = nodes.filter(mayHold);
    const networks = [...new Set(able.flatMap((node) => egressNetworks(node).map(networkText)))];
    // Without a word about the networks of a node nothing can be said about what fits.
    if (able.some((node) => egressNetworks(node).length === 0)) continue;
    const almost = fitting.map(
      (node) => `${node.metadata.name} (${node.metadata.labels.has(ASSIGNABLE) ? 'not ready' : 'not labelled'})`,
    );
    const evidence = [
      spec,
      ...able.map((node) => annotationEvidence('Node', node, HOST_CIDRS)),
      ...able.map((node) => annotationEvidence('Node', node, PRIMARY)),
    ] as const;
    findings.push(found(EGRESS_IP_NOWHERE, { name, address, networks, almost }, { ...placeOf(egressIP), evidence }));
  }
  const addresses = egressIP.egressIPs.length;
  if (isWhole && fit.size > 0 && fit.size < addresses && assigned.size < addresses) {
    const labelled = [...fit].map((node) => node.metadata.name);
    const evidence = [
      spec,
      { source: 'Nodes', ref: `label ${ASSIGNABLE}, ready, network`, excerpt: labelled.join(', ') },
    ] as const;
    const args = { name, addresses, nodes: labelled };
    findings.push(found(TOO_FEW_EGRESS_NODES, args, { ...placeOf(egressIP), evidence }));
  }
  return findings;
}

function podsOf(egressIPs: readonly EgressIP[], selectable: SelectablePods): readonly Finding[] {
  const served = egressIPs.map((egressIP) => ({ egressIP, pods: new Set(selectable.networked(servedBy(egressIP))) }));
  return selectable.pods.flatMap((pod) => {
    const selecting = served.filter(({ pods }) => pods.has(pod)).map(({ egressIP }) => egressIP);
    if (selecting.length < 2) return [];
    const { namespace, name } = pod.metadata;
    const evidence = [
      fieldEvidence(
        'Pod',
        pod,
        'metadata.labels',
        [...pod.metadata.labels].map(([key, value]) => `${key}=${value}`).join(', ') || 'none',
      ),
      ...selecting.map((each) => fieldEvidence('EgressIP', each, 'spec.namespaceSelector', selectorOf(each))),
    ] as const;
    const names = selecting.map(({ metadata }) => metadata.name);
    return [
      found(
        POD_OF_TWO_EGRESS_IPS,
        { pod: podName(pod), names },
        { object: { kind: 'Pod', namespace, name }, evidence },
      ),
    ];
  });
}

const selectorOf = ({ namespaceSelector, podSelector }: EgressIP): string =>
  `namespaces: ${selectorText(namespaceSelector)}${podSelector === undefined ? '' : `; pods: ${selectorText(podSelector)}`}`;
