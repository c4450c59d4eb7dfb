/** Row counts: zones of a cluster are alike, so one that has many times more of something keeps what nobody removes. */
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { NEIGHBOURS_PILE_UP, OUT_OF_PROPORTION } from './server-findings.js';

const NORTHBOUND = ['ACL', 'Address_Set', 'Load_Balancer', 'Logical_Router_Policy', 'NAT'] as const;
const SOUTHBOUND = ['Logical_Flow', 'MAC_Binding', 'Port_Binding'] as const;
/** Below that no number of rows is a burden. */
const MANY = 10_000;
const TIMES = 5;
/** Zones to compare with. */
const OTHERS = 2;

interface Count {
  readonly zone: string;
  readonly database: 'northbound' | 'southbound';
  readonly table: string;
  readonly rows: number;
}

export const databasesScale: Analyzer = {
  id: 'databases/scale',
  area: 'databases',
  title: 'no zone has many times more rows than the others',
  inputs: [
    ...['nb.ACL', 'nb.Address_Set', 'nb.Load_Balancer', 'nb.Logical_Router', 'nb.Logical_Router_Policy', 'nb.NAT'],
    ...['sb.Logical_Flow', 'sb.MAC_Binding', 'sb.Port_Binding'],
  ] as Analyzer['inputs'],
  finds: [OUT_OF_PROPORTION, NEIGHBOURS_PILE_UP],
  analyze: async (sight) => {
    const counts: Count[] = [];
    const findings: Finding[] = [];
    for (const zone of sight.zones) {
      const northbound = (await zone.northbound())?.database;
      const southbound = await zone.southbound();
      for (const table of northbound === undefined ? [] : NORTHBOUND) {
        const rows = northbound?.table(table).size ?? 0;
        counts.push({ zone: zone.name, database: 'northbound', table, rows });
      }
      for (const table of southbound === undefined ? [] : SOUTHBOUND) {
        const rows = southbound?.table(table).size ?? 0;
        counts.push({ zone: zone.name, database: 'southbound', table, rows });
      }
      if (northbound === undefined || southbound === undefined) continue;
      const rows = southbound.table('MAC_Binding').size;
      const routers = [...northbound.table('Logical_Router').rows()];
      const router = routers.find((row) => row.string('name').startsWith('GR_'));
      const ages = routers.some((row) => row.map('options').has('mac_binding_age_threshold'));
      if (rows < MANY || ages || router === undefined) continue;
      findings.push(
        found(
          NEIGHBOURS_PILE_UP,
          { zone: zone.name, rows },
          {
            object: { kind: 'Zone', name: zone.name },
            zone: zone.name,
            evidence: [
              countEvidence({ zone: zone.name, database: 'southbound', table: 'MAC_Binding', rows }),
              rowEvidence(zone.name, 'northbound', router, ['name', 'options']),
            ],
          },
        ),
      );
    }
    return [...findings, ...unlike(counts)];
  },
};

const countEvidence = ({ zone, database, table, rows }: Count): Evidence => ({
  source: `${database} database of zone ${zone}`,
  ref: table,
  excerpt: `${String(rows)} rows`,
});

function unlike(counts: readonly Count[]): readonly Finding[] {
  return counts.flatMap((count) => {
    const { zone, database, table, rows } = count;
    const others = counts
      .filter((each) => each.database === database && each.table === table && each.zone !== zone)
      .sort((a, b) => a.rows - b.rows);
    const usual = others[Math.floor(others.length / 2)];
    if (rows < MANY || others.length < OTHERS || usual === undefined || rows < TIMES * usual.rows) return [];
    return [
      found(
        OUT_OF_PROPORTION,
        { zone, database, table, rows, usual: usual.rows },
        {
          object: { kind: 'Zone', name: `${zone}:${table}` },
          zone,
          evidence: [countEvidence(count), countEvidence(usual)],
        },
      ),
    ];
  });
}
