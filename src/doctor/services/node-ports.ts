/** Node ports: whether every node answers on them, and whether the addresses that stand for nodes are the same everywhere. */
import { parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Node } from '../../kube/model/node.js';
import type { Service } from '../../kube/model/service.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import {
  CHASSIS_ANNOTATION,
  GATEWAY_ANNOTATION,
  gatewayConfig,
  MASQUERADE_ANNOTATION,
  masqueradeSubnets,
} from '../../ovnk/node-annotations.js';
import { gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { familyOf } from '../gateway/families.js';
import { balancersByService, canonical, forProtocol, namespacesElsewhere, templateVariables } from './balancers.js';
import { endpointText } from './endpoints.js';
import { HAIRPIN_DIFFERS, MASQUERADE_DIFFERS, NODE_PORT_MISSING } from './node-port-findings.js';

export const servicesNodePorts: Analyzer = {
  id: 'services/node-ports',
  area: 'services',
  title: 'every node answers on the node ports of services',
  inputs: [
    'kube.namespaces',
    'kube.nodes',
    'kube.services',
    'nb.Chassis_Template_Var',
    'nb.Load_Balancer',
    'nb.Logical_Router',
  ],
  finds: [NODE_PORT_MISSING, MASQUERADE_DIFFERS, HAIRPIN_DIFFERS],
  analyze: async (sight) => {
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    const elsewhere = namespacesElsewhere(await sight.objects('namespaces'));
    const services = (await sight.objects('services')).filter(
      ({ metadata, ports }) =>
        !elsewhere.has(metadata.namespace) && ports.some(({ nodePort }) => nodePort !== undefined && nodePort > 0),
    );
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = [...differentMasquerade(nodes)];
    for (const { zone, northbound } of await sight.northbounds()) {
      const balancers = balancersByService(northbound);
      for (const node of nodes) {
        if (northbound.routerNamed(gatewayRouter(DEFAULT_NETWORK, node.metadata.name)) === undefined) continue;
        findings.push(...foreignHairpin(zone, node, [...balancers.values()].flat()));
        const config = gatewayConfig(node);
        if (!config.ok || config.value?.nodePorts !== true) continue;
        for (const service of services) {
          const { namespace, name } = service.metadata;
          const rows = balancers.get(`${namespace}/${name}`) ?? [];
          findings.push(...missing(zone, northbound, node, config.value.addresses, service, rows));
        }
      }
    }
    return findings;
  },
};

function missing(
  zone: string,
  northbound: Northbound,
  node: Node,
  addresses: readonly string[],
  service: Service,
  rows: readonly Row[],
): readonly Finding[] {
  const { namespace, name } = service.metadata;
  const families = new Set(service.clusterIPs.map(familyOf));
  const variables = templateVariables(northbound, node.metadata.annotations.get(CHASSIS_ANNOTATION) ?? '');
  return service.ports.flatMap((port): readonly Finding[] => {
    const { nodePort, protocol } = port;
    if (nodePort === undefined || nodePort === 0) return [];
    const keys = forProtocol(rows, port).flatMap((row) => [...row.map('vips').keys()]);
    const has = new Set(keys.map((key) => canonical(filledIn(key, variables))));
    const vips = addresses
      .map((address) => address.split('/')[0] ?? '')
      .filter((address) => families.has(familyOf(address)))
      .map((address) => endpointText(address, nodePort))
      .filter((vip) => !has.has(vip));
    // What a template without value would have been is for the analyzer of templates.
    const isOpen = keys.some((key) => key.startsWith('^') && filledIn(key, variables).startsWith('^'));
    if (vips.length === 0 || (isOpen && variables === undefined)) return [];
    return [
      found(
        NODE_PORT_MISSING,
        { namespace, service: name, node: node.metadata.name, zone, vips, protocol },
        {
          object: { kind: 'Service', namespace, name },
          node: node.metadata.name,
          zone,
          evidence: [
            absentRow(zone, 'northbound', 'Load_Balancer', `vips having ${vips.join(' or ')} (${protocol})`),
            fieldEvidence('Service', service, 'spec.ports', `nodePort ${String(nodePort)} ${protocol}`),
            annotationEvidence('Node', node, GATEWAY_ANNOTATION),
          ],
        },
      ),
    ];
  });
}

/** `^NODEIP_IPv4_0:30080` with the variable's value. */
function filledIn(vip: string, variables: ReadonlyMap<string, string> | undefined): string {
  const [, variable, port] = /^\^(\w+):(\d+)$/.exec(vip) ?? [];
  const value = variables?.get(variable ?? '');
  return value === undefined || port === undefined ? vip : endpointText(value, Number(port));
}

function differentMasquerade(nodes: readonly Node[]): readonly Finding[] {
  const known = nodes.flatMap((node) => {
    const subnets = [...masqueradeSubnets(node)].sort();
    return subnets.length === 0 ? [] : [{ node, subnets, key: subnets.join(' ') }];
  });
  const counts = new Map<string, number>();
  for (const { key } of known) counts.set(key, (counts.get(key) ?? 0) + 1);
  const most = known.toSorted((a, b) => (counts.get(b.key) ?? 0) - (counts.get(a.key) ?? 0))[0];
  if (most === undefined) return [];
  return known
    .filter(({ key }) => key !== most.key)
    .map(({ node, subnets }) => {
      const { name } = node.metadata;
      return found(
        MASQUERADE_DIFFERS,
        { node: name, has: subnets, others: most.subnets },
        {
          object: { kind: 'Node', name },
          node: name,
          evidence: [
            annotationEvidence('Node', node, MASQUERADE_ANNOTATION),
            annotationEvidence('Node', most.node, MASQUERADE_ANNOTATION),
          ],
        },
      );
    });
}

function foreignHairpin(zone: string, node: Node, rows: readonly Row[]): readonly Finding[] {
  const subnets = masqueradeSubnets(node);
  const prefixes = subnets.flatMap((subnet) => parsePrefix(subnet) ?? []);
  const users = new Map<string, Row[]>();
  for (const row of rows) {
    for (const text of (row.map('options').get('hairpin_snat_ip') ?? '').split(' ')) {
      const address = parsePrefix(text);
      const own = prefixes.filter(({ family }) => family === address?.family);
      if (address === undefined || own.length === 0 || own.some((prefix) => prefixContains(prefix, address))) continue;
      users.set(text, [...(users.get(text) ?? []), row]);
    }
  }
  return [...users].flatMap(([address, using]): readonly Finding[] => {
    const [first] = using;
    if (first === undefined) return [];
    const balancers = using.map((row) => row.string('name')).sort();
    const { name } = node.metadata;
    return [
      found(
        HAIRPIN_DIFFERS,
        { zone, node: name, address, subnets, balancers },
        {
          object: { kind: 'Node', name },
          node: name,
          zone,
          evidence: [
            rowEvidence(zone, 'northbound', first, ['name', 'options']),
            annotationEvidence('Node', node, MASQUERADE_ANNOTATION),
          ],
        },
      ),
    ];
  });
}
