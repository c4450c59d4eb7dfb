/** The chassis of nodes in every zone's southbound database: each there, each once, each with the node's tunnel address. */
import type { Node } from '../../kube/model/node.js';
import { CHASSIS_ANNOTATION, ENCAP_ANNOTATION, encapAddresses } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { CHASSIS_DUPLICATE, CHASSIS_MISSING, CHASSIS_STALE, ENCAP_DIFFERS } from './node-findings.js';

const COLUMNS = ['name', 'hostname', 'other_config'];

export const nodesChassis: Analyzer = {
  id: 'nodes/chassis',
  area: 'nodes',
  title: "every zone knows every node's chassis and tunnel address",
  inputs: ['kube.nodes', 'sb.Chassis', 'sb.Encap'],
  finds: [CHASSIS_MISSING, CHASSIS_DUPLICATE, CHASSIS_STALE, ENCAP_DIFFERS],
  analyze: async (sight) => {
    const all = await sight.objects('nodes');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const nodes = all.filter(isPartOf).flatMap((node) => {
      const chassis = node.metadata.annotations.get(CHASSIS_ANNOTATION);
      return chassis === undefined ? [] : [{ node, name: node.metadata.name, chassis }];
    });
    const findings: Finding[] = [...duplicates(nodes)];
    for (const zone of sight.zones) {
      const southbound = await zone.southbound();
      if (southbound === undefined) continue;
      const table = southbound.table('Chassis');
      for (const { node, name, chassis } of nodes) {
        const [row] = table.find('name', chassis);
        const place = { object: { kind: 'Node', name }, node: name, zone: zone.name };
        if (row === undefined) {
          const absent = absentRow(zone.name, 'southbound', 'Chassis', `name=${chassis}`);
          const evidence = [absent, annotationEvidence('Node', node, CHASSIS_ANNOTATION)] as const;
          findings.push(found(CHASSIS_MISSING, { node: name, zone: zone.name, chassis }, { ...place, evidence }));
          continue;
        }
        const annotated = encapAddresses(node);
        if (!annotated.ok || annotated.value === undefined) continue;
        const encaps = row.refs('encaps').flatMap((uuid) => southbound.table('Encap').get(uuid) ?? []);
        const has = encaps.map((encap) => encap.string('ip'));
        if (has.length > 0 && has.every((ip) => annotated.value?.includes(ip))) continue;
        const [first] = encaps;
        findings.push(
          found(
            ENCAP_DIFFERS,
            { node: name, zone: zone.name, has, annotated: annotated.value },
            {
              ...place,
              evidence: [
                first === undefined
                  ? rowEvidence(zone.name, 'southbound', row, ['name', 'encaps'])
                  : rowEvidence(zone.name, 'southbound', first, ['ip', 'type', 'chassis_name']),
                annotationEvidence('Node', node, ENCAP_ANNOTATION),
              ],
            },
          ),
        );
      }
      // Without all nodes a chassis that belongs to none of them may still belong to one.
      if (!sight.isWhole('nodes')) continue;
      for (const row of table.rows()) {
        const [chassis, hostname] = [row.string('name'), row.string('hostname')];
        if (nodes.some((each) => each.chassis === chassis)) continue;
        if (all.some(({ metadata }) => metadata.name === hostname)) continue;
        findings.push(
          found(
            CHASSIS_STALE,
            { chassis, hostname, zone: zone.name },
            {
              object: { kind: 'Chassis', name: hostname === '' ? chassis : hostname },
              zone: zone.name,
              evidence: [rowEvidence(zone.name, 'southbound', row, COLUMNS)],
            },
          ),
        );
      }
    }
    return findings;
  },
};

function duplicates(
  nodes: readonly { readonly node: Node; readonly name: string; readonly chassis: string }[],
): readonly Finding[] {
  const byChassis = new Map<string, { readonly node: Node; readonly name: string }[]>();
  for (const { node, name, chassis } of nodes) {
    byChassis.set(chassis, [...(byChassis.get(chassis) ?? []), { node, name }]);
  }
  return [...byChassis].flatMap(([chassis, [first, ...others]]) => {
    if (first === undefined || others.length === 0) return [];
    return [
      found(
        CHASSIS_DUPLICATE,
        { node: first.name, others: others.map(({ name }) => name), chassis },
        {
          object: { kind: 'Node', name: first.name },
          node: first.name,
          evidence: [
            annotationEvidence('Node', first.node, CHASSIS_ANNOTATION),
            ...others.map(({ node }) => annotationEvidence('Node', node, CHASSIS_ANNOTATION)),
          ],
        },
      ),
    ];
  });
}
