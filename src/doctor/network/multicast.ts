/** Multicast: namespaces that switch it on, the rules that allow it, and the options that carry it; one against the other. */
import { parsePrefix } from '../../net/prefix.js';
import type { Namespace } from '../../kube/model/namespace.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { clusterRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK, networkOf } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { defaultNetworkOf, isNetworked } from '../pods/networked-pods.js';
import {
  MULTICAST_FAMILY_MISSING,
  MULTICAST_OFF,
  MULTICAST_OPTION_MISSING,
  MULTICAST_RULE_LEFT,
  MULTICAST_RULE_MISSING,
} from './feature-findings.js';

const ANNOTATION = 'k8s.ovn.org/multicast-enabled';
const OWNER = 'k8s.ovn.org/owner-type';
const DIRECTIONS = ['Egress', 'Ingress'] as const;

export const networkMulticast: Analyzer = {
  id: 'network/multicast',
  area: 'network',
  title: 'multicast is allowed where it is switched on, and nowhere else',
  inputs: ['kube.namespaces', 'kube.pods', 'nb.ACL', 'nb.Logical_Router', 'nb.Logical_Switch'],
  finds: [
    MULTICAST_RULE_MISSING,
    MULTICAST_RULE_LEFT,
    MULTICAST_OPTION_MISSING,
    MULTICAST_OFF,
    MULTICAST_FAMILY_MISSING,
  ],
  analyze: async (sight) => {
    const namespaces = await sight.objects('namespaces');
    const pods = (await sight.objects('pods'))
      .filter(isNetworked)
      .filter((pod) => pod.phase === 'Running' && defaultNetworkOf(pod)?.role === 'primary');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const on = namespaces.filter(({ metadata }) => metadata.annotations.get(ANNOTATION) === 'true');
    const zones = (await sight.northbounds()).map(({ zone, northbound }) => {
      const rules = [...northbound.database.table('ACL').rows()].filter((row) => networkOf(row) === DEFAULT_NETWORK);
      return {
        zone,
        northbound,
        cluster: rules.filter((row) => row.map('external_ids').get(OWNER) === 'MulticastCluster'),
        own: rules.filter((row) => row.map('external_ids').get(OWNER) === 'MulticastNS'),
      };
    });
    const used = zones.some(({ own }) => own.length > 0);
    if (on.length === 0 && !used) return { skipped: 'no namespace has multicast switched on' };
    const findings: Finding[] = [];
    if (zones.length > 0 && zones.every(({ cluster }) => cluster.length === 0)) {
      for (const namespace of on) {
        const { name } = namespace.metadata;
        const [zone] = zones;
        const absent = absentRow(zone?.zone ?? '', 'northbound', 'ACL', `${OWNER}=MulticastCluster`);
        const evidence = [annotationEvidence('Namespace', namespace, ANNOTATION), absent] as const;
        findings.push(found(MULTICAST_OFF, { namespace: name }, { object: { kind: 'Namespace', name }, evidence }));
      }
    }
    for (const { zone, northbound, cluster, own } of zones) {
      if (sight.isWhole('namespaces')) findings.push(...leftOver(zone, own, on));
      if (cluster.length === 0) continue;
      const here = pods.filter(({ nodeName }) => northbound.switchNamed(nodeName) !== undefined);
      for (const namespace of on) {
        const { name } = namespace.metadata;
        const members = here.filter(({ metadata }) => metadata.namespace === name);
        // Rules hang on the ports of the zone's own pods.
        if (members.length === 0) continue;
        const families = new Set(members.flatMap(({ podIPs }) => podIPs.map((ip) => parsePrefix(ip)?.family)));
        findings.push(...missing(zone, namespace, own, families));
      }
      if (on.length > 0) findings.push(...options(zone, northbound, new Set(here.map(({ nodeName }) => nodeName))));
    }
    return findings;
  },
};

const isOf = (row: Row, namespace: string): boolean => row.map('external_ids').get('k8s.ovn.org/name') === namespace;

function leftOver(zone: string, rules: readonly Row[], on: readonly Namespace[]): readonly Finding[] {
  const names = new Set(rules.map((row) => row.map('external_ids').get('k8s.ovn.org/name') ?? ''));
  return [...names]
    .filter((namespace) => namespace !== '' && !on.some(({ metadata }) => metadata.name === namespace))
    .flatMap((namespace) => {
      const [first] = rules.filter((row) => isOf(row, namespace));
      if (first === undefined) return [];
      const evidence = [rowEvidence(zone, 'northbound', first, ['match', 'action', 'external_ids'])] as const;
      const object = { kind: 'Namespace', name: namespace };
      return [found(MULTICAST_RULE_LEFT, { namespace, zone }, { object, zone, evidence })];
    });
}

function missing(
  zone: string,
  namespace: Namespace,
  rules: readonly Row[],
  families: ReadonlySet<4 | 6 | undefined>,
): readonly Finding[] {
  const { name } = namespace.metadata;
  const place = { object: { kind: 'Namespace', name }, zone };
  const annotation = annotationEvidence('Namespace', namespace, ANNOTATION);
  const of = (direction: string): Row | undefined =>
    rules.find((row) => isOf(row, name) && row.map('external_ids').get('direction') === direction);
  const absent = DIRECTIONS.filter((direction) => of(direction) === undefined);
  const findings: Finding[] = [];
  if (absent.length > 0) {
    const wanted = `${OWNER}=MulticastNS, name=${name}, direction=${absent.join(' or ')}`;
    findings.push(
      found(
        MULTICAST_RULE_MISSING,
        { namespace: name, zone, directions: absent },
        { ...place, evidence: [absentRow(zone, 'northbound', 'ACL', wanted), annotation] },
      ),
    );
  }
  for (const direction of DIRECTIONS) {
    const row = of(direction);
    if (row === undefined) continue;
    for (const family of [4, 6] as const) {
      const says = family === 4 ? /\bip4\b/ : /\bip6\b|\bmld/;
      if (!families.has(family) || says.test(row.string('match'))) continue;
      findings.push(
        found(
          MULTICAST_FAMILY_MISSING,
          { namespace: name, zone, family, direction: direction.toLowerCase() },
          { ...place, family, evidence: [rowEvidence(zone, 'northbound', row, ['match', 'direction']), annotation] },
        ),
      );
    }
  }
  return findings;
}

function options(zone: string, northbound: Northbound, nodes: ReadonlySet<string>): readonly Finding[] {
  const router = northbound.routerNamed(clusterRouter(DEFAULT_NETWORK));
  const checks = [
    ...[...nodes]
      .flatMap((node) => northbound.switchNamed(node) ?? [])
      .map((row) => ({
        row,
        column: 'other_config',
        wanted: ['mcast_snoop', 'mcast_querier'],
        words: `the switch ${row.string('name')}`,
      })),
    ...(router === undefined
      ? []
      : [{ row: router, column: 'options', wanted: ['mcast_relay'], words: `the router ${router.string('name')}` }]),
  ];
  return checks.flatMap(({ row, column, wanted, words }): readonly Finding[] => {
    const lacking = wanted.filter((key) => row.map(column).get(key) !== 'true');
    if (lacking.length === 0) return [];
    const lacks = lacking.map((key) => `${key}=true`);
    const evidence = [rowEvidence(zone, 'northbound', row, ['name', column])] as const;
    const object = { kind: row.table, name: row.string('name') };
    return [found(MULTICAST_OPTION_MISSING, { zone, row: words, options: lacks }, { object, zone, evidence })];
  });
}
