/**
 * What is configured but does nothing in the release that runs: rows of the northbound database that use a feature, in a zone
 * whose northd is older than it. Only where northd says its release.
 */
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { compareVersions, northdVersions } from './northd-version.js';
import { FEATURE_NOT_THERE } from './version-findings.js';

interface Feature {
  readonly what: string;
  /** The first release of OVN that has it (OVN's NEWS). */
  readonly since: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly uses: (row: Row) => boolean;
  readonly effect: string;
}

const FEATURES: readonly Feature[] = [
  {
    what: 'session affinity with a timeout',
    since: '22.12',
    table: 'Load_Balancer',
    columns: ['name', 'options'],
    uses: (row) => row.map('options').has('affinity_timeout'),
    effect: 'the timeout is ignored, and clients move between endpoints',
  },
  {
    what: 'load balancers written with template variables',
    since: '22.12',
    table: 'Load_Balancer',
    columns: ['name', 'options', 'vips'],
    uses: (row) => row.map('options').get('template') === 'true',
    effect: 'their addresses are not understood, and node ports do not answer',
  },
  {
    what: 'tiers of ACLs',
    since: '23.06',
    table: 'ACL',
    columns: ['name', 'tier', 'priority', 'match'],
    uses: (row) => row.has('tier') && row.integer('tier') > 0,
    effect:
      'all rules are looked at together by priority alone, so admin policies and network policies decide otherwise than written',
  },
  {
    what: 'the age of learned neighbours on routers',
    since: '22.09',
    table: 'Logical_Router',
    columns: ['name', 'options'],
    uses: (row) => row.map('options').has('mac_binding_age_threshold'),
    effect: 'neighbours that were learned are never forgotten, and the table grows',
  },
  {
    what: 'conditions on address translation',
    since: '24.09',
    table: 'NAT',
    columns: ['type', 'external_ip', 'logical_ip', 'match'],
    uses: (row) => row.string('match') !== '',
    effect: 'the translation happens always, also where it should not',
  },
  {
    what: 'transit routers of layer 2 networks',
    since: '25.03',
    table: 'Logical_Router',
    columns: ['name', 'options', 'external_ids'],
    uses: (row) => row.string('name').endsWith('_transit_router'),
    effect: 'packets that leave such a network do not cross zones',
  },
];

export const versionsRisks: Analyzer = {
  id: 'versions/risks',
  area: 'versions',
  title: 'what is configured is known to the OVN that runs',
  inputs: ['nb.ACL', 'nb.Load_Balancer', 'nb.Logical_Router', 'nb.NAT', 'sb.SB_Global'],
  finds: [FEATURE_NOT_THERE],
  analyze: async (sight) => {
    const versions = await northdVersions(sight);
    const findings: Finding[] = [];
    for (const { zone, ovn, evidence } of versions) {
      const later = FEATURES.filter(({ since }) => compareVersions(ovn, since) < 0);
      if (later.length === 0) continue;
      const northbound = await sight.zones.find(({ name }) => name === zone)?.northbound();
      if (northbound === undefined) continue;
      for (const { what, since, table, columns, uses, effect } of later) {
        const rows = [...northbound.database.table(table).rows()].filter(uses);
        const [first] = rows;
        if (first === undefined) continue;
        findings.push(
          found(
            FEATURE_NOT_THERE,
            { zone, what, since, has: ovn, rows: rows.length, effect },
            {
              object: { kind: 'Zone', name: zone },
              zone,
              evidence: [evidence, rowEvidence(zone, 'northbound', first, columns)],
            },
          ),
        );
      }
    }
    return findings;
  },
};
