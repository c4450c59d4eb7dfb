/** Pods and their logical ports, one against the other, in the cluster's own network. */
import { formatAddress, parsePrefix } from '../../net/prefix.js';
import { portAddresses } from '../../ovn/northbound/northbound.js';
import { podPort } from '../../ovnk/names.js';
import { podOfPort } from '../../ovnk/pod-of-port.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { bare, defaultNetworkOf, isNetworked, POD_NETWORKS } from './networked-pods.js';
import {
  ADDRESSES_DIFFER,
  POD_WITHOUT_ADDRESSES,
  POD_WITHOUT_PORT,
  PORT_WITHOUT_POD,
  STATUS_DIFFERS,
} from './pod-findings.js';

export const podsPorts: Analyzer = {
  id: 'pods/ports',
  area: 'pods',
  title: 'every pod has its logical port with its addresses, and no port is left over',
  inputs: ['kube.pods', 'nb.Logical_Switch', 'nb.Logical_Switch_Port'],
  finds: [POD_WITHOUT_PORT, PORT_WITHOUT_POD, ADDRESSES_DIFFER, POD_WITHOUT_ADDRESSES, STATUS_DIFFERS],
  analyze: async (sight) => {
    const pods = await sight.objects('pods');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const zones = await sight.northbounds();
    const findings: Finding[] = [];
    const unknown = new Set<string>();
    for (const pod of pods.filter(isNetworked)) {
      const { namespace, name } = pod.metadata;
      const about = { namespace, pod: name };
      const place = { object: { kind: 'Pod', namespace, name }, node: pod.nodeName };
      const network = defaultNetworkOf(pod);
      const annotation = annotationEvidence('Pod', pod, POD_NETWORKS);
      if (network === undefined) {
        findings.push(
          found(POD_WITHOUT_ADDRESSES, { ...about, node: pod.nodeName }, { ...place, evidence: [annotation] }),
        );
        continue;
      }
      const given = normalised(network.addresses.map(bare));
      const reported = normalised(pod.podIPs);
      if (reported.length > 0 && !sameTexts(given, reported)) {
        const status = fieldEvidence('Pod', pod, 'status.podIPs', pod.podIPs.join(', '));
        const args = { ...about, status: reported.join(', '), annotated: given.join(', ') };
        findings.push(found(STATUS_DIFFERS, args, { ...place, evidence: [status, annotation] }));
      }
      const zone = zones.find(({ northbound }) => northbound.switchNamed(pod.nodeName) !== undefined);
      if (zone === undefined) {
        unknown.add(pod.nodeName);
        continue;
      }
      const port = podPort(namespace, name);
      const row = zone.northbound.switchPort(port);
      if (row === undefined) {
        const absent = absentRow(zone.zone, 'northbound', 'Logical_Switch_Port', `name=${port}`);
        const evidence = [absent, annotation] as const;
        findings.push(
          found(POD_WITHOUT_PORT, { ...about, zone: zone.zone, port }, { ...place, zone: zone.zone, evidence }),
        );
        continue;
      }
      const [own] = portAddresses(row.strings('addresses'));
      const has = normalised(own?.ips.map(bare) ?? []);
      if (own?.mac.toLowerCase() === network.mac.toLowerCase() && sameTexts(has, given)) continue;
      findings.push(
        found(
          ADDRESSES_DIFFER,
          {
            ...about,
            zone: zone.zone,
            port,
            has: [own?.mac ?? '', ...has].join(' ').trim(),
            should: [network.mac, ...given].join(' '),
          },
          {
            ...place,
            zone: zone.zone,
            evidence: [rowEvidence(zone.zone, 'northbound', row, ['name', 'addresses', 'port_security']), annotation],
          },
        ),
      );
    }
    for (const node of unknown) {
      const reason = `no northbound database of the source has the switch ${node}`;
      sight.miss({ code: 'pods.no-zone', subject: `ports of pods on node ${node}`, reason });
    }
    // A port is left over only when all pods are known.
    if (!sight.isWhole('pods')) return findings;
    const alive = new Set(
      pods.filter((pod) => !isCompleted(pod)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    );
    for (const { zone, northbound } of zones) {
      for (const row of northbound.database.table('Logical_Switch_Port').rows()) {
        const owner = podOfPort(row);
        if (owner === undefined || row.string('type') === 'remote' || alive.has(`${owner.namespace}/${owner.name}`))
          continue;
        findings.push(
          found(
            PORT_WITHOUT_POD,
            { namespace: owner.namespace, pod: owner.name, zone, port: row.string('name') },
            {
              object: { kind: 'Pod', ...owner },
              zone,
              evidence: [rowEvidence(zone, 'northbound', row, ['name', 'addresses', 'external_ids'])],
            },
          ),
        );
      }
    }
    return findings;
  },
};

const normalised = (addresses: readonly string[]): readonly string[] =>
  addresses
    .map((text) => {
      const prefix = parsePrefix(text);
      return prefix === undefined ? text : formatAddress(prefix);
    })
    .sort();

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, at) => text === b[at]);
