/** Tunnels between nodes, as Open vSwitch has them: one to every chassis, without an error, from an address of the node. */
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { memberEvidence, rowEvidence, textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { parseInterfaces } from '../gateway/ip-route.js';
import type { Sight } from '../sight.js';
import { FOREIGN_TUNNEL_ADDRESS, NO_TUNNEL, TUNNEL_BROKEN } from './host-findings.js';

const TYPES: readonly string[] = ['geneve', 'vxlan', 'stt'];

export const nodesTunnels: Analyzer = {
  id: 'nodes/tunnels',
  area: 'nodes',
  title: 'every node has a working tunnel to every other',
  inputs: ['hosts.addresses', 'ovs.Interface', 'ovs.Open_vSwitch', 'sb.Chassis', 'sb.Encap'],
  finds: [TUNNEL_BROKEN, NO_TUNNEL, FOREIGN_TUNNEL_ADDRESS],
  analyze: async (sight) => {
    const findings: Finding[] = [];
    for (const zone of sight.zones) {
      const vswitch = await zone.openVSwitch();
      const southbound = await zone.southbound();
      const settings = vswitch && [...vswitch.table('Open_vSwitch').rows()][0];
      if (vswitch === undefined || settings === undefined) continue;
      const tunnels = TYPES.flatMap((type) => [...vswitch.table('Interface').find('type', type)]);
      findings.push(...tunnels.flatMap((tunnel) => broken(zone.name, tunnel)));
      if (southbound !== undefined) findings.push(...missing(zone.name, settings, tunnels, southbound));
      findings.push(...(await foreign(sight, zone.name, settings)));
    }
    return findings;
  },
};

function broken(node: string, tunnel: Row): readonly Finding[] {
  const refused = tunnel.optionalInteger('ofport') === -1;
  const error = tunnel.optionalString('error') ?? '';
  if (!refused && error === '') return [];
  const name = tunnel.string('name');
  const remote = tunnel.map('options').get('remote_ip') ?? '';
  const evidence = [rowEvidence(node, 'Open vSwitch', tunnel, ['name', 'type', 'ofport', 'error', 'options'])] as const;
  const args = { node, interface: name, remote, error: error === '' ? 'it has no port number' : error };
  return [
    found(TUNNEL_BROKEN, args, { object: { kind: 'Tunnel', name: `${node}:${name}` }, node, zone: node, evidence }),
  ];
}

/** Chassis that the node knows and has no tunnel to; those of other transport zones get none. */
function missing(node: string, settings: Row, tunnels: readonly Row[], southbound: Database): readonly Finding[] {
  const own = settings.map('external_ids').get('system-id');
  const chassis = [...southbound.table('Chassis').rows()];
  const self = chassis.find((row) => row.string('name') === own);
  // A node that does not know itself has another trouble.
  if (self === undefined) return [];
  const zones = self.strings('transport_zones');
  const remotes = new Set(tunnels.map((tunnel) => tunnel.map('options').get('remote_ip')));
  return chassis.flatMap((row) => {
    if (row === self) return [];
    const theirs = row.strings('transport_zones');
    const meets = zones.length === 0 && theirs.length === 0 ? true : theirs.some((zone) => zones.includes(zone));
    const encaps = row.refs('encaps').flatMap((uuid) => southbound.table('Encap').get(uuid) ?? []);
    const addresses = encaps.map((encap) => encap.string('ip'));
    if (!meets || addresses.length === 0 || addresses.some((address) => remotes.has(address))) return [];
    const peer = row.string('hostname') || row.string('name');
    const has = [...remotes].filter((remote) => remote !== undefined).join(', ');
    return [
      found(
        NO_TUNNEL,
        { node, peer, addresses },
        {
          object: { kind: 'Tunnel', name: `${node}:${peer}` },
          node,
          zone: node,
          evidence: [
            {
              source: `Open vSwitch database of zone ${node}`,
              ref: 'Interface',
              excerpt: `tunnels to ${has || 'nobody'}`,
            },
            ...encaps.map((encap) => rowEvidence(node, 'southbound', encap, ['type', 'ip', 'chassis_name'])),
          ],
        },
      ),
    ];
  });
}

async function foreign(sight: Sight, node: string, settings: Row): Promise<readonly Finding[]> {
  const set = settings.map('external_ids').get('ovn-encap-ip');
  // What a node's addresses are says the host alone; without that, other analyzers compare what is written about them.
  const text = await sight.hostText(node, 'addresses', { mayLack: true });
  const interfaces = text && parseInterfaces(text.text);
  if (set === undefined || text === undefined || interfaces?.ok !== true) return [];
  const has = interfaces.value.flatMap(({ addresses }) =>
    addresses.flatMap(({ address, scope }) => (scope === 'global' ? [address] : [])),
  );
  return set.split(',').flatMap((address) => {
    if (has.length === 0 || has.includes(address)) return [];
    const evidence = [
      memberEvidence(node, 'Open vSwitch', settings, 'external_ids', ['ovn-encap-ip']),
      textEvidence(text, 'addresses', has.join(', ')),
    ] as const;
    const place = { object: { kind: 'Node', name: node }, node, zone: node, evidence };
    return [found(FOREIGN_TUNNEL_ADDRESS, { node, address, has }, place)];
  });
}
