/** Whether ovn-controller of every node talks to its southbound database, and to the right one. */
import type { Analyzer } from '../analyzer.js';
import { memberEvidence, rowEvidence, textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { nodeNames } from '../nodes/node-names.js';
import type { SeenZone, Sight } from '../sight.js';
import { CONTROLLER_BEHIND, CONTROLLER_DISCONNECTED, WRONG_REMOTE } from './server-findings.js';

export const databasesConnection: Analyzer = {
  id: 'databases/connection',
  area: 'databases',
  title: 'ovn-controller of every node is connected to its database and keeps up',
  inputs: ['hosts.ovn-controller', 'kube.nodes', 'ovs.Open_vSwitch', 'sb.Chassis_Private', 'sb.SB_Global'],
  finds: [CONTROLLER_DISCONNECTED, WRONG_REMOTE, CONTROLLER_BEHIND],
  analyze: async (sight) => {
    const nodes = await nodeNames(sight);
    const findings: Finding[] = [];
    for (const node of nodes) findings.push(...(await statusOf(sight, node)));
    for (const zone of sight.zones) {
      // Databases of several nodes are none of the node's.
      if (nodes.includes(zone.name)) findings.push(...(await controllerOf(zone)));
    }
    return findings;
  },
};

async function statusOf(sight: Sight, node: string): Promise<readonly Finding[]> {
  const text = await sight.hostText(node, 'ovn-controller');
  const status = text?.text.trim();
  if (text === undefined || status === 'connected') return [];
  if (status !== 'not connected') {
    sight.miss({ code: 'host.format', subject: text.from, reason: 'it is no connection status' });
    return [];
  }
  const evidence = [textEvidence(text, 'connection-status', text.text)] as const;
  return [found(CONTROLLER_DISCONNECTED, { node, status }, { object: { kind: 'Node', name: node }, node, evidence })];
}

async function controllerOf(zone: SeenZone): Promise<readonly Finding[]> {
  const node = zone.name;
  const switchRow = [...((await zone.openVSwitch())?.table('Open_vSwitch').rows() ?? [])][0];
  if (switchRow === undefined) return [];
  const ids = switchRow.map('external_ids');
  const place = { object: { kind: 'Node', name: node }, node, zone: zone.name };
  const findings: Finding[] = [];
  const remote = ids.get('ovn-remote');
  if (remote !== undefined && !remote.startsWith('unix:')) {
    const evidence = [memberEvidence(node, 'Open vSwitch', switchRow, 'external_ids', ['ovn-remote'])] as const;
    findings.push(found(WRONG_REMOTE, { node, remote }, { ...place, evidence }));
  }
  const southbound = await zone.southbound();
  const global = [...(southbound?.table('SB_Global').rows() ?? [])][0];
  const [own] = southbound?.table('Chassis_Private').find('name', ids.get('system-id') ?? '') ?? [];
  if (global === undefined || own === undefined) return findings;
  const [asked, done] = [global.big('nb_cfg'), own.big('nb_cfg')];
  if (asked - done >= 2n) {
    const evidence = [
      rowEvidence(node, 'southbound', global, ['nb_cfg']),
      rowEvidence(node, 'southbound', own, ['name', 'nb_cfg']),
    ] as const;
    const args = { node, asked: String(asked), done: String(done) };
    findings.push(found(CONTROLLER_BEHIND, args, { ...place, evidence }));
  }
  return findings;
}
