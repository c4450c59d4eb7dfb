/** Localnet ports, and whether the nodes map the physical networks they name to bridges. */
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { networkObject, networkOf } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding, ObjectName } from '../finding.js';
import { LOCALNET_UNMAPPED } from './network-findings.js';

const MAPPINGS = 'ovn-bridge-mappings';

export const networkLocalnet: Analyzer = {
  id: 'network/localnet',
  area: 'network',
  title: 'every physical network that is used is mapped to a bridge',
  inputs: ['nb.Logical_Switch', 'nb.Logical_Switch_Port', 'sb.Chassis'],
  finds: [LOCALNET_UNMAPPED],
  analyze: async (sight) => {
    const findings: Finding[] = [];
    let localnets = 0;
    for (const zone of sight.zones) {
      const northbound = await zone.northbound();
      const southbound = await zone.southbound();
      if (northbound === undefined || southbound === undefined) continue;
      const ports = [...northbound.database.table('Logical_Switch_Port').find('type', 'localnet')];
      localnets += ports.length;
      const chassis = [...southbound.table('Chassis').rows()].filter((row) => setting(row, 'is-remote') !== 'true');
      // Before the node says what it maps nothing is known; with several nodes, a network may be on some of them only.
      const [only, ...more] = chassis;
      const mappings = only === undefined ? undefined : setting(only, MAPPINGS);
      if (only === undefined || mappings === undefined || more.length > 0) continue;
      const mapped = new Set(mappings.split(',').map((each) => each.split(':')[0]));
      for (const port of ports) {
        const physical = port.map('options').get('network_name') ?? '';
        const users = usersBeside(northbound, port);
        if (mapped.has(physical) || users === 0) continue;
        const network = networkOfSwitch(northbound, port);
        const node = only.string('hostname') || only.string('name');
        findings.push(
          found(
            LOCALNET_UNMAPPED,
            { network, physical, chassis: node, zone: zone.name, mappings, ports: users },
            {
              object: objectOf(network) ?? { kind: 'Node', name: node },
              node,
              zone: zone.name,
              evidence: [
                rowEvidence(zone.name, 'northbound', port, ['name', 'type', 'options']),
                {
                  source: `southbound database of zone ${zone.name}`,
                  ref: `Chassis ${only.uuid}`,
                  excerpt: `hostname=${node} ${MAPPINGS}=${mappings}`,
                },
              ],
            },
          ),
        );
      }
    }
    return localnets === 0 && sight.gaps.length === 0 ? { skipped: 'there are no localnet ports' } : findings;
  },
};

/** Newer chassis have their configuration in other_config, older ones in external_ids. */
const setting = (chassis: Row, key: string): string | undefined =>
  chassis.map('other_config').get(key) ?? chassis.map('external_ids').get(key);

/** Ports of this zone that leave through the localnet port. */
function usersBeside(northbound: Northbound, localnet: Row): number {
  return northbound
    .parentsOf(localnet)
    .flatMap((parent) => northbound.portsOf(parent))
    .filter((port) => !['localnet', 'remote'].includes(port.string('type'))).length;
}

const networkOfSwitch = (northbound: Northbound, port: Row): string =>
  northbound.parentsOf(port).map(networkOf)[0] ?? networkOf(port);

function objectOf(network: string): ObjectName | undefined {
  const object = networkObject(network);
  if (object === undefined) return undefined;
  return object.kind === 'UserDefinedNetwork'
    ? { kind: object.kind, namespace: object.namespace, name: object.name }
    : { kind: object.kind, name: object.name };
}
