/** Whether every zone has the same setting, and the daemons that it needs. That does not mean that anything is encrypted. */
import type { Pod } from '../../kube/model/pod.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { nodeNames } from '../nodes/node-names.js';
import { DAEMON_WITHOUT_FLAG, FLAG_NOT_PASSED_ON, FLAGS_DIFFER, NO_DAEMON } from './ipsec-findings.js';
import { IPSEC_OFF, ipsecZones } from './ipsec-zones.js';
import type { IpsecZone } from './ipsec-zones.js';

export const ipsecFlag: Analyzer = {
  id: 'ipsec/flag',
  area: 'ipsec',
  title: 'IPsec is set alike in every zone and its daemons are ready',
  inputs: ['kube.nodes', 'kube.pods', 'nb.NB_Global', 'sb.SB_Global'],
  finds: [FLAGS_DIFFER, NO_DAEMON, DAEMON_WITHOUT_FLAG, FLAG_NOT_PASSED_ON],
  analyze: async (sight) => {
    const zones = await ipsecZones(sight);
    const daemons = (await sight.objects('pods')).filter(
      (pod) => pod.metadata.labels.get('app') === 'ovn-ipsec' && !isCompleted(pod),
    );
    const on = zones.filter((zone) => zone.on);
    if (on.length === 0) return daemons.length === 0 ? IPSEC_OFF : withoutFlag(zones, daemons);
    const findings: Finding[] = [];
    for (const { zone, row, on: isOn } of zones) {
      const place = { object: { kind: 'Zone', name: zone }, zone };
      const evidence = rowEvidence(zone, 'northbound', row, ['ipsec']);
      if (!isOn) {
        const other = on[0] === undefined ? [] : [rowEvidence(on[0].zone, 'northbound', on[0].row, ['ipsec'])];
        const args = { zone, on: on.map((each) => each.zone) };
        findings.push(found(FLAGS_DIFFER, args, { ...place, evidence: [evidence, ...other] }));
        continue;
      }
      const southbound = await sight.zones.find(({ name }) => name === zone)?.southbound();
      const global = [...(southbound?.table('SB_Global').rows() ?? [])][0];
      if (global === undefined || global.boolean('ipsec')) continue;
      const passed = rowEvidence(zone, 'southbound', global, ['ipsec']);
      findings.push(found(FLAG_NOT_PASSED_ON, { zone }, { ...place, evidence: [evidence, passed] }));
    }
    // Which nodes have daemons can't be told without all pods.
    if (!sight.hasObjects || !sight.isWhole('pods')) return findings;
    for (const node of await nodeNames(sight)) findings.push(...daemonOf(node, daemons, on));
    return findings;
  },
};

function daemonOf(node: string, daemons: readonly Pod[], on: readonly IpsecZone[]): readonly Finding[] {
  const own = daemons.filter(({ nodeName }) => nodeName === node);
  if (own.some(({ ready }) => ready)) return [];
  const flags: readonly Evidence[] = on
    .slice(0, 1)
    .map(({ zone, row }) => rowEvidence(zone, 'northbound', row, ['ipsec']));
  const [pod] = own;
  const state = pod === undefined ? 'there is no IPsec pod' : `the IPsec pod ${pod.metadata.name} is not ready`;
  const others = daemons.map(({ nodeName }) => nodeName ?? '').join(', ');
  const evidence: Evidence =
    pod === undefined
      ? { source: 'Pods with label app=ovn-ipsec', ref: 'spec.nodeName', excerpt: others || 'there are none' }
      : fieldEvidence('Pod', pod, 'status', `phase ${pod.phase}, not ready`);
  const place = { object: { kind: 'Node', name: node }, node, evidence: [evidence, ...flags] as const };
  return [found(NO_DAEMON, { node, state }, place)];
}

function withoutFlag(zones: readonly IpsecZone[], daemons: readonly Pod[]): readonly Finding[] {
  const [first] = zones;
  if (first === undefined) return [];
  const evidence = [
    rowEvidence(first.zone, 'northbound', first.row, ['ipsec']),
    {
      source: 'Pods with label app=ovn-ipsec',
      ref: 'spec.nodeName',
      excerpt: daemons.map(({ nodeName }) => nodeName).join(', '),
    },
  ] as const;
  const args = { count: daemons.length };
  return [found(DAEMON_WITHOUT_FLAG, args, { object: { kind: 'Cluster', name: 'ipsec' }, evidence })];
}
