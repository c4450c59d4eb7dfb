/** The way from pods to the physical network, as Open vSwitch has it: mappings, bridges, patch ports, the network card. */
import type { Node } from '../../kube/model/node.js';
import { gatewayConfig } from '../../ovnk/node-annotations.js';
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, memberEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { MAPPED_BRIDGE_MISSING, NO_MAPPING, NO_UPLINK, PATCH_PORT_MISSING } from './host-findings.js';

const MAPPINGS = 'ovn-bridge-mappings';

export const nodesBridge: Analyzer = {
  id: 'nodes/bridge',
  area: 'nodes',
  title: 'every physical network is mapped to a bridge that is connected',
  inputs: ['kube.nodes', 'ovs.Bridge', 'ovs.Interface', 'ovs.Open_vSwitch', 'ovs.Port', 'sb.Port_Binding'],
  finds: [NO_MAPPING, MAPPED_BRIDGE_MISSING, PATCH_PORT_MISSING, NO_UPLINK],
  analyze: async (sight) => {
    const nodes = await sight.objects('nodes');
    const findings: Finding[] = [];
    for (const zone of sight.zones) {
      const vswitch = await zone.openVSwitch();
      const southbound = await zone.southbound();
      const settings = vswitch && [...vswitch.table('Open_vSwitch').rows()][0];
      if (vswitch === undefined || southbound === undefined || settings === undefined) continue;
      const localnets = southbound.table('Port_Binding').find('type', 'localnet');
      findings.push(...mapped(zone.name, vswitch, settings, localnets));
      const node = nodes.find(({ metadata }) => metadata.name === zone.name);
      if (node !== undefined) findings.push(...gatewayBridge(node, vswitch, localnets));
    }
    return findings;
  },
};

/** `physnet:br-ex,other:br-other`. */
function mappingsOf(settings: Row): ReadonlyMap<string, string> {
  const pairs = (settings.map('external_ids').get(MAPPINGS) ?? '').split(',').map((pair) => pair.trim().split(':'));
  return new Map(pairs.flatMap(([network, bridge]) => (network && bridge ? [[network, bridge] as const] : [])));
}

function mapped(node: string, vswitch: Database, settings: Row, localnets: readonly Row[]): readonly Finding[] {
  const mappings = mappingsOf(settings);
  const setting = memberEvidence(node, 'Open vSwitch', settings, 'external_ids', [MAPPINGS]);
  /** A port of each network. */
  const networks = new Map(localnets.map((row) => [row.map('options').get('network_name') ?? '', row] as const));
  return [...networks].flatMap(([network, row]): readonly Finding[] => {
    if (network === '') return [];
    const bridge = mappings.get(network);
    const place = { object: { kind: 'Node', name: node }, node, zone: node };
    if (bridge === undefined) {
      const port = row.string('logical_port');
      // A network for some nodes only is nothing that this node has to have.
      if (network !== 'physnet' && row.refs('chassis').length === 0) return [];
      const args = { node, network, port, mappings: [...mappings].map((pair) => pair.join(':')).join(',') };
      const evidence = [setting, rowEvidence(node, 'southbound', row, ['logical_port', 'type', 'options'])] as const;
      return [found(NO_MAPPING, args, { ...place, evidence })];
    }
    if (vswitch.table('Bridge').find('name', bridge).length > 0) return [];
    const evidence = [setting, absentRow(node, 'Open vSwitch', 'Bridge', `name=${bridge}`)] as const;
    return [found(MAPPED_BRIDGE_MISSING, { node, network, bridge }, { ...place, evidence })];
  });
}

function gatewayBridge(object: Node, vswitch: Database, localnets: readonly Row[]): readonly Finding[] {
  const node = object.metadata.name;
  const config = gatewayConfig(object);
  if (!config.ok || config.value === undefined || config.value.bridge === '') return [];
  const { bridge, mode } = config.value;
  const [row] = vswitch.table('Bridge').find('name', bridge);
  if (row === undefined) return [];
  const place = { object: { kind: 'Node', name: node }, node, zone: node };
  const interfaces = vswitch.table('Interface');
  const findings: Finding[] = [];
  for (const port of localnets.map((each) => each.string('logical_port'))) {
    // Those of the gateway routers, of the default network and of others.
    if (!port.startsWith(`${bridge}_`)) continue;
    for (const name of [`patch-br-int-to-${port}`, `patch-${port}-to-br-int`]) {
      const [patch] = interfaces.find('name', name);
      const works = patch !== undefined && (patch.optionalInteger('ofport') ?? 1) > 0;
      if (works) continue;
      const why = patch === undefined ? `are not there (${name})` : `were refused by Open vSwitch (${name})`;
      const evidence = [
        patch === undefined
          ? absentRow(node, 'Open vSwitch', 'Interface', `name=${name}`)
          : rowEvidence(node, 'Open vSwitch', patch, ['name', 'type', 'ofport', 'error', 'options']),
      ] as const;
      findings.push(found(PATCH_PORT_MISSING, { node, port, bridge, why }, { ...place, evidence }));
      break;
    }
  }
  // In local mode a node may do without.
  if (mode !== 'shared') return findings;
  const members = row
    .refs('ports')
    .flatMap((uuid) => vswitch.table('Port').get(uuid) ?? [])
    .flatMap((port) => port.refs('interfaces'))
    .flatMap((uuid) => interfaces.get(uuid) ?? []);
  if (members.some((each) => !['internal', 'patch'].includes(each.string('type')))) return findings;
  const ports = members.map((each) => each.string('name')).join(', ');
  const first = members[0];
  const evidence = [
    rowEvidence(node, 'Open vSwitch', row, ['name']),
    ...(first === undefined ? [] : members.map((each) => rowEvidence(node, 'Open vSwitch', each, ['name', 'type']))),
  ] as const;
  return [...findings, found(NO_UPLINK, { node, bridge, ports: ports || 'none' }, { ...place, evidence })];
}
