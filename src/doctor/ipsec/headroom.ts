/** What IPsec asks of the tunnels: room for its header, and the one port that its policies cover. */
import { configuredBy } from '../../ovnk/configured.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence, textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { settingEvidence, tunnelRoom } from '../nodes/mtu.js';
import { NO_ROOM, OTHER_PORT } from './ipsec-findings.js';
import { IPSEC_OFF, ipsecZones } from './ipsec-zones.js';

/** What ESP in transport mode adds, with the ciphers that the daemon chooses. */
const ESP_OVERHEAD = 46;
/** ovs-monitor-ipsec protects no other. */
const PORT = '6081';

export const ipsecHeadroom: Analyzer = {
  id: 'ipsec/headroom',
  area: 'ipsec',
  title: 'tunnels have room for IPsec and use the port that it covers',
  inputs: ['hosts.addresses', 'hosts.configuration', 'kube.nodes', 'nb.NB_Global', 'ovs.Interface'],
  finds: [NO_ROOM, OTHER_PORT],
  analyze: async (sight) => {
    const zones = await ipsecZones(sight);
    if (!zones.some(({ on }) => on)) return IPSEC_OFF;
    const findings: Finding[] = [];
    const room = await tunnelRoom(sight);
    for (const { name, device, has, text } of room?.nodes ?? []) {
      const { mtu = 0, overhead = 0, setting } = room ?? {};
      const needs = mtu + overhead + ESP_OVERHEAD;
      if (has >= needs) continue;
      const evidence = [textEvidence(text, device, `mtu ${String(has)}`), ...settingEvidence(setting)] as const;
      const args = { node: name, device, has, needs, mtu, lower: has - overhead - ESP_OVERHEAD };
      findings.push(found(NO_ROOM, args, { object: { kind: 'Node', name }, node: name, evidence }));
    }
    const configured = await sight.configuration();
    const setting = configured === undefined ? undefined : configuredBy(configured).encapPort;
    const evidence: Evidence[] = setting !== undefined && setting.value !== PORT ? [...settingEvidence(setting)] : [];
    let port = evidence.length > 0 ? setting?.value : undefined;
    for (const zone of sight.zones) {
      const vswitch = await zone.openVSwitch();
      const tunnels: readonly Row[] = vswitch?.table('Interface').find('type', 'geneve') ?? [];
      const other = tunnels.find((row) => (row.map('options').get('dst_port') ?? PORT) !== PORT);
      if (other === undefined) continue;
      port ??= other.map('options').get('dst_port');
      evidence.push(rowEvidence(zone.name, 'Open vSwitch', other, ['name', 'options']));
    }
    const [first, ...more] = evidence;
    if (first === undefined || port === undefined) return findings;
    const place = { object: { kind: 'Cluster', name: 'geneve' }, evidence: [first, ...more] as const };
    return [...findings, found(OTHER_PORT, { port }, place)];
  },
};
